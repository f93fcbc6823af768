"""export and import on the database: the rights of the screen, the same three-way merge, the right status."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.core.management import call_command

from accounts.models import User
from assessments.actions.answers import save_changes
from assessments.actions.basis import save_basis
from assessments.actions.merging import Change
from assessments.models import Assessment, ItemAnswer
from hospitals.models import Organisation
from rubrics.queries import get_rubric
from tests.factories.assessments import make_assessment
from tests.factories.workbooks import filled, make_small_edition

ITEM = "01.01"


@pytest.fixture
def assessment(hospital: Organisation, owner: User) -> Assessment:
    return make_assessment(hospital, owner, edition=make_small_edition(), target_level=4)


def save(by: User, assessment: Assessment, path: str, before: object, to: object) -> None:
    by = User.objects.get(pk=by.pk)
    assert (
        save_changes(by=by, assessment=assessment, item=ITEM, changes=[Change(path, before, to)]).status
        == 200
    )


def status_of(*words: str) -> int:
    try:
        call_command(*words)
    except SystemExit as ended:
        return int(ended.code or 0)
    return 0


def test_import_prints_the_differences_and_writes_only_with_apply(
    assessment: Assessment, owner: User, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = tmp_path / "a.xlsx"
    number = str(assessment.public_id)
    assert status_of("export", number, "--format", "xlsx", "--out", str(book)) == 0
    book.write_bytes(filled(book.read_bytes(), **{f"{ITEM}/clauses.1.1": "符合"}))
    words = ("import", str(book), "--into", number, "--by", "owner")
    capsys.readouterr()
    assert status_of(*words) == 0
    assert "未作答 -> 符合" in capsys.readouterr().out
    assert not ItemAnswer.objects.exists()
    assert status_of(*words, "--apply") == 0
    assert ItemAnswer.objects.get().clauses["1"][0] == "met"


def test_a_conflict_keeps_the_assessments_value_and_answers_no(
    assessment: Assessment, owner: User, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = tmp_path / "a.xlsx"
    number = str(assessment.public_id)
    status_of("export", number, "--format", "xlsx", "--out", str(book))
    book.write_bytes(filled(book.read_bytes(), **{f"{ITEM}/clauses.1.1": "符合"}))
    save(owner, assessment, "clauses.1.1", "not_answered", "not_met")
    words = ("import", str(book), "--into", number, "--by", "owner", "--apply", "--json")
    capsys.readouterr()
    assert status_of(*words) == 1
    assert json.loads(capsys.readouterr().out)["conflicts"][0]["by"] == owner.get_full_name()
    assert ItemAnswer.objects.get().clauses["1"][0] == "not_met"
    assert status_of(*words, "--conflicts", "mine") == 0
    assert ItemAnswer.objects.get().clauses["1"][0] == "met"


def test_a_json_file_goes_into_an_assessment_without_freezing_the_basis(
    hospital: Organisation, owner: User, tmp_path: Path
) -> None:
    assessment = make_assessment(hospital, owner)
    rubric = get_rubric(assessment.edition)
    base = next(base for base in rubric.statistical_bases if () in base.feeds.values())
    item = next(code for code, levels in base.feeds.items() if not levels)
    level = rubric.by_code[item].asked_levels[0]
    by = User.objects.get(pk=owner.pk)
    save_basis(by=by, assessment=assessment, changes=[Change(f"bases.{base.key}.value", None, 1000)])
    file = tmp_path / "a.json"
    number = str(assessment.public_id)
    answered = Change(f"numerators.{level.level}", None, 900)
    assert save_changes(by=by, assessment=assessment, item=item, changes=[answered]).status == 200
    assert status_of("export", number, "--format", "json", "--out", str(file)) == 0
    document = json.loads(file.read_text(encoding="utf-8"))
    assert document["items"][item]["denominator"] == 1000
    document["items"][item]["clauses"] = {str(level.level): ["met"] * len(level.clauses)}
    file.write_text(json.dumps(document), encoding="utf-8")
    assert status_of("import", str(file), "--into", number, "--by", "owner", "--apply") == 0
    row = ItemAnswer.objects.get()
    assert set(row.clauses[str(level.level)]) == {"met"}
    assert (row.denominator, row.numerators) == (None, {str(level.level): 900})


@pytest.mark.parametrize("by", ["nobody", "stranger", "colleague"])
def test_who_may_not_on_the_screen_may_not_here(
    assessment: Assessment, owner: User, stranger: User, colleague: User, tmp_path: Path, by: str
) -> None:
    book = tmp_path / "a.xlsx"
    number = str(assessment.public_id)
    status_of("export", number, "--format", "xlsx", "--out", str(book))
    book.write_bytes(filled(book.read_bytes(), **{f"{ITEM}/clauses.1.1": "符合"}))
    expected = 1 if by == "colleague" else 2  # a contributor may import, but this item is not assigned
    assert status_of("import", str(book), "--into", number, "--by", by, "--apply") == expected
    assert not ItemAnswer.objects.exists()
