"""Everything the questionnaire page of one item shows, read at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from assessments.models import Assessment, Assignment, Attachment, ItemAnswer
from assessments.queries.answers import Bases, bases_of, compose
from assessments.queries.carried import by_place, unconfirmed_among
from assessments.queries.frame import AssessmentFrame, frame_of
from assessments.queries.history import events_of_item
from assessments.queries.panels import (
    AttachmentPanel,
    CommentPanel,
    attachment_panel,
    drafts_of,
    read_comments,
)
from assessments.queries.results import live_result, newest_snapshots
from audit.models import Event
from engine.rubric.values import Item, Rubric
from engine.scoring.answers import Answers, ItemAnswers, Problem
from engine.scoring.card import ScoreCard
from engine.scoring.card_json import card_from_json
from hospitals.access import Person
from rubrics.queries import confirmation_of, get_rubric, official_wordings

SHOWN_EVENTS = 8


@dataclass(frozen=True, slots=True)
class ItemNow:
    """One item among the whole assessment, scored: what a save and a look at the item answer with.

    ``rows``: item rows by code. ``problems``: figures of this item that contradict each other by
    now (the statistical basis was changed after them).
    """

    rubric: Rubric
    item: Item
    row: ItemAnswer
    rows: Mapping[str, ItemAnswer]
    answers: Answers
    card: ScoreCard
    problems: tuple[Problem, ...]

    @property
    def given(self) -> ItemAnswers:
        return self.answers.items.get(self.item.code, ItemAnswers())


def item_now(
    rubric: Rubric, assessment: Assessment, code: str, rows: Mapping[str, ItemAnswer], bases: Bases
) -> ItemNow:
    """The item from rows that were read already; scores the whole assessment, no query."""
    answers = compose(rubric, assessment, rows.values(), bases)
    result = live_result(rubric, answers)
    return ItemNow(
        rubric=rubric,
        item=rubric.by_code[code],
        row=rows.get(code) or ItemAnswer(assessment=assessment, item_code=code),
        rows=rows,
        answers=answers,
        card=result.card,
        problems=tuple(problem for problem in result.problems if problem.item == code),
    )


def read_item_now(assessment: Assessment, code: str) -> ItemNow | None:
    """One item as it stands; None when the edition has no such item. Three queries."""
    rubric = get_rubric(assessment.edition)
    if code not in rubric.by_code:
        return None
    rows = {row.item_code: row for row in assessment.item_answers.select_related("updated_by")}
    return item_now(rubric, assessment, code, rows, bases_of(assessment))


@dataclass(frozen=True, slots=True)
class ItemRead:
    now: ItemNow
    bases: Bases
    card: ScoreCard
    live: bool
    frame: AssessmentFrame
    assignment: Assignment | None
    wordings: Mapping[str, str]
    events: tuple[Event, ...]
    attachments: AttachmentPanel
    comments: CommentPanel
    carried: frozenset[str]  # places with unconfirmed material of an earlier year


def read_item(assessment: Assessment, user: Person, code: str) -> ItemRead | None:
    """One item with its surroundings; None when the edition has no such item.

    At most twelve queries, the same for an empty and a full assessment and for any number of
    hospitals: confirmation of the flags (two while there is none), item rows, base figures,
    assignments, events, attachments, own drafts of screenshots, comments, their mentions where there are any, members to
    mention, and the official wording or the snapshot where there is one. The assessment carries
    its hospital and edition. One more where an earlier year was taken over.
    """
    confirmation = confirmation_of(assessment.edition)
    rubric = get_rubric(assessment.edition, confirmation=confirmation)
    if code not in rubric.by_code:
        return None
    rows = {row.item_code: row for row in assessment.item_answers.select_related("updated_by")}
    bases = bases_of(assessment)
    now = item_now(rubric, assessment, code, rows, bases)
    snapshot = None if assessment.is_open else newest_snapshots([assessment]).get(assessment.pk)
    assignments = {
        row.item_code: row for row in assessment.assignments.select_related("department", "person")
    }
    done = frozenset(row.item_code for row in assignments.values() if row.done_at is not None)
    files = list(
        Attachment.objects.kept().filter(assessment=assessment, item_code=code).select_related("uploaded_by")
    )
    return ItemRead(
        now=now,
        bases=bases,
        card=card_from_json(snapshot.card) if snapshot else now.card,
        live=snapshot is None,
        frame=frame_of(assessment, user, rubric, rows, done),
        assignment=assignments.get(code),
        wordings=official_wordings(confirmation, code),
        events=tuple(events_of_item(assessment, code).filter(verb="item.answered")[:SHOWN_EVENTS]),
        attachments=attachment_panel(
            assessment,
            user,
            files,
            item=now.item,
            assignment=assignments.get(code),
            drafts=drafts_of(assessment, user, code) if assessment.is_open else (),
        ),
        comments=read_comments(assessment, user, item=code),
        carried=unconfirmed_among(assessment, by_place(files), item=code),
    )
