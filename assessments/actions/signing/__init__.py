"""Signing before a submission: confirming, consolidating, approving; what reopens; the sealed scan; the rule."""

from assessments.actions.signing.handing_in import close_round
from assessments.actions.signing.putting_down import (
    ChangedSinceOpened,
    approve,
    confirm_items,
    consolidate,
)
from assessments.actions.signing.reopening import reopen_changed, sweep_rounds, withdraw_signature
from assessments.actions.signing.ruling import require_signing
from assessments.actions.signing.sealing import add_scan

__all__ = [
    "ChangedSinceOpened",
    "add_scan",
    "approve",
    "close_round",
    "confirm_items",
    "consolidate",
    "reopen_changed",
    "require_signing",
    "sweep_rounds",
    "withdraw_signature",
]
