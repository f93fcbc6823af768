"""The gap-analysis report as values: PDF, Word and Excel are drawn from this, with the numbers of the pages.

Built in the language that is active; the caller activates it (``translation.override``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext, ngettext

from accounts.templatetags.display import level_name, points
from engine.scoring.gap import find_gaps
from reports.charts import from_card
from reports.charts.spec import Bars, GateStrip, Gauge, HeatMap, Radar
from reports.exhibits import Exhibit
from reports.regional.benchmark import Benchmark
from reports.standing import Standing
from reports.view_models.gaps import (
    Assigned,
    Assignments,
    ClauseRow,
    GapRow,
    gap_rows,
    merged_steps,
    remaining_words,
)
from reports.view_models.gates import LevelRow, level_rows
from reports.view_models.identity import Identity, identity_of
from reports.view_models.items import ItemRow, item_rows
from reports.view_models.report.facade import FacadePart, facade_part
from reports.view_models.report.glossary import Term, glossary_of
from reports.view_models.report.peers import PeerPart, peer_part
from reports.view_models.report.register import ExhibitRegister, exhibit_register
from reports.view_models.verified.section import VerifiedSection, verified_section
from reports.view_models.words import (
    blocking_sentence,
    borderline_sentence,
    headline,
    lang,
    robustness_sentence,
)

FIRST = 8


@dataclass(frozen=True, slots=True)
class OverallRow:
    """An overall requirement of a level that nobody confirmed; it does not enter the arithmetic."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class ItemSection:
    """One item with a gap: everything that is missing up to the target, and what to do."""

    item: ItemRow
    gaps: tuple[GapRow, ...]
    clauses: tuple[ClauseRow, ...]
    steps: tuple[str, ...]
    focus: str
    remedy: str
    assigned: Assigned

    @property
    def suggested(self) -> bool:
        return any(gap.suggested for gap in self.gaps)


@dataclass(frozen=True, slots=True)
class Paragraph:
    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class GapReport:
    """Everything the document says. ``needed``: gaps some gate waits for; ``reserve``: the others."""

    identity: Identity
    title: str
    target: int
    level: int
    total: str
    headline: str
    summary: tuple[str, ...]
    remaining: str
    reached: bool
    levels: tuple[LevelRow, ...]
    gauge: Gauge
    gate_strip: GateStrip
    points: Bars
    radar: Radar
    heat_map: HeatMap
    items: tuple[ItemRow, ...]
    needed: tuple[GapRow, ...]
    reserve: tuple[GapRow, ...]
    sections: tuple[ItemSection, ...]
    overall: tuple[OverallRow, ...]
    robustness: tuple[str, ...]
    borderline: tuple[str, ...]
    problems: tuple[str, ...]
    method: tuple[Paragraph, ...]
    verified: VerifiedSection | None
    facade: FacadePart
    exhibits: ExhibitRegister
    peers: PeerPart | None
    glossary: tuple[Term, ...]

    @property
    def first(self) -> tuple[GapRow, ...]:
        """Gaps for the director's page: those that are advised, at most FIRST."""
        return (tuple(gap for gap in self.needed if gap.suggested) or self.needed)[:FIRST]


def gap_report(
    standing: Standing,
    target: int,
    assigned: Assignments | None = None,
    *,
    inside: bool = True,
    exhibits: Sequence[Exhibit] | None = None,
    benchmark: Benchmark | None = None,
) -> GapReport:
    """The report for one target level (1..top). No query. Raises UnknownTarget.

    ``assigned`` names departments and people of the hospital; leave it out for other readers, and say
    ``inside=False``: they are not shown figures under ten. ``exhibits`` and ``benchmark``: what was read for this reader; None: from a file.
    """
    verified = standing.evidence.lenses.cards["provisional"] if standing.evidence else None
    rubric, card = standing.rubric, standing.card
    gaps = find_gaps(rubric, standing.answers, target, card=card)
    rows = gap_rows(standing, gaps, assigned or {})
    items = item_rows(standing, target)
    needed = tuple(row for row in rows if row.unlocks != "reserve")
    section = verified_section(standing, inside=inside)
    facade = facade_part(standing, inside=inside)
    peers = peer_part(benchmark, rubric)
    return GapReport(
        identity=identity_of(standing),
        title=gettext("%(edition)s差距分析报告") % {"edition": lang(rubric.title)},
        target=target,
        level=card.level,
        total=points(card.total),
        headline=headline(rubric, card),
        summary=summary_sentences(
            standing, target, needed, remaining_words(gaps), gaps.levels[-1].total_closed, section
        ),
        remaining=remaining_words(gaps),
        reached=gaps.reached,
        levels=level_rows(standing, target),
        gauge=from_card.gauge_chart(rubric, card, target, verified=verified),
        gate_strip=from_card.strip_chart(rubric, card, target),
        points=from_card.points_chart(rubric, card, gaps),
        radar=from_card.radar_chart(rubric, card, target=target),
        heat_map=from_card.heat_chart(rubric, card, target, verified=verified),
        items=items,
        needed=needed,
        reserve=tuple(row for row in rows if row.unlocks == "reserve"),
        sections=sections_of(standing, rows, {row.code: row for row in items}),
        overall=overall_rows(standing, target),
        robustness=tuple(
            robustness_sentence(result)
            for result in card.levels
            if result.robustness == "depends" and result.level <= max(target, card.level + 1)
        ),
        borderline=tuple(
            f"{code} {lang(rubric.by_code[code].name)}{gettext('：')}{borderline_sentence(result)}"
            for code, result in card.items.items()
            if result.borderline
        ),
        problems=tuple(lang(problem.message) for problem in standing.problems),
        method=method_paragraphs(standing),
        verified=section,
        facade=facade,
        exhibits=exhibit_register(exhibits),
        peers=peers,
        glossary=glossary_of(
            with_index=rubric.thresholds.data_quality is not None,
            verified=section is not None,
            peers=bool(peers and peers.group),
        ),
    )


def summary_sentences(
    standing: Standing,
    target: int,
    needed: tuple[GapRow, ...],
    remaining: str,
    after: object,
    verified: VerifiedSection | None,
) -> tuple[str, ...]:
    """What a director needs to know, in six sentences at most."""
    rubric, card = standing.rubric, standing.card
    sentences = [
        gettext("按%(edition)s自评，%(headline)s，总评分%(total)s分。")
        % {"edition": lang(rubric.title), "headline": headline(rubric, card), "total": points(card.total)},
        blocking_sentence(rubric, card),
        remaining,
        verified.headline if verified else "",
    ]
    close = [row for row in needed if row.suggested]
    if close:
        items = len({row.code for row in close})
        clauses = len({clause.code for row in close for clause in row.clauses})
        sentences.append(
            ngettext(
                "建议先处理%(items)s个项目，共%(clauses)s条功能要求；补齐后总评分可达%(after)s分。",
                "建议先处理%(items)s个项目，共%(clauses)s条功能要求；补齐后总评分可达%(after)s分。",
                items,
            )
            % {"items": items, "clauses": clauses, "after": points(after)}
        )
    if any(result.robustness == "depends" and result.level <= target for result in card.levels):
        sentences.append(gettext("部分基本项、选择项标识尚待与官方文件核对，核对后结论可能改变。"))
    return tuple(sentence for sentence in sentences if sentence)


def sections_of(
    standing: Standing, rows: tuple[GapRow, ...], items: Mapping[str, ItemRow]
) -> tuple[ItemSection, ...]:
    """One section per item that some gate waits for, in the order to work on them."""
    by_item: dict[str, list[GapRow]] = {}
    for row in rows:
        if row.unlocks != "reserve":
            by_item.setdefault(row.code, []).append(row)
    sections = []
    for code, gaps in by_item.items():
        item = standing.rubric.by_code[code]
        clauses = {clause.code: clause for gap in gaps for clause in gap.clauses}
        sections.append(
            ItemSection(
                item=items[code],
                gaps=tuple(gaps),
                clauses=tuple(sorted(clauses.values(), key=lambda clause: (clause.level, clause.n))),
                steps=merged_steps(gaps),
                focus=lang(item.focus),
                remedy=lang(item.remedy),
                assigned=gaps[0].assigned,
            )
        )
    return tuple(sections)


def overall_rows(standing: Standing, up_to: int) -> tuple[OverallRow, ...]:
    """Overall requirements up to a level that nobody confirmed."""
    texts = {level.level: level.overall for level in standing.rubric.levels}
    return tuple(
        OverallRow(level, lang(texts[level][n - 1]))
        for level, n in standing.card.overall_unconfirmed
        if level <= up_to
    )


def method_paragraphs(standing: Standing) -> tuple[Paragraph, ...]:
    """How the figures come about, for readers who want to check them."""
    bounds = standing.rubric.thresholds
    quality = bounds.data_quality is not None
    formula = (
        gettext(
            "项目得分＝功能等级×有效应用比例×数据质量指数，取各可计分级别中的最大值；没有数据质量指数的级别按1计。"
        )
        if quality
        else gettext("项目得分＝功能等级×有效应用比例，取各可计分级别中的最大值。")
    )
    passing = gettext(
        "某级达标：该级及以下功能要求全部符合；有效应用比例基本项不低于%(basic)s、选择项不低于%(optional)s"
    ) % {
        "basic": points(bounds.basic_application),
        "optional": points(bounds.optional_application),
    }
    if quality:
        passing += gettext("；该级数据质量指数不低于%(quality)s，且之前各级数据质量指数不低于%(earlier)s") % {
            "quality": points(bounds.data_quality),
            "earlier": points(bounds.earlier_data_quality),
        }
    paragraphs = [
        Paragraph(gettext("评分"), formula),
        Paragraph(
            gettext("达标"), passing + gettext("。各因素分别判断，界限值算达标；正好等于界限的另行标出。")
        ),
        Paragraph(
            gettext("整体级别"),
            gettext(
                "一个级别须同时满足三项条件：基本项全部达标、选择项达到规定个数、总评分不低于最低总分；且所有较低级别也满足。"
            ),
        ),
        Paragraph(
            gettext("取整"),
            gettext("比例和指数四舍五入保留两位小数；项目得分不再取整，总评分合计后取整一次。"),
        ),
    ]
    if standing.unconfirmed_flags:
        paragraphs.append(
            Paragraph(
                gettext("待确认的标识"),
                gettext(
                    "%(count)s处基本项、选择项标识尚未与官方附件核对：每级个数与官方一致，具体归属可能不同。"
                    "每级结论均注明是否受其影响。"
                )
                % {"count": standing.unconfirmed_flags},
            )
        )
    paragraphs.append(
        Paragraph(
            gettext("差距排序"),
            gettext(
                "从最低的未满足级别开始，先基本项，再选择项（由易到难），最后是总评分；每项增加的分数均按补齐后重新评分得出。"
            ),
        )
    )
    return tuple(paragraphs)


def report_file_name(standing: Standing, target: int) -> str:
    """A name for the saved document, without characters that file systems refuse."""
    return gettext("差距分析_%(hospital)s_%(edition)s_目标%(target)s") % {
        "hospital": standing.hospital,
        "edition": standing.rubric.id,
        "target": level_name(target),
    }
