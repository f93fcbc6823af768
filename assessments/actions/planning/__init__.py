"""Planning the way up: assumptions, the draft, adopting it, working it off."""

from assessments.actions.planning.adopting import PlanChanged, adopt_plan, give_up_plan
from assessments.actions.planning.drafting import change_draft, save_draft
from assessments.actions.planning.settings import reset_assumptions, save_assumptions
from assessments.actions.planning.tasks import assign_task, move_task

__all__ = [
    "PlanChanged",
    "adopt_plan",
    "assign_task",
    "change_draft",
    "give_up_plan",
    "move_task",
    "reset_assumptions",
    "save_assumptions",
    "save_draft",
]
