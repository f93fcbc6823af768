"""Background jobs: screening a bundle, counting a run, drawing a sample, handing over again, destroying;
reminding hospitals of their last day, the weekly digest, and mailing what people were told."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from celery import shared_task
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from assessments import jobs
from assessments.actions import folders, notices, picturing, receiving, rehearsing, running
from assessments.actions.campaigns.reminding import send_due_reminders
from assessments.actions.ledger import send_digests
from assessments.actions.receiving import Screened
from assessments.actions.shared_content import Content, note_question
from assessments.actions.signing import sweep_rounds
from assessments.folder_tasks import (  # noqa: F401 - registered here
    read_folder_import,
    store_folder_import,
)
from assessments.picture_tasks import (  # noqa: F401 - registered here
    catch_up_looks,
    forget_picture_drafts,
    read_picture,
)
from assessments.probes import PackageRefused
from assessments.verification.counting import Stopped, count_run
from assessments.verification.drawing import draw_cases
from assessments.verification.screening import Doubtful, screen
from engine.evidence import EVIDENCE_ENGINE_VERSION

logger = logging.getLogger(__name__)


@shared_task(name=jobs.SCREEN)
def screen_bundle(bundle_id: int) -> None:
    """Claim a bundle, look through it, keep what may stay. One that another worker has is left alone."""
    bundle = receiving.claim_bundle(bundle_id)
    if bundle is None:
        return

    def keep(found: Sequence[Screened], manifest: Mapping[str, Any], content: Content) -> None:
        receiving.finish_screening(bundle=bundle, found=found, manifest=manifest, content=content)
        running.run_after_screening(bundle=bundle)

    try:
        screen(bundle, keep, lambda: receiving.note_sign_of_life(bundle))
    except Doubtful as doubt:
        if doubt.same:
            note_question(bundle=bundle, same=doubt.same)
        receiving.ask_about(bundle=bundle, code=doubt.code, sentence=doubt.sentence)
    except Exception:
        logger.exception("bundle %s", bundle.public_id)
        receiving.ask_about(bundle=bundle, code="broke_off", sentence=receiving.BROKE_OFF)
        raise


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


@shared_task(name=jobs.DRAW)
def draw_rehearsal(rehearsal_id: int) -> None:
    """Claim a rehearsal and draw its cases. One that another worker has is left alone."""
    rehearsal = rehearsing.claim_draw(rehearsal_id)
    if rehearsal is None:
        return
    with translation.override(rehearsal.made_by.language or None):
        try:
            cases, drawn_from = draw_cases(rehearsal, lambda: rehearsing.note_sign_of_life(rehearsal))
            rehearsing.finish_draw(rehearsal=rehearsal, cases=cases, drawn_from=drawn_from)
        except PackageRefused as refused:
            sentence = refused.refusal.sentence.in_language(translation.get_language() or "")
            rehearsing.fail_draw(rehearsal=rehearsal, sentence=sentence)
        except Exception:
            logger.exception("rehearsal %s", rehearsal.public_id)
            rehearsing.fail_draw(
                rehearsal=rehearsal,
                sentence=_(
                    "抽取时出错，没有抽到病例。请重新发起演练，或手工录入病例；若仍失败，请联系系统管理员。"
                ),
            )
            raise


@shared_task(name=jobs.REQUEUE)
def requeue_lost() -> int:
    """Hand over again what no worker took or a worker left lying."""
    now = timezone.now()
    kinds = (
        running.requeue_runs,
        receiving.requeue_bundles,
        rehearsing.requeue_draws,
        folders.requeue_folders,
        picturing.requeue_readings,
    )
    return jobs.in_turn(partial(requeue, now=now) for requeue in kinds)


@shared_task(name=jobs.DESTROY)
def destroy_overdue() -> int:
    return receiving.destroy_overdue()


@shared_task(name=jobs.REMIND)
def remind_hospitals() -> int:
    """Asked every hour, and idempotent: a reminder that was sent for a day is not sent again."""
    return send_due_reminders(by=None)


@shared_task(name=jobs.MAIL_NOTICES)
def mail_notices() -> int:
    return notices.mail_notices()


@shared_task(name=jobs.DIGEST)
def send_weekly_digests() -> int:
    """Asked every hour, and idempotent: whoever was told this week is not told again."""
    return send_digests(by=None)


@shared_task(name=jobs.REOPEN)
def reopen_signatures() -> int:
    """Asked every two minutes, and idempotent: what is void is not made void again."""
    return sweep_rounds()
