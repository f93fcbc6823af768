"""Rehearsing the on-site review: planning and drawing, marking cases, settling what did not pass."""

from assessments.actions.rehearsing.marking import (
    add_case,
    add_photo,
    assignment_of,
    mark_case,
    remove_case,
    remove_photo,
)
from assessments.actions.rehearsing.planning import (
    MOST_CASES,
    MOST_PER_ITEM,
    NewCase,
    claim_draw,
    close_rehearsal,
    fail_draw,
    finish_draw,
    note_sign_of_life,
    plan_rehearsal,
    requeue_draws,
)
from assessments.actions.rehearsing.scripting import StepConflict, StepTyped, save_script
from assessments.actions.rehearsing.settling import reopen_case, settle_case

__all__ = [
    "MOST_CASES",
    "MOST_PER_ITEM",
    "NewCase",
    "StepConflict",
    "StepTyped",
    "add_case",
    "add_photo",
    "assignment_of",
    "claim_draw",
    "close_rehearsal",
    "fail_draw",
    "finish_draw",
    "mark_case",
    "note_sign_of_life",
    "plan_rehearsal",
    "remove_case",
    "remove_photo",
    "reopen_case",
    "requeue_draws",
    "save_script",
    "settle_case",
]
