"""The golden corpus: assessments whose cards may change only together with ENGINE_VERSION."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest

from engine.scoring import ENGINE_VERSION
from engine.scoring.card import ScoreCard
from engine.scoring.card_json import card_from_json
from engine.scoring.formats import answers_from_json, answers_to_json, parse_document, rubric_of
from scripts.remake_golden import ASSESSMENTS, CARDS, main, make_cards
from tests.engine.library import rubric
from tests.engine.naive_scorer import naive_score

# name: (level of the hospital as the case was designed, total as the naive scorer has it)
EXPECTED = {
    "ai-all-met": (4, "64.00"),
    "ai-level-2": (2, "22.47"),
    "ai-nothing-to-count": (2, "28.31"),
    "ai-total-on-the-bound": (1, "10.00"),
    "emr-all-met": (8, "312.00"),
    "emr-county-level-2": (2, "63.30"),
    "emr-earlier-index-too-low": (2, "115.97"),
    "emr-empty": (0, "0.00"),
    "emr-facade": (0, "49.88"),
    "emr-half-answered": (0, "38.87"),
    "emr-indices-from-rule-counts": (3, "98.01"),
    "emr-indices-per-dimension": (4, "126.46"),
    "emr-near-level-4": (3, "119.24"),
    "emr-no-blood-bank": (4, "112.80"),
    "emr-on-every-bound-of-3": (2, "66.38"),
    "emr-one-basic-item-short-of-3": (2, "97.34"),
    "emr-systems-counted-on-two-bases": (4, "122.95"),
    "emr-tertiary-level-3": (3, "107.97"),
    "emr-tertiary-level-4": (4, "120.62"),
    "smart-8-of-9-basic-at-4": (3, "65.16"),
    "smart-all-met": (5, "85.00"),
    "smart-facade-of-apps": (0, "21.75"),
    "smart-level-3": (3, "50.83"),
    "smart-no-home-service": (2, "32.96"),
}


def document(name: str) -> dict[str, object]:
    return parse_document((ASSESSMENTS / f"{name}.json").read_text(encoding="utf-8"))


def card(name: str) -> ScoreCard:
    return card_from_json(json.loads((CARDS / f"{name}.json").read_text(encoding="utf-8")))


def test_every_golden_assessment_gives_the_stored_card() -> None:
    made = make_cards(ASSESSMENTS)
    assert sorted(made) == sorted(path.name for path in CARDS.glob("*.json"))
    for name, fresh in made.items():
        stored = json.loads((CARDS / name).read_text(encoding="utf-8"))
        assert fresh == stored, f"{name}: a score moved; move ENGINE_VERSION and run scripts/remake_golden.py"


@pytest.mark.parametrize("name", sorted(path.stem for path in ASSESSMENTS.glob("*.json")))
def test_a_golden_case_has_the_level_and_total_worked_out_for_it(name: str) -> None:
    stored = card(name)
    assert (stored.level, str(stored.total)) == EXPECTED[name]


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_the_naive_scorer_agrees_on_a_golden_case(name: str) -> None:
    source = document(name)
    edition = rubric(rubric_of(source))
    naive = naive_score(edition, answers_from_json(edition, source), try_every_assignment=False)
    stored = card(name)
    assert (naive.level, naive.total) == (stored.level, stored.total)


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_golden_assessment_survives_reading_and_writing(name: str) -> None:
    source = document(name)
    edition = rubric(rubric_of(source))
    assert answers_to_json(edition, answers_from_json(edition, source)) == source


def test_one_basic_item_short_names_that_item_in_the_gate() -> None:
    gates = card("emr-one-basic-item-short-of-3").by_level[3].gates
    assert [(fail.item, fail.factor) for fail in gates.basic.failing] == [("04.03", "function")]
    assert gates.optional.holds and gates.total.holds


def test_eight_of_nine_basic_items_stop_at_level_3_and_name_the_ninth() -> None:
    level = card("smart-8-of-9-basic-at-4").by_level[4]
    assert (level.gates.basic.have, level.gates.basic.need) == (8, 9)
    assert [(fail.item, fail.factor, str(fail.have)) for fail in level.gates.basic.failing] == [
        ("05.01", "application", "0.79")
    ]


def test_the_case_on_every_bound_passes_both_item_gates_and_is_marked() -> None:
    stored = card("emr-on-every-bound-of-3")
    gates = stored.by_level[3].gates
    assert gates.basic.holds and gates.optional.have == gates.optional.pool and not gates.total.holds
    assert {mark.factor for mark in stored.items["01.01"].borderline} == {"application", "data_quality"}


def test_a_total_on_its_bound_holds_and_is_marked() -> None:
    total = card("ai-total-on-the-bound").by_level[1].gates.total
    assert total.holds and total.borderline


def test_an_index_below_half_at_3_keeps_4_from_counting() -> None:
    stored = card("emr-earlier-index-too-low")
    assert stored.items["01.01"].score == Decimal("1.80") and stored.items["01.01"].scored_level == 2
    assert stored.items["01.01"].passes == (1, 2)


def test_remaking_refuses_to_move_a_score_under_the_same_engine_version(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assessments, cards = tmp_path / "assessments", tmp_path / "cards"
    assessments.mkdir()
    text = (ASSESSMENTS / "ai-level-2.json").read_text(encoding="utf-8")
    (assessments / "one.json").write_text(text, encoding="utf-8")
    folders = ["--assessments", str(assessments), "--cards", str(cards)]
    assert main(folders) == 0
    written = (cards / "one.json").read_text(encoding="utf-8")
    assert json.loads(written) == json.loads((CARDS / "ai-level-2.json").read_text(encoding="utf-8"))

    tampered = written.replace('"total": "22.47"', '"total": "22.48"')
    (cards / "one.json").write_text(tampered, encoding="utf-8")
    assert main(folders) == 1
    assert (cards / "one.json").read_text(encoding="utf-8") == tampered
    assert "one.json" in capsys.readouterr().err

    older = tampered.replace(f'"engine_version": "{ENGINE_VERSION}"', '"engine_version": "0.9.0"')
    (cards / "one.json").write_text(older, encoding="utf-8")
    assert main(folders) == 0
    assert (cards / "one.json").read_text(encoding="utf-8") == written
