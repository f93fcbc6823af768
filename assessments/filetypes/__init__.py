"""What may be attached: files that a person looks at. Typed by content; the name decides nothing."""

from assessments.filetypes.judging import ACCEPT, LookedAt, judge
from assessments.filetypes.names import clean_name

__all__ = ["ACCEPT", "LookedAt", "clean_name", "judge"]
