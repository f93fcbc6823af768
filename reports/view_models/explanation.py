"""Why this score: the engine's tree, in the reader's language."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.utils.translation import get_language, gettext

from assessments.queries.frame import AssessmentFrame
from engine.evidence.verdicts import WORDS, Verdict
from engine.scoring.explain import Explanation, explain_item, explain_level, explain_total
from reports.standing import Standing
from reports.view_models.identity import Identity, identity_of
from reports.view_models.words import lang


@dataclass(frozen=True, slots=True)
class WhyNode:
    """One number of the tree. ``holds`` is None where the node is a figure and not a test."""

    key: str
    label: str
    value: str
    formula: str
    source: str
    holds: bool | None
    open: bool
    children: tuple[WhyNode, ...]


@dataclass(frozen=True, slots=True)
class WhyPanel:
    """``subject`` is an item code, ``level-3`` or ``total``; ``item`` is its code or empty."""

    subject: str
    item: str
    title: str
    root: WhyNode
    verdicts: tuple[ClauseWord, ...] = ()


@dataclass(frozen=True, slots=True)
class ClauseWord:
    """What the evidence says about one claimed clause. ``group``: supported | not_verified | refuted."""

    code: str
    group: str
    word: str
    reason: str


@dataclass(frozen=True, slots=True)
class ExplanationPage:
    """Context ``page`` of reports/explanation.html."""

    frame: AssessmentFrame
    identity: Identity
    why: WhyPanel
    organisation_name: str
    search_edition: str


def why_panel(standing: Standing, subject: str) -> WhyPanel | None:
    """The tree for an item, a level of the hospital or the total; None when there is no such thing."""
    rubric, answers, card = standing.rubric, standing.answers, standing.card
    if subject == "total":
        return WhyPanel(
            subject, "", gettext("总评分是怎样得出的"), _node(explain_total(rubric, answers, card), 0)
        )
    if subject.startswith("level-") and subject[6:].isdecimal() and int(subject[6:]) in rubric.gate_at:
        level = int(subject[6:])
        tree = explain_level(rubric, answers, card, level)
        title = gettext("%(level)s级的结论是怎样得出的") % {"level": level}
        return WhyPanel(subject, "", title, _node(tree, 0))
    if subject in rubric.by_code:
        tree = explain_item(rubric, answers, card, subject)
        title = gettext("%(item)s的得分是怎样得出的") % {
            "item": f"{subject} {lang(rubric.by_code[subject].name)}"
        }
        return WhyPanel(subject, subject, title, _node(tree, 0), clause_words(standing, subject))
    return None


def clause_words(standing: Standing, code: str) -> tuple[ClauseWord, ...]:
    """The verdicts on the claimed clauses of an item up to the level it scores at, those against it
    first; nothing where nothing was counted or decided."""
    if standing.evidence is None:
        return ()
    verdicts = standing.evidence.lenses.verdicts
    level, given = standing.card.items[code].function_level, standing.answers.items.get(code)
    found = [
        verdicts.at(code, entry.level, clause.n)
        for entry in standing.rubric.by_code[code].asked_levels
        for clause in entry.clauses
        if given is not None and entry.level <= level and given.state(entry.level, clause.n) == "met"
    ]
    order = ("refuted", "not_verified", "supported")
    return tuple(
        ClauseWord(f"{code}.{one.level}-{one.n}", one.group(), lang(WORDS[one.word]), _why_said(one))
        for one in sorted(found, key=lambda one: (order.index(one.group()), one.level, one.n))
    )


def _why_said(verdict: Verdict) -> str:
    """The reason of a refutation; the other words speak for themselves."""
    return lang(verdict.reason) if verdict.refuted else ""


def explanation_page(standing: Standing, frame: AssessmentFrame, why: WhyPanel) -> ExplanationPage:
    return ExplanationPage(
        frame=frame,
        identity=identity_of(standing),
        why=why,
        organisation_name=frame.hospital,
        search_edition=standing.rubric.id,
    )


def source_words(source: str) -> str:
    """Where the document says it; the parts of a Chinese document named for English readers."""
    if not (get_language() or "").startswith("en"):
        return source
    source = re.sub(
        r"正文([一二三四五六])（([一二三四五六])）", lambda m: f"main text {_n(m[1])} ({_n(m[2])})", source
    )
    source = source.replace("智慧医院人工智能就绪度补充评估表", "this supplementary rubric")
    return source.replace("正文", "main text").replace("附表", "annex table ").replace("附件", "annex ")


def _n(numeral: str) -> int:
    return "一二三四五六".index(numeral) + 1


def _node(tree: Explanation, depth: int) -> WhyNode:
    return WhyNode(
        key=tree.key,
        label=lang(tree.label),
        value=tree.value,
        formula=lang(tree.formula),
        source=source_words(tree.clause_source),
        holds=tree.holds,
        open=depth < 1,
        children=tuple(_node(child, depth + 1) for child in tree.children),
    )
