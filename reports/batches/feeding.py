"""Handing the documents of a batch to the job that makes documents, a few at a time, so that both processes always
have work and nobody else's document waits behind a whole region's."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from assessments.jobs import in_turn
from assessments.models import AdoptedPlan, Assessment
from assessments.queries.planning.adopted import plans_of
from hospitals.refusals import Refusal
from reports.actions import TooManyWaiting, is_only_overseen, request_report, request_roadmap
from reports.batches.rights import check_can_export
from reports.covers.reading import issuer_of
from reports.models import Batch, BatchLine, Cover, IssuedReport

IN_HAND = 4  # twice the processes: neither waits while the next one is chosen
STILL_THE_SAME = timedelta(days=7)  # a document made before is taken again this long
State = IssuedReport.State


@transaction.atomic
def hand_over(batch_pk: int) -> int:
    """The next documents of a batch, with the maker's rights as they are now; how many. Ends the batch when nothing
    waits and nothing is being made. A line that is refused keeps the sentence."""
    batch = (
        Batch.objects.select_for_update(of=("self",))
        .select_related("made_by", "edition")
        .filter(pk=batch_pk, finished_at__isnull=True)
        .first()
    )
    if batch is None:
        return 0
    lines = batch.lines
    free = IN_HAND - lines.filter(report__state__in=[State.WAITING, State.RUNNING]).count()
    handed = 0
    waiting = lines.filter(report__isnull=True, problem="")
    if batch.cancelled_at is None:
        for line in waiting.select_related("assessment__hospital", "assessment__edition"):
            if handed >= free:
                return handed
            try:
                handed += _hand(batch, line)
            except (
                TooManyWaiting
            ):  # the maker asked for others besides: this one waits, the sweep comes back to it
                return handed
    if handed == 0 and free == IN_HAND and (batch.cancelled_at or not waiting.exists()):
        Batch.objects.filter(pk=batch.pk).update(finished_at=timezone.now())
    return handed


def _hand(batch: Batch, line: BatchLine) -> int:
    """1 where a document is now under way."""
    try:
        with translation.override(batch.made_by.language or None):
            check_can_export(batch.made_by, line.assessment)
            line.report = _made_before(batch, line)
            line.reused = line.report is not None
            if line.report is None:
                line.report = _ask(batch, line)
    except TooManyWaiting:
        raise
    except Refusal as refusal:
        line.problem = str(refusal)
    line.save(update_fields=["report", "reused", "problem"])
    return int(line.report is not None and not line.reused)


def _ask(batch: Batch, line: BatchLine) -> IssuedReport:
    if batch.kind == IssuedReport.Kind.ROADMAP:
        plan = plans_of(line.assessment).filter(state=AdoptedPlan.State.IN_FORCE).first()
        if plan is None:
            raise Refusal(_("这家医院还没有采纳建设规划，没有路线图可以生成。"))
        return request_roadmap(
            assessment=line.assessment,
            language=line.language,
            form=batch.form,
            by=batch.made_by,
            adopted=plan,
        )
    return request_report(
        assessment=line.assessment,
        language=line.language,
        target_level=batch.target_level or line.assessment.target_level,
        form=batch.form,
        by=batch.made_by,
    )


def _made_before(batch: Batch, line: BatchLine) -> IssuedReport | None:
    """A finished gap report of the same submission, target, language and form that the same person asked for lately,
    under the cover as it is now. A draft changes, so it is always made anew."""
    assessment, by = line.assessment, batch.made_by
    if batch.kind != IssuedReport.Kind.GAP or (assessment.is_open and not is_only_overseen(assessment, by)):
        return None
    snapshot = assessment.snapshots.only("pk").first()
    if snapshot is None:
        return None
    found = IssuedReport.objects.filter(
        kind=batch.kind,
        state=State.DONE,
        assessment=assessment,
        snapshot=snapshot,
        language=line.language,
        form=batch.form,
        target_level=batch.target_level or assessment.target_level,
        requested_by=by,
        started_at__gte=max(timezone.now() - STILL_THE_SAME, _cover_since(assessment, by)),
    )
    made = found.order_by("-finished_at").first()
    return made if made is not None and made.file.storage.exists(str(made.file.name)) else None


def _cover_since(assessment: Assessment, by: Any) -> datetime:
    issuer = issuer_of(assessment.hospital, by)
    cover = Cover.objects.filter(organisation=issuer).only("changed_at").first() if issuer else None
    return cover.changed_at if cover else assessment.created_at


def feed_after(report_id: int) -> None:
    """A document ended, whichever way: its batches go on. One query for a document of no batch."""
    found = Batch.objects.filter(lines__report_id=report_id, finished_at__isnull=True).distinct()
    for number in found.values_list("pk", flat=True):
        hand_over(number)


def feed_left_lying() -> int:
    """Batches whose last sign was lost with a worker; how many documents were handed over."""
    open_ones = list(Batch.objects.filter(finished_at__isnull=True).values_list("pk", flat=True)[:50])
    return in_turn(partial(hand_over, number) for number in open_ones)


def forget_old(*, now: datetime | None = None) -> int:
    """Throw away lists past their day. The documents stay in the libraries of their hospitals."""
    old = Batch.objects.filter(kept_until__lt=now or timezone.now(), finished_at__isnull=False)
    numbers = list(old.values_list("pk", flat=True)[:200])
    Batch.objects.filter(pk__in=numbers).delete()
    return len(numbers)
