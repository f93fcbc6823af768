"""A plan as pages and documents tell it: ``roadmap_view`` makes the one ``RoadmapView`` they all read."""

from reports.view_models.roadmap.values import (
    ActionRow,
    AssumptionRow,
    BlockedRow,
    ConstraintRow,
    ItemName,
    Phase,
    PlannedClause,
    QuarterRow,
    QuarterWords,
    RelaxationRow,
    Risk,
    RoadmapView,
    SensitivityRow,
    Span,
    TaskRow,
)
from reports.view_models.roadmap.view import end_card, roadmap_view

__all__ = [
    "ActionRow",
    "AssumptionRow",
    "BlockedRow",
    "ConstraintRow",
    "ItemName",
    "Phase",
    "PlannedClause",
    "QuarterRow",
    "QuarterWords",
    "RelaxationRow",
    "Risk",
    "RoadmapView",
    "SensitivityRow",
    "Span",
    "TaskRow",
    "end_card",
    "roadmap_view",
]
