"""The work of a self-assessment: answers, figures, assignments, talk, files, snapshots."""

from assessments.models.answers import BaseFigure, ItemAnswer, OverallAnswer
from assessments.models.assessment import Assessment, Assignment, StatusChange
from assessments.models.snapshot import ScoreSnapshot
from assessments.models.talk import Attachment, Comment

__all__ = [
    "Assessment",
    "Assignment",
    "Attachment",
    "BaseFigure",
    "Comment",
    "ItemAnswer",
    "OverallAnswer",
    "ScoreSnapshot",
    "StatusChange",
]
