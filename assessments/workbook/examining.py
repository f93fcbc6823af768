"""Laying a workbook over an assessment: what would change, tried with the very merge that saving uses."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from assessments.actions.answers import Draft, draft_changes
from assessments.actions.basis import FIELDS, BasisDraft, WrongValue, as_json, draft_basis
from assessments.actions.merging import Change, Conflict
from assessments.actions.overall import OverallDraft, draft_overall
from assessments.answer_fields import Unreadable, find_place, normal
from assessments.models import Assessment, ItemAnswer
from assessments.workbook.content import BASES, OVERALL, Passport, split
from assessments.workbook.differences import Comparison, Difference, NotTaken, Side, compare
from assessments.workbook.opening import WorkbookRefused
from assessments.workbook.reading import Filled, Refused
from assessments.workbook.stored import Stored, last_changes, read_stored, writable_by
from engine.rubric.values import Rubric
from rubrics.queries import get_rubric


class OtherAssessment(WorkbookRefused):
    """The workbook was not exported from this assessment; it is taken only when somebody says so."""


@dataclass(slots=True)
class Examination:
    """``taken``: the differences that would be written under the choices made; the drafts hold the rows.

    ``digest`` names exactly these differences, so that what is written is what was shown.
    """

    stored: Stored
    comparison: Comparison
    digest: str
    taken: list[Difference] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    items: dict[str, Draft] = field(default_factory=dict)
    basis: BasisDraft | None = None
    overall: OverallDraft | None = None

    @property
    def changed(self) -> dict[str, list[dict[str, object]]]:
        """Place -> what would be written there, for the trail."""
        found = {code: draft.facts for code, draft in self.items.items()}
        if self.basis is not None:
            found[BASES] = [{**fact, "path": _within(fact)} for fact in self.basis.facts]
        if self.overall is not None:
            found[OVERALL] = [{**fact, "path": _within(fact)} for fact in self.overall.facts]
        return {place: facts for place, facts in found.items() if facts}


def rubric_for(assessment: Assessment) -> Callable[[Passport], Rubric]:
    """From a passport to the rubric of this assessment; refuses a workbook of another edition."""

    def find(passport: Passport) -> Rubric:
        edition = assessment.edition
        if passport.edition != edition.key:
            raise WorkbookRefused(
                _("工作簿属于标准“%(given)s”，本次自评使用“%(own)s”，不能导入。")
                % {"given": passport.edition[:40], "own": edition.key}
            )
        if passport.content_hash != edition.content_hash:
            raise WorkbookRefused(
                _("工作簿按“%(edition)s”的另一版本导出，条款可能不同，不能导入。请从本次自评重新导出。")
                % {"edition": edition.key}
            )
        return get_rubric(edition)

    return find


def examine(
    assessment: Assessment,
    user: User,
    filled: Filled,
    *,
    other: bool = False,
    choices: Mapping[str, Side] | None = None,
    otherwise: Side = "theirs",
) -> Examination:
    """Compare and try. Six queries at most, with conflicts; nothing is written.

    ``choices``: for conflicts, by field; the others go ``otherwise``. ``other``: the workbook may come
    from elsewhere; then nothing is known of what was handed out, and every stored value that differs
    is a conflict. Raises OtherAssessment.
    """
    own = filled.passport.assessment == str(assessment.public_id)
    if not own and not other:
        raise OtherAssessment(from_elsewhere(filled.passport))
    stored = read_stored(assessment)
    comparison = compare(
        filled.values,
        base=filled.base if own else {},
        stored=stored.values,
        addresses=filled.addresses,
        normal=normal_in(stored.rubric),
        writable=writable_by(user, assessment, stored),
    )
    may = writable_by(user, assessment, stored)
    refused = [one for one in filled.refused if not one.field or may(split(one.field)[0])]
    if comparison.conflicts:
        comparison.conflicts = _with_authors(assessment, filled, stored, comparison.conflicts, own)
    examination = Examination(stored, comparison, digest_of(comparison))
    examination.refused = [*refused, *comparison.refused]
    chosen = choices or {}
    wanted = [
        *comparison.changes,
        *(one for one in comparison.conflicts if chosen.get(one.field, otherwise) == "mine"),
    ]
    _try(assessment, examination, wanted)
    return examination


def digest_of(comparison: Comparison) -> str:
    """Changes with the moment in which somebody else changes one of these fields, and with nothing else."""
    said = sorted(
        [one.field, one.conflict, one.mine, one.theirs]
        for one in (*comparison.changes, *comparison.conflicts)
    )
    text = json.dumps([said, sorted(comparison.withheld)], ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def from_elsewhere(passport: Passport) -> str:
    """Why a workbook of another assessment is not taken."""
    if passport.assessment and passport.title:
        return _("工作簿是从另一份自评“%(title)s”导出的，没有导入。") % {"title": passport.title[:80]}
    return _("工作簿不是从本次自评导出的，没有导入。")


def normal_in(rubric: Rubric) -> Callable[[str, Any], Any]:
    """A field's value in its normal form; what it gives raises NotTaken for one the field cannot hold."""

    def of(name: str, value: Any) -> Any:
        place, path = split(name)
        try:
            if place == BASES:
                return as_json(FIELDS[path.rpartition(".")[2]](value, rubric))
            if place == OVERALL:
                if value == "partly":
                    raise NotTaken(_("总体要求只有“符合”和“不符合”。"))
                return value
            item = rubric.by_code[place]
            found = find_place(item, path)
            if found is None:
                raise NotTaken(_("本标准没有这个填写位置。"))
            return normal(rubric, item, found, value)
        except (Unreadable, WrongValue) as wrong:
            raise NotTaken(str(wrong)) from wrong

    return of


def _with_authors(
    assessment: Assessment, filled: Filled, stored: Stored, conflicts: Iterable[Difference], own: bool
) -> list[Difference]:
    known = last_changes(assessment, filled.passport.exported_at if own else "")
    return [_signed(one, known, stored) for one in conflicts]


def _signed(one: Difference, known: Mapping[str, tuple[str, Any]], stored: Stored) -> Difference:
    if one.field in known:
        name, moment = known[one.field]
        return replace(one, by=name, at=moment)
    row: Any = stored.rows.get(one.place)
    if one.place == BASES:
        row = stored.figures.get(one.path.rpartition(".")[0])
    elif one.place == OVERALL:
        level, n = (int(part) for part in one.path.split("."))
        row = stored.overall.get((level, n))
    return replace(one, by=str(row.updated_by or ""), at=row.updated_at) if row is not None else one


def _try(assessment: Assessment, examination: Examination, wanted: list[Difference]) -> None:
    """The merge of autosave on copies of the rows: the basis first, because the items divide by it."""
    stored = examination.stored
    by_place: dict[str, list[Difference]] = {}
    for one in wanted:
        by_place.setdefault(one.place, []).append(one)
    bases = stored.bases
    for place, ones in sorted(by_place.items(), key=lambda entry: entry[0] != BASES):
        prefix = f"{place}." if place in (BASES, OVERALL) else ""
        nothing = "not_answered" if place == OVERALL else None
        changes = [
            Change(f"{prefix}{one.path}", nothing if one.theirs is None else one.theirs, one.mine)
            for one in ones
        ]
        if place == BASES:
            examination.basis = draft = draft_basis(stored.rubric, assessment, stored.figures, changes)
            bases = {key: row.value for key, row in draft.rows.items() if row.value is not None}
            problems, conflicts = draft.problems, draft.conflicts
        elif place == OVERALL:
            examination.overall = confirmed = draft_overall(assessment, stored.overall, changes)
            problems, conflicts = confirmed.problems, confirmed.conflicts
        else:
            row = stored.rows.get(place) or ItemAnswer(assessment=assessment, item_code=place)
            answered = draft_changes(stored.rubric, assessment, row, bases, changes)
            examination.items[place] = answered
            problems, conflicts = answered.problems, answered.conflicts
        _sort_out(examination, ones, prefix, problems, conflicts)


def _sort_out(
    examination: Examination,
    ones: list[Difference],
    prefix: str,
    problems: list[tuple[str, str]],
    conflicts: list[Conflict],
) -> None:
    """Which were taken, and why the others were not."""
    reasons = dict(problems)
    reasons.update({one.path: _("系统中的值无法核对，请在页面上修改。") for one in conflicts})
    for one in ones:
        sentence = reasons.get(f"{prefix}{one.path}")
        if sentence is None:
            examination.taken.append(one)
        else:
            examination.refused.append(Refused(one.address, str(one.mine)[:120], sentence, one.field))


def _within(fact: Mapping[str, object]) -> str:
    return str(fact["path"]).partition(".")[2]
