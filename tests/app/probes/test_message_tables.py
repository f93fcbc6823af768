"""The mapping tables of messages name only what the catalogue knows, and the reference page shows them."""

from __future__ import annotations

from pathlib import Path

import pytest

from assessments.probes.messages.fhir.tables import fhir_table
from assessments.probes.messages.fhir.tables import raw_table as raw_fhir
from assessments.probes.messages.hl7.tables import hl7_table
from assessments.probes.messages.hl7.tables import raw_table as raw_hl7
from rubrics.queries import get_catalogue

PAGE = Path(__file__).resolve().parents[3] / "docs" / "reference" / "messages.md"
ROWS = [("hl7", row) for row in raw_hl7()["rows"]] + [("fhir", row) for row in raw_fhir()["rows"]]


@pytest.mark.parametrize(("kind", "row"), ROWS, ids=[f"{kind} {row['record']}" for kind, row in ROWS])
def test_every_field_of_the_tables_is_one_of_the_catalogue(kind: str, row: dict[str, dict[str, str]]) -> None:
    record = get_catalogue().records[str(row["record"])]
    assert set(row["fields"]) <= set(record.fields)
    assert set(row.get("require", ())) <= set(row["fields"])


def test_settings_and_classes_are_values_the_catalogue_knows() -> None:
    known = set(get_catalogue().records["lab_request"].fields["care_setting"].values)
    assert set(hl7_table().settings.values()) <= known
    assert set(fhir_table().settings.values()) <= known
    classes = set(get_catalogue().records["order"].fields["order_class"].values)
    table = hl7_table()
    assert {
        *table.segment_class.values(),
        *table.type_class.values(),
        *table.section_class.values(),
    } <= classes


def test_the_reference_page_names_every_record_the_tables_fill() -> None:
    page = PAGE.read_text(encoding="utf-8")
    for _, row in ROWS:
        assert f"`{row['record']}`" in page


def test_the_reference_page_is_what_the_tables_say() -> None:
    page = PAGE.read_text(encoding="utf-8")
    for _, row in ROWS:
        for key, source in row["fields"].items():
            first = source.split("|")[0].strip()
            assert f"| {key} | `{first}`" in page if first else f"| {key} | not carried" in page
