"""Names of the background jobs of this app."""

from assessments.jobs import enqueue

MAKE_REPORT = "reports.make"
REQUEUE_LOST = "reports.requeue_lost"

__all__ = ["MAKE_REPORT", "REQUEUE_LOST", "enqueue"]
