"""Messages read column by column say what they say one by one, and what the paths of the table say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessments.probes.from_messages import MessageFiles
from assessments.probes.messages import read_messages
from assessments.probes.messages.batching import tidy
from assessments.probes.messages.hl7.fields import getter, observed
from assessments.probes.messages.hl7.parsing import Message, parse
from assessments.probes.messages.hl7.tables import raw_table
from assessments.probes.store import open_store
from engine.evidence.catalogue.values import Catalogue

# fmt: off
ATOMS = ("", "", "A1", "W^内科^L", "D1^示例甲", "20260105080000", "20260230080000", "20260105", " pad ", "NULL", "\\T\\a",
         "a~b", "a&b^c&d", "7.5", '""', "123^^^X^PI~456^^^Y^MR", "11^^^Z^NNCN", "\u3000宽\u3000", "\ufeffz", "I", "LAB", "F")
NAMES = ("PID", "PV1", "ORC", "OBR", "OBX", "SPM", "RXE", "RXD", "RXA", "RXR", "TQ1", "DG1", "TXA", "SCH", "AIS", "ZZZ")
TYPES = ("ORM^O01", "OML^O21", "ORU^R01", "RDE^O11", "RDS^O13", "RAS^O17", "ADT^A01", "ADT^A04", "SIU^S12", "MDM^T02")
# fmt: on
segments = st.tuples(st.sampled_from(NAMES), st.lists(st.sampled_from(ATOMS), max_size=24)).map(
    lambda made: "|".join([made[0], *made[1]])
)


@st.composite
def logs(draw: st.DrawFn) -> list[str]:
    """Messages without acknowledgements, each with a number of its own."""
    return [
        "\r".join(
            [
                f"MSH|^~\\&|{draw(st.sampled_from(('HIS', 'LIS', '')))}|F|EMR||20260105080000"
                f"||{draw(st.sampled_from(TYPES))}|M{number}|P|2.5",
                "PID|1||P1^^^HIS^PI",
                *draw(st.lists(segments, max_size=8)),
            ]
        )
        + "\r"
        for number in range(draw(st.integers(1, 6)))
    ]


def rows_of(path: Path) -> Counter[tuple[object, ...]]:
    return Counter(
        (batch.record, batch.system, *sorted(row.items()))
        for batch in read_messages(path, on_malformed=lambda _: None)
        for row in batch.rows
    )


@given(logs())
@settings(max_examples=50, deadline=None)
def test_a_log_says_what_its_messages_say_one_by_one(
    tmp_path_factory: pytest.TempPathFactory, log: list[str]
) -> None:
    folder = tmp_path_factory.getbasetemp()
    whole, alone = folder / "whole.hl7", folder / "alone.hl7"
    whole.write_text("".join(log), newline="")
    counted: Counter[tuple[object, ...]] = Counter()
    for message in log:
        alone.write_text(message, newline="")
        counted += rows_of(alone)
    assert rows_of(whole) == counted


RESULT_FIELDS: dict[str, str] = next(r for r in raw_table()["rows"] if r["record"] == "lab_result")["fields"]
DROPPED = ("D", "W", "X", "I", "O", "N")


def said_by_the_paths(message: Message) -> Iterator[dict[str, str]]:
    """Rows of lab_result, path by path and row by row."""
    assert len(message.patients) == 1
    patient = message.patients[0]
    for order in patient.orders:
        for result in order.repeated.get("OBX", []):
            reach = {**patient.first, **order.first, "OBX": result}
            if read(message, "OBX-11", reach) in DROPPED or read(message, "OBX-2", reach) in ("ED", "RP"):
                continue
            row = {}
            for key, source in RESULT_FIELDS.items():
                said = ["inpatient"] if source == "$setting" else []
                said += [read(message, one.strip(), reach) for one in source.split("|") if "$" not in one]
                row[key] = tidy(next((one for one in said if one), ""))
            yield row


def read(message: Message, path: str, reach: dict[str, list[str]]) -> str:
    name, at, reading = getter(path)
    fields = reach.get(name, [])
    if at >= len(fields) or not fields[at]:
        return ""
    if reading is None:
        return observed(fields[at], fields[2], message.separators)
    return reading(fields[at], message.separators)


@given(
    st.lists(st.lists(st.sampled_from(ATOMS), min_size=3, max_size=24), max_size=6),
    st.lists(segments, max_size=3),
)
@settings(max_examples=70, deadline=None)
def test_rows_of_results_are_what_the_paths_of_the_table_say(
    tmp_path_factory: pytest.TempPathFactory, results: list[list[str]], others: list[str]
) -> None:
    text = "\r".join(
        ["MSH|^~\\&|LIS|F|EMR||20260105080000||ORU^R01|M1|P|2.5", "PID|1||P1^^^HIS^PI", "PV1|1|I", "ORC|RE|O1|B1",
         "OBR|1|O1|B1|XCG^血常规^L||||||||||||||||||||LAB"]
        + ["|".join(["OBX", *fields]) for fields in results]
        + [one for one in others if one[:3] in ("OBX", "TQ1")]
    )  # fmt: skip
    path = tmp_path_factory.getbasetemp() / "results.hl7"
    path.write_text(text, newline="")
    message = parse(text.encode())
    assert isinstance(message, Message)
    found = [
        row
        for batch in read_messages(path, on_malformed=lambda _: None)
        if batch.record == "lab_result"
        for row in batch.rows
    ]
    assert found == list(said_by_the_paths(message))


def test_a_moment_no_calendar_has_is_counted_and_the_others_are_read(
    catalogue: Catalogue, tmp_path: Path
) -> None:
    path = tmp_path / "day.hl7"
    times = ("20260105080000", "20260230080000", "20260105", "")
    path.write_text(
        "".join(
            f"MSH|^~\\&|LIS|F|EMR||20260105080000||ORU^R01|M{n}|P|2.5\rPID|1||P1\rORC|RE|O{n}|B{n}\r"
            f"OBR|1|O{n}|B{n}|X\rOBX|1|NM|W||1||||||F|||{at}\r"
            for n, at in enumerate(times)
        )
    )
    engine = open_store(tmp_path, 1)
    (stored,) = (
        one
        for one in MessageFiles([path], catalogue, tmp_path).write(engine, "t", "day.hl7", path)
        if one.source.record == "lab_result"
    )
    found = engine.execute(f"select tested_at::varchar, zp_bad_times from {stored.table} order by zp_row")
    assert found.fetchall() == [("2026-01-05 08:00:00", 0), (None, 1), ("2026-01-05 00:00:00", 0), (None, 0)]
    assert "tested_at" in stored.times
    engine.close()


def test_a_field_that_no_message_of_a_file_carries_counts_as_not_supplied(
    catalogue: Catalogue, tmp_path: Path
) -> None:
    path = tmp_path / "day.hl7"
    path.write_text(
        "MSH|^~\\&|LIS|F|EMR||20260105080000||ORU^R01|M1|P|2.5\rPID|1||P1\rORC|RE|O1|B1\r"
        "OBR|1|O1|B1|X\rOBX|1|NM|W||1||||||F\r"
    )
    engine = open_store(tmp_path, 1)
    stored = MessageFiles([path], catalogue, tmp_path).write(engine, "t", "day.hl7", path)
    (results,) = (one for one in stored if one.source.record == "lab_result")
    assert {"report_no", "result_value"} <= results.kept.supplied
    assert not {"specimen_no", "tested_at"} & results.kept.supplied
    engine.close()
