"""The script for the visit: which clause is shown by whom, along which menu path, and what the screen then says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assessments.actions.rehearsing.scripting import LONGEST_STEP, USUAL_STEP, StepConflict, StepTyped
from assessments.models import Assessment, ClauseProof, Rehearsal, ScriptStep
from assessments.permissions import reason
from assessments.queries.answers import answers_of
from assessments.queries.frame import AssessmentFrame, read_frame, said
from assessments.rehearsal_permissions import check_can_script
from engine.rubric.values import Item, Rubric
from engine.scoring.answers import Answers
from hospitals.access import Person
from rubrics.queries import confirmation_of, get_rubric, official_wordings


@dataclass(frozen=True, slots=True)
class Step:
    """One clause as it is shown. ``ready``: path, speaker and expected screen are written down."""

    clause: str
    level: int
    text: str
    account: str
    menu_path: str
    speaker: str
    patient: str
    expected: str
    minutes: int
    version: int
    ready: bool
    theirs: str = ""  # who changed it meanwhile; what was typed then stands in ``typed``
    typed: StepTyped | None = None


@dataclass(frozen=True, slots=True)
class ScriptItem:
    code: str
    name: str
    department: str
    person: str
    steps: tuple[Step, ...]
    why_not_write: str = ""

    @property
    def ready(self) -> int:
        return sum(step.ready for step in self.steps)

    @property
    def minutes(self) -> int:
        return sum(step.minutes for step in self.steps)


@dataclass(frozen=True, slots=True)
class ScriptPage:
    """Items with a claimed clause up to the target, in the order of the standard."""

    frame: AssessmentFrame
    items: tuple[ScriptItem, ...]

    @property
    def steps(self) -> int:
        return sum(len(item.steps) for item in self.items)

    @property
    def ready(self) -> int:
        return sum(item.ready for item in self.items)

    @property
    def minutes(self) -> int:
        return sum(item.minutes for item in self.items)


@dataclass(frozen=True, slots=True)
class ScriptItemPage:
    frame: AssessmentFrame
    item: ScriptItem
    before: str
    after: str
    most_minutes: int
    problem: str = ""


@dataclass(frozen=True, slots=True)
class DayPage:
    """The visit's day: every step of the rehearsal's items in order, with the minutes planned."""

    frame: AssessmentFrame
    number: int
    title: str
    items: tuple[ScriptItem, ...]

    @property
    def minutes(self) -> int:
        return sum(item.minutes for item in self.items)


def script_page(assessment: Assessment, user: Person) -> ScriptPage:
    """Eight queries: frame (2), answers (2), wording (2), steps and facts, assignments."""
    rubric = get_rubric(assessment.edition)
    return ScriptPage(read_frame(assessment, user, rubric), script_items(assessment, user, rubric))


def script_items(
    assessment: Assessment, user: Person, rubric: Rubric, *, only: Sequence[str] | None = None
) -> tuple[ScriptItem, ...]:
    """Items that claim something up to the target; of ``only`` where given."""
    answers = answers_of(assessment, rubric=rubric)
    steps = {row.clause_code: row for row in assessment.script_steps.all()}
    facts = {row.clause_code: row for row in assessment.clause_proofs.all()}
    wordings = official_wordings(confirmation_of(assessment.edition))
    people = {row.item_code: row for row in assessment.assignments.select_related("department", "person")}
    found = []
    for item in rubric.items:
        if only is not None and item.code not in only:
            continue
        shown = _steps(item, answers, assessment.target_level, steps, facts, wordings)
        if not shown:
            continue
        row = people.get(item.code)
        found.append(
            ScriptItem(
                code=item.code,
                name=said(item.name),
                department=row.department.label if row and row.department else "",
                person=row.person.name if row and row.person else "",
                steps=shown,
                why_not_write=reason(check_can_script, user, assessment, item.code, assignment=row),
            )
        )
    return tuple(found)


def script_item_page(
    assessment: Assessment,
    user: Person,
    code: str,
    *,
    conflicts: Sequence[StepConflict] = (),
    problem: str = "",
    typed: Mapping[str, StepTyped] | None = None,
) -> ScriptItemPage | None:
    """One item's steps; None where it claims nothing up to the target. ``conflicts``, ``typed``: shown beside what is
    stored."""
    rubric = get_rubric(assessment.edition)
    items = script_items(assessment, user, rubric)
    codes = [item.code for item in items]
    if code not in codes:
        return None
    at = codes.index(code)
    lost = {one.clause: one for one in conflicts}
    item = items[at]
    steps = tuple(
        _with_typed(step, lost.get(step.clause), (typed or {}).get(step.clause)) for step in item.steps
    )
    return ScriptItemPage(
        frame=read_frame(assessment, user, rubric),
        item=ScriptItem(item.code, item.name, item.department, item.person, steps, item.why_not_write),
        before=codes[at - 1] if at else "",
        after=codes[at + 1] if at + 1 < len(codes) else "",
        most_minutes=LONGEST_STEP,
        problem=problem,
    )


def day_page(rehearsal: Rehearsal, user: Person) -> DayPage:
    assessment = rehearsal.assessment
    rubric = get_rubric(assessment.edition)
    return DayPage(
        frame=read_frame(assessment, user, rubric),
        number=rehearsal.number,
        title=rehearsal.label,
        items=script_items(assessment, user, rubric, only=rehearsal.items),
    )


def _steps(
    item: Item,
    answers: Answers,
    target: int,
    steps: Mapping[str, ScriptStep],
    facts: Mapping[str, ClauseProof],
    wordings: Mapping[str, str],
) -> tuple[Step, ...]:
    given = answers.items.get(item.code)
    found = []
    for level in item.asked_levels:
        if level.level > target:
            continue
        states = given.clauses.get(level.level, ()) if given else ()
        for place, clause in enumerate(level.clauses):
            code = f"{item.code}.{level.level}-{clause.n}"
            claimed = place < len(states) and states[place] in ("met", "partly")
            if not claimed and code not in steps:
                continue
            found.append(
                _step(
                    code,
                    level.level,
                    wordings.get(code) or said(clause.text),
                    steps.get(code),
                    facts.get(code),
                )
            )
    return tuple(found)


def _step(code: str, level: int, text: str, row: ScriptStep | None, fact: ClauseProof | None) -> Step:
    menu_path = fact.menu_path if fact else ""
    return Step(
        clause=code,
        level=level,
        text=text,
        account=fact.test_account if fact else "",
        menu_path=menu_path,
        speaker=row.speaker if row else "",
        patient=row.patient if row else "",
        expected=row.expected if row else "",
        minutes=row.minutes if row else USUAL_STEP,
        version=row.version if row else 0,
        ready=bool(menu_path and row and row.speaker and row.expected),
    )


def _with_typed(step: Step, lost: StepConflict | None, typed: StepTyped | None) -> Step:
    kept = lost.typed if lost else typed
    if kept is None:
        return step
    return Step(
        step.clause, step.level, step.text, step.account, step.menu_path, step.speaker, step.patient, step.expected,
        step.minutes, step.version, step.ready, lost.by if lost else "", kept,
    )  # fmt: skip
