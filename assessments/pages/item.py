"""The questionnaire page of one item, as its template sees it: the level ladder and what stands beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from assessments.answer_fields import Place
from assessments.models import Assignment
from assessments.pages.script_words import script_words
from assessments.pages.standing import ItemStanding, Standing
from assessments.pages.wording import (
    backend_tag,
    changed_fields,
    dimensions,
    evidence_kinds,
    natures,
    place_label,
    states,
)
from assessments.queries.frame import AssessmentFrame, SideItem, SideRole, said
from assessments.queries.item import ItemRead
from assessments.queries.panels import AttachmentPanel, CommentPanel
from engine.rubric.values import Clause, Item, ItemLevel, Rubric


@dataclass(frozen=True, slots=True)
class Tag:
    key: str
    word: str
    meaning: str


@dataclass(frozen=True, slots=True)
class ClauseRow:
    """A clause with its state. ``official``: wording of the official text, where this installation has it."""

    code: str
    path: str
    label: str
    n: int
    text: str
    official: str
    nature: Tag
    backend: Tag | None
    evidence: tuple[Tag, ...]
    state: str
    files: int
    carried: bool  # what proves it is last year's, and nobody has confirmed it


@dataclass(frozen=True, slots=True)
class RuleRow:
    """An active rule of the data-quality table with its counts as entered."""

    rule: str
    label: str
    dimension: str
    numerator: int | None
    denominator: int | None


@dataclass(frozen=True, slots=True)
class IndexEditor:
    """The data-quality index of a level; ``mode``: direct | dimensions | rules, as it was entered."""

    path: str
    requirement: str
    mode: str
    direct: str
    dimensions: tuple[tuple[str, str, str], ...]  # key, word, figure as entered
    rules: tuple[RuleRow, ...]


@dataclass(frozen=True, slots=True)
class BaseRow:
    """A count of the statistical basis that feeds the item; ``value`` None: not typed yet."""

    key: str
    name: str
    definition: str
    unit: str
    value: int | None
    levels: tuple[int, ...]

    @property
    def serves(self) -> str:
        """1、4、6级: the levels it feeds, where it does not feed all of them."""
        return _("%(levels)s级") % {"levels": _("、").join(str(level) for level in self.levels)}


@dataclass(frozen=True, slots=True)
class Rung:
    """One level 0-8. ``kind``: asked | described (level 0) | undefined (the standard has no such level)."""

    level: int
    kind: str
    name: str
    category: str | None = None
    confirmed: bool = True
    clauses: tuple[ClauseRow, ...] = ()
    described: tuple[str, ...] = ()
    no_requirement: bool = False
    standing: Standing | None = None
    numerator: int | None = None
    own_denominator: int | None = None
    base: BaseRow | None = None
    index: IndexEditor | None = None
    is_target: bool = False


@dataclass(frozen=True, slots=True)
class Assigned:
    """Whose item it is, and until when."""

    person: str
    department: str
    due_on: date | None
    done: bool


@dataclass(frozen=True, slots=True)
class HistoryRow:
    actor: str
    at: datetime
    what: str


@dataclass(frozen=True, slots=True)
class ItemPage:
    frame: AssessmentFrame
    search_edition: str
    organisation_name: str
    code: str
    name: str
    role: SideRole
    focus: str
    remedy: str
    kind: str
    numerator_says: str
    denominator_says: str
    condition: str
    rungs: tuple[Rung, ...]  # from level 0 up
    standing: ItemStanding
    hospital_level: int
    hospital_total: str
    live: bool
    bases: tuple[BaseRow, ...]
    per_level_bases: bool
    has_quality: bool  # any level is measured for data quality
    own_denominator: int | None
    in_use: bool | None
    no_such_service: str
    note: str
    can_answer: bool
    why_not: str
    previous: SideItem | None
    following: SideItem | None
    place: int
    of: int
    assigned: Assigned | None
    has_official_wording: bool
    tags: tuple[tuple[str, tuple[Tag, ...]], ...]
    history: tuple[HistoryRow, ...]
    attachments: AttachmentPanel
    comments: CommentPanel
    carried: int  # places of the item with material of an earlier year to be confirmed
    script: Mapping[str, Any]  # what the page's modules need, as JSON

    @property
    def folded(self) -> tuple[int, ...]:
        """Levels folded away at first, so that the one in work stands in sight: above the target and the next.

        None where that would be a single one.
        """
        if self.standing.current is None:
            return ()
        shown = max(self.frame.target, self.standing.current + 1)
        above = tuple(rung.level for rung in self.rungs if rung.level > shown)
        return above if len(above) > 1 else ()


def lay_out(
    read: ItemRead, *, can_answer: bool, why_not: str, standing: ItemStanding, script: dict[str, Any]
) -> ItemPage:
    """The page from what was read; no query."""
    rubric, item, row = read.now.rubric, read.now.item, read.now.row
    order = [side for role in read.frame.roles for side in role.items]
    place = next(n for n, side in enumerate(order) if side.code == item.code)
    bases = _bases(read)
    tags = _all_tags()
    levels = {entry.level: entry for entry in standing.levels}
    return ItemPage(
        frame=read.frame,
        search_edition=rubric.id,
        organisation_name=read.frame.hospital,
        code=item.code,
        name=said(item.name),
        role=next(role for role in read.frame.roles if role.code == item.role),
        focus=said(item.focus),
        remedy=said(item.remedy),
        kind=item.application.kind,
        numerator_says=said(item.application.numerator),
        denominator_says=said(item.application.denominator),
        condition=said(item.application.condition),
        rungs=tuple(
            _rung(read, level.level, said(level.name), bases, levels, tags) for level in rubric.levels
        ),
        standing=standing,
        hospital_level=read.card.level,
        hospital_total=str(read.card.total),
        live=read.live,
        bases=bases,
        per_level_bases=any(base.levels for base in bases),
        has_quality=any(entry.has_index for entry in item.asked_levels),
        own_denominator=row.denominator,
        in_use=row.in_use,
        no_such_service=row.no_such_service,
        note=row.note,
        can_answer=can_answer,
        why_not=why_not,
        previous=order[place - 1] if place else None,
        following=order[place + 1] if place + 1 < len(order) else None,
        place=place + 1,
        of=len(order),
        assigned=_assigned(read.assignment),
        has_official_wording=bool(read.wordings),
        tags=_legend(item, tags),
        history=tuple(
            HistoryRow(
                event.actor_name,
                event.at,
                changed_fields(item, [change.get("path", "") for change in event.facts.get("changes", ())]),
            )
            for event in read.events
        ),
        attachments=read.attachments,
        comments=read.comments,
        carried=len(read.carried),
        script={
            **script,
            "items": [side.code for side in order],
            "words": script_words(),
            "states": states(),
        },
    )


def _assigned(row: Assignment | None) -> Assigned | None:
    if row is None:
        return None
    return Assigned(
        str(row.person or ""),
        row.department.label if row.department else "",
        row.due_on,
        row.done_at is not None,
    )


def _bases(read: ItemRead) -> tuple[BaseRow, ...]:
    return tuple(
        BaseRow(
            key=base.key,
            name=said(base.name),
            definition=said(base.definition),
            unit=said(base.unit),
            value=read.bases.get(base.key),
            levels=tuple(base.feeds[read.now.item.code]),
        )
        for base in read.now.rubric.statistical_bases
        if read.now.item.code in base.feeds
    )


def _rung(
    read: ItemRead,
    level: int,
    name: str,
    bases: tuple[BaseRow, ...],
    standings: Mapping[int, Standing],
    tags: _Tags,
) -> Rung:
    item, row = read.now.item, read.now.row
    entry = item.by_level.get(level)
    target = level == read.frame.target
    if entry is None:
        return Rung(level, "undefined", name, is_target=target)
    if level == 0:
        return Rung(level, "described", name, described=tuple(said(clause.text) for clause in entry.clauses))
    key = str(level)
    return Rung(
        level=level,
        kind="asked",
        name=name,
        category=entry.category,
        confirmed=entry.category_confirmed,
        clauses=tuple(_clause(read, entry, clause, tags) for clause in entry.clauses),
        no_requirement=entry.no_requirement,
        standing=standings[level],
        numerator=row.numerators.get(key),
        own_denominator=row.denominators.get(key),
        base=next((base for base in bases if not base.levels or level in base.levels), None),
        index=_index(read.now.rubric, item, entry, row.data_quality.get(key)) if entry.has_index else None,
        is_target=target,
    )


@dataclass(frozen=True, slots=True)
class _Tags:
    """Every tag with its words, looked up once per page."""

    natures: Mapping[str, Tag]
    evidence: Mapping[str, Tag]
    backend: Tag


def _all_tags() -> _Tags:
    return _Tags(
        {key: Tag(key, *words) for key, words in natures().items()},
        {key: Tag(key, *words) for key, words in evidence_kinds().items()},
        Tag("backend", *backend_tag()),
    )


def _clause(read: ItemRead, entry: ItemLevel, clause: Clause, tags: _Tags) -> ClauseRow:
    code = f"{read.now.item.code}.{entry.level}-{clause.n}"
    kept = read.now.row.clauses.get(str(entry.level), ())
    return ClauseRow(
        code=code,
        path=f"clauses.{entry.level}.{clause.n}",
        label=place_label(Place("clauses", entry.level, clause.n)),
        n=clause.n,
        text=said(clause.text),
        official=read.wordings.get(code, ""),
        nature=tags.natures[clause.nature],
        backend=tags.backend if clause.backend else None,
        evidence=tuple(tags.evidence[kind] for kind in clause.evidence),
        state=kept[clause.n - 1] if clause.n <= len(kept) else "not_answered",
        files=sum(1 for file in read.attachments.rows if file.clause == code),
        carried=code in read.carried,
    )


def _index(rubric: Rubric, item: Item, entry: ItemLevel, kept: Any) -> IndexEditor:
    rules = kept.get("rules", {}) if isinstance(kept, dict) else {}
    by_dimension = kept if isinstance(kept, dict) and not rules else {}
    words = dimensions()
    active = [rule for rule in rubric.rules_of(item.code, entry.level) if rule.active]
    used = {rule.dimension for rule in active} | set(by_dimension)
    return IndexEditor(
        path=f"data_quality.{entry.level}",
        requirement=said(entry.data_quality),
        mode="rules" if rules else "dimensions" if by_dimension else "direct",
        direct=kept if isinstance(kept, str) else "",
        dimensions=tuple(
            (key, word, by_dimension.get(key, "")) for key, word in words.items() if key in used
        ),
        rules=tuple(
            RuleRow(
                rule.id,
                said(rule.label),
                words.get(rule.dimension, rule.dimension),
                rules.get(rule.id, {}).get("numerator"),
                rules.get(rule.id, {}).get("denominator"),
            )
            for rule in active
        ),
    )


def _legend(item: Item, tags: _Tags) -> tuple[tuple[str, tuple[Tag, ...]], ...]:
    """The tags that occur on this page, explained."""
    clauses = [clause for entry in item.asked_levels for clause in entry.clauses]
    used = {clause.nature for clause in clauses}
    proofs = {kind for clause in clauses for kind in clause.evidence}
    about = [tag for key, tag in tags.natures.items() if key in used]
    if any(clause.backend for clause in clauses):
        about.append(tags.backend)
    return (
        (_("条款内容"), tuple(about)),
        (_("可用的佐证"), tuple(tag for key, tag in tags.evidence.items() if key in proofs)),
    )
