"""The result page: the level and what blocks the next one, with every number behind it."""

from __future__ import annotations

from dataclasses import dataclass

from assessments.queries.frame import AssessmentFrame
from engine.scoring.card import LevelResult, ScoreCard
from reports.charts import from_card
from reports.charts.spec import AnyChart
from reports.standing import Standing
from reports.view_models.chart_view import ChartView, chart_view
from reports.view_models.explanation import WhyPanel, why_panel
from reports.view_models.gates import LevelRow, level_rows
from reports.view_models.identity import Addresses, Identity, identity_of
from reports.view_models.items import ItemRow, item_rows
from reports.view_models.report import OverallRow, overall_rows
from reports.view_models.verified.around import reading_of
from reports.view_models.verified.line import VerifiedLine, verified_line
from reports.view_models.words import blocking_sentence, headline, lang


@dataclass(frozen=True, slots=True)
class RoleChoice:
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class ResultPage:
    """Context ``page`` of reports/result.html.

    ``strip`` are the card's levels for the component of the gate strip, ``levels`` the same in words.
    """

    frame: AssessmentFrame
    identity: Identity
    addresses: Addresses
    organisation_name: str
    search_edition: str
    target: int
    level: int
    headline: str
    blocking: str
    gauge: ChartView
    radar: ChartView
    heat: ChartView
    strip: tuple[LevelResult, ...]
    levels: tuple[LevelRow, ...]
    roles: tuple[RoleChoice, ...]
    items: tuple[ItemRow, ...]
    passing: int
    borderline: tuple[ItemRow, ...]
    depends: tuple[LevelRow, ...]
    overall: tuple[OverallRow, ...]
    problems: tuple[str, ...]
    why: WhyPanel | None
    verified: VerifiedLine | None

    @property
    def asked(self) -> int:
        """Items of which the target level asks something."""
        return sum(row.category is not None for row in self.items)


def result_page(
    standing: Standing, frame: AssessmentFrame, *, addresses: Addresses, why: str = ""
) -> ResultPage:
    """No query. ``why`` names what the panel explains."""
    rubric, card, target = standing.rubric, standing.card, standing.target
    verified = verified_card(standing)
    items = item_rows(standing, target)
    levels = level_rows(standing, target)
    return ResultPage(
        frame=frame,
        identity=identity_of(standing),
        addresses=addresses,
        organisation_name=frame.hospital,
        search_edition=rubric.id,
        target=target,
        level=card.level,
        headline=headline(rubric, card),
        blocking=blocking_sentence(rubric, card),
        gauge=chart_view(from_card.gauge_chart(rubric, card, target, verified=verified)),
        radar=chart_view(from_card.radar_chart(rubric, card, target=target)),
        heat=chart_view(
            from_card.heat_chart(
                rubric, card, target, verified=verified, address=addresses.items.__getitem__
            ),
            wide=True,
        ),
        strip=card.levels,
        levels=levels,
        roles=tuple(RoleChoice(role.code, lang(role.name)) for role in rubric.roles),
        items=items,
        passing=sum(row.passes_target for row in items),
        borderline=tuple(row for row in items if row.borderline),
        depends=tuple(row for row in levels if row.depends),
        overall=overall_rows(standing, max(target, card.level)),
        problems=tuple(lang(problem.message) for problem in standing.problems),
        why=why_panel(standing, why) if why else None,
        verified=verified_line(reading_of(standing, inside=frame.staff)) if verified else None,
    )


def result_chart(standing: Standing, key: str, *, addresses: Addresses) -> AnyChart | None:
    """One chart of the page by its key, for the figure that the script asks for."""
    rubric, card, target = standing.rubric, standing.card, standing.target
    verified = verified_card(standing)
    match key:
        case "gauge":
            return from_card.gauge_chart(rubric, card, target, verified=verified)
        case "radar":
            return from_card.radar_chart(rubric, card, target=target)
        case "heat":
            address = addresses.items.__getitem__
            return from_card.heat_chart(rubric, card, target, verified=verified, address=address, spoken=True)
    return None


def verified_card(standing: Standing) -> ScoreCard | None:
    """The provisional card, which is drawn solid; None where nothing was counted or decided."""
    return standing.evidence.lenses.cards["provisional"] if standing.evidence else None
