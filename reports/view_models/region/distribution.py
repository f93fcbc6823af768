"""Of which levels each group of hospitals is made up, as claimed, after the checks, and as decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from accounts.templatetags.display import level_name, percent
from reports.charts.spec import Stacked
from reports.comparing.suppressing import LEAST, hidden
from reports.regional.counting import share
from reports.view_models.chart_view import ChartView, chart_view
from reports.view_models.region.choice import Choice
from reports.view_models.region.groups import names_of, titles
from reports.view_models.region.trend import stacked_chart

Levels = Mapping[tuple[Any, ...], tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class DistributionLine:
    """``numbers``: how many and which share at each level. ``key``: what the list of hospitals is narrowed by."""

    name: str
    key: str
    n: int
    numbers: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class RegionDistribution:
    choice: Choice
    groups: tuple[tuple[str, str, bool], ...]
    lenses: tuple[tuple[str, str, bool], ...]
    by: str
    by_title: str
    lens: str
    levels: tuple[str, ...]
    lines: tuple[DistributionLine, ...]
    chart: ChartView | None


def lens_names() -> dict[str, str]:
    return {
        "claimed": _("自评"),
        "at_most": _("去掉核验不符后至多"),
        "strict": _("严格核验"),
        "awarded": _("评定结果"),
    }


def distribution(
    choice: Choice, levels: Levels, by: str, lens: str, cities: Mapping[int, str]
) -> RegionDistribution:
    """``levels``: (key of the group,) -> hospitals at level 0, 1, … as ``lens`` sees them."""
    rows = {key: levels[(key,)] for key in names_of(by, cities) if (key,) in levels}
    names = names_of(by, cities)
    chart = distribution_by_group(choice, levels, by, lens, cities)
    return RegionDistribution(
        choice=choice,
        groups=tuple((key, words, key == by) for key, words in titles().items()),
        lenses=tuple((key, words, key == lens) for key, words in lens_names().items()),
        by=by,
        by_title=titles()[by],
        lens=lens,
        levels=tuple(level_name(level) for level in range(choice.top + 1)),
        lines=tuple(
            DistributionLine(
                names[key],
                "" if key is None else str(key),
                sum(counts),
                tuple((count, percent(share(count, sum(counts)) or 0)) for count in counts),
            )
            for key, counts in rows.items()
        ),
        chart=chart_view(chart, query=f"{choice.query}&by={by}&lens={lens}") if chart else None,
    )


def distribution_by_group(
    choice: Choice, levels: Levels, by: str, lens: str, cities: Mapping[int, str], *, suppress: bool = False
) -> Stacked | None:
    """One bar per group and one for all. ``suppress``: groups too small to leave the bureau are left out."""
    rows = {name: levels[(key,)] for key, name in names_of(by, cities).items() if sum(levels.get((key,), ()))}
    if not rows:
        return None
    whole = tuple(map(sum, zip(*rows.values(), strict=True)))
    caption = _("每条是一组医院，从最低级到最高级；右边是家数。")
    if suppress and (gone := hidden({name: sum(counts) for name, counts in rows.items()})):
        rows = {name: counts for name, counts in rows.items() if name not in gone}
        caption += _("不足%(n)s家的组不列出。") % {"n": LEAST}
    return stacked_chart(
        "groups",
        _("级别构成（%(lens)s，%(by)s）") % {"lens": lens_names()[lens], "by": titles()[by]},
        caption,
        titles()[by],
        {_("全部"): whole, **rows},
    )
