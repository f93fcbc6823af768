"""Hospitals to look at again, each with the reasons in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.templatetags.display import DASH, level_name, percent
from reports.documents.sheets import Sheet
from reports.regional.doubts import JUMP, LEAST_COVERAGE, LEAST_FIGURES, MOSTLY, Doubt, Kind, Looked
from reports.view_models.region.choice import Choice

PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class Reason:
    kind: str
    label: str
    sentence: str


@dataclass(frozen=True, slots=True)
class DoubtLine:
    """``over``: claimed less what is left at most, None without checks; beside its coverage."""

    name: str
    assessment: str
    claimed: int
    at_most: int | None
    coverage: str
    over: int | None
    weight: int
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class KindCount:
    kind: str
    label: str
    n: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class RegionDoubts:
    choice: Choice
    lines: Page[DoubtLine]
    looked: int
    doubtful: int
    kinds: tuple[KindCount, ...]
    kind: str
    inflation: str  # average of claimed less at most over hospitals with enough coverage
    inflation_n: int
    least_coverage: str
    rules: tuple[str, ...]


def labels() -> dict[Kind, str]:
    return {
        "refuted": _("自评高于核验"),
        "official": _("自评高于评定"),
        "jump": _("一年升级过快"),
        "twin": _("数据与他院相同"),
        "all_one": _("比例全为1.00"),
        "same_ratio": _("比例多数相同"),
        "same_index": _("指数多数相同"),
    }


def rules() -> tuple[str, ...]:
    """How each doubt comes about, with its thresholds: printed under the list."""
    n, mostly = LEAST_FIGURES, percent(MOSTLY)
    return (
        _("自评高于核验：去掉核验不符的部分后级别低于自评，且核验覆盖率不低于%(least)s。") % {"least": percent(LEAST_COVERAGE)},
        _("自评高于评定：已公布的评定结果低于自评。"),
        _("一年升级过快：比上一年自评高%(n)s级及以上。") % {"n": JUMP},
        _("数据与他院相同：有效应用比例和数据质量指数与本区域另一家医院逐项相同。"),
        _("比例全为1.00、比例多数相同、指数多数相同：至少%(n)s项，且全部为1.00，或%(mostly)s以上是同一个数。") % {"n": n, "mostly": mostly},
    )  # fmt: skip


def sentence(doubt: Doubt) -> str:
    facts = doubt.facts
    if doubt.kind == "refuted":
        return _("自评%(claimed)s，去掉核验不符的部分后至多%(most)s（覆盖率%(coverage)s）。") % {
            "claimed": level_name(facts["claimed"]), "most": level_name(facts["at_most"]),
            "coverage": percent(facts["coverage"]),
        }  # fmt: skip
    if doubt.kind == "official":
        return _("自评%(claimed)s，评定结果%(awarded)s。") % {
            "claimed": level_name(facts["claimed"]), "awarded": level_name(facts["awarded"]),
        }  # fmt: skip
    if doubt.kind == "jump":
        return _("上一年自评%(before)s，今年%(claimed)s。") % {
            "before": level_name(facts["before"]), "claimed": level_name(facts["claimed"]),
        }  # fmt: skip
    if doubt.kind == "twin":
        return ngettext(
            "有效应用比例和数据质量指数与另外%(n)s家医院逐项相同。",
            "有效应用比例和数据质量指数与另外%(n)s家医院逐项相同。",
            facts["others"],
        ) % {"n": facts["others"]}
    if doubt.kind == "all_one":
        return _("%(n)s个项目的有效应用比例全部是1.00。") % {"n": facts["of"]}
    what = _("有效应用比例") if doubt.kind == "same_ratio" else _("数据质量指数")
    return _("%(of)s个项目中有%(n)s个的%(what)s都是%(value)s。") % {
        "of": facts["of"], "n": facts["n"], "what": what, "value": facts["value"],
    }  # fmt: skip


def ordered(found: Mapping[int, Sequence[Doubt]], kind: str) -> list[int]:
    """Hospitals with a doubt of that kind, of any where it is empty or unknown, the heaviest first."""
    kind = kind if kind in labels() else ""
    kept = [pk for pk, doubts in found.items() if not kind or any(doubt.kind == kind for doubt in doubts)]
    return sorted(kept, key=lambda hospital: (-sum(doubt.weight for doubt in found[hospital]), hospital))


def lines_of(
    hospitals: Sequence[int],
    looked: Sequence[Looked],
    found: Mapping[int, Sequence[Doubt]],
    names: Mapping[int, str],
    assessments: Mapping[int, str],
) -> list[DoubtLine]:
    by_hospital, words = {one.hospital: one for one in looked}, labels()
    return [
        _line(by_hospital[one], found[one], names.get(one, ""), assessments.get(one, ""), words)
        for one in hospitals
    ]


def doubts_sheets(lines: Sequence[DoubtLine]) -> list[Sheet]:
    """One row per reason, so that a spreadsheet sorts and filters by kind."""
    heads = (_("医院"), _("自评等级"), _("核验后至多"), _("覆盖率"), _("疑点"), _("理由"))
    rows = [
        (line.name, line.claimed, DASH if line.at_most is None else line.at_most, line.coverage or DASH, reason.label, reason.sentence)
        for line in lines
        for reason in line.reasons
    ]  # fmt: skip
    return [
        Sheet(_("疑点"), heads, rows),
        Sheet(_("疑点怎样得出"), (_("疑点怎样得出"),), [(rule,) for rule in rules()]),
    ]


def doubts_page(
    choice: Choice,
    looked: Sequence[Looked],
    found: Mapping[int, tuple[Doubt, ...]],
    kind: str,
    names: Any,
    assessments: Any,
    page: str | None,
) -> RegionDoubts:
    """``names`` and ``assessments``: hospitals -> words, asked for the page's hospitals alone."""
    words = labels()
    counts = Counter(doubt.kind for doubts in found.values() for doubt in doubts)
    kind = kind if kind in words else ""
    pages = Paginator(ordered(found, kind), PER_PAGE).get_page(page)
    shown = list(pages.object_list)
    lines: Any = pages
    lines.object_list = lines_of(shown, looked, found, names(shown), assessments(shown))
    gaps = [
        one.claimed - one.at_most
        for one in looked
        if one.at_most is not None and (one.coverage or 0) >= LEAST_COVERAGE
    ]
    return RegionDoubts(
        choice=choice,
        lines=lines,
        looked=len(looked),
        doubtful=len(found),
        kinds=tuple(
            KindCount(one, label, counts[one], one == kind) for one, label in words.items() if counts[one]
        ),
        kind=kind,
        inflation=f"{sum(gaps) / len(gaps):.2f}" if gaps else "",
        inflation_n=len(gaps),
        least_coverage=percent(LEAST_COVERAGE),
        rules=rules(),
    )


def _line(
    one: Looked, doubts: Sequence[Doubt], name: str, assessment: str, words: Mapping[Kind, str]
) -> DoubtLine:
    return DoubtLine(
        name=name,
        assessment=assessment,
        claimed=one.claimed,
        at_most=one.at_most,
        coverage="" if one.coverage is None else percent(one.coverage),
        over=None if one.at_most is None else one.claimed - one.at_most,
        weight=sum(doubt.weight for doubt in doubts),
        reasons=tuple(Reason(doubt.kind, words[doubt.kind], sentence(doubt)) for doubt in doubts),
    )
