"""Names of the background jobs of this app."""

from assessments.jobs import FILL_YEARS, enqueue

MAKE_REPORT = "reports.make"
REQUEUE_LOST = "reports.requeue_lost"
CATCH_UP = "reports.catch_up_years"
COUNT_GAPS = "reports.count_gaps"
FEED_BATCH = "reports.feed_batch"
FORGET_BATCHES = "reports.forget_batches"

__all__ = [
    "CATCH_UP",
    "COUNT_GAPS",
    "FEED_BATCH",
    "FILL_YEARS",
    "FORGET_BATCHES",
    "MAKE_REPORT",
    "REQUEUE_LOST",
    "enqueue",
]
