"""The same counts looked at in another way: another year's table, another edition, another way of combining."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext, ngettext

from accounts.templatetags.display import level_name
from assessments.queries.frame import AssessmentFrame
from engine.evidence.catalogue.values import Catalogue
from engine.evidence.decisions import Decision
from engine.evidence.judging import STATUS_WORDS
from engine.evidence.policy import INDEX_POLICIES, IndexPolicy, Policy
from engine.evidence.replay import Replay, Side, replay_from
from engine.evidence.verdicts import WORDS
from engine.rubric.values import Rubric
from engine.scoring.answers import Answers
from engine.scoring.card import LENSES
from engine.scoring.carrying import carried
from reports.view_models.identity import Addresses
from reports.view_models.verified.around import Around, Reading, around
from reports.view_models.words import joined, lang

MOST_ROWS = 200


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of the form; ``own``: what the result itself uses."""

    value: str
    label: str
    own: bool
    chosen: bool


@dataclass(frozen=True, slots=True)
class LensTurn:
    lens: str
    name: str
    before: int
    after: int
    total_before: Decimal
    total_after: Decimal

    @property
    def same(self) -> bool:
        return self.before == self.after and self.total_before == self.total_after


@dataclass(frozen=True, slots=True)
class ItemTurn:
    """An item whose points move under some lens: (before, after) of each."""

    code: str
    name: str
    at_most: tuple[Decimal, Decimal]
    provisional: tuple[Decimal, Decimal]
    at_least: tuple[Decimal, Decimal]


@dataclass(frozen=True, slots=True)
class Turn:
    """A clause, a rule or an index with what it is on either side; ``code`` and ``label`` say which."""

    code: str
    label: str
    before: str
    after: str
    state_before: str = ""
    state_after: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """What differs. ``more``: rows left out of each list because it is long."""

    headline: str
    lenses: tuple[LensTurn, ...]
    items: tuple[ItemTurn, ...]
    clauses: tuple[Turn, ...]
    rules: tuple[Turn, ...]
    indices: tuple[Turn, ...]
    more_clauses: int
    more_rules: int
    uncounted: int
    lost: int
    same: bool


@dataclass(frozen=True, slots=True)
class ReplayPage:
    """Context ``page`` of reports/verified/replay.html. ``seen`` None: nothing was chosen yet."""

    around: Around
    tables: tuple[Choice, ...]
    editions: tuple[Choice, ...]
    policies: tuple[Choice, ...]
    edition: str
    seen: Seen | None
    problem: str

    @property
    def frame(self) -> AssessmentFrame:
        return self.around.frame


@dataclass(frozen=True, slots=True)
class Other:
    """The other way of looking, as chosen; None where the result's own is kept."""

    rubric: Rubric | None
    catalogue: Catalogue | None
    policy: IndexPolicy


def seen_under(
    reading: Reading, answers: Answers, decisions: tuple[Decision, ...], own: Catalogue, other: Other
) -> Seen:
    """Judge the counts of the result under ``other`` and say what turns. About a tenth of a second of work.

    Raises AnswersRefused when the answers cannot be scored under the other edition.
    """
    rubric = other.rubric or reading.rubric
    catalogue = other.catalogue or own
    moved = carried(answers, reading.rubric, rubric)
    after = Side(rubric, catalogue, Policy(index=other.policy))
    counts = reading.lensed.counts
    found = replay_from(
        reading.lensed.lenses, counts, after, moved.answers if other.rubric else answers, decisions
    )
    rules = tuple(
        Turn(
            flipped.rule,
            lang(catalogue.rules[flipped.rule].label) if flipped.rule in catalogue.rules else "",
            lang(STATUS_WORDS[flipped.before]) if flipped.before else gettext("没有这条规则"),
            lang(STATUS_WORDS[flipped.after]) if flipped.after else gettext("没有这条规则"),
            flipped.before or "",
            flipped.after or "",
        )
        for flipped in found.rules
    )
    clauses = _clauses(found, reading.rubric, rubric)
    items = _items(found, rubric)
    indices = tuple(
        Turn(
            f"{one.item}.{one.level}",
            f"{lang(rubric.by_code[one.item].name)} {level_name(one.level)}"
            if one.item in rubric.by_code
            else "",
            "—" if one.before is None else str(one.before),
            "—" if one.after is None else str(one.after),
        )
        for one in found.indices
    )
    return Seen(
        headline=_headline(found, items, clauses, rules, indices),
        lenses=_lenses(found),
        items=items,
        clauses=clauses[:MOST_ROWS],
        rules=rules[:MOST_ROWS],
        indices=indices,
        more_clauses=max(0, len(clauses) - MOST_ROWS),
        more_rules=max(0, len(rules) - MOST_ROWS),
        uncounted=len(found.uncounted) - _uncounted(reading, own),
        lost=len(moved.lost) if other.rubric else 0,
        same=found.same,
    )


def replay_page(
    reading: Reading,
    frame: AssessmentFrame,
    addresses: Addresses,
    *,
    tables: tuple[Choice, ...],
    editions: tuple[Choice, ...],
    policy: IndexPolicy,
    seen: Seen | None,
    problem: str = "",
) -> ReplayPage:
    """No query."""
    return ReplayPage(
        around=around(reading, frame, "replay", addresses.items),
        tables=tables,
        editions=editions,
        policies=tuple(
            Choice(key, lang(words), key == "mean", key == policy) for key, words in INDEX_POLICIES.items()
        ),
        edition=reading.rubric.id,
        seen=seen,
        problem=problem,
    )


def _uncounted(reading: Reading, own: Catalogue) -> int:
    """Active rules the run did not count under its own table: nobody's news."""
    counted = reading.lensed.counts.rules
    return sum(rule.active and rule.id not in counted for rule in own.rules_of(reading.rubric.id))


def _lenses(found: Replay) -> tuple[LensTurn, ...]:
    names = {
        "claimed": gettext("自评"),
        "not_refuted": gettext("至多"),
        "provisional": gettext("暂定"),
        "strict": gettext("至少"),
    }
    return tuple(LensTurn(lens, names[lens], *found.levels[lens], *found.totals[lens]) for lens in LENSES)


def _items(found: Replay, rubric: Rubric) -> tuple[ItemTurn, ...]:
    turns = []
    nothing = Decimal(0)
    for item in rubric.items:
        was, now = found.before.spans.get(item.code), found.after.spans[item.code]
        pairs = [
            (getattr(was, lens) if was is not None else nothing, getattr(now, lens))
            for lens in ("not_refuted", "provisional", "strict")
        ]
        if any(before != after for before, after in pairs):
            turns.append(ItemTurn(item.code, lang(item.name), *pairs))
    return tuple(turns)


def _clauses(found: Replay, before: Rubric, after: Rubric) -> tuple[Turn, ...]:
    turns = []
    for one in found.clauses:
        item = after.by_code.get(one.item) or before.by_code.get(one.item)
        level = item.by_level.get(one.level) if item else None
        text = next((lang(clause.text) for clause in level.clauses if clause.n == one.n), "") if level else ""
        turns.append(
            Turn(
                f"{one.item}.{one.level}-{one.n}",
                text,
                lang(WORDS[one.before]) if one.before else gettext("没有这个条款"),
                lang(WORDS[one.after]) if one.after else gettext("没有这个条款"),
                one.before or "",
                one.after or "",
            )
        )
    return tuple(turns)


def _headline(
    found: Replay,
    items: tuple[ItemTurn, ...],
    clauses: tuple[Turn, ...],
    rules: tuple[Turn, ...],
    indices: tuple[Turn, ...],
) -> str:
    """What changes, in one sentence."""
    if found.same:
        return gettext("换了以后，级别、得分和每条结论都不变。")
    before, after = found.levels["provisional"]
    first = (
        gettext("现有证据支持的级别不变，仍是%(level)s")
        if before == after
        else gettext("现有证据支持的级别由%(before)s变为%(level)s")
    ) % {"before": level_name(before), "level": level_name(after)}
    parts = [
        ngettext("%(n)s个项目的得分变了", "%(n)s个项目的得分变了", len(items)) % {"n": len(items)}
        if items
        else "",
        ngettext("%(n)s个条款的结论变了", "%(n)s个条款的结论变了", len(clauses)) % {"n": len(clauses)}
        if clauses
        else "",
        ngettext("%(n)s条规则的结果变了", "%(n)s条规则的结果变了", len(rules)) % {"n": len(rules)}
        if rules
        else "",
        ngettext("%(n)s个数据质量指数变了", "%(n)s个数据质量指数变了", len(indices)) % {"n": len(indices)}
        if indices
        else "",
    ]
    return joined([first, *(part for part in parts if part)])
