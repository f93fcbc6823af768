"""The lines of a plan: actions, their tasks, and what a quarter brings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from django.utils.translation import gettext, ngettext

from accounts.templatetags.display import category_name, level_name, points, state_name
from engine.roadmap.values import Action, Assumptions, Constraints, Plan, Quotation, TaskKey, TaskPlan
from engine.rubric.values import Rubric
from engine.scoring.answers import Answers
from engine.scoring.item import NOT_ANSWERED
from reports.view_models.roadmap import wording
from reports.view_models.roadmap.values import (
    ActionRow,
    PlannedClause,
    QuarterRow,
    QuotedParts,
    SpentIn,
    TaskRow,
)
from reports.view_models.words import capitalised, joined, lang, signed

FULL = Decimal("0.95")  # of the capacity: from here a quarter has nothing left to give


def critical_tasks(plan: Plan) -> tuple[TaskKey, ...]:
    """The chain that ends last: from the task that ends last back to those it waited for without a gap.

    It ends where a task could have started earlier had people been free: from there on people decide, not order.
    """
    tasks = {task.key: task for action in plan.actions for task in action.tasks}
    if not tasks:
        return ()

    def late(task: TaskPlan) -> tuple[object, ...]:
        return task.finish, -task.start.year * 4 - task.start.number, task.key.item, task.key.level

    task = max(tasks.values(), key=late)
    chain = [task.key]
    while before := [
        tasks[key] for key in task.after if key in tasks and tasks[key].finish.later(1) >= task.start
    ]:
        task = max(before, key=late)
        chain.append(task.key)
    return tuple(reversed(chain))


def task_key(key: TaskKey) -> str:
    return f"{key.item}-{key.level}-{key.nature}"


def action_rows(
    rubric: Rubric,
    plan: Plan,
    assumptions: Assumptions,
    constraints: Constraints,
    answers: Answers | None,
    departments: Mapping[str, str],
) -> tuple[ActionRow, ...]:
    chain = frozenset(critical_tasks(plan))
    return tuple(
        _action(
            rubric, plan, action, assumptions, constraints, answers, departments.get(action.item, ""), chain
        )
        for action in plan.actions
    )


def _action(
    rubric: Rubric,
    plan: Plan,
    action: Action,
    assumptions: Assumptions,
    constraints: Constraints,
    answers: Answers | None,
    department: str,
    chain: frozenset[TaskKey],
) -> ActionRow:
    item = rubric.by_code[action.item]
    entry = item.by_level.get(plan.target)
    category = (entry.category if entry else None) or ""
    clauses = _clauses(rubric, action, answers)
    tasks = tuple(_task(rubric, task, assumptions, clauses, task.key in chain) for task in action.tasks)
    depends_on = wording.item_names(rubric, action.depends_on)
    return ActionRow(
        code=action.item,
        name=lang(item.name),
        role=item.role,
        role_name=lang(rubric.role_by_code[item.role].name),
        category=category,
        category_words=category_name(category),
        category_confirmed=bool(entry is None or entry.category_confirmed or not category),
        from_level=action.from_level,
        to_level=action.to_level,
        levels_words=levels_words(action),
        levels_short=levels_short(action),
        application=change(action.application_from, action.application),
        data_quality=change(action.data_quality_from, action.data_quality),
        what=_what(action, len(clauses), item.application.kind == "implemented"),
        why=action.why,
        why_level=action.why_level,
        why_words=wording.why_words(action.why, action.why_level),
        why_sentence=wording.why_sentence(action.why, action.why_level),
        depends_on=depends_on,
        depends_words=wording.names_words(depends_on),
        effort=wording.effort_span(action.effort_low, action.effort, action.effort_high),
        purchases=action.purchases,
        purchases_words=wording.money_words(action.purchases),
        cost=wording.cost_of(action.effort, action.purchases, assumptions),
        points=signed(action.points),
        start=wording.quarter_words(action.start),
        finish=wording.quarter_words(action.finish),
        quarters_words=wording.quarters_words(action.start, action.finish),
        department=department,
        clauses=clauses,
        tasks=tasks,
        quotation=_quotation(action.quotation),
        pinned=action.item in constraints.pinned,
        start_pinned=action.item in constraints.start_at,
        critical=any(task.critical for task in tasks),
    )


def levels_words(action: Action) -> str:
    """3级 → 4级; where the level passed stays, what is raised and where: 保持3级（提高2级的应用比例）."""
    if action.to_level > action.from_level:
        return f"{level_name(action.from_level)} → {level_name(action.to_level)}"
    return levels_aim(action)


def levels_aim(action: Action) -> str:
    """4级; where the level passed stays, what is raised and where."""
    if action.to_level > action.from_level:
        return level_name(action.to_level)
    said = {"kept": level_name(action.from_level), "level": level_name(action.to_level)}
    application = bool(change(action.application_from, action.application))
    quality = bool(change(action.data_quality_from, action.data_quality))
    if application and quality:
        return gettext("保持%(kept)s（提高%(level)s的应用比例和数据质量指数）") % said
    if application:
        return gettext("保持%(kept)s（提高%(level)s的应用比例）") % said
    if quality:
        return gettext("保持%(kept)s（提高%(level)s的数据质量指数）") % said
    return gettext("保持%(kept)s（完善%(level)s）") % said


def levels_short(action: Action) -> str:
    """3 → 4; 保持3级 where figures are raised and the level passed stays."""
    if action.to_level > action.from_level:
        return f"{action.from_level} → {action.to_level}"
    return gettext("保持%(kept)s") % {"kept": level_name(action.from_level)}


def change(before: Decimal | None, after: Decimal | None) -> str:
    """0.76 → 0.80, or nothing where nothing changes."""
    if after is None or before == after:
        return ""
    return f"{points(before or Decimal(0))} → {points(after)}"


def _what(action: Action, clauses: int, implemented: bool) -> tuple[str, ...]:
    sentences = []
    if clauses:
        sentences.append(
            ngettext("补齐%(n)s条功能要求（至%(level)s级）", "补齐%(n)s条功能要求（至%(level)s级）", clauses)
            % {"n": clauses, "level": action.to_level}
        )
    figures = {"from": points(action.application_from), "to": points(action.application)}
    if change(action.application_from, action.application):
        sentences.append(
            gettext("把已建成的功能投入使用")
            if implemented
            else gettext("有效应用比例从%(from)s提高到%(to)s") % figures
        )
    if change(action.data_quality_from, action.data_quality):
        sentences.append(
            gettext("数据质量指数从%(from)s提高到%(to)s")
            % {"from": points(action.data_quality_from or Decimal(0)), "to": points(action.data_quality)}
        )
    cleaned = sorted(
        {task.key.level for task in action.tasks if task.key.nature == "cleaning"} - {action.to_level}
    )
    if cleaned:
        levels = gettext("、").join(str(level) for level in cleaned)
        sentences.append(gettext("%(levels)s级数据质量指数补到界限") % {"levels": levels})
    return (capitalised(sentences[0]), *sentences[1:]) if sentences else ()


def _clauses(rubric: Rubric, action: Action, answers: Answers | None) -> tuple[PlannedClause, ...]:
    item = rubric.by_code[action.item]
    given = answers.items.get(action.item, NOT_ANSWERED) if answers else None
    found = []
    for level, n in action.clauses:
        clause = next(one for one in item.by_level[level].clauses if one.n == n)
        state = given.state(level, n) if given else ""
        found.append(
            PlannedClause(
                f"{item.code}.{level}-{n}",
                level,
                n,
                lang(clause.text),
                clause.nature,
                wording.nature_words(clause.nature),
                state,
                state_name(state) if state else "",
            )
        )
    return tuple(found)


def _task(
    rubric: Rubric,
    task: TaskPlan,
    assumptions: Assumptions,
    clauses: tuple[PlannedClause, ...],
    critical: bool,
) -> TaskRow:
    key = task.key
    return TaskRow(
        key=task_key(key),
        item=key.item,
        item_name=lang(rubric.by_code[key.item].name),
        level=key.level,
        nature=key.nature,
        nature_words=wording.nature_words(key.nature),
        effort=wording.effort_span(
            task.effort * assumptions.low, task.effort, task.effort * assumptions.high
        ),
        start=wording.quarter_words(task.start),
        finish=wording.quarter_words(task.finish),
        spent=tuple(
            SpentIn(wording.quarter_words(quarter), effort, wording.tenths(effort))
            for quarter, effort in sorted(task.spent.items())
        ),
        after=tuple(task_key(before) for before in task.after),
        after_words=after_words(task),
        clauses=tuple(
            clause.code for clause in clauses if clause.level == key.level and clause.nature == key.nature
        ),
        critical=critical,
    )


def after_words(task: TaskPlan) -> str:
    """Own work before it by its kind, work of other items by their code."""
    own = [before for before in task.after if before.item == task.key.item]
    others = sorted({before.item for before in task.after} - {task.key.item})
    words = [
        gettext("%(level)s级%(nature)s")
        % {"level": before.level, "nature": wording.nature_words(before.nature)}
        for before in own
    ]
    return gettext("、").join((*words, *others))


def _quotation(quotation: Quotation | None) -> QuotedParts | None:
    if quotation is None:
        return None
    parts = (
        (gettext("软件"), quotation.software),
        (gettext("接口"), quotation.interface),
        (gettext("硬件"), quotation.hardware),
        (gettext("实施"), quotation.implementation),
    )
    return QuotedParts(
        system=quotation.system,
        vendor=quotation.vendor,
        contract=quotation.contract,
        effort_words="" if quotation.effort is None else wording.effort_words(quotation.effort),
        parts=tuple((label, money, wording.money_words(money)) for label, money in parts if money),
        total=quotation.purchases,
        total_words=wording.money_words(quotation.purchases),
    )


def quarter_rows(rubric: Rubric, plan: Plan, assumptions: Assumptions) -> tuple[QuarterRow, ...]:
    return tuple(_quarters(rubric, plan, assumptions))


def _quarters(rubric: Rubric, plan: Plan, assumptions: Assumptions) -> Iterator[QuarterRow]:
    effort = bought = Decimal(0)
    for state in plan.quarters:
        purchases = state.money - state.effort * assumptions.rate
        effort, bought = effort + state.effort, bought + purchases
        load = state.effort / state.capacity if state.capacity else Decimal(0)
        yield QuarterRow(
            quarter=wording.quarter_words(state.quarter),
            level=state.level,
            level_words=level_name(state.level),
            total=points(state.total),
            effort=state.effort,
            effort_words=wording.tenths(state.effort),
            capacity=state.capacity,
            capacity_words=wording.tenths(state.capacity),
            load_words=f"{(load * 100).quantize(Decimal(1))}%",
            full=bool(state.capacity) and load >= FULL,
            money=wording.cost_of(state.effort, purchases, assumptions),
            so_far=wording.cost_of(effort, bought, assumptions),
            finished=wording.item_names(
                rubric, sorted(action.item for action in plan.actions if action.finish == state.quarter)
            ),
        )


def what_words(row: ActionRow) -> str:
    return joined(list(row.what))
