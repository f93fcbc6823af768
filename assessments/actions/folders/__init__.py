"""A folder of screenshots: brought in, looked through, given places, stored at once, taken back at once."""

from assessments.actions.folders.choosing import Chosen, choose_places, confirm_folder, drop_folder
from assessments.actions.folders.jobs import (
    claim_folder,
    fail_reading,
    fail_storing,
    finish_reading,
    finish_storing,
    note_progress,
    requeue_folders,
    settled,
)
from assessments.actions.folders.receiving import receive_folder
from assessments.actions.folders.undoing import Undone, undo_folder

__all__ = [
    "Chosen",
    "Undone",
    "choose_places",
    "claim_folder",
    "confirm_folder",
    "drop_folder",
    "fail_reading",
    "fail_storing",
    "finish_reading",
    "finish_storing",
    "note_progress",
    "receive_folder",
    "requeue_folders",
    "settled",
    "undo_folder",
]
