"""Application ratio and real use out of data, beside what was claimed.

A direct metric (exact or declared) bounds the claim; a proxy only warns when it lies ten points or
more away.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from engine.evidence.catalogue.values import ApplicationMetric, Catalogue
from engine.evidence.counts import MetricCount, Reason, RunCounts
from engine.evidence.policy import STANDARD, Policy
from engine.evidence.wording import counted
from engine.rubric.values import Item, Rubric, Text
from engine.scoring.answers import Answers, ItemAnswers
from engine.scoring.item import NOT_ANSWERED
from engine.scoring.rounding import share

Fidelity = Literal["exact", "declared", "proxy"]


@dataclass(frozen=True, slots=True)
class Ratio:
    """A(level): claimed and computed counts; None where there is no figure (a base of 0 included)."""

    level: int
    claimed: tuple[int, int] | None
    computed: tuple[int, int] | None
    blocked: Reason | None = None

    @property
    def claimed_share(self) -> Decimal | None:
        return share(*self.claimed) if self.claimed else None

    @property
    def computed_share(self) -> Decimal | None:
        return share(*self.computed) if self.computed else None


@dataclass(frozen=True, slots=True)
class ProxyWarning:
    """Claimed and computed lie far apart and the computed figure is only a proxy: look, nothing more."""

    item: str
    level: int | None
    reason: Text


@dataclass(frozen=True, slots=True)
class ItemApplication:
    """The application of one item. ``metric`` None: the data cannot compute it.

    ``in_use`` and ``claimed_in_use`` serve implemented items, ``ratios`` the others.
    """

    item: str
    metric: str | None
    fidelity: Fidelity | None
    ratios: Mapping[int, Ratio]
    claimed_in_use: bool | None = None
    in_use: bool | None = None
    days: int | None = None
    days_needed: int | None = None
    blocked: Reason | None = None
    warnings: tuple[ProxyWarning, ...] = ()

    @property
    def direct(self) -> bool:
        return self.fidelity in ("exact", "declared")


def applications_of(
    rubric: Rubric,
    catalogue: Catalogue,
    counts: RunCounts,
    answers: Answers | None = None,
    *,
    policy: Policy = STANDARD,
) -> Mapping[str, ItemApplication]:
    """The application of every item of the rubric; without answers nothing is claimed."""
    metrics = {each.item: each for each in catalogue.metrics.values() if each.rubric == rubric.id}
    given = answers.items if answers is not None else {}
    return {
        item.code: _application(
            item, metrics.get(item.code), counts, given.get(item.code, NOT_ANSWERED), policy
        )
        for item in rubric.items
    }


def _application(
    item: Item, metric: ApplicationMetric | None, counts: RunCounts, given: ItemAnswers, policy: Policy
) -> ItemApplication:
    count = counts.metrics.get(metric.id) if metric is not None else None
    fidelity = metric.fidelity if metric is not None else None
    name = metric.id if metric is not None else None
    blocked = count.blocked if count is not None else None
    if item.application.kind == "implemented":
        days = count.days if count is not None and blocked is None else None
        need = metric.min_days_with_rows if metric is not None else None
        in_use = days >= need if days is not None and need is not None else None
        return ItemApplication(
            item.code,
            name,
            fidelity,
            {},
            given.in_use,
            in_use,
            days,
            need,
            blocked,
            _use_warnings(item, fidelity, given.in_use, in_use, days, need),
        )
    ratios = {
        entry.level: Ratio(
            entry.level,
            _claimed(given, entry.level),
            _computed(count, entry.level),
            None if count is None else count.blocked or count.blocked_levels.get(entry.level),
        )
        for entry in item.asked_levels
    }
    warnings = tuple(
        warning
        for ratio in ratios.values()
        if fidelity == "proxy" and (warning := _ratio_warning(item, ratio, policy.proxy_points)) is not None
    )
    return ItemApplication(item.code, name, fidelity, ratios, blocked=blocked, warnings=warnings)


def _claimed(given: ItemAnswers, level: int) -> tuple[int, int] | None:
    counted = given.counted_at(level)
    return (counted[0], counted[1]) if counted is not None and counted[1] > 0 else None


def _computed(count: MetricCount | None, level: int) -> tuple[int, int] | None:
    if count is None or count.blocked is not None or level in count.blocked_levels:
        return None
    pair = count.levels.get(level)
    return pair if pair is not None and pair[1] > 0 else None


def _ratio_warning(item: Item, ratio: Ratio, points: int) -> ProxyWarning | None:
    claimed, computed = ratio.claimed_share, ratio.computed_share
    if claimed is None or computed is None or abs(claimed - computed) * 100 < points:
        return None
    return ProxyWarning(
        item.code,
        ratio.level,
        Text(
            f"{item.name.zh}{ratio.level}级：填报的应用比例是{claimed}，数据的近似口径是{computed}，相差"
            f"{abs(claimed - computed) * 100:.0f}个百分点。近似口径只作提示，请核对统计口径。",
            f"{item.name.en}, level {ratio.level}: the claimed ratio is {claimed}, the proxy from the data {computed}, "
            f"{abs(claimed - computed) * 100:.0f} points apart. A proxy only warns; check how the figure was counted.",
        ),
    )


def _use_warnings(
    item: Item,
    fidelity: Fidelity | None,
    claimed: bool | None,
    in_use: bool | None,
    days: int | None,
    need: int | None,
) -> tuple[ProxyWarning, ...]:
    if fidelity != "proxy" or not claimed or in_use is not False:
        return ()
    return (
        ProxyWarning(
            item.code,
            None,
            Text(
                f"{item.name.zh}填报为在用，但时段内只有{days}天有记录，少于{need}天。仅作提示，请核对。",
                f"{item.name.en} is claimed to be in use, but only {counted(days or 0, 'day')} of the window {'has' if days == 1 else 'have'} rows, "
                f"fewer than {need}. This only warns; please check.",
            ),
        ),
    )
