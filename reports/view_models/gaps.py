"""Gaps in words: what is missing, what closing it gives, who is to do it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext, ngettext

from accounts.templatetags.display import points, state_name
from engine.rubric.values import Item
from engine.scoring.answers import STATES
from engine.scoring.card import Shortfall
from engine.scoring.gap import Gap, GapList
from engine.scoring.item import NOT_ANSWERED
from engine.scoring.whatif import switched
from reports.standing import Standing
from reports.view_models.gates import FactorRow
from reports.view_models.words import lang, listed, shortfall_sentence, signed, was_entered


@dataclass(frozen=True, slots=True)
class Assigned:
    """Who answers for an item, for the hospital's own eyes."""

    department: str = ""
    person: str = ""
    due_on: date | None = None


NOBODY = Assigned()
Assignments = Mapping[str, Assigned]
Step = tuple[tuple[object, ...], str]  # what it is about, and the sentence


@dataclass(frozen=True, slots=True)
class ClauseRow:
    """A clause that is not met. ``code`` as in the rubric library: 01.01.4-2."""

    code: str
    level: int
    n: int
    text: str
    state: str
    state_words: str


@dataclass(frozen=True, slots=True)
class GapRow:
    """One gap. ``key`` is unique in the list and short enough for an address."""

    key: str
    code: str
    name: str
    role_name: str
    level: int
    category: str
    confirmed: bool
    unlocks: str
    unlocks_words: str
    suggested: bool
    factors: tuple[FactorRow, ...]
    clauses: tuple[ClauseRow, ...]
    clause_count: int
    application: str  # 0.76 → 0.80, or ""
    application_need: str
    data_quality: str
    index_need: str  # of this level's own index; earlier ones are lifted with the item
    raises: bool  # the item passes (by then); better figures would bring points
    gain: str
    steps: tuple[Step, ...]
    assigned: Assigned
    no_such_service: bool

    @property
    def summary(self) -> str:
        """差2条，有效应用比例0.76，未达0.80."""
        parts = [row.sentence for row in self.factors if row.factor != "function"]
        if self.clause_count:
            parts.insert(0, missing_words(self.clause_count))
        return gettext("；").join(parts)


def missing_words(count: int) -> str:
    return ngettext("差%(n)s条", "差%(n)s条", count) % {"n": count}


def unlocks_words(gap: Gap) -> str:
    if gap.unlocks == "basic_gate":
        return gettext("%(level)s级基本项") % {"level": gap.level}
    if gap.unlocks == "optional_gate":
        return gettext("%(level)s级选择项") % {"level": gap.level}
    if gap.unlocks == "total_gate":
        return gettext("%(level)s级总评分") % {"level": gap.level}
    return gettext("备选")


def gap_rows(standing: Standing, gaps: GapList, assigned: Assignments) -> tuple[GapRow, ...]:
    """Every gap in the engine's order."""
    return tuple(gap_row(standing, gap, assigned.get(gap.item, NOBODY)) for gap in gaps.gaps)


def gap_row(standing: Standing, gap: Gap, assigned: Assigned = NOBODY) -> GapRow:
    rubric = standing.rubric
    item, result = rubric.by_code[gap.item], standing.card.items[gap.item]
    entry = item.by_level[gap.level]
    return GapRow(
        key=f"{gap.item}-{gap.level}",
        code=item.code,
        name=lang(item.name),
        role_name=lang(rubric.role_by_code[item.role].name),
        level=gap.level,
        category=gap.category,
        confirmed=entry.category_confirmed,
        unlocks=gap.unlocks,
        unlocks_words=unlocks_words(gap),
        suggested=gap.suggested,
        factors=tuple(
            FactorRow(short.factor, shortfall_sentence(short, entered=was_entered(result, short)))
            for short in gap.shortfalls
        ),
        clauses=_clauses(item, gap),
        clause_count=len(gap.clauses),
        application=_change(gap.shortfall("application")),
        application_need=_need(gap.shortfall("application")),
        data_quality=_change(gap.shortfall("data_quality") or gap.shortfall("earlier_data_quality")),
        index_need=_need(gap.shortfall("data_quality")),
        raises=gap.unlocks == "total_gate" and gap.switch.application == 1,
        gain=signed(gap.gain),
        steps=what_to_do(standing, gap),
        assigned=assigned,
        no_such_service=gap.no_such_service,
    )


def _clauses(item: Item, gap: Gap) -> tuple[ClauseRow, ...]:
    words = {state: state_name(state) for state in STATES}
    texts = {(level.level, clause.n): lang(clause.text) for level in item.levels for clause in level.clauses}
    return tuple(
        ClauseRow(
            f"{item.code}.{missing.level}-{missing.n}",
            missing.level,
            missing.n,
            texts[missing.level, missing.n],
            missing.state,
            words[missing.state],
        )
        for missing in gap.clauses
    )


def _need(short: Shortfall | None) -> str:
    return "" if short is None else points(short.need)


def _change(short: Shortfall | None) -> str:
    return "" if short is None else f"{points(short.have)} → {points(short.need)}"


# -- what to do --------------------------------------------------------------------------------


def what_to_do(standing: Standing, gap: Gap) -> tuple[Step, ...]:
    """Steps in the order in which they make sense: functions, use, data.

    Two gaps of one item may ask for the same: then the keys are equal and one step is enough.
    """
    item = standing.rubric.by_code[gap.item]
    steps: list[Step] = []
    if gap.no_such_service:
        steps.append(
            (("service",), gettext("目前填写为“本院无此业务”，计0分；如确有业务，请先取消这一填写。"))
        )
    if gap.clauses:
        steps.append((("functions",), _functions(gap)))
    for short in gap.shortfalls:
        if short.factor == "application":
            steps.append(_use(standing, item, gap, short))
        elif short.factor in ("data_quality", "earlier_data_quality"):
            steps.append(_data(standing, item, short))
    return tuple(steps)


def _functions(gap: Gap) -> str:
    levels = sorted({missing.level for missing in gap.clauses})
    return ngettext(
        "补齐%(levels)s级的%(n)s条功能要求，并保留系统界面和记录作为实证材料。",
        "补齐%(levels)s级的%(n)s条功能要求，并保留系统界面和记录作为实证材料。",
        len(gap.clauses),
    ) % {"levels": listed([str(level) for level in levels]), "n": len(gap.clauses)}


def _use(standing: Standing, item: Item, gap: Gap, short: Shortfall) -> Step:
    """The count comes from the what-if that closes the gap, so it is the one the scorer accepts."""
    if item.application.kind == "implemented":
        sentence = gettext("把已建成的功能投入使用：%(condition)s") % {
            "condition": lang(item.application.condition)
        }
        return ("use",), sentence
    given = standing.answers.items.get(item.code, NOT_ANSWERED)
    before = given.counted_at(gap.level)
    if before is None:
        sentence = gettext(
            "填写%(level)s级有效应用的分子和分母，比例应不低于%(need)s。分子：%(numerator)s"
        ) % {
            "level": gap.level,
            "need": points(short.need),
            "numerator": lang(item.application.numerator),
        }
        return ("use", "count", short.need), sentence
    after = switched(standing.rubric, item, given, gap.switch).counted_at(gap.level)
    need = after[0] if after else before[0]
    sentence = gettext(
        "%(level)s级有效应用比例须从%(have)s提高到不低于%(share)s：分母%(base)s，分子现为%(now)s，至少需%(need)s，还差%(more)s。"
    ) % {
        "level": gap.level,
        "have": points(short.have),
        "share": points(short.need),
        "base": before[1],
        "now": before[0],
        "need": need,
        "more": max(0, need - before[0]),
    }
    return ("use", before[1], need), sentence


def _data(standing: Standing, item: Item, short: Shortfall) -> Step:
    rules = [lang(rule.label) for rule in standing.rubric.rules_of(item.code, short.at_level) if rule.active]
    sentence = gettext("%(level)s级数据质量指数须从%(have)s提高到不低于%(need)s。") % {
        "level": short.at_level,
        "have": points(short.have),
        "need": points(short.need),
    }
    if rules:
        sentence += gettext("检查内容：%(rules)s。") % {"rules": gettext("；").join(rules)}
    return ("data", short.at_level, short.need), sentence


def merged_steps(gaps: Iterable[GapRow]) -> tuple[str, ...]:
    """The steps of several gaps of one item, each thing said once.

    What better figures bring to the total, above what the item needs to pass, is one sentence of its own.
    """
    steps: dict[tuple[object, ...], str] = {}
    for gap in gaps:
        more = {key: sentence for key, sentence in gap.steps if key not in steps}
        passing = {key[0] for key in steps}
        if more and gap.raises and all(key[0] in passing and _only_higher(key, gap) for key in more):
            more = {("raise", gap.level): _higher(gap)}
        steps |= more
    order = {"service": 0, "functions": 1, "use": 2, "data": 3, "raise": 4}
    return tuple(sentence for _, sentence in sorted(steps.items(), key=lambda step: order[str(step[0][0])]))


def _only_higher(key: tuple[object, ...], gap: GapRow) -> bool:
    return key[0] == "use" or (key[0] == "data" and key[1] == gap.level)


def _higher(gap: GapRow) -> str:
    wanted = [
        gettext("有效应用比例须达到%(need)s") % {"need": gap.application_need}
        if gap.application_need
        else "",
        gettext("数据质量指数须达到%(need)s") % {"need": gap.index_need} if gap.index_need else "",
    ]
    return gettext("为补足%(level)s级总评分：%(wanted)s。") % {
        "level": gap.level,
        "wanted": gettext("；").join(part for part in wanted if part),
    }


# -- in one line -------------------------------------------------------------------------------


def remaining_words(gaps: GapList) -> str:
    """还差：基本项3个、选择项2个、总分4.21."""
    if gaps.reached:
        return gettext("已达到%(level)s级，没有差距项。") % {"level": gaps.target}
    basic = len({gap.item for gap in gaps.gaps if gap.unlocks == "basic_gate"})
    optional = len({gap.item for gap in gaps.gaps if gap.unlocks == "optional_gate" and gap.suggested})
    points_missing = gaps.levels[-1].total_missing
    parts: list[str] = []
    if basic:
        parts.append(ngettext("基本项%(n)s个", "基本项%(n)s个", basic) % {"n": basic})
    if optional:
        parts.append(ngettext("选择项%(n)s个", "选择项%(n)s个", optional) % {"n": optional})
    if points_missing > Decimal(0):
        parts.append(gettext("总评分%(points)s分") % {"points": points(points_missing)})
    return gettext("距%(level)s级还差：%(parts)s。") % {"level": gaps.target, "parts": listed(parts)}
