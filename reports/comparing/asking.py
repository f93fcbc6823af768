"""Asking a hospital about its two levels before its name is shown, and its answer."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.actions.notices import News, tell, tell_all, who_speaks_for
from audit.actions import record
from hospitals import access
from hospitals.access import Role
from hospitals.models import Organisation
from hospitals.refusals import Refusal
from reports.comparing.dual_track import ANSWER_WITHIN, Position
from reports.comparing.told import ANSWERED, ASKED
from reports.models import DualTrackQuestion

LONGEST = 2000


def check_can_ask(by: access.Person, bureau: Organisation) -> None:
    """The manager of the bureau or of one above it."""
    own = access.organisations_where(by, [Role.BUREAU_MANAGER])
    if not any(bureau.path.startswith(one.path) for one in own):
        raise Refusal(_("询问由卫生健康行政部门的管理员发出。"))


@transaction.atomic
def ask_hospitals(*, by: User, bureau: Organisation, year: int, positions: Sequence[Position]) -> int:
    """Ask the hospitals in the corner that nobody asked this year; returns how many. Raises Refusal."""
    check_can_ask(by, bureau)
    wanted = {one.hospital: one for one in positions if one.in_corner}
    held = Organisation.objects.select_for_update().hospitals().beneath(bureau).filter(pk__in=wanted)
    hospitals = {one.pk: one for one in held.order_by("pk")}
    asked = set(
        DualTrackQuestion.objects.filter(year=year, hospital__in=hospitals).values_list("hospital", flat=True)
    )
    answer_by = timezone.localdate() + ANSWER_WITHIN
    made = [
        DualTrackQuestion.objects.create(
            hospital=hospital,
            year=year,
            bureau=bureau,
            facts=_facts(wanted[pk]),
            asked_by=by,
            answer_by=answer_by,
        )
        for pk, hospital in hospitals.items()
        if pk not in asked
    ]
    if not made:
        raise Refusal(_("没有需要询问的医院：角内的医院都已经问过。"))
    speakers = who_speaks_for([one.hospital_id for one in made])
    news = []
    for one in made:
        address = reverse("dual-track-answer", args=[one.public_id])
        facts = {"year": year, "bureau": bureau.name, "by": answer_by.isoformat()}
        news += [News(person, ASKED, facts, address) for person in speakers.get(one.hospital_id, ())]
        _record("dual_track.asked", by, one)
    tell_all(news=news)
    return len(made)


def check_can_answer(by: access.Person, question: DualTrackQuestion) -> None:
    if not access.holds(by, question.hospital_id, Role.QUALITY_LEAD, Role.DIRECTOR):
        raise Refusal(_("说明由本院质控负责人或院领导提交。"))


@transaction.atomic
def answer_question(*, by: User, question: DualTrackQuestion, answer: str) -> DualTrackQuestion:
    """Keep the hospital's words; a later answer replaces an earlier one. Raises Refusal."""
    held = DualTrackQuestion.objects.select_for_update().get(pk=question.pk)
    check_can_answer(by, held)
    answer = answer.replace("\x00", "").strip()
    if not answer:
        raise Refusal(_("请写明情况再提交。"))
    if len(answer) > LONGEST:
        raise Refusal(_("说明最多%(most)s字。") % {"most": LONGEST})
    held.answer, held.answered_by, held.answered_at = answer, by, timezone.now()
    held.save(update_fields=["answer", "answered_by", "answered_at"])
    tell(
        people=[held.asked_by_id],
        kind=ANSWERED,
        facts={"year": held.year, "hospital": held.hospital.name},
        url=reverse("region-dual-track") + f"?year={held.year}",
    )
    _record("dual_track.answered", by, held)
    return held


def _facts(one: Position) -> dict[str, object]:
    return {
        "emr_claimed": one.emr_claimed,
        "emr_at_most": one.emr_at_most,
        "coverage": str(one.coverage),
        "service": one.service,
    }


def _record(verb: str, by: User, question: DualTrackQuestion) -> None:
    record(
        verb=verb,
        by=by,
        chain=str(question.hospital.public_id),
        subject_kind="dual_track_question",
        subject_id=question.public_id,
        facts={"year": question.year, "bureau": question.bureau.name},
    )
