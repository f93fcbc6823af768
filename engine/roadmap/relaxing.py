"""Why there is no plan, and the smallest change that would make one possible (ROADMAP "Choice")."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal

from engine.roadmap.model import GateNeed, Problem, whole_points, with_options
from engine.roadmap.options import options_of
from engine.roadmap.quarters import Quarter
from engine.roadmap.relaxing_time import more_time
from engine.roadmap.search import Found
from engine.roadmap.solve import choose
from engine.roadmap.values import Blocked, Constraints, Option, Relaxation
from engine.rubric.values import Text


def explain(
    problem: Problem, start: Quarter, found: Found
) -> tuple[tuple[Blocked, ...], tuple[Relaxation, ...]]:
    """The gates that no choice meets with what closes them, and per kind of constraint the smallest relaxation."""
    if found.blocked == "unknown":
        return (_nothing_known(problem),), ()
    if found.blocked == "choice":
        return tuple(_gates(problem)), tuple(_open_again(problem))
    return more_time(problem, start, proven=found.proven)


def _nothing_known(problem: Problem) -> Blocked:
    return Blocked(
        "unknown",
        problem.target,
        Text(
            f"第{problem.target}级：求解器在限定的步数内没有找到满足三项达标条件的做法，也未证明没有。",
            f"Level {problem.target}: within its limits the solver found no way to meet the gates, nor proved that "
            "there is none.",
        ),
    )


# no choice meets the gates


def _gates(problem: Problem) -> Iterator[Blocked]:
    for code, level in problem.constraints.pinned.items():
        if not problem.options[code]:
            yield Blocked(
                "pin",
                level,
                Text(
                    f"{code}指定达到{level}级，在目标{problem.target}级的范围内没有可行的做法。",
                    f"{code} is to reach level {level}; within target {problem.target} there is no way to do so.",
                ),
                (code,),
            )
    any_gate = False
    for need in problem.gates:
        for found in _closed_gates(problem, need):
            any_gate = True
            yield found
    if not any_gate and all(problem.options.values()):
        last = problem.gates[-1]
        yield Blocked(
            "total",
            last.level,
            Text(
                f"第{last.level}级：三项达标条件单独都能满足，但在现有约束下不能同时满足。",
                f"Level {last.level}: each of its three gates can be met, but not all at once under these constraints.",
            ),
        )


def _closed_gates(problem: Problem, need: GateNeed) -> Iterator[Blocked]:
    failing = tuple(code for code in need.basic if not _can_pass(problem, need, code))
    if failing:
        yield Blocked("basic", need.level, _basic_text(problem, need, failing), failing)
    passing = sum(_can_pass(problem, need, code) for code in need.optional)
    if passing < need.optional_need:
        closed = tuple(code for code in need.optional if not _can_pass(problem, need, code))
        yield Blocked(
            "optional",
            need.level,
            Text(
                f"第{need.level}级选择项：需要{need.optional_need}项，在现有约束下最多{passing}项；做不到的有{'、'.join(closed)}。",
                f"Level {need.level}, optional items: {need.optional_need} are needed and {passing} possible under "
                f"these constraints; not possible: {', '.join(closed)}.",
            ),
            closed,
        )
    best = sum(
        max((whole_points(option.score) for option in options), default=0)
        for options in problem.options.values()
    )
    if best < need.points_need:
        have = (Decimal(best) / 10_000).quantize(Decimal("0.01"))
        least = (Decimal(need.points_need + 50) / 10_000).quantize(Decimal("0.01"))
        yield Blocked(
            "total",
            need.level,
            Text(
                f"第{need.level}级总分：需要{least}分，在现有约束下最多{have}分。",
                f"Level {need.level}, total: {least} points are needed, {have} possible under these constraints.",
            ),
        )


def _can_pass(problem: Problem, need: GateNeed, code: str) -> bool:
    return any(need.passed(option) for option in problem.options[code])


def _basic_text(problem: Problem, need: GateNeed, failing: tuple[str, ...]) -> Text:
    zh, en = [], []
    for code in failing:
        reason_zh, reason_en = _closed_because(problem, code)
        zh.append(f"{code}{reason_zh}")
        en.append(f"{code} {reason_en}")
    return Text(
        f"第{need.level}级基本项必须全部达到，做不到的有：{'；'.join(zh)}。",
        f"Level {need.level}: every basic item has to pass; not possible: {'; '.join(en)}.",
    )


def _closed_because(problem: Problem, code: str) -> tuple[str, str]:
    constraints = problem.constraints
    if code in constraints.excluded:
        reason = constraints.excluded[code]
        return (
            f"（已排除：{reason}）" if reason else "（已排除）",
            f"(excluded: {reason})" if reason else "(excluded)",
        )
    if problem.standings[code].given.no_such_service and code not in constraints.allowed:
        return "（无此项服务）", "(no such service)"
    return "（可选的做法都不够）", "(none of the options is enough)"


def _open_again(problem: Problem) -> Iterator[Relaxation]:
    """Single items whose opening is enough, else the fewest together; then pins; lowest extra effort first."""
    closed = [
        code
        for code, standing in problem.standings.items()
        if code in problem.constraints.excluded
        or (standing.given.no_such_service and code not in problem.constraints.allowed)
    ]
    singles = [(code, effort) for code in closed if (effort := _effort_with(problem, (code,))) is not None]
    for code, _effort in sorted(singles, key=lambda pair: pair[1]):
        yield _allow(problem, (code,))
    if not singles and closed and _effort_with(problem, tuple(closed)) is not None:
        needed = list(closed)
        for code in closed:  # drop whatever is not needed: what is left is needed as a whole
            rest = tuple(one for one in needed if one != code)
            if rest and _effort_with(problem, rest) is not None:
                needed.remove(code)
        yield _allow(problem, tuple(needed))
    for code, level in problem.constraints.pinned.items():
        pinned = {item: to for item, to in problem.constraints.pinned.items() if item != code}
        if _effort_with(problem, (), replace(problem.constraints, pinned=pinned)) is not None:
            yield Relaxation(
                "unpin",
                Text(f"不再要求{code}达到{level}级", f"do not ask {code} to reach level {level}"),
                (code,),
            )


def _allow(problem: Problem, codes: tuple[str, ...]) -> Relaxation:
    names_zh = "、".join(f"{code} {problem.rubric.by_code[code].name.zh}" for code in codes)
    names_en = ", ".join(f"{code} {problem.rubric.by_code[code].name.en}" for code in codes)
    return Relaxation("allow", Text(f"允许改进{names_zh}", f"allow {names_en}"), codes)


def _opened(constraints: Constraints, codes: tuple[str, ...]) -> Constraints:
    return replace(
        constraints,
        excluded={item: why for item, why in constraints.excluded.items() if item not in codes},
        allowed=constraints.allowed | frozenset(codes),
    )


def _effort_with(
    problem: Problem, codes: tuple[str, ...], constraints: Constraints | None = None
) -> int | None:
    """The least effort with these items opened, or None when there still is no choice."""
    changed = _opened(constraints or problem.constraints, codes)
    options: Mapping[str, tuple[Option, ...]] = {
        code: (
            options_of(problem.rubric, standing, problem.target, problem.assumptions, changed, problem.factor)
            if code in codes or code in problem.constraints.pinned
            else problem.options[code]
        )
        for code, standing in problem.standings.items()
    }
    left = dict(options)
    for item, level in changed.pinned.items():
        left[item] = tuple(one for one in left[item] if one.function_level >= level and level in one.passes)
    chosen = choose(with_options(problem, left))
    return chosen.effort if chosen.pick else None
