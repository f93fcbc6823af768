"""Planning a rehearsal, the steps of the job that draws its cases, and its end."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from assessments import jobs
from assessments.models import Assessment, Rehearsal, RehearsalCase
from assessments.queries.rehearsals.source import source_of
from assessments.rehearsal_permissions import check_can_close, check_can_plan
from assessments.trail import record_work
from hospitals.refusals import Refusal
from rubrics.queries import get_rubric

State = Rehearsal.State
MOST_PER_ITEM = 50
MOST_CASES = 1000  # drawn in one rehearsal: more than anybody looks at
SILENT_AFTER = timedelta(minutes=5)  # reading one large file gives no sign of life
MOST_ATTEMPTS = 3
SEED_SIGNS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # none that is mistaken for another when read aloud


@dataclass(frozen=True, slots=True)
class NewCase:
    """A drawn case as it is stored; never a value beyond the key."""

    item: str
    record: str
    key: str
    file: str
    row: int
    happened_at: datetime | None
    department: str


@transaction.atomic
def plan_rehearsal(
    *,
    by: User,
    assessment: Assessment,
    items: Sequence[str],
    per_item: int,
    held_on: date,
    title: str = "",
    seed: str = "",
    by_hand: bool = False,
) -> Rehearsal:
    """Start a rehearsal; its cases are drawn by a job from the newest run whose data still exist.

    ``seed``: at most 32 letters, figures and hyphens; empty: one is made. ``by_hand``, or no data to
    draw from: the rehearsal begins without cases. Raises Refusal with one sentence.
    """
    check_can_plan(by, assessment)
    known = [item.code for item in get_rubric(assessment.edition).items]
    chosen = [code for code in known if code in set(items)]
    if not chosen:
        raise Refusal(_("请至少选择一个项目。"))
    if not 1 <= per_item <= MOST_PER_ITEM:
        raise Refusal(_("每个项目抽取1至%(most)s例。") % {"most": MOST_PER_ITEM})
    if per_item * len(chosen) > MOST_CASES:
        raise Refusal(
            _("%(items)s个项目各%(each)s例共%(all)s例，超过上限%(most)s例。请减少项目或每项的例数。")
            % {"items": len(chosen), "each": per_item, "all": per_item * len(chosen), "most": MOST_CASES}
        )
    held = Assessment.objects.select_for_update(of=("self",)).select_related("hospital").get(pk=assessment.pk)
    source = None if by_hand else source_of(held)
    drawing = source is not None and source.run is not None
    last = held.rehearsals.aggregate(number=Max("number"))["number"] or 0
    rehearsal = Rehearsal.objects.create(
        assessment=held,
        number=last + 1,
        title=title.replace("\x00", "").strip()[:120],
        held_on=held_on,
        seed=_seed(seed),
        per_item=per_item,
        items=chosen,
        run=source.run if source is not None else None,
        state=State.DRAWING if drawing else State.OPEN,
        problem="" if source is None else source.why_not,
        made_by=by,
    )
    record_work(
        verb="rehearsal.planned",
        by=by,
        assessment=held,
        facts={
            "rehearsal": rehearsal.number,
            "items": chosen,
            "count": per_item,
            "seed": rehearsal.seed,
            **({"run": rehearsal.run.number} if rehearsal.run else {}),
        },
    )
    if drawing:
        jobs.enqueue(jobs.DRAW, rehearsal.pk)
    return rehearsal


def claim_draw(rehearsal_id: int) -> Rehearsal | None:
    """Take a rehearsal whose cases are to be drawn; None when another worker has it or it is through."""
    now = timezone.now()
    taken = (
        Rehearsal.objects.filter(pk=rehearsal_id, state=State.DRAWING, attempts__lt=MOST_ATTEMPTS)
        .filter(Q(attempt__isnull=True) | Q(heard_at__lt=now - SILENT_AFTER))
        .update(attempt=uuid.uuid4(), attempts=F("attempts") + 1, heard_at=now)
    )
    if not taken:
        return None
    return Rehearsal.objects.select_related(
        "assessment__hospital", "assessment__edition", "run__mapping", "made_by"
    ).get(pk=rehearsal_id)


def note_sign_of_life(rehearsal: Rehearsal) -> None:
    """Say that the draw still runs, so that nobody hands it over again."""
    Rehearsal.objects.filter(pk=rehearsal.pk, attempt=rehearsal.attempt).update(heard_at=timezone.now())


@transaction.atomic
def finish_draw(
    *,
    rehearsal: Rehearsal,
    cases: Sequence[NewCase],
    drawn_from: Sequence[Mapping[str, Any]],
    by: User | None = None,
) -> bool:
    """Keep the sample (``by`` None: the worker does). False when another worker took the draw over.

    ``drawn_from``: per item and record type how many cases there are and how many were drawn.
    """
    held = (
        Rehearsal.objects.select_for_update(of=("self",))
        .select_related("assessment__hospital")
        .get(pk=rehearsal.pk)
    )
    if held.state != State.DRAWING or held.attempt != rehearsal.attempt:
        return False
    positions: dict[str, int] = {}
    rows = []
    for case in cases:
        positions[case.item] = positions.get(case.item, 0) + 1
        rows.append(
            RehearsalCase(
                rehearsal=held,
                item_code=case.item,
                position=positions[case.item],
                record=case.record,
                key=case.key[:240],
                file=case.file[:300],
                row=case.row,
                happened_at=case.happened_at,
                department=case.department[:120],
            )
        )
    RehearsalCase.objects.bulk_create(rows)
    held.state, held.drawn_from = State.OPEN, [dict(one) for one in drawn_from]
    if not rows:
        held.problem = _(
            "所选项目在这次核验的数据里没有可抽取的记录。可补交数据、重新核验后再发起，或手工录入病例。"
        )
    held.save(update_fields=["state", "drawn_from", "problem"])
    record_work(
        verb="rehearsal.drawn",
        by=by,
        assessment=held.assessment,
        facts={"rehearsal": held.number, "count": len(rows)},
    )
    return True


def fail_draw(*, rehearsal: Rehearsal, sentence: str) -> None:
    """Nothing could be drawn: the rehearsal goes on with cases typed by hand, and says why."""
    Rehearsal.objects.filter(pk=rehearsal.pk, attempt=rehearsal.attempt, state=State.DRAWING).update(
        state=State.OPEN, problem=sentence
    )


def requeue_draws(*, now: datetime) -> int:
    """Hand over again what no worker took or a worker left lying; give up after three attempts."""
    lost = Rehearsal.objects.filter(state=State.DRAWING, heard_at__lt=now - SILENT_AFTER)
    lost.filter(attempts__gte=MOST_ATTEMPTS).update(
        state=State.OPEN, problem=_("抽取多次中断，没有抽到病例。请重新发起演练，或手工录入病例。")
    )
    numbers = list(lost.filter(attempts__lt=MOST_ATTEMPTS).values_list("pk", flat=True)[:20])
    for number in numbers:
        jobs.enqueue(jobs.DRAW, number)
    return len(numbers)


@transaction.atomic
def close_rehearsal(*, by: User, rehearsal: Rehearsal) -> Rehearsal:
    """End a rehearsal: its marks stand, and the pass rate is that of the cases that were looked at."""
    held = (
        Rehearsal.objects.select_for_update(of=("self",))
        .select_related("assessment__hospital")
        .get(pk=rehearsal.pk)
    )
    check_can_close(by, held)
    held.state, held.closed_by, held.closed_at = State.CLOSED, by, timezone.now()
    held.save(update_fields=["state", "closed_by", "closed_at"])
    outcomes = held.cases.exclude(outcome="")
    record_work(
        verb="rehearsal.closed",
        by=by,
        assessment=held.assessment,
        facts={
            "rehearsal": held.number,
            "count": outcomes.count(),
            "passed": outcomes.filter(outcome=RehearsalCase.Outcome.PASSED).count(),
        },
    )
    return held


def _seed(typed: str) -> str:
    seed = typed.replace("\x00", "").strip()
    if not seed:
        return "".join(secrets.choice(SEED_SIGNS) for _n in range(8))
    if len(seed) > 32 or not all(sign.isascii() and (sign.isalnum() or sign == "-") for sign in seed):
        raise Refusal(_("随机种子只能用字母、数字和连字符，不超过32个。留空则自动产生。"))
    return seed
