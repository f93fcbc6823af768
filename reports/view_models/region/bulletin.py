"""The yearly bulletin (通报): figures of a region for readers outside the bureau. Nobody is named, and groups of
fewer than five hospitals are left out together with what they could be computed from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.templatetags.display import level_name, percent
from engine.rubric.values import Rubric
from reports.charts.spec import AnyChart
from reports.comparing.claims import Claims
from reports.comparing.difficulty import ItemPassing
from reports.comparing.funding import CommonGap
from reports.comparing.suppressing import LEAST, LEAST_RECORDS, hidden
from reports.regional.counting import Figures, Tally, figures, share
from reports.view_models.region.difficulty import lacking, passing_chart
from reports.view_models.region.groups import GroupTable, levels_of, words
from reports.view_models.region.overview import distribution_chart
from reports.view_models.region.trend import average_chart
from reports.view_models.words import lang

HARDEST, FUNDED = 10, 10


@dataclass(frozen=True, slots=True)
class PublicLine:
    """``cells`` are empty where the group is too small to be told about."""

    name: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PublicTable:
    title: str
    headings: tuple[str, ...]
    lines: tuple[PublicLine, ...]
    hidden: int


@dataclass(frozen=True, slots=True)
class HardItem:
    code: str
    name: str
    share: str


@dataclass(frozen=True, slots=True)
class FundLine:
    code: str
    name: str
    hospitals: str
    things: str
    lacking: str


@dataclass(frozen=True, slots=True)
class Bulletin:
    """Charts are specifications: the document draws them. ``funding`` is empty where too few hospitals wait."""

    bureau: str
    edition: str
    edition_key: str
    edition_hash: str
    year: int
    title: str
    n: int
    summary: tuple[str, ...]
    distribution: AnyChart
    trend: AnyChart | None
    tables: tuple[PublicTable, ...]
    passing: AnyChart | None
    hard_level: int
    hardest: tuple[HardItem, ...]
    fund_level: int
    waiting: int
    funding: tuple[FundLine, ...]
    evidence: tuple[str, ...]
    method: tuple[tuple[str, str], ...]


def enough(n: int) -> bool:
    """Whether there may be a bulletin about so many hospitals at all."""
    return n >= LEAST


def bulletin(
    *,
    bureau: str,
    edition: str,
    rubric: Rubric,
    year: int,
    whole: Figures,
    at_most: Sequence[int],
    years: Mapping[int, Tally],
    tables: Sequence[GroupTable],
    targets: str,
    passing: Sequence[ItemPassing],
    fund_level: int,
    gaps: Sequence[CommonGap],
    waiting: int,
    claims: Claims,
    confirmed: str,
) -> Bulletin:
    """``years``: tallies per year; ``claims``: of all hospitals together."""
    top = rubric.top_level
    told = {one: tally for one, tally in years.items() if enough(tally.n)}
    verified = at_most if enough(sum(at_most)) else [0] * len(at_most)
    hard_level = fund_level
    return Bulletin(
        bureau=bureau,
        edition=edition,
        edition_key=rubric.id,
        edition_hash=confirmed,
        year=year,
        title=_("%(year)s年度%(edition)s工作情况通报") % {"year": year, "edition": edition},
        n=whole.n,
        summary=tuple(_summary(whole, told, year, top, targets)),
        distribution=distribution_chart(whole.levels, verified),
        trend=average_chart(_only_told(told), top) if len(told) > 1 else None,
        tables=tuple(_public(table, top) for table in tables if len(table.lines) > 1),
        passing=passing_chart(rubric, passing),
        hard_level=hard_level,
        hardest=_hardest(rubric, passing, hard_level),
        fund_level=fund_level,
        waiting=waiting if enough(waiting) else 0,
        funding=_funding(rubric, gaps, waiting) if enough(waiting) else (),
        evidence=tuple(_evidence(whole, claims)),
        method=_method(),
    )


def _only_told(years: Mapping[int, Tally]) -> dict[int, Tally]:
    """Verified averages of fewer than five hospitals are taken out."""
    return {
        year: tally
        if enough(tally.verified)
        else replace(tally, verified=0, claimed_verified=0, at_most=0, strict=0)
        for year, tally in years.items()
    }


def _summary(whole: Figures, years: Mapping[int, Tally], year: int, top: int, targets: str) -> list[str]:
    sentences = [
        _("应参评%(of)s家，已提交%(n)s家，参评率%(share)s。")
        % {"of": whole.hospitals, "n": whole.n, "share": percent(whole.participation)},
        _("自评平均级别%(average)s级。") % {"average": whole.average},
    ]
    reached = [
        _("达到%(level)s及以上%(share)s")
        % {"level": level_name(level), "share": words(whole.at_least[level], whole.n)}
        for level in levels_of(top)
    ]
    if reached:
        sentences.append(_("，").join(reached) + _("。"))
    if enough(whole.with_target):
        sentences.append(
            _("有目标的医院中，达到目标%(met)s（%(source)s）。")
            % {"met": words(whole.met, whole.with_target), "source": targets}
        )
    before = years.get(year - 1)
    if before is not None and whole.average is not None:
        earlier = figures(before, before.n).average or Decimal(0)
        sentences.append(
            _("上一年度平均%(before)s级（%(n)s家），变化%(change)s。")
            % {"before": earlier, "n": before.n, "change": f"{whole.average - earlier:+}"}
        )
    return sentences


def _public(table: GroupTable, top: int) -> PublicTable:
    levels = levels_of(top)
    gone = hidden({number: line.n for number, line in enumerate(table.lines)})
    lines = [
        PublicLine(
            line.name,
            ()
            if number in gone
            else (str(line.hospitals), str(line.n), line.participation, line.average, *line.shares, line.met),
        )
        for number, line in enumerate(table.lines)
        if line.n or number in gone
    ]
    return PublicTable(
        title=table.title,
        headings=(
            _("应参评"), _("已提交"), _("参评率"), _("平均级别"), *(_("≥%(level)s") % {"level": level_name(n)} for n in levels),
            _("达到目标"),
        ),
        lines=tuple(lines),
        hidden=len(gone),
    )  # fmt: skip


def _hardest(rubric: Rubric, passing: Sequence[ItemPassing], level: int) -> tuple[HardItem, ...]:
    """Items the fewest hospitals pass at the level that is next for most; the rubric's order breaks ties."""
    asked = [
        (one.passing[level - 1], number, item, one)
        for number, (item, one) in enumerate(zip(rubric.items, passing, strict=True))
        if any(entry.level == level for entry in item.asked_levels) and one.n
    ]
    return tuple(
        HardItem(item.code, lang(item.name), words(count, one.n))
        for count, _number, item, one in sorted(asked, key=lambda entry: entry[:2])[:HARDEST]
    )


def _funding(rubric: Rubric, gaps: Sequence[CommonGap], waiting: int) -> tuple[FundLine, ...]:
    """Gaps of fewer than five hospitals are left out."""
    return tuple(
        FundLine(
            gap.item,
            lang(rubric.by_code[gap.item].name),
            words(gap.hospitals, waiting),
            f"{float(gap.things_each):.1f}",
            lacking(gap),
        )
        for gap in [gap for gap in gaps if enough(gap.hospitals)][:FUNDED]
    )


def _evidence(whole: Figures, claims: Claims) -> list[str]:
    if not enough(whole.verified):
        return [_("用数据核验过的医院不足%(n)s家，不作统计。") % {"n": LEAST}]
    found = [
        ngettext(
            "%(n)s家医院用数据核验过：自评平均%(claimed)s级，去掉核验不符后平均至多%(most)s级，严格核验平均%(strict)s级。",
            "%(n)s家医院用数据核验过：自评平均%(claimed)s级，去掉核验不符后平均至多%(most)s级，严格核验平均%(strict)s级。",
            whole.verified,
        )
        % {
            "n": whole.verified,
            "claimed": whole.average_claimed_verified,
            "most": whole.average_at_most,
            "strict": whole.average_strict,
        }
    ]
    if claims.settled >= LEAST_RECORDS:
        found.append(
            _("核验有定论的%(settled)s条主张（一个项目通过一个级别为一条）中，%(share)s被数据否定。")
            % {"settled": claims.settled, "share": percent(share(claims.refuted, claims.settled), 1)}
        )
    found.append(_("未核验不等于不符。"))
    return found


def _method() -> tuple[tuple[str, str], ...]:
    return (
        (_("数据来源"), _("各医院本年度最近一次提交时冻结的自评结果和核验结果，本通报不重新评分。")),
        (_("年度"), _("按填报工作的年度，没有的按统计期截止日所在年度。")),
        (
            _("小样本"),
            _("不足%(n)s家医院的分组不列出；为避免从合计推算，可能同时不列出相邻的小分组。") % {"n": LEAST},
        ),
        (
            _("主张与核验"),
            _("“去掉核验不符后至多”只扣除被数据否定的部分；“严格核验”只计数据能够证实的部分。"),
        ),
        (_("声明"), _("本通报基于医院自评，不是官方评价结果。")),
    )
