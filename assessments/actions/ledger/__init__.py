"""Writing the rectification ledger: entering, changing, working off, carrying over, the weekly digest."""

from assessments.actions.ledger.carrying import carry_ledger
from assessments.actions.ledger.changing import Clash, EntryChanged, assign_entries, change_entry
from assessments.actions.ledger.digests import send_digests
from assessments.actions.ledger.entering import enter_by_hand, enter_proposals
from assessments.actions.ledger.working import (
    EntryMoved,
    add_measure,
    begin_entry,
    close_entry,
    hand_back_entry,
    hand_in_entry,
    reopen_entry,
    withdraw_entry,
)

__all__ = [
    "Clash",
    "EntryChanged",
    "EntryMoved",
    "add_measure",
    "assign_entries",
    "begin_entry",
    "carry_ledger",
    "change_entry",
    "close_entry",
    "enter_by_hand",
    "enter_proposals",
    "hand_back_entry",
    "hand_in_entry",
    "reopen_entry",
    "send_digests",
    "withdraw_entry",
]
