"""No choice fits into time, people and money: what stands in the way, and the smallest change of each kind that helps.

A change is offered only where a plan was seen with it. First the cheapest and the most hurried choice are laid out by
the simple rules, which takes milliseconds; only where neither fits however much is given, the whole search is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal

from engine.roadmap.model import EFFORT, Problem
from engine.roadmap.quarters import Quarter
from engine.roadmap.schedule import (
    LONGEST,
    Calendar,
    Spent,
    by_rule,
    calendar_of,
    least_quarters,
    length,
    money_of,
    works_of,
)
from engine.roadmap.search import find, hurried_pick, purchases_of
from engine.roadmap.solve import choose
from engine.roadmap.values import Blocked, Constraints, Relaxation
from engine.rubric.values import Text

_MOST_PEOPLE = 4096  # person-weeks a year added in search of enough
_MOST_MONEY = Decimal(2**30)
#: patience of one explanation: a whole search that finds a plan takes tenths of a second, one that does not several
#: times as long, and somebody waits; the last of it is kept for kinds of change that the simple rules do not help
_PATIENCE, _FOUND, _NOT_FOUND, _KEPT = 6, 1, 3, 3

Change = Callable[[int], Constraints]
Needed = Callable[[Spent], int]


def more_time(
    problem: Problem, start: Quarter, *, proven: bool
) -> tuple[tuple[Blocked, ...], tuple[Relaxation, ...]]:
    """What the work does not fit into, and the relaxations. ``proven``: it is certain that no choice does."""
    tries = _Tries(problem, start)
    return (tries.blocked(proven),), tuple(tries.relaxations())


class _Tries:
    """One infeasible problem with what was found out about it on the way."""

    def __init__(self, problem: Problem, start: Quarter) -> None:
        # any choice is good enough here, and the cheapest is found soonest
        self.problem = problem if problem.objective != "fastest" else replace(problem, objective="cheapest")
        self.start = start
        self.constraints = problem.constraints
        self.free = choose(problem)
        self.least = self.free.effort if self.free.answer == "optimal" else self.free.bound
        self.hurried = hurried_pick(problem, start, self.free)
        self.bought = purchases_of(self.free.pick)  # of the choice seen last
        self.left = _PATIENCE

    def blocked(self, proven: bool) -> Blocked:
        """Which dates and budgets the work does not fit into, and how long its order alone takes."""
        problem, constraints = self.problem, self.constraints
        works = works_of(replace(problem, constraints=Constraints()), self.free.pick, self.start)
        chain = least_quarters(works, calendar_of(problem, self.start).pace) or 0
        zh, en = _limits(constraints)
        what_zh = "、".join(zh) or "每季度可投入的人力"
        what_en = ", ".join(en) or "the people a quarter has"
        level = problem.target
        if proven:
            said = Text(
                f"第{level}级的三项达标条件可以满足，但工作量放不进：{what_zh}。",
                f"The gates of level {level} can be met, but the work does not fit into: {what_en}.",
            )
        else:
            said = Text(
                f"第{level}级的三项达标条件可以满足，但没有找到能放进下列条件的安排，也未证明没有：{what_zh}。",
                f"The gates of level {level} can be met, but no schedule was found, nor proved not to exist, for: "
                f"{what_en}.",
            )
        return Blocked(
            "budget" if constraints.budget and len(zh) == len(constraints.budget) else "time",
            level,
            Text(
                f"{said.zh}（工作量最省的做法不计人力，按先后次序就要{chain}个季度。）",
                f"{said.en} (The way of least effort takes {chain} quarters by its order alone, whatever the people.)",
            ),
        )

    # -- is there a plan?

    def _within(self, changed: Constraints) -> int:
        if changed.finish_by is None:
            return LONGEST
        return min(LONGEST, max(0, self.start.until(changed.finish_by) + 1))

    def _calendar(self, changed: Constraints) -> Calendar:
        return calendar_of(replace(self.problem, constraints=changed), self.start)

    def _room(self, changed: Constraints) -> bool:
        """People and money suffice for the least work there can be; where not, no plan exists."""
        return self._calendar(changed).within(self._within(changed)) >= self.least

    def _by_rule(self, changed: Constraints) -> bool:
        """The cheapest choice, or the most hurried one, arranged by the simple rules, keeps the dates. The search
        tries both, so that it finds them again."""
        if not self._room(changed):
            return False
        other, calendar = replace(self.problem, constraints=changed), self._calendar(changed)
        picks = [self.free.pick]
        if self._as_hurried(changed) and self.hurried and self.hurried != self.free.pick:
            picks.append(self.hurried)
        return any(
            by_rule(works_of(other, pick, self.start), calendar, purchases_of(pick), self._within(changed))
            is not None
            for pick in picks
        )

    def _as_hurried(self, changed: Constraints) -> bool:
        """The most hurried choice is the same: only a budget or the latest finish is another."""
        alike = replace(changed, budget={}, finish_by=None)
        return alike == replace(self.constraints, budget={}, finish_by=None)

    def _searched(self, changed: Constraints) -> Spent | None:
        """The schedule of any choice, as far as the search can see."""
        if self.left <= 0 or not self._room(changed):
            return None
        hurried = self.hurried if self._as_hurried(changed) else None
        found = find(replace(self.problem, constraints=changed), self.start, self.free, hurried)
        self.left -= _FOUND if found.pick else _NOT_FOUND
        if not found.pick:
            return None
        self.bought = purchases_of(found.pick)
        return found.spent

    def _least(self, changed: Change, most: int, needed: Needed) -> int | None:
        """The least change that helps: by the choices known, else from a plan of the whole search with the most that
        may be given; then a little smaller with any choice."""
        if most < 1 or not self._room(changed(most)):
            return None
        found = _least(lambda n: self._by_rule(changed(n)), most)
        if found is None:
            spent = self._searched(changed(most))
            if spent is None:
                return None
            found = min(max(needed(spent), 1), most)
            if self._searched(changed(found)) is None:
                return None
        if found > 1 and self.left > _KEPT and self._searched(changed(found - 1)) is not None:
            return found - 1
        return found

    # -- what can be changed

    def relaxations(self) -> Iterator[Relaxation]:
        yield from self._finish()
        yield from self._money()
        yield from self._people()
        yield from self._dates()

    def _finish(self) -> Iterator[Relaxation]:
        by = self.constraints.finish_by
        if by is None:
            return
        later = self._least(
            lambda n: replace(self.constraints, finish_by=by.later(n)),
            LONGEST - 1 - self.start.until(by),
            lambda spent: by.until(self.start.later(length(spent) - 1)),
        )
        if later is not None:
            yield Relaxation(
                "finish_by",
                Text(f"完成时间推迟到{by.later(later)}", f"finish by {by.later(later)}"),
                quarter=by.later(later),
            )

    def _money(self) -> Iterator[Relaxation]:
        budget = self.constraints.budget
        step = max(self.problem.assumptions.rate, Decimal(1000))
        years = [year for year in sorted(budget) if year >= self.start.year]
        for chosen in [*([year] for year in years), *([years] if len(years) > 1 else [])]:

            def more(n: int, chosen: list[int] = chosen) -> Constraints:
                raised = {year: budget[year] + n * step for year in chosen}
                return replace(self.constraints, budget={**budget, **raised})

            def needed(spent: Spent, chosen: list[int] = chosen) -> int:
                calendar = self._calendar(self.constraints)
                paid = money_of(spent, calendar, self.bought)
                return max(int(-(-(paid.get(year, Decimal(0)) - budget[year]) // step)) for year in chosen)

            units = self._least(more, int(_MOST_MONEY / step), needed)
            if units is None:
                continue
            amount = units * step
            if len(chosen) == 1:
                text = Text(f"{chosen[0]}年预算增加{amount:,.0f}元", f"+{amount:,.0f} yuan in {chosen[0]}")
                yield Relaxation("budget", text, year=chosen[0], amount=amount)
            else:
                zh, en = "、".join(f"{year}年" for year in years), ", ".join(str(year) for year in years)
                text = Text(f"{zh}预算各增加{amount:,.0f}元", f"+{amount:,.0f} yuan in each of {en}")
                yield Relaxation("budget", text, amount=amount)

    def _people(self) -> Iterator[Relaxation]:
        constraints = self.constraints
        last = constraints.finish_by or max(constraints.not_after.values(), default=None)
        for year in range(self.start.year, last.year + 1) if last is not None else ():

            def needed(spent: Spent, year: int = year) -> int:
                calendar, used = self._calendar(constraints), dict[int, int]()
                for row in spent.values():
                    for quarter, amount in row.items():
                        used[quarter] = used.get(quarter, 0) + amount
                short = [used[n] - calendar.capacity[n] for n in used if self.start.later(n).year == year]
                quarters = sum(Quarter(year, n) >= self.start for n in range(1, 5))
                return quarters * -(-max(short, default=0) // EFFORT)

            extra = self._least(
                lambda n, year=year: _more_people(self.problem, self.start, year, n),  # type: ignore[misc]
                _MOST_PEOPLE,
                needed,
            )
            if extra is not None:
                yield Relaxation(
                    "capacity",
                    Text(f"{year}年增加{extra}人周", f"+{extra} person-weeks in {year}"),
                    year=year,
                    amount=Decimal(extra),
                )

    def _dates(self) -> Iterator[Relaxation]:
        for name, zh, en in (
            ("not_after", "取消最晚时间", "drop the latest date"),
            ("start_at", "不指定开始季度", "do not fix the first quarter"),
        ):
            fixed = getattr(self.constraints, name)
            for item in fixed:
                rest = {one: quarter for one, quarter in fixed.items() if one != item}
                changed = replace(self.constraints, **{name: rest})  # type: ignore[arg-type]
                if self._by_rule(changed) or self._searched(changed) is not None:
                    yield Relaxation(name, Text(f"{item}：{zh}", f"{item}: {en}"), (item,))


def _limits(constraints: Constraints) -> tuple[list[str], list[str]]:
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
    return zh, en


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
