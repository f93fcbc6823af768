"""Asking for a run of the checks, and the steps of the job that counts."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from assessments import jobs
from assessments.models import Assessment, EvidenceBundle, VerificationRun
from assessments.trail import record_work
from assessments.verification_permissions import check_can_cancel, check_can_run
from hospitals.refusals import Refusal

State = VerificationRun.State
SILENT_AFTER = timedelta(minutes=5)  # reading one large file gives no sign of life
MOST_ATTEMPTS = 3


@transaction.atomic
def request_run(*, by: User, assessment: Assessment) -> VerificationRun:
    """Queue a run over every bundle handed in for the assessment; asking twice gives the one under way.

    Raises Refusal while files are still being screened, or when there is nothing to count.
    """
    check_can_run(by, assessment)
    held = Assessment.objects.select_for_update(of=("self",)).select_related("hospital").get(pk=assessment.pk)
    under_way = held.verification_runs.filter(state__in=[State.WAITING, State.RUNNING]).first()
    if under_way is not None:
        return under_way
    bundles = EvidenceBundle.objects.filter(uses__assessment=held).distinct()
    if bundles.filter(state__in=[EvidenceBundle.State.RECEIVED, EvidenceBundle.State.SCREENING]).exists():
        raise Refusal(_("有文件还在检查，请等检查结束后再核验。"))
    ready = list(bundles.filter(state=EvidenceBundle.State.KEPT))
    if not ready and not held.supplied_figures.filter(superseded_at__isnull=True).exists():
        raise Refusal(_("还没有可核验的数据。请先上传数据文件，或填写统计数字。"))
    if held.window_from is None or held.window_to is None:
        raise Refusal(_("这份自评还没有统计时段，请先在统计口径页填写。"))
    last = held.verification_runs.aggregate(number=Max("number"))["number"] or 0
    run = VerificationRun.objects.create(
        assessment=held,
        number=last + 1,
        mapping=held.hospital.mapping_versions.first(),
        window_from=held.window_from,
        window_to=held.window_to,
        requested_by=by,
    )
    run.bundles.set(ready)
    record_work(
        verb="run.requested",
        by=by,
        assessment=held,
        facts={"run": run.number, "bundles": [str(bundle.public_id) for bundle in ready]},
    )
    jobs.enqueue(jobs.VERIFY, run.pk)
    return run


def run_after_screening(*, bundle: EvidenceBundle) -> VerificationRun | None:
    """Start the run that was asked for with the upload; None when something stands against it now."""
    use = bundle.uses.select_related("assessment").first()
    if not bundle.run_after or use is None:
        return None
    try:
        return request_run(by=bundle.uploaded_by, assessment=use.assessment)
    except Refusal:  # everything was refused, other files still wait, it was submitted: a person decides
        return None


@transaction.atomic
def cancel_run(*, by: User, run: VerificationRun) -> None:
    """Ask a run to stop; one that waits stops at once, one that counts after the check it is at."""
    check_can_cancel(by, run)
    held = (
        VerificationRun.objects.select_for_update(of=("self",))
        .select_related("assessment__hospital")
        .get(pk=run.pk)
    )
    check_can_cancel(by, held)
    now = timezone.now()
    held.cancel_asked_at = now
    if held.state == State.WAITING:
        held.state, held.finished_at = State.CANCELLED, now
    held.save(update_fields=["cancel_asked_at", "state", "finished_at"])
    record_work(verb="run.cancelled", by=by, assessment=held.assessment, facts={"run": held.number})


def claim_run(run_id: int) -> VerificationRun | None:
    """Take a waiting or abandoned run; None when another worker has it or it is finished."""
    now = timezone.now()
    attempt = uuid.uuid4()
    taken = (
        VerificationRun.objects.filter(pk=run_id, attempts__lt=MOST_ATTEMPTS)
        .filter(Q(state=State.WAITING) | Q(state=State.RUNNING, heard_at__lt=now - SILENT_AFTER))
        .update(
            state=State.RUNNING, attempt=attempt, attempts=F("attempts") + 1, heard_at=now, started_at=now
        )
    )
    if not taken:
        return None
    return VerificationRun.objects.select_related(
        "assessment__hospital", "assessment__edition", "mapping", "requested_by"
    ).get(pk=run_id)


def note_progress(
    *, run: VerificationRun, done: int, total: int, step: str, known: Mapping[str, Any] | None = None
) -> bool:
    """Say how far the run is and keep what is counted so far; False when it should stop."""
    changes: dict[str, Any] = {"done": done, "total": total, "step": step[:160], "heard_at": timezone.now()}
    if known is not None:
        changes["counts"] = {
            "partial": dict(known)
        }  # {"inputs", "counts"}: see assessments.verification.counting
    return bool(_mine(run).filter(cancel_asked_at__isnull=True).update(**changes))


@transaction.atomic
def finish_run(
    *,
    run: VerificationRun,
    counts: Mapping[str, Any],
    catalogue_hash: str,
    version: str,
    by: User | None = None,
) -> bool:
    """Keep the counts with their digest (``by`` None: the worker does). False when the run was overtaken or cancelled meanwhile."""
    held = (
        VerificationRun.objects.select_for_update(of=("self",))
        .select_related("assessment__hospital")
        .get(pk=run.pk)
    )
    if held.attempt != run.attempt or held.state != State.RUNNING or held.cancel_asked_at is not None:
        return False
    held.counts = dict(counts)
    held.digest = digest_of(counts)
    held.catalogue_hash, held.engine_version = catalogue_hash, version
    held.state, held.step, held.finished_at = State.DONE, "", timezone.now()
    held.done = held.total
    held.save()
    record_work(
        verb="run.finished",
        by=by,
        assessment=held.assessment,
        facts={"run": held.number, "digest": held.digest},
    )
    return True


def fail_run(*, run: VerificationRun, sentence: str) -> None:
    """End the run with a sentence for the person who asked."""
    _mine(run).update(state=State.FAILED, error=sentence, finished_at=timezone.now())


def stop_run(*, run: VerificationRun) -> None:
    """The worker stopped because a person asked."""
    _mine(run).update(state=State.CANCELLED, step="", finished_at=timezone.now())


def requeue_runs(*, now: datetime) -> int:
    """Hand over again what no worker took or a worker left lying; give up after three attempts."""
    lost = VerificationRun.objects.filter(
        Q(state=State.WAITING, requested_at__lt=now - SILENT_AFTER)
        | Q(state=State.RUNNING, heard_at__lt=now - SILENT_AFTER)
    )
    lost.filter(cancel_asked_at__isnull=False).update(state=State.CANCELLED, finished_at=now)
    lost.filter(attempts__gte=MOST_ATTEMPTS).update(
        state=State.FAILED,
        finished_at=now,
        error=_("核验多次中断。数据未受影响，请重新发起；若仍失败，请联系系统管理员。"),
    )
    numbers = list(lost.filter(attempts__lt=MOST_ATTEMPTS).values_list("pk", flat=True)[:20])
    for number in numbers:
        jobs.enqueue(jobs.VERIFY, number)
    return len(numbers)


def digest_of(counts: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical form: the same files, rules and window give the same digest."""
    return hashlib.sha256(
        json.dumps(counts, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    ).hexdigest()


def _mine(run: VerificationRun) -> Any:
    return VerificationRun.objects.filter(pk=run.pk, attempt=run.attempt, state=State.RUNNING)
