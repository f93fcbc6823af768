"""Plans for tests of pages and documents: made by the engine from golden assessments, once per process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

from assessments.documents import read_assessment
from engine.roadmap.constraints import read_constraints
from engine.roadmap.plan import make_plan
from engine.roadmap.quarters import Quarter
from engine.roadmap.sensitivity import Sensitivity
from engine.roadmap.values import Assumptions, Constraints, Plan
from engine.rubric.values import Rubric
from engine.scoring.answers import Answers
from engine.scoring.score import score
from reports.standing import Standing, file_standing
from reports.view_models.roadmap import RoadmapView, roadmap_view
from rubrics.queries import get_assumptions

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "assessments"


@dataclass(frozen=True)
class Planned:
    """A plan with everything its documents are made from."""

    rubric: Rubric
    answers: Answers
    plan: Plan
    assumptions: Assumptions
    constraints: Constraints
    beds: int | None

    @property
    def standing(self) -> Standing:
        card = score(self.rubric, self.answers)
        return file_standing(self.rubric, self.answers, card, target=self.plan.target)

    def view(self, **more: object) -> RoadmapView:
        """In the language that is active."""
        given: dict[str, object] = {
            "assumptions": self.assumptions,
            "constraints": self.constraints,
            "answers": self.answers,
            "defaults": get_assumptions(),
            "beds": self.beds,
            "sensitivity": sensed(self.plan),
        }
        return roadmap_view(self.rubric, self.plan, **(given | more))  # type: ignore[arg-type]


def planned(
    name: str, target: int, constraints: Mapping[str, object] | None = None, objective: str = "cheapest"
) -> Planned:
    """From a golden file, starting in the first quarter of 2027, under the shipped assumptions."""
    rubric, answers = read_assessment(GOLDEN / f"{name}.json")
    decided = read_constraints(constraints or {}, rubric)
    beds = answers.hospital.get("beds")
    known = beds if isinstance(beds, int) else None
    plan = make_plan(
        rubric,
        answers,
        target,
        objective,  # type: ignore[arg-type]
        assumptions=get_assumptions(),
        constraints=decided,
        start=Quarter(2027, 1),
        beds=known,
    )
    return Planned(rubric, answers, plan, get_assumptions(), decided, known)


@cache
def county_plan() -> Planned:
    """A tertiary hospital from level 3 to 4 of the record standard."""
    return planned("emr-tertiary-level-3", 4)


@cache
def service_plan() -> Planned:
    """A small plan of the service standard."""
    return planned("smart-level-3", 4)


@cache
def short_plan() -> Planned:
    """One action over three quarters: its documents are few pages."""
    return planned("emr-one-basic-item-short-of-3", 3)


def sensed(plan: Plan) -> tuple[Sensitivity, ...]:
    """Two lines as the engine finds them, at no cost."""
    if not plan.actions:
        return ()
    first = plan.actions[0].item
    return (
        Sensitivity("nature", "exchange", plan.effort + Decimal("1.5"), (), (), ()),
        Sensitivity("item", first, plan.effort + Decimal(2), (first,), (), ()),
    )
