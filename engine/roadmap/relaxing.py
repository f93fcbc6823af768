"""Why there is no plan, and the smallest change that would make one possible (ROADMAP "Choice")."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal

from engine.roadmap.model import GateNeed, Problem, whole_points, with_options
from engine.roadmap.options import options_of
from engine.roadmap.quarters import Quarter
from engine.roadmap.schedule import LONGEST, by_rule, calendar_of, least_quarters, works_of
from engine.roadmap.search import find
from engine.roadmap.solve import choose
from engine.roadmap.values import Blocked, Constraints, Option, Relaxation
from engine.rubric.values import Text

_MOST_PEOPLE = 4096  # person-weeks a year added in search of enough
_MOST_MONEY = Decimal(2**30)
_TRIED_SMALLER = 2


def explain(
    problem: Problem, start: Quarter, blocked: str
) -> tuple[tuple[Blocked, ...], tuple[Relaxation, ...]]:
    """The gates that no choice meets with what closes them, and per kind of constraint the smallest relaxation."""
    if blocked == "choice":
        return tuple(_gates(problem)), tuple(_open_again(problem))
    return _time(problem, start), tuple(_more_time(problem, start))


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


# no choice fits into time, people and money


def _time(problem: Problem, start: Quarter) -> tuple[Blocked, ...]:
    """Which dates and budgets the work does not fit into, and how long its order alone takes."""
    constraints = problem.constraints
    works = works_of(replace(problem, constraints=Constraints()), choose(problem).pick, start)
    chain = least_quarters(works, calendar_of(problem, start).pace) or 0
    zh, en = [], []
    if constraints.finish_by is not None:
        zh.append(f"在{constraints.finish_by}前完成")
        en.append(f"finish by {constraints.finish_by}")
    for item, quarter in constraints.not_after.items():
        zh.append(f"{item}在{quarter}前完成")
        en.append(f"{item} by {quarter}")
    for item, quarter in constraints.start_at.items():
        zh.append(f"{item}在{quarter}开始")
        en.append(f"{item} from {quarter}")
    for year, money in constraints.budget.items():
        zh.append(f"{year}年预算{money}元")
        en.append(f"budget {year}: {money} yuan")
    what_zh, what_en = "、".join(zh) or "每季度可投入的人力", ", ".join(en) or "the people a quarter has"
    blocked = Blocked(
        "budget" if constraints.budget and len(zh) == len(constraints.budget) else "time",
        problem.target,
        Text(
            f"第{problem.target}级的三项达标条件可以满足，但工作量放不进：{what_zh}。（工作量最省的做法不计人力，按先后次序就要{chain}个季度。）",
            f"The gates of level {problem.target} can be met, but the work does not fit into: {what_en}. "
            f"(The way of least effort takes {chain} quarters by its order alone, whatever the people.)",
        ),
    )
    return (blocked,)


def _more_time(problem: Problem, start: Quarter) -> Iterator[Relaxation]:
    constraints = problem.constraints
    usual = choose(problem).pick

    def quick(changed: Constraints) -> bool:
        """The cheapest choice, arranged by the simple rules, keeps the dates."""
        other = replace(problem, constraints=changed)
        within = LONGEST if changed.finish_by is None else max(0, start.until(changed.finish_by) + 1)
        bought = {code: option.purchases for code, option in usual.items()}
        works = works_of(other, usual, start)
        return by_rule(works, calendar_of(other, start), bought, min(within, LONGEST)) is not None

    def whole(changed: Constraints) -> bool:
        """Any choice does, as far as the search can see."""
        return bool(find(replace(problem, constraints=changed, _kept={}), start).pick)

    def least(changed: Callable[[int], Constraints], most: int) -> int | None:
        """The least change: found with the cheapest choice, then tried a little smaller with any."""
        found = _least(lambda n: quick(changed(n)), most)
        if found is None:
            return None
        for _n in range(_TRIED_SMALLER):
            if found < 2 or not whole(changed(found - 1)):
                break
            found -= 1
        return found

    if constraints.finish_by is not None:
        most = LONGEST - 1 - start.until(constraints.finish_by)
        by = constraints.finish_by
        later = least(lambda n: replace(constraints, finish_by=by.later(n)), most)
        if later is not None:
            yield Relaxation(
                "finish_by",
                Text(f"完成时间推迟到{by.later(later)}", f"finish by {by.later(later)}"),
                quarter=by.later(later),
            )
    last = constraints.finish_by or max(constraints.not_after.values(), default=None)
    for year in range(start.year, last.year + 1) if last is not None else ():
        extra = least(lambda n, year=year: _more_people(problem, start, year, n), _MOST_PEOPLE)  # type: ignore[misc]
        if extra is not None:
            yield Relaxation(
                "capacity",
                Text(f"{year}年增加{extra}人周", f"+{extra} person-weeks in {year}"),
                year=year,
                amount=Decimal(extra),
            )
    for year in sorted(constraints.budget):
        step = max(problem.assumptions.rate, Decimal(1000))
        units = int(_MOST_MONEY / step)
        more = least(lambda n, year=year, step=step: _more_money(constraints, year, n * step), units)  # type: ignore[misc]
        if more is not None:
            amount = more * step
            yield Relaxation(
                "budget",
                Text(f"{year}年预算增加{amount:,.0f}元", f"+{amount:,.0f} yuan in {year}"),
                year=year,
                amount=amount,
            )
    for name, zh, en in (("not_after", "取消最晚时间", "drop the latest date"), ("start_at", "不指定开始季度", "do not fix the first quarter")):  # fmt: skip
        for item in getattr(constraints, name):
            rest = {one: quarter for one, quarter in getattr(constraints, name).items() if one != item}
            if whole(replace(constraints, **{name: rest})):  # type: ignore[arg-type]
                yield Relaxation(name, Text(f"{item}：{zh}", f"{item}: {en}"), (item,))


def _more_people(problem: Problem, start: Quarter, year: int, extra: int) -> Constraints:
    """``extra`` person-weeks more in a year, spread evenly over its quarters from the start on."""
    constraints = problem.constraints
    usual = constraints.quarter_capacity
    if usual is None:
        usual = problem.assumptions.quarter_capacity * problem.factor
    quarters = [quarter for n in range(1, 5) if (quarter := Quarter(year, n)) >= start]
    capacity = dict(constraints.capacity)
    for place, quarter in enumerate(quarters):
        share = extra // len(quarters) + (place < extra % len(quarters))
        capacity[quarter] = capacity.get(quarter, usual) + share
    return replace(constraints, capacity=capacity)


def _more_money(constraints: Constraints, year: int, extra: Decimal) -> Constraints:
    return replace(constraints, budget={**constraints.budget, year: constraints.budget[year] + extra})


def _least(works: Callable[[int], bool], most: int) -> int | None:
    """The least n from 1 to ``most`` for which it works; more never works worse."""
    if most < 1 or not works(most):
        return None
    low, high = 1, 1
    while not works(high):
        low, high = high + 1, min(high * 2, most)
    while low < high:
        middle = (low + high) // 2
        if works(middle):
            high = middle
        else:
            low = middle + 1
    return low
