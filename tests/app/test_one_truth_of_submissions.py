"""What was submitted is scored once: pages of evidence and of results agree, whatever was confirmed since."""

from __future__ import annotations

import pytest

from accounts.models import User
from assessments.models import Assessment
from assessments.queries.verification.item import item_evidence_page
from assessments.queries.verification.lensed import lensed
from engine.scoring.card import LENSES
from hospitals.models import Organisation
from reports.standing import evidence_of, standing_of, with_evidence
from rubrics.actions.confirming import confirm_flags
from rubrics.queries import get_rubric
from tests.factories.assessments import complete, make_answer, make_assessment, submit
from tests.factories.evidence import hand_in_with, make_counts, make_run, supported
from tests.factories.rubrics import flags_with_a_swap, library

pytestmark = pytest.mark.django_db
EMR = "emr-2018"


@pytest.fixture
def assessment(hospital: Organisation, owner: User) -> Assessment:
    found = make_assessment(hospital, owner, edition=EMR, target_level=4)
    complete(found, owner)
    return found


def both(assessment: Assessment) -> tuple[dict[str, object], dict[str, object]]:
    """Every card under the four lenses, as evidence pages and as result pages have it."""
    standing = standing_of(assessment, submitted_only=False)
    assert standing is not None
    results = evidence_of(with_evidence(assessment, standing)).lenses
    here = lensed(assessment).lenses
    return ({lens: here.cards[lens] for lens in LENSES}, {lens: results.cards[lens] for lens in LENSES})


def test_flags_confirmed_after_the_submission_move_neither_page(assessment: Assessment, owner: User) -> None:
    run = make_run(assessment, owner, counts=make_counts(EMR, [supported("FC-01.01-1")]))
    submit(assessment, owner)
    hand_in_with(assessment, run)
    before = lensed(assessment)
    confirm_flags(edition=assessment.edition, flags=flags_with_a_swap(library()[EMR]), by=owner)
    today = get_rubric(assessment.edition)
    after = lensed(assessment)
    assert after.rubric is before.rubric is not today
    assert dict(after.lenses.cards) == dict(before.lenses.cards)
    evidence, results = both(assessment)
    assert evidence == results


def test_the_page_of_an_item_names_the_category_it_was_scored_under(
    assessment: Assessment, owner: User
) -> None:
    submit(assessment, owner)
    old, swapped = library()[EMR], flags_with_a_swap(library()[EMR])
    confirm_flags(edition=assessment.edition, flags=swapped, by=owner)
    code, level = next(
        (item.code, entry.level)
        for item in old.items
        for entry in item.asked_levels
        if swapped[item.code][entry.level] != entry.category
    )
    page = item_evidence_page(assessment, owner, code)
    assert page is not None
    shown = next(block.category for block in page.levels if block.level == level)
    assert shown == old.by_code[code].by_level[level].category


def test_an_open_assessment_follows_the_flags_of_today_on_both_pages(
    assessment: Assessment, owner: User
) -> None:
    confirm_flags(edition=assessment.edition, flags=flags_with_a_swap(library()[EMR]), by=owner)
    assert lensed(assessment).rubric is get_rubric(assessment.edition)
    evidence, results = both(assessment)
    assert evidence == results


def test_figures_that_contradict_each_other_count_nothing_on_both_pages(
    assessment: Assessment, owner: User
) -> None:
    row = assessment.item_answers.get(item_code="01.01")
    assert row.numerators
    make_answer(assessment, "01.01", numerators=dict.fromkeys(row.numerators, 10**9))
    evidence, results = both(assessment)
    assert evidence == results
