"""zhiping-plan/1: a plan as a JSON document, both ways, nothing lost. Numbers are texts, quarters like 2027Q1."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from engine.roadmap.constraints import quotation_to_json
from engine.roadmap.quarters import Quarter
from engine.roadmap.values import (
    Action,
    Blocked,
    Cost,
    Plan,
    QuarterState,
    Quotation,
    Relaxation,
    TaskKey,
    TaskPlan,
)
from engine.rubric.values import Text

PLAN_FORMAT = "zhiping-plan/1"
_GATES = {"basic_gate": "basic gate", "optional_gate": "optional gate", "total_gate": "total gate"}


class NotAPlan(ValueError):
    """A document that is not a whole zhiping-plan/1."""


def plan_to_json(plan: Plan) -> dict[str, object]:
    """The plan as zhiping-plan/1."""
    return {
        "format": PLAN_FORMAT,
        "rubric": plan.rubric,
        "status": plan.status,
        "objective": plan.objective,
        "target": plan.target,
        "effort": _number(plan.effort),
        "effort_low": _number(plan.effort_low),
        "effort_high": _number(plan.effort_high),
        "level_before": plan.level_before,
        "total_before": str(plan.total_before),
        "level_after": plan.level_after,
        "total_after": str(plan.total_after),
        "start": str(plan.start),
        "finish": None if plan.finish is None else str(plan.finish),
        "size_factor": _number(plan.size_factor),
        "actions": [_action(action) for action in plan.actions],
        "cost": {key: _number(getattr(plan.cost, key)) for key in ("low", "likely", "high")},
        "gap": _number(plan.gap),
        "levels_by_quarter": [
            {
                "quarter": str(state.quarter),
                "level": state.level,
                "total": str(state.total),
                "effort": _number(state.effort),
                "capacity": _number(state.capacity),
                "money": _number(state.money),
            }
            for state in plan.quarters
        ],
        "relaxations": [_relaxation(one) for one in plan.relaxations],
        "infeasible_because": [
            {"gate": one.gate, "level": one.level, "items": list(one.items), **_text(one.text)}
            for one in plan.infeasible_because
        ],
        **({} if plan.proven else {"proven": False}),
    }


def _number(value: Decimal) -> str:
    """Without exponent and superfluous zeros."""
    return format(value.normalize(), "f")


def _text(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}


def _action(action: Action) -> dict[str, object]:
    reason = f"{_GATES[action.why]} {action.why_level}" if action.why in _GATES else action.why
    return {
        "item": action.item,
        "from_level": action.from_level,
        "to_level": action.to_level,
        "application_from": str(action.application_from),
        "application": str(action.application),
        "data_quality_from": None if action.data_quality_from is None else str(action.data_quality_from),
        "data_quality": None if action.data_quality is None else str(action.data_quality),
        "effort": _number(action.effort),
        "effort_low": _number(action.effort_low),
        "effort_high": _number(action.effort_high),
        "purchases": _number(action.purchases),
        "reason": reason,
        "reason_level": action.why_level,
        "points": str(action.points),
        "clauses": [list(clause) for clause in action.clauses],
        "start": str(action.start),
        "finish": str(action.finish),
        "depends_on": list(action.depends_on),
        "quotation": None if action.quotation is None else quotation_to_json(action.quotation),
        "tasks": [
            {
                **_key(task.key),
                "effort": _number(task.effort),
                "spent": {str(quarter): _number(amount) for quarter, amount in task.spent.items()},
                "after": [_key(before) for before in task.after],
            }
            for task in action.tasks
        ],
    }


def _key(key: TaskKey) -> dict[str, object]:
    return {"item": key.item, "level": key.level, "nature": key.nature}


def _relaxation(one: Relaxation) -> dict[str, object]:
    return {
        "kind": one.kind,
        "items": list(one.items),
        "quarter": None if one.quarter is None else str(one.quarter),
        "year": one.year,
        "amount": None if one.amount is None else _number(one.amount),
        **_text(one.text),
    }


def plan_from_json(document: Mapping[str, Any]) -> Plan:
    """The plan in a zhiping-plan/1 that ``plan_to_json`` wrote. Raises NotAPlan for anything else."""
    if document.get("format") != PLAN_FORMAT:
        raise NotAPlan(f"this is not a {PLAN_FORMAT}")
    try:
        return _plan(document)
    except (KeyError, TypeError, ValueError, AttributeError, InvalidOperation) as error:
        raise NotAPlan(f"this {PLAN_FORMAT} is not whole: {error!r}") from error


def _plan(given: Mapping[str, Any]) -> Plan:
    return Plan(
        rubric=given["rubric"],
        status=given["status"],
        objective=given["objective"],
        target=given["target"],
        level_before=given["level_before"],
        total_before=Decimal(given["total_before"]),
        level_after=given["level_after"],
        total_after=Decimal(given["total_after"]),
        effort=Decimal(given["effort"]),
        effort_low=Decimal(given["effort_low"]),
        effort_high=Decimal(given["effort_high"]),
        cost=Cost(**{key: Decimal(given["cost"][key]) for key in ("low", "likely", "high")}),
        actions=tuple(_action_of(one) for one in given["actions"]),
        quarters=tuple(
            QuarterState(
                Quarter.parse(one["quarter"]),
                one["level"],
                *(Decimal(one[key]) for key in ("total", "effort", "capacity", "money")),
            )
            for one in given["levels_by_quarter"]
        ),
        gap=Decimal(given["gap"]),
        start=Quarter.parse(given["start"]),
        size_factor=Decimal(given["size_factor"]),
        infeasible_because=tuple(
            Blocked(one["gate"], one["level"], Text(one["zh"], one["en"]), tuple(one["items"]))
            for one in given["infeasible_because"]
        ),
        relaxations=tuple(
            Relaxation(
                one["kind"],
                Text(one["zh"], one["en"]),
                tuple(one["items"]),
                None if one["quarter"] is None else Quarter.parse(one["quarter"]),
                one["year"],
                _maybe(one["amount"]),
            )
            for one in given["relaxations"]
        ),
        proven=given.get("proven", True) is not False,
    )


def _maybe(value: str | None) -> Decimal | None:
    return None if value is None else Decimal(value)


def _key_of(one: Mapping[str, Any]) -> TaskKey:
    return TaskKey(one["item"], one["level"], one["nature"])


def _action_of(one: Mapping[str, Any]) -> Action:
    words = {f"{gate} {one['reason_level']}": why for why, gate in _GATES.items()}
    quoted = one["quotation"]
    return Action(
        item=one["item"],
        from_level=one["from_level"],
        to_level=one["to_level"],
        application_from=Decimal(one["application_from"]),
        application=Decimal(one["application"]),
        data_quality_from=_maybe(one["data_quality_from"]),
        data_quality=_maybe(one["data_quality"]),
        effort=Decimal(one["effort"]),
        effort_low=Decimal(one["effort_low"]),
        effort_high=Decimal(one["effort_high"]),
        purchases=Decimal(one["purchases"]),
        why=words.get(one["reason"], one["reason"]),
        why_level=one["reason_level"],
        points=Decimal(one["points"]),
        clauses=tuple((level, n) for level, n in one["clauses"]),
        start=Quarter.parse(one["start"]),
        finish=Quarter.parse(one["finish"]),
        depends_on=tuple(one["depends_on"]),
        tasks=tuple(
            TaskPlan(
                _key_of(task),
                Decimal(task["effort"]),
                {Quarter.parse(quarter): Decimal(amount) for quarter, amount in task["spent"].items()},
                tuple(_key_of(before) for before in task["after"]),
            )
            for task in one["tasks"]
        ),
        quotation=None if quoted is None else _quotation(quoted),
    )


def _quotation(one: Mapping[str, Any]) -> Quotation:
    money = {key: Decimal(one.get(key, 0)) for key in ("software", "interface", "hardware", "implementation")}
    names = {key: str(one.get(key, "")) for key in ("system", "vendor", "contract")}
    return Quotation(item=one["item"], level=one["level"], effort=_maybe(one.get("effort")), **money, **names)  # type: ignore[arg-type]
