"""Finding by code and by words, apart from any page."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rubrics.search import MOST_HITS, find, marked, parse_code
from tests.factories.rubrics import library

RUBRIC = library()["emr-2018"]


@pytest.mark.parametrize(
    ("query", "item", "level", "n", "found"),
    [
        ("01.01.4-2", "01.01", 4, 2, True),
        ("01.01.4", "01.01", 4, None, True),
        ("1.1.4", "01.01", 4, None, True),
        ("０１．０１", "01.01", None, None, True),
        ("01.01.", "01.01", None, None, True),
        ("01.03.2", "01.03", 2, None, False),
        ("01.01.4-9", "01.01", 4, 9, False),
        ("01.01.4-0", "01.01", 4, 0, False),
        ("12.01", None, None, None, False),
    ],
)
def test_a_code_names_its_place(
    query: str, item: str | None, level: int | None, n: int | None, found: bool
) -> None:
    hit = parse_code(RUBRIC, query)
    assert hit is not None
    assert (hit.item.code if hit.item else None, hit.level, hit.n, hit.found) == (item, level, n, found)


@pytest.mark.parametrize("query", ["", "医嘱", "01.01.4-2 医嘱", "-1", "1.2.3.4", "2018年"])
def test_words_are_not_codes(query: str) -> None:
    assert parse_code(RUBRIC, query) is None


def test_case_and_width_do_not_matter() -> None:
    plain = [hit.code for hit in find(RUBRIC, "antimicrobial", "en").clauses]
    assert plain and plain == [hit.code for hit in find(RUBRIC, "ＡＮＴＩmicrobial", "zh-hans").clauses]


def test_every_hit_holds_every_word_and_no_clause_is_forgotten() -> None:
    found = find(RUBRIC, "检验 报告", "zh-hans")
    expected = {
        f"{item.code}.{level.level}-{clause.n}"
        for item in RUBRIC.items
        for level in item.levels
        for clause in level.clauses
        if "检验" in clause.text.zh and "报告" in clause.text.zh
    }
    assert {hit.code for hit in found.clauses} == expected
    assert found.clause_count == len(expected)


def test_a_common_word_lists_a_bounded_number_and_counts_all() -> None:
    found = find(RUBRIC, "可", "zh-hans")
    assert len(found.clauses) == MOST_HITS < found.clause_count


def test_nothing_is_found_for_blanks() -> None:
    assert find(RUBRIC, "  　 ", "en").clause_count == 0


@settings(max_examples=200)
@given(st.text(max_size=60), st.lists(st.text(min_size=1, max_size=4), min_size=1, max_size=3))
def test_marking_never_changes_the_text(text: str, words: list[str]) -> None:
    assert "".join(piece.text for piece in marked(text, words)) == text


@given(st.text(alphabet="ab检验", max_size=20), st.text(alphabet="ab检验", max_size=20))
def test_a_word_that_is_there_is_marked(before: str, after: str) -> None:
    pieces = marked(f"{before}报告{after}", ["报告"])
    assert "报告" in [piece.text for piece in pieces if piece.hit]
