"""The comparison page: claimed against the verified span, refuted parts first, not yet verified apart."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext, ngettext

from accounts.templatetags.display import level_name, points
from assessments.queries.frame import AssessmentFrame
from engine.evidence.falling import Fall, why_it_falls
from engine.evidence.lenses import ItemSpan
from engine.evidence.verdicts import WORDS, Verdict
from engine.rubric.values import Item
from reports.charts import from_card
from reports.charts.spec import AnyChart
from reports.view_models.chart_view import ChartView, chart_view
from reports.view_models.identity import Addresses
from reports.view_models.verified.around import Around, Reading, around
from reports.view_models.words import lang

MOST_PARTS = 6


@dataclass(frozen=True, slots=True)
class LensFigure:
    """One lens as a tile: its level, its total, and what it means in a sentence."""

    lens: str
    name: str
    level: int
    total: Decimal
    means: str


@dataclass(frozen=True, slots=True)
class RefutedItem:
    code: str
    name: str
    points: Decimal
    sentence: str
    parts: tuple[str, ...]
    more: int


@dataclass(frozen=True, slots=True)
class OpenClause:
    """A claimed clause that is not verified yet, and what would verify it."""

    code: str
    text: str
    word: str
    would: str


@dataclass(frozen=True, slots=True)
class OpenItem:
    code: str
    name: str
    clauses: tuple[OpenClause, ...]
    points: Decimal


@dataclass(frozen=True, slots=True)
class SpanRow:
    """One item: points under the lenses, how much was checked, how many clauses stand against it."""

    code: str
    name: str
    claimed: Decimal
    at_most: Decimal
    provisional: Decimal
    at_least: Decimal
    coverage: Decimal
    refuted: int
    not_verified: int

    @property
    def falls(self) -> bool:
        return self.at_most < self.claimed


@dataclass(frozen=True, slots=True)
class WarnedItem:
    """An item whose claimed ratio lies far from what related data suggest: a hint, level by level."""

    code: str
    name: str
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SpanPage:
    """Context ``page`` of reports/verified/span.html. No query."""

    around: Around
    addresses: Addresses
    headline: str
    why: str
    lenses: tuple[LensFigure, ...]
    coverage: Decimal
    facade_gap: Decimal
    not_yet: Decimal
    gauge: ChartView
    heat: ChartView
    refuted: tuple[RefutedItem, ...]
    open_items: tuple[OpenItem, ...]
    rows: tuple[SpanRow, ...]
    warned: tuple[WarnedItem, ...]
    from_data: str

    @property
    def frame(self) -> AssessmentFrame:
        return self.around.frame


def span_page(reading: Reading, frame: AssessmentFrame, addresses: Addresses) -> SpanPage:
    rubric, lenses = reading.rubric, reading.lensed.lenses
    fall = why_it_falls(rubric, lenses)
    return SpanPage(
        around=around(reading, frame, "span", addresses.items),
        addresses=addresses,
        headline=headline(reading, fall),
        why=lang(fall.text) if fall.items else "",
        lenses=lens_figures(reading),
        coverage=lenses.coverage,
        facade_gap=lenses.facade_gap,
        not_yet=lenses.not_yet_verified,
        gauge=chart_view(_gauge(reading)),
        heat=chart_view(_heat(reading, addresses), wide=True),
        refuted=refuted_items(reading, fall),
        open_items=open_items(reading),
        rows=span_rows(reading),
        warned=warned_items(reading),
        from_data=from_data_sentence(reading),
    )


def span_chart(reading: Reading, key: str, addresses: Addresses) -> AnyChart | None:
    """One chart of the page by its key."""
    return {"gauge": _gauge(reading), "heat": _heat(reading, addresses)}.get(key)


def headline(reading: Reading, fall: Fall) -> str:
    """The result in one sentence that a director understands."""
    cards = reading.lensed.lenses.cards
    claimed, most = cards["claimed"].level, cards["not_refuted"].level
    least = cards["provisional"].level
    if reading.lensed.run is None and not fall.items:
        return gettext("自评%(claimed)s，还没有用数据核验过。") % {"claimed": level_name(claimed)}
    if most < claimed:
        return gettext("自评%(claimed)s；去掉与数据不符的部分，至多%(most)s，现有证据支持%(least)s。") % {
            "claimed": level_name(claimed),
            "most": level_name(most),
            "least": level_name(least),
        }
    gap = reading.lensed.lenses.facade_gap
    if gap:
        return gettext(
            "自评%(claimed)s；数据否定了其中%(gap)s分，还不影响级别；现有证据支持%(least)s，其余尚未核验。"
        ) % {"claimed": level_name(claimed), "gap": points(gap), "least": level_name(least)}
    if least < claimed:
        return gettext("自评%(claimed)s没有被数据否定；现有证据支持%(least)s，其余尚未核验。") % {
            "claimed": level_name(claimed),
            "least": level_name(least),
        }
    return gettext("自评%(claimed)s，已有证据支持。") % {"claimed": level_name(claimed)}


def from_data_sentence(reading: Reading) -> str:
    """Why the claim here can be higher than on the result page; empty when it is the same."""
    lenses = reading.lensed.lenses
    if not lenses.from_data or lenses.cards["claimed"].total == reading.own_total:
        return ""
    return ngettext(
        "有%(count)s个数据质量指数医院没有填，由数据算出后计入自评，所以这里的自评为%(total)s分。",
        "有%(count)s个数据质量指数医院没有填，由数据算出后计入自评，所以这里的自评为%(total)s分。",
        len(lenses.from_data),
    ) % {"count": len(lenses.from_data), "total": points(lenses.cards["claimed"].total)}


def lens_figures(reading: Reading) -> tuple[LensFigure, ...]:
    cards = reading.lensed.lenses.cards
    words = (
        ("claimed", gettext("自评"), gettext("医院填报的结果。")),
        ("not_refuted", gettext("至多"), gettext("只去掉与数据不符的部分；没有核验的仍按自评算。")),
        ("provisional", gettext("暂定"), gettext("只算数据相符或材料已采信的部分。")),
        ("strict", gettext("至少"), gettext("只算直接证明或经另一人确认的部分；主管部门统计用这个数。")),
    )
    return tuple(
        LensFigure(lens, name, cards[lens].level, cards[lens].total, means)  # type: ignore[index]
        for lens, name, means in words
    )


def refuted_items(reading: Reading, fall: Fall) -> tuple[RefutedItem, ...]:
    by_code = reading.rubric.by_code
    return tuple(
        RefutedItem(
            code=each.item,
            name=lang(by_code[each.item].name),
            points=each.points,
            sentence=lang(each.text),
            parts=tuple(lang(part.text) for part in each.parts[:MOST_PARTS]),
            more=max(0, len(each.parts) - MOST_PARTS),
        )
        for each in fall.items
    )


def open_items(reading: Reading) -> tuple[OpenItem, ...]:
    """Items with claimed clauses nobody has verified, the ones that weigh most first."""
    found = [
        OpenItem(
            code=item.code,
            name=lang(item.name),
            clauses=tuple(_open_clause(reading, item, verdict) for verdict in span.not_verified),
            points=span.not_yet_verified,
        )
        for item in reading.rubric.items
        if (span := reading.lensed.lenses.spans[item.code]).not_verified
    ]
    return tuple(sorted(found, key=lambda each: (-each.points, each.code)))


def _open_clause(reading: Reading, item: Item, verdict: Verdict) -> OpenClause:
    clause = item.by_level[verdict.level].clauses[verdict.n - 1]
    would = lang(verdict.would_verify) if verdict.would_verify else ""
    if would and any(reading.hides(spoke.denominator) for spoke in verdict.spoke):
        would = gettext("记录太少，不作判定；有足够记录后重新核验。")
    return OpenClause(
        code=f"{item.code}.{verdict.level}-{verdict.n}",
        text=lang(clause.text),
        word=lang(WORDS[verdict.word]),
        would=would,
    )


def warned_items(reading: Reading) -> tuple[WarnedItem, ...]:
    """In the order of the standard."""
    sentences: dict[str, list[str]] = {}
    for warning in reading.lensed.lenses.warnings:
        sentences.setdefault(warning.item, []).append(lang(warning.reason))
    return tuple(
        WarnedItem(item.code, lang(item.name), tuple(sentences[item.code]))
        for item in reading.rubric.items
        if item.code in sentences
    )


def span_rows(reading: Reading) -> tuple[SpanRow, ...]:
    return tuple(_row(item, reading.lensed.lenses.spans[item.code]) for item in reading.rubric.items)


def _row(item: Item, span: ItemSpan) -> SpanRow:
    return SpanRow(
        code=item.code,
        name=lang(item.name),
        claimed=span.claimed,
        at_most=span.not_refuted,
        provisional=span.provisional,
        at_least=span.strict,
        coverage=span.coverage,
        refuted=len(span.refuted),
        not_verified=len(span.not_verified),
    )


def _gauge(reading: Reading) -> AnyChart:
    cards = reading.lensed.lenses.cards
    return from_card.gauge_chart(
        reading.rubric, cards["claimed"], reading.target, verified=cards["provisional"]
    )


def _heat(reading: Reading, addresses: Addresses) -> AnyChart:
    cards = reading.lensed.lenses.cards
    return from_card.heat_chart(
        reading.rubric,
        cards["claimed"],
        reading.target,
        verified=cards["provisional"],
        address=addresses.items.__getitem__,
    )
