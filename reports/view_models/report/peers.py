"""The hospital among its peers, as the report tells it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext

from accounts.templatetags.display import level_name, percent, points
from engine.rubric.values import Rubric
from reports.comparing.suppressing import LEAST
from reports.regional.benchmark import Benchmark
from reports.view_models.region.ranking import peer_words
from reports.view_models.words import lang


@dataclass(frozen=True, slots=True)
class PeerItem:
    """``behind``: the own score lies under the median of the group."""

    code: str
    name: str
    own: str
    middle: str
    difference: str
    behind: bool
    better: str


@dataclass(frozen=True, slots=True)
class PeerPart:
    """Where figures are not shared, or the group is too small, ``said`` is one sentence and all else is empty."""

    said: str
    group: str
    notes: tuple[str, ...]
    levels: tuple[tuple[str, str], ...]  # level and above, share of the group
    items: tuple[PeerItem, ...]  # those furthest behind first


def peer_part(benchmark: Benchmark | None, rubric: Rubric) -> PeerPart | None:
    """None: made from a file, there is nobody to compare with. No query."""
    if benchmark is None:
        return None
    if benchmark.why:
        return PeerPart(_why(benchmark), "", (), (), ())
    place = benchmark.place
    middle = gettext("同类中位数：%(level)s级、%(total)s分。") % {
        "level": f"{benchmark.middle_level.normalize():f}",
        "total": points(benchmark.middle_total),
    }
    if place is not None:
        said = gettext("本院在%(of)s家同类医院中列第%(rank)s位，百分位%(percentile)s。") % {
            "of": place.of,
            "rank": place.rank,
            "percentile": place.percentile,
        }
    else:
        said = gettext("本报告按尚未提交或不是该年度最近一次提交的内容生成，不参加排位；下面只列同类的数字。")
    return PeerPart(
        said=said,
        group=gettext("%(bureau)s · %(year)s年度 · %(peers)s · 另外%(n)s家")
        % {
            "bureau": benchmark.bureau,
            "year": benchmark.year,
            "peers": peer_words(benchmark.group),
            "n": benchmark.others,
        },
        notes=(
            middle,
            gettext("数字由主管部门提供，取自各院最近一次提交的自评，未经评审；只列整组数字，不列其他医院。"),
        ),
        levels=tuple(
            (gettext("%(level)s及以上") % {"level": level_name(level)}, percent(share))
            for level, share in (benchmark.at_least or {}).items()
        ),
        items=_items(benchmark, rubric),
    )


def _items(benchmark: Benchmark, rubric: Rubric) -> tuple[PeerItem, ...]:
    found = [one for one in benchmark.items if one.code in rubric.by_code]
    found.sort(key=lambda one: ((one.own if one.own is not None else one.middle) - one.middle, one.code))
    return tuple(
        PeerItem(
            code=one.code,
            name=lang(rubric.by_code[one.code].name),
            own="" if one.own is None else points(one.own),
            middle=points(one.middle),
            difference="" if one.own is None else _signed(one.own - one.middle),
            behind=one.own is not None and one.own < one.middle,
            better="" if one.own is None else f"{one.better}%",
        )
        for one in found
    )


def _signed(value: Decimal) -> str:
    return f"{'+' if value > 0 else '−' if value < 0 else ''}{points(abs(value))}"


def _why(benchmark: Benchmark) -> str:
    return {
        "not_shared": gettext("主管部门没有向医院提供同类数据，本报告不作比较。"),
        "no_year": gettext("主管部门提供同类数据，但这一标准还没有医院提交。"),
        "too_few": gettext("同类医院除本院外不足%(n)s家，数字会让人认出单个医院，因此不列。") % {"n": LEAST},
    }[benchmark.why]
