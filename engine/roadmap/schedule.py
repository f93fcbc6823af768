"""When each task is worked on: quarters with capacity, pace, dates and yearly budgets (ROADMAP "Order")."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from engine.roadmap.model import EFFORT, Problem, whole_effort
from engine.roadmap.order import predecessors
from engine.roadmap.quarters import Quarter
from engine.roadmap.solve import Payment, Work, fits
from engine.roadmap.values import Option, TaskKey

#: sixty years, in quarters: what does not fit then never fits
LONGEST = 240

Spent = Mapping[TaskKey, Mapping[int, int]]


@dataclass(frozen=True)
class Calendar:
    """What time has to offer: millionths of a person-week per quarter, yuan per year where there is a budget."""

    start: Quarter
    capacity: tuple[int, ...]
    pace: int
    rate: Decimal
    budget: Mapping[int, Decimal]

    def within(self, quarters: int) -> int:
        """All the work that ``quarters`` can hold and their budgets can pay; nothing bought beside it."""
        return sum(self._paid(quarters))

    def fewest(self, effort: int) -> int:
        """The fewest quarters whose people and money hold ``effort``; more than LONGEST when none do."""
        left = effort
        for n, one in enumerate(self._paid(LONGEST)):
            if left <= 0:
                return n
            left -= one
        return LONGEST if left <= 0 else LONGEST + 1

    def _paid(self, quarters: int) -> Iterator[int]:
        """Quarter by quarter the most work there are people and money for."""
        room = self.affordable
        for n, one in enumerate(self.capacity[:quarters]):
            year = self.start.later(n).year
            if year in room:
                one = min(one, room[year])
                room[year] -= one
            yield one

    @property
    def affordable(self) -> dict[int, int]:
        """Per year with a budget the work it pays for."""
        if not self.rate:
            return {}
        return {year: int(money * EFFORT / self.rate) for year, money in self.budget.items()}


def calendar_of(problem: Problem, start: Quarter) -> Calendar:
    """The calendar of a problem from its first quarter on."""
    assumptions, constraints = problem.assumptions, problem.constraints
    usual = constraints.quarter_capacity
    if usual is None:
        usual = assumptions.quarter_capacity * problem.factor
    capacity = tuple(whole_effort(constraints.capacity.get(start.later(n), usual)) for n in range(LONGEST))
    return Calendar(
        start, capacity, whole_effort(assumptions.task_pace), assumptions.rate, constraints.budget
    )


def works_of(problem: Problem, pick: Mapping[str, Option], start: Quarter) -> tuple[Work, ...]:
    """The tasks of a choice with their order and dates, from the first level on."""
    constraints = problem.constraints
    efforts = {key: whole_effort(effort) for option in pick.values() for key, effort in option.work.items()}
    after = predecessors(efforts, problem.assumptions, problem.rubric.id)
    works = []
    for key, before in after.items():
        item = key.item
        first_at = constraints.start_at.get(item)
        earliest = max(
            start.until(constraints.not_before.get(item, start)),
            start.until(first_at) if first_at else 0,
            0,
        )
        latest = [start.until(q) for q in (constraints.not_after.get(item), constraints.finish_by) if q]
        works.append(
            Work(
                key,
                efforts[key],
                before,
                earliest,
                min(latest, default=LONGEST - 1),
                start.until(first_at) if first_at else None,
            )
        )
    return tuple(works)


def least_quarters(works: Sequence[Work], pace: int) -> int | None:
    """The quarters that order, pace and dates alone take, whatever the capacity; None when a date cannot be kept."""
    finish: dict[TaskKey, int] = {}
    for task in works:
        first = max([task.earliest, *(finish[before] for before in task.after if before in finish)])
        finish[task.key] = first + max(1, -(-task.effort // pace))
        if finish[task.key] > task.latest + 1:
            return None
    return max(finish.values(), default=0)


def arrange(
    works: Sequence[Work], calendar: Calendar, purchases: Mapping[str, Decimal], *, within: int | None = None
) -> tuple[Spent | None, bool]:
    """A schedule in ``within`` quarters (None: as short as comes), or None; then whether there certainly is none.

    First by rule: whoever has the longest way behind him goes first. Where that fails and dates matter, the solver
    looks for another, budgets and purchases included.
    """
    found = by_rule(works, calendar, purchases, within or LONGEST)
    if found is not None or within is None or (calendar.budget and purchases and not calendar.rate):
        return found, False
    payments = _payments(works, calendar, purchases, within)
    exact = fits(works, calendar.capacity[:within], calendar.pace, payments)
    if (
        exact == "unknown" and payments
    ):  # purchases are rounded up there: a schedule without may be paid for exactly
        exact = fits(works, calendar.capacity[:within], calendar.pace)
    if isinstance(exact, str):
        return None, exact == "no"
    return (exact, False) if _paid_for(exact, calendar, purchases) else (None, False)


def _payments(
    works: Sequence[Work], calendar: Calendar, purchases: Mapping[str, Decimal], within: int
) -> tuple[Payment, ...]:
    """Budgets in work: what each year pays for, and what each item's purchases leave of it."""
    if not calendar.budget:
        return ()
    items = {work.key.item for work in works}
    bought = {item: money for item, money in purchases.items() if item in items and money}
    if not calendar.rate:
        return ()
    weighed = {
        item: int((money * EFFORT / calendar.rate).to_integral_value(ROUND_CEILING))
        for item, money in bought.items()
    }
    found = []
    for year, room in calendar.affordable.items():
        quarters = tuple(n for n in range(within) if calendar.start.later(n).year == year)
        if quarters and room < sum(calendar.capacity[n] for n in quarters) + sum(weighed.values()):
            found.append(Payment(quarters, room, weighed))
    return tuple(found)


def money_of(spent: Spent, calendar: Calendar, purchases: Mapping[str, Decimal]) -> Mapping[int, Decimal]:
    """Yuan per year of a schedule; what is bought for an item is paid when its work begins."""
    paid: dict[int, Decimal] = {}
    begun: dict[str, int] = {}
    for key, row in spent.items():
        begun[key.item] = min(min(row), begun.get(key.item, LONGEST))
        for quarter, amount in row.items():
            year = calendar.start.later(quarter).year
            paid[year] = paid.get(year, Decimal(0)) + Decimal(amount) / EFFORT * calendar.rate
    for item, money in purchases.items():
        if item in begun:
            year = calendar.start.later(begun[item]).year
            paid[year] = paid.get(year, Decimal(0)) + money
    return paid


def _paid_for(spent: Spent, calendar: Calendar, purchases: Mapping[str, Decimal]) -> bool:
    paid = money_of(spent, calendar, purchases)
    return all(paid.get(year, Decimal(0)) <= money for year, money in calendar.budget.items())


def by_rule(
    works: Sequence[Work], calendar: Calendar, purchases: Mapping[str, Decimal], quarters: int
) -> Spent | None:
    """The better of two simple rules in ``quarters``; None when neither fits.

    The tidy rule takes level by level and, inside, item by item, so that little lies half done; the other takes the
    least slack first. The tidy one is kept where it finishes as early.
    """
    tail = _tails(works, calendar.pace)
    longest: dict[str, int] = {}
    for one in works:
        longest[one.key.item] = max(longest.get(one.key.item, 0), tail[one.key])

    def tidy(one: Work) -> tuple[object, ...]:
        return one.first_at is None, one.key.level, -longest[one.key.item], one.key.item

    def slack(one: Work) -> tuple[object, ...]:
        return one.first_at is None, min(one.latest, quarters) - tail[one.key], one.key.level, one.key.item

    found = [_filled(sorted(works, key=rule), works, calendar, purchases, quarters) for rule in (tidy, slack)]
    return min((one for one in found if one is not None), key=length, default=None)


def length(spent: Spent) -> int:
    """Quarters from the start to the last with work."""
    return max((max(row) + 1 for row in spent.values()), default=0)


def _filled(
    order: Sequence[Work],
    works: Sequence[Work],
    calendar: Calendar,
    purchases: Mapping[str, Decimal],
    quarters: int,
) -> Spent | None:
    """Quarter by quarter whoever comes first in ``order`` and may work gets what is left of people and money."""
    left = {one.key: one.effort for one in works}
    open_ = {one.key for one in works}
    spent: dict[TaskKey, dict[int, int]] = {one.key: {} for one in works}
    money = dict(calendar.budget)
    started: set[str] = set()
    for quarter in range(quarters):
        if not open_:
            break
        year = calendar.start.later(quarter).year
        free = calendar.capacity[quarter]
        finished = []
        for task in order:
            key = task.key
            if key not in open_ or task.earliest > quarter or any(one in open_ for one in task.after):
                continue
            amount = min(left[key], calendar.pace, free)
            if amount < left[key] and not amount:
                continue
            if year in money:
                bought = purchases.get(key.item, Decimal(0)) if key.item not in started else Decimal(0)
                paid = _affordable(amount, money[year] - bought, calendar.rate)
                if paid is None or (left[key] and not paid):
                    continue
                amount = paid
                money[year] -= bought + Decimal(amount) / EFFORT * calendar.rate
            started.add(key.item)
            spent[key][quarter] = amount
            left[key] -= amount
            free -= amount
            if not left[key]:
                finished.append(key)
                if quarter > task.latest:
                    return None
        open_.difference_update(finished)
    if open_:
        return None
    return spent if _starts_kept(works, spent) else None


def _affordable(amount: int, money: Decimal, rate: Decimal) -> int | None:
    """As much of ``amount`` as the money pays for; None without money."""
    if money < 0:
        return None
    return min(amount, int(money * EFFORT / rate)) if rate else amount


def _starts_kept(works: Sequence[Work], spent: Spent) -> bool:
    first: dict[str, int] = {}
    for task in works:
        begun = min(spent[task.key])
        first[task.key.item] = min(first.get(task.key.item, begun), begun)
    return all(task.first_at in (None, first[task.key.item]) for task in works)


def _tails(works: Sequence[Work], pace: int) -> Mapping[TaskKey, int]:
    """Quarters from a task's start to the end of the longest chain behind it."""
    behind: dict[TaskKey, list[Work]] = {one.key: [] for one in works}
    for one in works:
        for before in one.after:
            behind[before].append(one)
    tail: dict[TaskKey, int] = {}
    for one in reversed(works):  # every edge leads on in this order
        tail[one.key] = max(1, -(-one.effort // pace)) + max(
            (tail[b.key] for b in behind[one.key]), default=0
        )
    return tail
