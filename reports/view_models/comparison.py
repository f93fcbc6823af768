"""Two assessments of one hospital under one standard, side by side.

Items are compared by (edition key, code): a bare code may mean another item in another edition, so
assessments under different standards are never put side by side.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext

from accounts.templatetags.display import DASH, level_name, points
from assessments.models import Assessment
from assessments.queries.frame import AssessmentFrame
from engine.rubric.values import Item
from reports.charts.from_card import Address, map_rows, role_means
from reports.charts.spec import AnyChart, Bars, Change, ChangeCell, ChangeMap, Column, Series, Table
from reports.standing import Standing
from reports.view_models.chart_view import ChartView, chart_view
from reports.view_models.identity import Addresses, Identity, identity_of
from reports.view_models.items import span_words
from reports.view_models.words import gate_figures, gate_name, gates_of, lang, listed, signed, signed_count


@dataclass(frozen=True, slots=True)
class Candidate:
    """Another assessment one may compare with. ``comparable`` is False under another standard."""

    public_id: str
    title: str
    edition: str
    chosen: bool
    comparable: bool


@dataclass(frozen=True, slots=True)
class FigureRow:
    """A figure then and now. ``better``: 1, 0 or −1."""

    name: str
    before: str
    after: str
    change: str
    better: int


@dataclass(frozen=True, slots=True)
class ItemDelta:
    code: str
    name: str
    role: str
    before: str
    after: str
    change: str
    better: int
    gained: str
    lost: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """``earlier`` first. Level and total with their gates, then what moved."""

    earlier: Identity
    earlier_id: str
    level_before: int
    level_after: int
    verified_before: int | None  # provisional, as frozen with the submission
    verified_after: int | None
    sentence: str
    figures: tuple[FigureRow, ...]
    gates: tuple[FigureRow, ...]
    items: tuple[ItemDelta, ...]
    unchanged: int
    notes: tuple[str, ...]
    roles: ChartView
    changes: ChartView


@dataclass(frozen=True, slots=True)
class ComparisonPage:
    """Context ``page`` of reports/comparison.html. ``refusal``: why nothing is compared."""

    frame: AssessmentFrame
    identity: Identity
    addresses: Addresses
    organisation_name: str
    search_edition: str
    candidates: tuple[Candidate, ...]
    comparison: Comparison | None
    refusal: str


def different_standards(now: str, earlier: str) -> str:
    return gettext(
        "两份自评依据的标准不同（%(now)s与%(earlier)s）。不同标准里相同的项目编号可能是不同的项目，得分和级别也不可比，因此不作比较。"
    ) % {"now": now, "earlier": earlier}


def nothing_to_compare() -> str:
    return gettext("本院还没有依据同一标准的其他自评。完成下一次自评后，可在这里看到变化。")


def comparison_of(
    now: Standing, earlier: Standing, earlier_id: str, *, address: Address | None = None
) -> Comparison:
    """Both standings must be of one edition key. No query."""
    deltas = [_delta(item, now, earlier) for item in common_items(now, earlier)]
    moved = [delta for delta in deltas if delta.better or delta.gained or delta.lost]
    query = f"with={earlier_id}"
    return Comparison(
        earlier=identity_of(earlier),
        earlier_id=earlier_id,
        level_before=earlier.card.level,
        level_after=now.card.level,
        verified_before=_verified(earlier),
        verified_after=_verified(now),
        sentence=_sentence(now, earlier, moved),
        figures=_figures(now, earlier),
        gates=tuple(_gates(now, earlier)),
        items=tuple(sorted(moved, key=lambda delta: (delta.better, delta.code))),
        unchanged=len(deltas) - len(moved),
        notes=_notes(now, earlier),
        roles=chart_view(roles_chart(now, earlier), query=query),
        changes=chart_view(change_chart(now, earlier, address=address), query=query, wide=True),
    )


def comparison_chart(
    now: Standing, earlier: Standing, key: str, *, address: Address | None = None
) -> AnyChart | None:
    if key == "roles":
        return roles_chart(now, earlier)
    return change_chart(now, earlier, address=address) if key == "changes" else None


def common_items(now: Standing, earlier: Standing) -> list[Item]:
    """Items that both revisions of the standard have under one code and name."""
    before = earlier.rubric.by_code
    return [
        item for item in now.rubric.items if item.code in before and before[item.code].name.zh == item.name.zh
    ]


def _notes(now: Standing, earlier: Standing) -> tuple[str, ...]:
    notes = []
    if now.rubric.content_hash != earlier.rubric.content_hash:
        missing = [item.code for item in now.rubric.items if item not in common_items(now, earlier)]
        notes.append(gettext("两份自评用的是同一标准的不同修订或不同的标识认定，达标变化可能由此引起。"))
        if missing:
            notes.append(gettext("只在一个修订中有的项目不比较：%(items)s") % {"items": listed(missing)})
    if now.card.engine_version != earlier.card.engine_version:
        notes.append(
            gettext("两份结果由不同版本的评分程序得出（%(before)s与%(after)s）。")
            % {"before": earlier.card.engine_version, "after": now.card.engine_version}
        )
    if now.live or earlier.live:
        notes.append(gettext("其中未提交的一份按当前填写内容计算，会随填写变化。"))
    return tuple(notes)


def _sentence(now: Standing, earlier: Standing, moved: list[ItemDelta]) -> str:
    before, after = earlier.card, now.card
    better = sum(delta.better > 0 for delta in moved)
    worse = sum(delta.better < 0 for delta in moved)
    words = {
        "before": level_name(before.level),
        "after": level_name(after.level),
        "change": signed(after.total - before.total),
        "better": better,
        "worse": worse,
    }
    if before.level == after.level:
        return (
            gettext(
                "级别未变，仍为%(after)s；总评分%(change)s分；%(better)s个项目提高，%(worse)s个项目降低。"
            )
            % words
        )
    return (
        gettext("由%(before)s变为%(after)s；总评分%(change)s分；%(better)s个项目提高，%(worse)s个项目降低。")
        % words
    )


def _better(value: Decimal | int) -> int:
    return (value > 0) - (value < 0)


def _figures(now: Standing, earlier: Standing) -> tuple[FigureRow, ...]:
    before, after = earlier.card, now.card
    level, total = after.level - before.level, after.total - before.total
    return (
        FigureRow(
            gettext("整体级别"),
            level_name(before.level),
            level_name(after.level),
            signed_count(level),
            _better(level),
        ),
        FigureRow(
            gettext("总评分"), points(before.total), points(after.total), signed(total), _better(total)
        ),
        *_verified_figures(now, earlier),
    )


def _verified(standing: Standing) -> int | None:
    return standing.frozen.provisional if standing.frozen else None


def _verified_figures(now: Standing, earlier: Standing) -> tuple[FigureRow, ...]:
    """The verified level where a submission froze one; a change only where both did."""
    before, after = _verified(earlier), _verified(now)
    if before is None and after is None:
        return ()
    both = before is not None and after is not None
    change = (after or 0) - (before or 0) if both else 0
    was, is_ = (gettext("未核验") if level is None else level_name(level) for level in (before, after))
    shown = signed_count(change) if both else DASH
    return (FigureRow(gettext("核验级别（暂定）"), was, is_, shown, _better(change)),)


def _gates(now: Standing, earlier: Standing) -> list[FigureRow]:
    rows = []
    for level in range(1, min(max(now.target, now.card.level + 1), now.rubric.top_level) + 1):
        if level not in earlier.card.by_level or level not in now.card.by_level:
            continue
        was, is_ = earlier.card.by_level[level], now.card.by_level[level]
        for (kind, old), (_, new) in zip(gates_of(was.gates), gates_of(is_.gates), strict=True):
            if kind == "total":
                continue
            change = int(new.have) - int(old.have)
            rows.append(
                FigureRow(
                    f"{level_name(level)} {gate_name(kind)}",
                    gate_figures(old),
                    gate_figures(new),
                    signed_count(change),
                    _better(change),
                )
            )
    return rows


def _delta(item: Item, now: Standing, earlier: Standing) -> ItemDelta:
    old, new = earlier.card.items[item.code], now.card.items[item.code]
    change = new.score - old.score
    return ItemDelta(
        code=item.code,
        name=lang(item.name),
        role=lang(now.rubric.role_by_code[item.role].name),
        before=points(old.score),
        after=points(new.score),
        change=signed(change),
        better=_better(change),
        gained=span_or_nothing(tuple(level for level in new.passes if level not in old.passes)),
        lost=span_or_nothing(tuple(level for level in old.passes if level not in new.passes)),
    )


def span_or_nothing(levels: tuple[int, ...]) -> str:
    return span_words(levels) if levels else ""


def change_words() -> tuple[tuple[Change, str], ...]:
    return (
        ("gained", gettext("新达标")),
        ("lost", gettext("不再达标")),
        ("kept", gettext("两次都达标")),
        ("none", gettext("两次都未达标")),
    )


def change_chart(now: Standing, earlier: Standing, *, address: Address | None = None) -> ChangeMap:
    words = dict(change_words())
    levels = tuple(gate.level for gate in now.rubric.gates)
    common = {item.code for item in common_items(now, earlier)}
    rows = tuple(row for row in map_rows(now.rubric, now.target, address) if row.code in common)
    cells: list[tuple[ChangeCell | None, ...]] = []
    for row in rows:
        line: list[ChangeCell | None] = []
        for level in levels:
            change = _change(row.code, level, now, earlier)
            line.append(None if change is None else ChangeCell(change, words[change]))
        cells.append(tuple(line))
    gained = sum(cell.change == "gained" for line in cells for cell in line if cell)
    lost = sum(cell.change == "lost" for line in cells for cell in line if cell)
    return ChangeMap(
        key="changes",
        title=gettext("各项目、各级别的达标变化"),
        caption=gettext(
            "▲新达标，▼不再达标，斜线为两次都达标，空白为两次都未达标；■目标级基本项，○目标级选择项。"
        ),
        unit=gettext("达标与否"),
        alt=gettext("新达标%(gained)s格，不再达标%(lost)s格。") % {"gained": gained, "lost": lost},
        table=Table(
            (Column(gettext("项目")), *(Column(level_name(level)) for level in levels)),
            tuple(
                (f"{row.code} {row.name}", *(cell.says if cell else DASH for cell in cells[place]))
                for place, row in enumerate(rows)
            ),
        ),
        rows=rows,
        columns=tuple(level_name(level) for level in levels),
        cells=tuple(cells),
        target=levels.index(now.target) if now.target in levels else None,
        labels=change_words(),
    )


def _change(code: str, level: int, now: Standing, earlier: Standing) -> Change | None:
    old, new = earlier.card.items[code], now.card.items[code]
    if level not in new.factors or level not in old.factors:
        return None
    was, is_ = level in old.passes, level in new.passes
    if was == is_:
        return "kept" if is_ else "none"
    return "gained" if is_ else "lost"


def roles_chart(now: Standing, earlier: Standing) -> Bars:
    names = tuple(lang(role.name) for role in now.rubric.roles)
    after = role_means(now.rubric, now.card)
    known = dict(
        zip(
            (role.code for role in earlier.rubric.roles),
            role_means(earlier.rubric, earlier.card),
            strict=True,
        )
    )
    before = tuple(known.get(role.code) for role in now.rubric.roles)
    series = (Series(gettext("上次"), "earlier", before), Series(gettext("本次"), "claimed", after))
    return Bars(
        key="roles",
        title=gettext("各角色平均得分的变化"),
        caption=gettext("每个角色下各项目得分的平均值；虚线框为上次，斜线为本次。"),
        unit=gettext("分"),
        alt=gettext("%(roles)s个角色上次与本次的平均得分。") % {"roles": len(names)},
        table=Table(
            (
                Column(gettext("角色")),
                Column(gettext("上次"), True),
                Column(gettext("本次"), True),
                Column(gettext("变化"), True),
            ),
            tuple(
                (name, points(old), points(new), DASH if old is None else signed(new - old))
                for name, old, new in zip(names, before, after, strict=True)
            ),
        ),
        labels=names,
        series=series,
        top=Decimal(now.rubric.top_level),
    )


def comparison_page(
    assessment: Assessment,
    now: Standing,
    frame: AssessmentFrame,
    others: Sequence[Assessment],
    other: Assessment | None,
    earlier: Standing | None,
    addresses: Addresses,
) -> ComparisonPage:
    """``other``: the assessment chosen; ``earlier``: its standing, None under another standard."""
    refusal = ""
    if other is None:
        refusal = nothing_to_compare()
    elif other.edition.key != assessment.edition.key:
        refusal = different_standards(assessment.edition.title, other.edition.title)
    elif earlier is None:
        refusal = nothing_to_compare()
    comparable = earlier is not None and other is not None and not refusal
    return ComparisonPage(
        frame=frame,
        identity=identity_of(now),
        addresses=addresses,
        organisation_name=frame.hospital,
        search_edition=now.rubric.id,
        candidates=tuple(
            Candidate(
                public_id=str(one.public_id),
                title=one.title,
                edition=one.edition.title,
                chosen=other is not None and one.pk == other.pk,
                comparable=one.edition.key == assessment.edition.key,
            )
            for one in others
        ),
        comparison=comparison_of(now, earlier, str(other.public_id), address=addresses.items.__getitem__)
        if comparable and earlier is not None and other is not None
        else None,
        refusal=refusal,
    )
