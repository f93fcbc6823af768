"""A submission that arrives as a signed file: checked, recomputed, and then a submission like any other."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.actions.attesting import out_of_force, run_of_counts, said
from assessments.actions.freezing import verified_cards
from assessments.actions.reviewing.opening import open_review
from assessments.actions.starting import refuse_wrong_window
from assessments.models import (
    Assessment,
    AttestationKey,
    BaseFigure,
    ImportedSubmission,
    ItemAnswer,
    OverallAnswer,
    ScoreSnapshot,
    StatusChange,
    VerificationRun,
)
from assessments.offline.package import (
    LONGEST_TITLE,
    PackageRefused,
    Submission,
    flags_digest,
    read_submission,
)
from assessments.permissions import check_can_receive_submissions
from assessments.trail import record_work
from engine.evidence.attestation import (
    SUBMISSION_FORMAT,
    AttestationRefused,
    check,
    read_attestation,
    read_public_key,
)
from engine.rubric.values import Rubric, Text
from engine.scoring import ENGINE_VERSION
from engine.scoring.card_json import card_to_json
from engine.scoring.checking import check_answers
from engine.scoring.formats import answers_to_json
from engine.scoring.score import score
from hospitals import access
from hospitals.access import BUREAU_STAFF
from hospitals.refusals import Refusal
from rubrics.models import Confirmation, Edition
from rubrics.queries import get_catalogue, get_rubric

LARGEST = 60 * 2**20
OPEN_FOR_IMPORT = (Assessment.Status.SUBMITTED, Assessment.Status.RETURNED)


@transaction.atomic
def receive_submission(*, by: User, content: bytes) -> ImportedSubmission:
    """Take in a package (zhiping-submission/1) of a hospital beneath one of the actor's bureaus.

    The signature must be of a key registered for the hospital, the edition the same to the last byte, the
    answers free of contradictions; levels are counted again here, and a card that differs under the same
    flags and engine is refused. A later number of the same assessment becomes its next submission.
    Raises Refusal with one sentence; then nothing is kept.
    """
    check_can_receive_submissions(by)
    if len(content) > LARGEST:
        raise Refusal(_("文件超过%(most)s MB，不是上报包。") % {"most": LARGEST // 2**20})
    try:
        document = read_attestation(content, document_format=SUBMISSION_FORMAT)
        key = _key_of(document, by)
        edition = _edition_of(document["body"])
        rubric = get_rubric(edition)
        submission = read_submission(document["body"], rubric)
    except (AttestationRefused, PackageRefused) as refused:
        raise Refusal(said(refused.sentence)) from refused
    _refuse_what_contradicts(submission, rubric)
    if ImportedSubmission.objects.filter(digest=document["digest"]).exists():
        raise Refusal(_("这个上报包已经导入过，没有重复导入。"))
    differences = _differences(submission, rubric)
    assessment = _assessment_for(submission, edition, key, by)
    _write_answers(assessment, submission, by)
    run = _run_for(assessment, submission, by)
    snapshot = _snapshot_for(assessment, submission, rubric, run, by)
    _move_to_submitted(assessment, by)
    received = ImportedSubmission.objects.create(
        assessment=assessment,
        snapshot=snapshot,
        key=key,
        source=submission.source,
        digest=document["digest"],
        document=document,
        differences=[{"zh": text.zh, "en": text.en} for text in differences],
        received_by=by,
    )
    record_work(
        verb="assessment.imported",
        by=by,
        assessment=assessment,
        facts={
            "snapshot": snapshot.number,
            "level": snapshot.level,
            "total": str(snapshot.total),
            "sha256": document["digest"],
            "fingerprint": key.fingerprint,
        },
    )
    open_review(by=by, assessment=assessment, snapshot=snapshot)
    return received


def _key_of(document: Mapping[str, Any], by: User) -> AttestationKey:
    """The registered key that signed; of a hospital the actor does not oversee it is as good as unknown."""
    named = document["signature"]["key"]
    key = AttestationKey.objects.select_related("hospital", "replaced_by").filter(fingerprint=named).first()
    if key is not None and not access.oversees(by, key.hospital, *BUREAU_STAFF):
        key = None
    checked = check(document, {named: read_public_key(key.public_key.encode())} if key else {})
    if checked.outcome != "valid" or key is None:
        raise AttestationRefused(checked.sentence)
    if (ended := out_of_force(key, document["body"])) is not None:
        raise AttestationRefused(ended)
    return key


def _edition_of(body: Mapping[str, Any]) -> Edition:
    edition = (
        Edition.objects.published()
        .filter(key=str(body.get("rubric", "")), content_hash=str(body.get("edition", "")))
        .first()
    )
    if edition is None:
        raise PackageRefused(
            Text(
                f"本系统没有上报包所用的标准版本（{str(body.get('rubric', ''))[:40]}，指纹{str(body.get('edition', ''))[:16]}），无法复算。",
                f"This installation does not hold the edition of the package ({str(body.get('rubric', ''))[:40]}, "
                f"fingerprint {str(body.get('edition', ''))[:16]}); it cannot be recounted.",
            )
        )
    return edition


def _refuse_what_contradicts(submission: Submission, rubric: Rubric) -> None:
    refuse_wrong_window(rubric, submission.window)
    if submission.made_at > timezone.now() + timedelta(days=1):
        raise Refusal(_("上报包的提交时间在将来，请医院核对服务器时钟后重新导出。"))
    if problems := check_answers(rubric, submission.answers):
        raise Refusal(
            _("上报包里的数据自相矛盾，没有导入：%(problem)s") % {"problem": said(problems[0].message)}
        )
    if submission.counts is not None and submission.counts.catalogue_hash != get_catalogue().content_hash:
        raise Refusal(_("上报包的核验用的是另一版核验规则，不能对照。请双方更新到同一版本后重新导出。"))


def _differences(submission: Submission, rubric: Rubric) -> list[Text]:
    """What this installation counts otherwise than the hospital's. Refuses what nothing explains."""
    here = score(rubric, submission.answers)
    same = card_to_json(here) == card_to_json(submission.card)
    if submission.flags == flags_digest(rubric) and submission.engine_version == ENGINE_VERSION:
        if not same:
            raise Refusal(_("上报包写明的得分与按其答案复算的不符，没有导入。请医院重新导出。"))
        return []
    found = []
    if submission.flags != flags_digest(rubric):
        found.append(
            Text(
                "基本项与选择项的确认与本系统不同。",
                "The basic and optional items are confirmed differently there.",
            )
        )
    if submission.engine_version != ENGINE_VERSION:
        found.append(
            Text(
                f"医院的评分程序是{submission.engine_version}，本系统是{ENGINE_VERSION}。",
                f"The hospital scores with engine {submission.engine_version}, this installation with {ENGINE_VERSION}.",
            )
        )
    if (here.level, here.total) != (submission.card.level, submission.card.total):
        found.append(
            Text(
                f"医院计得{submission.card.level}级、{submission.card.total}分，本系统复算为{here.level}级、{here.total}分，以复算为准。",
                f"The hospital counted level {submission.card.level} and {submission.card.total} points; counted here it is "
                f"level {here.level} and {here.total} points, which is what stands.",
            )
        )
    return found


def _assessment_for(submission: Submission, edition: Edition, key: AttestationKey, by: User) -> Assessment:
    earlier = (
        ImportedSubmission.objects.filter(source=submission.source, assessment__hospital=key.hospital)
        .values_list("assessment", flat=True)
        .first()
    )
    if earlier is None:
        window = submission.window or (None, None)
        return Assessment.objects.create(
            hospital=key.hospital,
            edition=edition,
            title=_free_title(submission.title, key),
            window_from=window[0],
            window_to=window[1],
            target_level=submission.target,
            created_by=by,
        )
    held = (
        Assessment.objects.select_for_update(of=("self",))
        .select_related("hospital", "edition")
        .get(pk=earlier)
    )
    if held.edition_id != edition.pk:
        raise Refusal(_("上报包与先前导入的同一份自评用的标准版本不同，没有导入。"))
    if held.status not in OPEN_FOR_IMPORT:
        raise Refusal(_("这份自评%(status)s，不再接受新的上报包。") % {"status": held.get_status_display()})
    last = held.snapshots.aggregate(n=Max("number"))["n"] or 0
    if submission.number <= last:
        raise Refusal(
            _("上报包是第%(n)s次提交，本系统已有第%(last)s次提交，没有导入。请医院导出最新的提交。")
            % {"n": submission.number, "last": last}
        )
    return held


def _free_title(title: str, key: AttestationKey) -> str:
    taken = set(key.hospital.assessments.values_list("title", flat=True))
    if title not in taken:
        return title
    for n in range(1, 1000):
        suffix = _("（离线上报%(n)s）") % {"n": n}
        if (candidate := title[: LONGEST_TITLE - len(suffix)] + suffix) not in taken:
            return candidate
    raise Refusal(_("本院已有名为“%(title)s”的自评，请换一个名称。") % {"title": title})


def _write_answers(assessment: Assessment, submission: Submission, by: User) -> None:
    """The answers as rows too: what the hospital's own people of this installation may look at."""
    now = timezone.now()
    for rows in (assessment.item_answers, assessment.base_figures, assessment.overall_answers):
        rows.all().delete()
    items: Mapping[str, Mapping[str, Any]] = submission.answers_document.get("items", {})
    ItemAnswer.objects.bulk_create(
        ItemAnswer(
            assessment=assessment,
            item_code=code,
            clauses=entry.get("clauses", {}),
            denominator=entry.get("denominator"),
            denominators=entry.get("denominators", {}),
            numerators=entry.get("numerators", {}),
            in_use=entry.get("in_use"),
            data_quality=entry.get("data_quality", {}),
            no_such_service=entry.get("no_such_service", ""),
            version=1,
            updated_by=by,
            updated_at=now,
        )
        for code, entry in items.items()
    )
    BaseFigure.objects.bulk_create(
        BaseFigure(
            assessment=assessment,
            key=str(row["key"])[:60],
            value=row["value"],
            sql_text=str(row.get("sql", "")),
            database_name=str(row.get("database", ""))[:120],
            run_at=parse_datetime(str(row.get("run_at", ""))),
            owner=str(row.get("owner", ""))[:80],
            version=1,
            updated_by=by,
            updated_at=now,
        )
        for row in _known_figures(assessment, submission)
    )
    OverallAnswer.objects.bulk_create(
        OverallAnswer(assessment=assessment, level=level, n=n, state=state, updated_by=by)
        for level, states in submission.answers.overall.items()
        for n, state in enumerate(states, start=1)
    )


def _known_figures(assessment: Assessment, submission: Submission) -> list[dict[str, Any]]:
    """Of the basis only what is a count of this edition, each once."""
    keys = {base.key for base in get_rubric(assessment.edition).statistical_bases}
    found = {
        row["key"]: row
        for row in submission.basis
        if row.get("key") in keys and isinstance(row.get("value"), int) and row["value"] >= 0
    }
    return list(found.values())


def _run_for(assessment: Assessment, submission: Submission, by: User) -> VerificationRun | None:
    if submission.counts is None:
        return None
    if submission.counts.rubric != assessment.edition.key or (
        submission.window is not None and submission.counts.window != submission.window
    ):
        raise Refusal(_("上报包里的核验与自评不是同一个标准或时段，没有导入。"))
    return run_of_counts(by, assessment, submission.counts)


def _snapshot_for(
    assessment: Assessment, submission: Submission, rubric: Rubric, run: VerificationRun | None, by: User
) -> ScoreSnapshot:
    card = score(rubric, submission.answers)
    return ScoreSnapshot.objects.create(
        assessment=assessment,
        number=submission.number,
        answers=answers_to_json(rubric, submission.answers),
        card=card_to_json(card),
        run=run,
        verified=verified_cards(rubric, submission.answers, run, ()),
        basis=submission.basis,
        edition_hash=assessment.edition.content_hash,
        engine_version=ENGINE_VERSION,
        confirmation=Confirmation.objects.filter(
            edition=assessment.edition, withdrawn_at__isnull=True
        ).first(),
        level=card.level,
        total=card.total,
        taken_by=by,
        taken_at=submission.made_at,
    )


def _move_to_submitted(assessment: Assessment, by: User) -> None:
    before = assessment.status if assessment.submitted_at else ""
    assessment.status, assessment.submitted_at = Assessment.Status.SUBMITTED, timezone.now()
    assessment.save(update_fields=["status", "submitted_at"])
    StatusChange.objects.create(
        assessment=assessment, before=before, after=assessment.status, reason=_("由医院的上报包导入"), by=by
    )
