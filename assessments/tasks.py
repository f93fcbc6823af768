"""Background jobs of evidence: screening a bundle, counting a run, handing over again, destroying."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from celery import shared_task
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from assessments import jobs
from assessments.actions import receiving, running
from assessments.actions.receiving import Screened
from assessments.probes import PackageRefused
from assessments.verification.counting import Stopped, count_run
from assessments.verification.screening import Doubtful, screen
from engine.evidence import EVIDENCE_ENGINE_VERSION

logger = logging.getLogger(__name__)


@shared_task(name=jobs.SCREEN)
def screen_bundle(bundle_id: int) -> None:
    """Claim a bundle, look through it, keep what may stay. One that another worker has is left alone."""
    bundle = receiving.claim_bundle(bundle_id)
    if bundle is None:
        return

    def keep(found: Sequence[Screened], manifest: Mapping[str, Any]) -> None:
        receiving.finish_screening(bundle=bundle, found=found, manifest=manifest)
        running.run_after_screening(bundle=bundle)

    try:
        screen(bundle, keep, lambda: receiving.note_sign_of_life(bundle))
    except Doubtful as doubt:
        receiving.ask_about(bundle=bundle, code=doubt.code, sentence=doubt.sentence)


@shared_task(name=jobs.VERIFY)
def verify(run_id: int) -> None:
    """Claim a run, count it, keep the counts. A run that was overtaken leaves without a trace."""
    run = running.claim_run(run_id)
    if run is None:
        return

    def note(done: int, total: int, step: str, partial: Mapping[str, Any] | None) -> bool:
        return running.note_progress(run=run, done=done, total=total, step=step, known=partial)

    with translation.override(run.requested_by.language or None):
        try:
            counts = count_run(run, note)
            running.finish_run(
                run=run,
                counts=counts,
                catalogue_hash=str(counts["catalogue_hash"]),
                version=EVIDENCE_ENGINE_VERSION,
            )
        except Stopped:
            running.stop_run(run=run)
        except PackageRefused as refused:
            sentence = refused.refusal.sentence.in_language(translation.get_language() or "")
            running.fail_run(run=run, sentence=sentence)
        except Exception:
            logger.exception("run %s", run.public_id)
            running.fail_run(
                run=run,
                sentence=_("核验时出错。数据未受影响，请重新发起；若仍失败，请联系系统管理员。"),
            )
            raise


@shared_task(name=jobs.REQUEUE)
def requeue_lost() -> int:
    """Hand over again what no worker took or a worker left lying."""
    now = timezone.now()
    return running.requeue_runs(now=now) + receiving.requeue_bundles(now=now)


@shared_task(name=jobs.DESTROY)
def destroy_overdue() -> int:
    return receiving.destroy_overdue()
