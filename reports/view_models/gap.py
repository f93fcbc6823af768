"""The gap page: what is missing for a target, in the order to work on it, with switches to try."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext

from accounts.templatetags.display import points
from assessments.queries.frame import AssessmentFrame
from engine.scoring.gap import GapList, find_gaps
from reports.charts import from_card
from reports.charts.spec import AnyChart
from reports.standing import Standing
from reports.view_models.chart_view import ChartView, chart_view
from reports.view_models.gaps import Assignments, GapRow, gap_rows, remaining_words
from reports.view_models.identity import Addresses, Identity, identity_of
from reports.view_models.what_if import Chosen, WhatIf, what_if


@dataclass(frozen=True, slots=True)
class SwitchRow:
    """One gap with its switches. ``on`` holds the kinds that are switched on."""

    gap: GapRow
    on: frozenset[str]
    lift: str
    functions: str
    ratio: str
    index: str


@dataclass(frozen=True, slots=True)
class GapGroup:
    """Gaps that wait for the same gate."""

    key: str
    title: str
    sentence: str
    suggested: int
    rows: tuple[SwitchRow, ...]
    folded: bool = False


@dataclass(frozen=True, slots=True)
class GapPage:
    """Context ``page`` of reports/gap.html."""

    frame: AssessmentFrame
    identity: Identity
    addresses: Addresses
    organisation_name: str
    search_edition: str
    target: int
    targets: tuple[int, ...]
    level: int
    total: str
    reached: bool
    remaining: str
    groups: tuple[GapGroup, ...]
    points_chart: ChartView
    what_if: WhatIf
    problem: str
    suggested_query: str


def gap_page(
    standing: Standing,
    frame: AssessmentFrame,
    target: int,
    chosen: tuple[Chosen, ...],
    assigned: Assignments,
    addresses: Addresses,
    problem: str = "",
) -> GapPage:
    """No query. Raises UnknownTarget and BadSwitch."""
    rubric, card = standing.rubric, standing.card
    gaps = find_gaps(rubric, standing.answers, target, card=card)
    rows = gap_rows(standing, gaps, assigned)
    return GapPage(
        frame=frame,
        identity=identity_of(standing),
        addresses=addresses,
        organisation_name=frame.hospital,
        search_edition=rubric.id,
        target=target,
        targets=tuple(gate.level for gate in rubric.gates),
        level=card.level,
        total=points(card.total),
        reached=gaps.reached,
        remaining=remaining_words(gaps),
        groups=tuple(_groups(standing, gaps, rows, chosen)),
        points_chart=chart_view(from_card.points_chart(rubric, card, gaps), query=f"target={target}"),
        what_if=what_if(standing, chosen, target),
        problem=problem,
        suggested_query=_suggested(rows),
    )


def gap_chart(standing: Standing, key: str, target: int) -> AnyChart | None:
    if key != "points":
        return None
    gaps = find_gaps(standing.rubric, standing.answers, target, card=standing.card)
    return from_card.points_chart(standing.rubric, standing.card, gaps)


def _suggested(rows: tuple[GapRow, ...]) -> str:
    """The address part that switches everything on that would reach the target."""
    parts = []
    for row in rows:
        if not row.suggested:
            continue
        if row.unlocks == "total_gate" and row.raises:
            parts += [f"ratio={row.code}:{row.level}:1.00", f"index={row.code}:{row.level}:1.00"]
        else:
            parts.append(f"lift={row.code}:{row.level}")
    return "&".join(parts)


def _groups(
    standing: Standing, gaps: GapList, rows: tuple[GapRow, ...], chosen: tuple[Chosen, ...]
) -> Iterator[GapGroup]:
    by_place: dict[tuple[int, str], list[GapRow]] = {}
    for row in rows:
        place = (0, "reserve") if row.unlocks == "reserve" else (row.level, row.unlocks)
        by_place.setdefault(place, []).append(row)
    missing = {level.level: level for level in gaps.levels}
    for (level, unlocks), members in by_place.items():
        at = missing.get(level)
        if unlocks == "basic_gate":
            title = gettext("%(level)s级基本项") % {"level": level}
            sentence = gettext("差%(n)s项，全部须达标") % {"n": at.basic_missing if at else len(members)}
        elif unlocks == "optional_gate":
            title = gettext("%(level)s级选择项") % {"level": level}
            sentence = gettext("差%(n)s项，可从下列%(of)s项中选择；已标出较易的") % {
                "n": at.optional_missing if at else 0,
                "of": len(members),
            }
        elif unlocks == "total_gate":
            title = gettext("%(level)s级总评分") % {"level": level}
            sentence = gettext("补齐以上各项后仍差%(points)s分，可从下列项目提高") % {
                "points": points(at.total_still_missing if at else Decimal(0))
            }
        else:
            title = gettext("备选")
            sentence = gettext("没有条件在等它们；补齐后可防备官方标识或专家结论与自评不同")
        yield GapGroup(
            key=f"{unlocks}-{level}",
            title=title,
            sentence=sentence,
            suggested=sum(row.suggested for row in members),
            rows=tuple(_switches(row, chosen) for row in members),
            folded=unlocks == "reserve",
        )


def _switches(row: GapRow, chosen: tuple[Chosen, ...]) -> SwitchRow:
    mine = [one for one in chosen if one.item == row.code and one.level == row.level]
    at = f"{row.code}:{row.level}"
    factors = {factor.factor for factor in row.factors}
    return SwitchRow(
        gap=row,
        on=frozenset(one.kind for one in mine),
        lift="" if row.raises else at,
        functions=at if row.clause_count and len(factors) > 1 else "",
        ratio=f"{at}:{row.application_need}" if row.application_need and _useful(row, factors) else "",
        index=f"{at}:{row.index_need}" if row.index_need and _useful(row, factors) else "",
    )


def _useful(row: GapRow, factors: set[str]) -> bool:
    """A switch of its own says more than the lift only where the item lacks more than one thing."""
    return row.raises or len(factors) > 1
