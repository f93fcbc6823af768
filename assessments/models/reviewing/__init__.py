"""Review of what was submitted: who looks, in which order, what was found, and the level that is awarded."""

from assessments.models.reviewing.awards import AwardedLevel, Objection
from assessments.models.reviewing.review import (
    Review,
    ReviewAssignment,
    ReviewMark,
    ReviewMessage,
    ReviewQuestion,
    ReviewStep,
)
from assessments.models.reviewing.schemes import ReviewScheme, ReviewStage, StageKind
from assessments.models.reviewing.visits import SiteVisit, SiteVisitItem

__all__ = [
    "AwardedLevel",
    "Objection",
    "Review",
    "ReviewAssignment",
    "ReviewMark",
    "ReviewMessage",
    "ReviewQuestion",
    "ReviewScheme",
    "ReviewStage",
    "ReviewStep",
    "SiteVisit",
    "SiteVisitItem",
    "StageKind",
]
