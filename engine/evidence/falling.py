"""Why a result falls once the refuted parts are taken out, in words that a director understands."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from engine.evidence.lenses import ItemSpan, Lenses
from engine.evidence.verdicts import Spoke, Verdict
from engine.evidence.wording import counted
from engine.rubric.values import Item, Rubric, Text
from engine.scoring.card import Failing, ItemResult, ScoreCard
from engine.scoring.explain.node import two

_MOST = 5  # items named in the sentence about the level


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that data or an on-site visit refuted. ``clause`` None: the ratio or the index of a level.

    ``share``: what conforms, 0-1, the strongest check's; the lower, the stronger the refutation.
    """

    item: str
    level: int
    clause: int | None
    share: Decimal
    text: Text


@dataclass(frozen=True, slots=True)
class ItemFall:
    """An item that scores less without what was refuted; ``parts`` strongest first."""

    item: str
    points: Decimal
    function_from: int
    function_to: int
    text: Text
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Fall:
    """The whole: from which level to which, why, and the items, heaviest first."""

    level_from: int
    level_to: int
    points: Decimal
    text: Text
    items: tuple[ItemFall, ...]

    @property
    def parts(self) -> tuple[Part, ...]:
        """All refuted parts, strongest first."""
        return tuple(sorted((part for each in self.items for part in each.parts), key=_strength))


def why_it_falls(rubric: Rubric, lenses: Lenses) -> Fall:
    """The difference between the claimed and the not-refuted card, explained.

    An item whose refuted clauses cost no point (they lie above the level it scores at) is named too.
    """
    items = [
        fall
        for item in rubric.items
        if (fall := _item(rubric, item, lenses, lenses.spans[item.code])) is not None
    ]
    items.sort(key=lambda fall: (-fall.points, _strength(fall.parts[0]) if fall.parts else (Decimal(2),)))
    before, after = lenses.cards["claimed"], lenses.cards["not_refuted"]
    return Fall(
        before.level,
        after.level,
        lenses.facade_gap,
        _level_text(rubric, before, after, items),
        tuple(items),
    )


def _strength(part: Part) -> tuple[Decimal, str, int, int]:
    return part.share, part.item, part.level, part.clause or 0


def _item(rubric: Rubric, item: Item, lenses: Lenses, span: ItemSpan) -> ItemFall | None:
    before = lenses.cards["claimed"].items[item.code]
    after = lenses.cards["not_refuted"].items[item.code]
    parts = [_clause_part(item, verdict) for verdict in span.refuted]
    parts += _figure_parts(item, before, after)
    if not parts and not span.facade_gap:
        return None
    parts.sort(key=_strength)
    return ItemFall(
        item.code,
        span.facade_gap,
        before.function_level,
        after.function_level,
        _item_text(item, before, after, len(span.refuted)),
        tuple(parts),
    )


def _clause_part(item: Item, verdict: Verdict) -> Part:
    clause = item.by_level[verdict.level].clauses[verdict.n - 1]
    against = [each for each in verdict.spoke if each.outcome == "refuted" and each.route == "explicit"]
    strongest = min(against, key=_conforming, default=None)
    on_site = verdict.decisions[0] if verdict.decisions else None
    if strongest is None or on_site is not None:
        reason, share = verdict.reason, Decimal(0)
    else:
        share = _conforming(strongest)
        reason = Text(
            f"{strongest.label.zh}：{strongest.reason.zh}", f"{strongest.label.en}: {strongest.reason.en}"
        )
    return Part(
        item.code,
        verdict.level,
        verdict.n,
        share,
        Text(
            f"{item.name.zh}{verdict.level}级第{verdict.n}条“{clause.text.zh}”与数据不符。{reason.zh}"
            if on_site is None
            else f"{item.name.zh}{verdict.level}级第{verdict.n}条“{clause.text.zh}”。{reason.zh}",
            f'{item.name.en}, level {verdict.level}, clause {verdict.n} "{clause.text.en}": the data contradict it. {reason.en}'
            if on_site is None
            else f'{item.name.en}, level {verdict.level}, clause {verdict.n} "{clause.text.en}". {reason.en}',
        ),
    )


def _conforming(spoke: Spoke) -> Decimal:
    """What conforms, 0-1; a check judged by a figure has its rows, else counts as nothing."""
    if spoke.denominator and 0 <= spoke.numerator <= spoke.denominator:
        return Decimal(spoke.numerator) / spoke.denominator
    return Decimal(0)


def _figure_parts(item: Item, before: ItemResult, after: ItemResult) -> list[Part]:
    """Ratio and index at the level the claim scores at, where the data show less, and the earlier index
    that is so low that this level may not be scored any more."""
    level = before.scored_level
    if level == 0:
        return []
    claimed, left = before.factors[level], after.factors[level]
    found = []
    if left.application < claimed.application:
        found.append(
            _figure(item, level, "应用比例", "application ratio", claimed.application, left.application)
        )
    was, now = claimed.data_quality, left.data_quality
    if was is not None and now is not None and now < was:
        found.append(_figure(item, level, "数据质量指数", "data-quality index", was, now))
    low = _closing_level(before, after)
    if low is not None and low < level:
        was, now = before.factors[low].data_quality, after.factors[low].data_quality
        if was is not None and now is not None and now < was:
            found.append(_closing(item, low, level, was, now))
    return found


def _closing_level(before: ItemResult, after: ItemResult) -> int | None:
    """The level whose index keeps the later ones from being scored without what was refuted."""
    closed = [
        level for level, left in after.factors.items() if before.factors[level].eligible and not left.eligible
    ]
    if not closed:
        return None
    return max((level for level in after.factors if level < min(closed)), default=None)


def _closing(item: Item, low: int, level: int, was: Decimal, now: Decimal) -> Part:
    return Part(
        item.code,
        low,
        None,
        now,
        Text(
            f"{item.name.zh}{low}级的数据质量指数填报{two(was)}，数据至多支持{two(now)}，低于前序级别的要求，{level}级因此不能计分。",
            f"{item.name.en}, level {low}: the data-quality index claimed is {two(was)}, the data allow {two(now)} at most, "
            f"less than an earlier level needs, so level {level} may not be scored.",
        ),
    )


def _figure(item: Item, level: int, zh: str, en: str, claimed: Decimal, left: Decimal) -> Part:
    return Part(
        item.code,
        level,
        None,
        left,
        Text(
            f"{item.name.zh}{level}级的{zh}填报{two(claimed)}，数据至多支持{two(left)}。",
            f"{item.name.en}, level {level}: the {en} claimed is {two(claimed)}, the data allow {two(left)} at most.",
        ),
    )


def _item_text(item: Item, before: ItemResult, after: ItemResult, refuted: int) -> Text:
    zh = f"{item.name.zh}：自评功能{before.function_level}级、{two(before.score)}分"
    en = f"{item.name.en}: claimed function level {before.function_level}, {two(before.score)} points"
    if refuted:
        zh += f"；{refuted}个条款核验不符"
        en += f"; {refuted} clause{'s' if refuted > 1 else ''} refuted"
    if after.scored_level == after.function_level:
        zh += f"，去掉不符的部分后为{after.function_level}级、{two(after.score)}分。"
        en += f"; without what was refuted level {after.function_level}, {two(after.score)} points."
    else:
        zh += f"，去掉不符的部分后功能{after.function_level}级，但只能按{after.scored_level}级计{two(after.score)}分。"
        en += (
            f"; without what was refuted function level {after.function_level}, "
            f"but scored at level {after.scored_level} only, {two(after.score)} points."
        )
    return Text(zh, en)


def _level_text(rubric: Rubric, before: ScoreCard, after: ScoreCard, items: list[ItemFall]) -> Text:
    if not items:
        return Text("没有发现与数据不符的内容。", "Nothing was found that the data contradict.")
    names_zh = "、".join(rubric.by_code[fall.item].name.zh for fall in items[:_MOST])
    names_en = ", ".join(rubric.by_code[fall.item].name.en for fall in items[:_MOST])
    more = len(items) - _MOST
    if more > 0:
        names_zh, names_en = f"{names_zh}等{len(items)}个项目", f"{names_en} and {more} more"
    clauses = sum(part.clause is not None for fall in items for part in fall.parts)
    points = two(before.total - after.total)
    if after.level == before.level:
        return Text(
            f"去掉核验不符的部分后仍为{after.level}级，总分少{points}分。不符之处在：{names_zh}。",
            f"Without what was refuted the level stays {after.level} and the total loses {points} points. It concerns: {names_en}.",
        )
    figures = sum(part.clause is None for fall in items for part in fall.parts)
    zh = (
        f"自评达到{before.level}级；去掉与数据不符的内容（{clauses}个条款、{figures}个比例或指数）后只到{after.level}级，总分少{points}分。"
        f"影响最大的是：{names_zh}。"
    )
    en = (
        f"Level {before.level} is claimed; without what the data contradict ({counted(clauses, 'clause')}, {counted(figures, 'ratio or index', 'ratios or indices')}) it is level {after.level}, "
        f"and the total loses {points} points. What weighs most: {names_en}. "
    )
    gate = _gate_text(rubric, after)
    return Text(zh + gate.zh, (en + gate.en).strip())


def _gate_text(rubric: Rubric, after: ScoreCard) -> Text:
    """The condition of the first level that is no longer reached."""
    blocking = after.blocking_level
    if blocking is None:
        return Text("", "")
    gates = after.by_level[blocking].gates

    def names(failing: tuple[Failing, ...], language: str) -> str:
        found = [rubric.by_code[each.item].name.in_language(language) for each in failing[:_MOST]]
        rest = len(failing) - _MOST
        joined = ("、" if language == "zh" else ", ").join(found)
        if rest <= 0:
            return joined
        return f"{joined}等{len(failing)}项" if language == "zh" else f"{joined} and {rest} more"

    if not gates.basic.holds:
        return Text(
            f"{blocking}级要求基本项全部达标，现有{gates.basic.have}/{gates.basic.need}项，未达标：{names(gates.basic.failing, 'zh')}。",
            f"Level {blocking} needs every basic item; {gates.basic.have} of {gates.basic.need} pass, failing: {names(gates.basic.failing, 'en')}.",
        )
    if not gates.optional.holds:
        return Text(
            f"{blocking}级要求选择项至少{gates.optional.need}项达标，现有{gates.optional.have}项。",
            f"Level {blocking} needs {gates.optional.need} optional items; {gates.optional.have} pass.",
        )
    return Text(
        f"{blocking}级要求总分至少{two(gates.total.need)}分，现为{two(gates.total.have)}分。",
        f"Level {blocking} needs a total of {two(gates.total.need)}; it is {two(gates.total.have)}.",
    )


def coverage_text(lenses: Lenses) -> Text:
    """How much of the claimed score was looked into, and what is left open."""
    checked = f"{int(lenses.coverage * 100)}%"
    open_points = two(lenses.not_yet_verified)
    return Text(
        f"自评得分中有{checked}的依据已经核验；还有{open_points}分尚未核验，不代表不符。",
        f"{checked} of the claimed score has been checked; {open_points} points are not verified yet, which speaks against nobody.",
    )
