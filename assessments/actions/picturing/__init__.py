"""Screenshots: drafts that only their maker sees, burning what was marked, the order of files, cleaning up."""

from assessments.actions.picturing.cleaning import catch_up_looks, forget_drafts
from assessments.actions.picturing.drafting import begin_draft, give_up_draft, reopen_picture
from assessments.actions.picturing.ordering import move_attachment
from assessments.actions.picturing.proposing import claim_draft, keep_proposals, requeue_readings
from assessments.actions.picturing.saving import save_picture

__all__ = [
    "begin_draft",
    "catch_up_looks",
    "claim_draft",
    "forget_drafts",
    "give_up_draft",
    "keep_proposals",
    "move_attachment",
    "reopen_picture",
    "requeue_readings",
    "save_picture",
]
