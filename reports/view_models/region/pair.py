"""Any two hospitals of the region side by side, under one standard and in one year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils.translation import gettext as _

from accounts.templatetags.display import DASH, figure, level_name, percent, points
from engine.rubric.values import Rubric
from hospitals.models import Organisation
from reports.charts.spec import Column, Radar, Series, Table
from reports.comparing.claims import claims_of
from reports.comparing.rows import Compared
from reports.documents.sheets import Sheet
from reports.view_models.chart_view import ChartView, chart_view
from reports.view_models.region.choice import Choice
from reports.view_models.words import lang

CENT = Decimal("0.01")
Items = Mapping[str, Any]  # code -> [function level, scored level, "score", "ratio", "index"]


@dataclass(frozen=True, slots=True)
class Side:
    """A hospital with its row and items. ``key`` names it in the address."""

    key: str
    name: str
    grade: str
    kind: str
    assessment: str
    row: Compared
    items: Items


@dataclass(frozen=True, slots=True)
class FigureLine:
    name: str
    first: str
    second: str


@dataclass(frozen=True, slots=True)
class ItemLine:
    """Levels passed as claimed, and what the checks left where there were any; ``apart``: first less second."""

    code: str
    name: str
    first: str
    second: str
    apart: int
    first_score: str
    second_score: str
    first_ratio: str
    second_ratio: str
    first_index: str
    second_index: str


@dataclass(frozen=True, slots=True)
class RegionPair:
    """``typed``: what was asked for; ``problems``: hospitals that were not found, or of which there are several."""

    choice: Choice
    typed: tuple[str, str]
    problems: tuple[str, ...]
    first: Side | None
    second: Side | None
    figures: tuple[FigureLine, ...]
    items: tuple[ItemLine, ...]
    same: int
    only_apart: bool
    chart: ChartView | None


def side_of(hospital: Organisation, assessment: str, row: Compared, items: Items) -> Side:
    return Side(
        key=str(hospital.public_id),
        name=hospital.label,
        grade=str(hospital.get_grade_display()),
        kind=str(hospital.get_hospital_type_display()),
        assessment=assessment,
        row=row,
        items=items,
    )


def pair_page(
    choice: Choice,
    rubric: Rubric,
    sides: tuple[Side | None, Side | None],
    typed: tuple[str, str],
    problems: Sequence[str],
    only_apart: bool,
    query: str,
) -> RegionPair:
    first, second = sides
    if first is None or second is None:
        return RegionPair(choice, typed, tuple(problems), first, second, (), (), 0, only_apart, None)
    lines = item_lines(rubric, first, second)
    apart = tuple(line for line in lines if line.apart)
    return RegionPair(
        choice=choice,
        typed=typed,
        problems=tuple(problems),
        first=first,
        second=second,
        figures=figure_lines(first, second),
        items=apart if only_apart else lines,
        same=len(lines) - len(apart),
        only_apart=only_apart,
        chart=chart_view(pair_chart(rubric, first, second), query=query),
    )


def figure_lines(first: Side, second: Side) -> tuple[FigureLine, ...]:
    def line(name: str, of: Any) -> FigureLine:
        return FigureLine(name, of(first), of(second))

    def settled(side: Side) -> str:
        claims = claims_of(side.row)
        return DASH if not claims.settled else f"{claims.refuted} / {claims.settled}"

    return (
        line(_("等级"), lambda side: side.grade or DASH),
        line(_("医院类别"), lambda side: side.kind or DASH),
        line(_("编制床位"), lambda side: figure(side.row.beds)),
        line(_("统计期出院人次"), lambda side: figure(side.row.discharges)),
        line(_("自评等级"), lambda side: level_name(side.row.claimed)),
        line(_("核验后至多"), lambda side: level_name(side.row.at_most)),
        line(_("严格核验"), lambda side: level_name(side.row.strict)),
        line(_("评定结果"), lambda side: level_name(side.row.awarded)),
        line(_("总评分"), lambda side: points(side.row.total)),
        line(_("核验后总评分"), lambda side: points(side.row.total_at_most)),
        line(_("核验覆盖率"), lambda side: percent(side.row.coverage)),
        line(_("被否定 / 有定论的主张"), settled),
        line(_("目标等级"), lambda side: level_name(side.row.target)),
    )


def item_lines(rubric: Rubric, first: Side, second: Side) -> tuple[ItemLine, ...]:
    def level(side: Side, place: int) -> tuple[int, str]:
        if place >= len(side.row.passes):
            return 0, DASH
        claimed = side.row.passes[place].bit_length()
        left = side.row.left[place].bit_length() if side.row.verified else claimed
        words = level_name(claimed)
        return claimed, words if left == claimed else f"{words} → {level_name(left)}"

    def part(side: Side, code: str, at: int) -> str:
        found = side.items.get(code)
        return DASH if found is None or found[at] is None else points(found[at])

    lines = []
    for place, item in enumerate(rubric.items):
        (one, one_words), (other, other_words) = level(first, place), level(second, place)
        code = item.code
        lines.append(
            ItemLine(
                code=code,
                name=lang(item.name),
                first=one_words,
                second=other_words,
                apart=one - other,
                first_score=part(first, code, 2),
                second_score=part(second, code, 2),
                first_ratio=part(first, code, 3),
                second_ratio=part(second, code, 3),
                first_index=part(first, code, 4),
                second_index=part(second, code, 4),
            )
        )
    return tuple(lines)


def pair_chart(rubric: Rubric, first: Side, second: Side) -> Radar:
    names = tuple(lang(role.name) for role in rubric.roles)
    one, other = _means(rubric, first), _means(rubric, second)
    return Radar(
        key="pair",
        title=_("各角色项目平均得分"),
        caption=_("斜线为%(first)s，虚线为%(second)s，均为自评。")
        % {"first": first.name, "second": second.name},
        unit=_("分"),
        alt=_("%(first)s与%(second)s在%(n)s个角色上的项目平均得分。")
        % {"first": first.name, "second": second.name, "n": len(names)},
        table=Table(
            (Column(_("角色")), Column(first.name, True), Column(second.name, True)),
            tuple((name, str(a), str(b)) for name, a, b in zip(names, one, other, strict=True)),
        ),
        spokes=names,
        series=(Series(first.name, "claimed", one), Series(second.name, "earlier", other)),
        top=Decimal(rubric.top_level),
    )


def _means(rubric: Rubric, side: Side) -> tuple[Decimal, ...]:
    means = []
    for role in rubric.roles:
        scores = [
            Decimal(str(side.items[item.code][2]))
            for item in rubric.items_of(role.code)
            if item.code in side.items
        ]
        mean = sum(scores, Decimal(0)) / len(scores) if scores else Decimal(0)
        means.append(mean.quantize(CENT, ROUND_HALF_UP))
    return tuple(means)


def pair_sheets(rubric: Rubric, first: Side, second: Side) -> list[Sheet]:
    heads = (_("指标"), first.name, second.name)
    item_heads = (
        _("项目"), _("名称"), first.name, second.name, _("相差"), _("得分一"), _("得分二"), _("比例一"), _("比例二"),
        _("指数一"), _("指数二"),
    )  # fmt: skip
    return [
        Sheet(_("两院对照"), heads, [(line.name, line.first, line.second) for line in figure_lines(first, second)]),
        Sheet(
            _("逐项对照"),
            item_heads,
            [
                (line.code, line.name, line.first, line.second, line.apart, line.first_score, line.second_score,
                 line.first_ratio, line.second_ratio, line.first_index, line.second_index)
                for line in item_lines(rubric, first, second)
            ],
        ),
    ]  # fmt: skip
