"""Consortia of a region: the lead beside its members, and the form with which a bureau keeps them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.core.paginator import Page
from django.utils.translation import gettext as _

from accounts.templatetags.display import DASH, percent
from reports.charts.spec import Bars, Column, Series, Table
from reports.comparing.consortia import Standing
from reports.comparing.rows import Compared
from reports.documents.sheets import Sheet
from reports.regional.counting import share
from reports.view_models.chart_view import ChartView, chart_view
from reports.view_models.region.choice import Choice
from reports.view_models.region.ranking import GRADES

Names = Mapping[int, str]
CHARTED = 20
PER_PAGE = 15


@dataclass(frozen=True, slots=True)
class Member:
    name: str
    assessment: str
    grade: str
    claimed: int
    at_most: int | None
    strict: int | None
    awarded: int | None


@dataclass(frozen=True, slots=True)
class ConsortiumLine:
    key: str
    name: str
    lead: str
    lead_member: Member | None
    submitted: int
    expected: int
    participation: str
    average: str
    at_most: str
    behind: str
    members: tuple[Member, ...]
    missing: tuple[str, ...]  # members without a submission


@dataclass(frozen=True, slots=True)
class RegionConsortia:
    choice: Choice
    lines: tuple[ConsortiumLine, ...]
    pages: Page[Standing]
    chart: ChartView | None
    refusal: str  # why this person may not keep them


@dataclass(frozen=True, slots=True)
class ConsortiumForm:
    """``key`` is empty for a new one; texts are as typed, so that nothing is lost when something is refused."""

    choice: Choice
    key: str
    name: str
    name_en: str
    lead: str
    members: str
    refusal: str


def consortia_page(
    choice: Choice,
    found: Sequence[Standing],
    pages: Page[Standing],
    names: Names,
    links: Mapping[int, str],
    refusal: str,
    query: str,
) -> RegionConsortia:
    """``pages``: the part of ``found`` that is listed; the chart is of all."""
    chart = consortia_chart(choice, found)
    return RegionConsortia(
        choice=choice,
        lines=consortia_lines(pages.object_list, names, links),
        pages=pages,
        chart=chart_view(chart, query=query) if chart else None,
        refusal=refusal,
    )


def consortia_lines(
    found: Iterable[Standing], names: Names, links: Mapping[int, str]
) -> tuple[ConsortiumLine, ...]:
    return tuple(_line(one, names, links) for one in found)


def _line(one: Standing, names: Names, links: Mapping[int, str]) -> ConsortiumLine:
    there = {row.hospital for row in one.members}
    return ConsortiumLine(
        key=one.joined.key,
        name=one.joined.name,
        lead=names.get(one.joined.lead, DASH),
        lead_member=_member(one.lead, names, links) if one.lead else None,
        submitted=len(one.members),
        expected=one.expected,
        participation=percent(share(len(one.members), one.expected)),
        average=DASH if one.average is None else str(one.average),
        at_most=DASH if one.average_at_most is None else f"{one.average_at_most} ({one.verified})",
        behind=DASH if one.behind is None else f"{one.behind:+}",
        members=tuple(_member(row, names, links) for row in one.members),
        missing=tuple(sorted(names[pk] for pk in one.joined.members if pk not in there and pk in names)),
    )


def _member(row: Compared, names: Names, links: Mapping[int, str]) -> Member:
    return Member(
        name=names.get(row.hospital, DASH),
        assessment=links.get(row.hospital, ""),
        grade=str(GRADES.get(row.grade, "")),
        claimed=row.claimed,
        at_most=row.at_most,
        strict=row.strict,
        awarded=row.awarded,
    )


def consortia_chart(choice: Choice, found: Sequence[Standing]) -> Bars | None:
    shown = [one for one in found if one.lead is not None or one.average is not None][:CHARTED]
    if not shown:
        return None
    lead = Series(
        _("牵头医院"), "claimed", tuple(Decimal(one.lead.claimed) if one.lead else None for one in shown)
    )
    average = Series(_("成员平均"), "earlier", tuple(one.average for one in shown))
    return Bars(
        key="consortia",
        title=_("牵头医院与成员的自评级别"),
        caption=_("斜线为牵头医院，虚框为已提交成员的平均；括号内为成员家数。"),
        unit=_("级"),
        alt=_("%(n)s个医联体的牵头医院级别与成员平均级别。") % {"n": len(shown)},
        table=Table(
            (Column(_("医联体")), Column(_("牵头医院"), True), Column(_("成员平均"), True), Column(_("已提交成员"), True)),
            tuple(
                (
                    one.joined.name, str(one.lead.claimed) if one.lead else DASH,
                    DASH if one.average is None else str(one.average), f"{len(one.members)}/{one.expected}",
                )
                for one in shown
            ),
        ),
        labels=tuple(f"{one.joined.name} ({len(one.members)})" for one in shown),
        series=(lead, average),
        top=Decimal(choice.top),
    )  # fmt: skip


def consortia_sheets(lines: Sequence[ConsortiumLine]) -> list[Sheet]:
    heads = (
        _("医联体"),
        _("牵头医院"),
        _("牵头自评"),
        _("成员"),
        _("已提交"),
        _("成员平均"),
        _("核验后平均（家数）"),
        _("牵头减平均"),
    )
    member_heads = (
        _("医联体"),
        _("医院"),
        _("角色"),
        _("等级"),
        _("自评等级"),
        _("核验后至多"),
        _("严格核验"),
        _("评定结果"),
    )

    def member(line: ConsortiumLine, one: Member, role: str) -> tuple[str | int | None, ...]:
        return line.name, one.name, role, one.grade, one.claimed, one.at_most, one.strict, one.awarded

    return [
        Sheet(
            _("医联体"),
            heads,
            [
                (line.name, line.lead, line.lead_member.claimed if line.lead_member else None, line.expected, line.submitted,
                 line.average, line.at_most, line.behind)
                for line in lines
            ],
        ),
        Sheet(
            _("成员"),
            member_heads,
            [
                row
                for line in lines
                for row in (
                    *((member(line, line.lead_member, _("牵头")),) if line.lead_member else ()),
                    *(member(line, one, _("成员")) for one in line.members),
                )
            ],
        ),
    ]  # fmt: skip
