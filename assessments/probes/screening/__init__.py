"""Privacy screening before anything is kept. A hit has a kind and a place and never a value."""

from assessments.probes.screening.hits import LABELS, Hit
from assessments.probes.screening.messages import screen_messages
from assessments.probes.screening.table import screen_table
from assessments.probes.screening.values import screen_file_name, screen_header, screen_values

__all__ = [
    "LABELS",
    "Hit",
    "screen_file_name",
    "screen_header",
    "screen_messages",
    "screen_table",
    "screen_values",
]
