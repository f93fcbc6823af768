"""Documents that were made, and what bureaus compare."""

from reports.models.batches import Batch, BatchLine
from reports.models.comparing import CountedGaps, DualTrackQuestion
from reports.models.covers import Cover
from reports.models.issued import IssuedReport, stored_name
from reports.models.regional import PeerSharing, SavedView, YearlyResult

__all__ = [
    "Batch",
    "BatchLine",
    "CountedGaps",
    "Cover",
    "DualTrackQuestion",
    "IssuedReport",
    "PeerSharing",
    "SavedView",
    "YearlyResult",
    "stored_name",
]
