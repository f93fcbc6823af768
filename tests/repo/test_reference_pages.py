"""The generated pages of docs/reference say what the catalogue says today."""

from __future__ import annotations

import pytest

from scripts.make_reference import FOLDER, pages
from tests.engine.evidence.library import catalogue


@pytest.fixture(scope="module")
def made() -> dict[str, str]:
    return {path.name: text for path, text in pages().items()}


@pytest.mark.parametrize("name", ["records.md", "checks.md"])
def test_a_generated_page_is_not_stale(made: dict[str, str], name: str) -> None:
    assert (FOLDER / name).read_text(encoding="utf-8") == made[name], "run scripts/make_reference.py"


def test_no_record_field_rule_loop_metric_or_analyte_is_missing(made: dict[str, str]) -> None:
    for record in catalogue().records.values():
        assert f"### {record.key} {record.label.zh}" in made["records.md"]
        assert all(f"| `{key}` |" in made["records.md"] for key in record.fields)
    named = [
        *catalogue().rules,
        *catalogue().loops,
        *catalogue().metrics,
        *catalogue().authenticity,
        *(analyte.key for analyte in catalogue().fragmentation.analytes),
    ]
    assert [name for name in named if name not in made["checks.md"]] == []
    for rule in catalogue().rules.values():
        for text in (rule.label, rule.proves, rule.does_not_prove, rule.remedy):
            assert text is None or (text.zh in made["checks.md"] and text.en in made["checks.md"])


def test_every_row_of_a_table_has_the_cells_of_its_head(made: dict[str, str]) -> None:
    for text in made.values():
        width = 0
        for line in text.splitlines():
            bars = line.replace("\\|", "").count("|")
            if not line.startswith("|"):
                width = 0
            elif width == 0:
                width = bars
            else:
                assert bars == width, line
