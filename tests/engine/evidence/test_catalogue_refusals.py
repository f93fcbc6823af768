"""A broken copy of the library is refused with file, line and a sentence."""

from __future__ import annotations

import re
import shutil
from functools import cache
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from engine.evidence.catalogue import load
from engine.evidence.catalogue.load import CHECKS_FILE, load_catalogue
from engine.rubric.errors import RubricError
from engine.rubric.marked import MarkedMap, parse_marked, read_marked
from tests.engine.library import FOLDER, library

TABLE = "emr-2018-dq.yaml"


@cache
def whole(file: str) -> Any:
    """A file of the library as it is, parsed once for all tests."""
    return read_marked(FOLDER / file)


def read_once(path: Path) -> Any:
    """The tree of a copy in which one place is changed: only its top-level section is parsed anew."""
    before = (FOLDER / path.name).read_text(encoding="utf-8").split("\n")
    after = path.read_text(encoding="utf-8").split("\n")
    tree = MarkedMap(1)
    tree.update(whole(path.name))
    tree.line_of.update(whole(path.name).line_of)
    if before != after:
        changed = next(n for n, pair in enumerate(zip(before, after, strict=True)) if pair[0] != pair[1])
        starts = [n for n, line in enumerate(after) if re.match(r"[a-z_]+:", line)]
        start = max(n for n in starts if n <= changed)
        end = min((n for n in starts if n > changed), default=len(after))
        part = parse_marked("\n" * start + "\n".join(after[start:end]), str(path))
        tree.update(part)
    return tree


def refusal(folder: Path, file: str, after: str, old: str, new: str) -> tuple[RubricError, int]:
    """What the loader says when the first ``old`` at or after ``after`` is ``new``, and where that stands."""
    for name in (CHECKS_FILE, TABLE):
        shutil.copy(FOLDER / name, folder / name)
    text = (folder / file).read_text(encoding="utf-8")
    at = text.index(old, text.index(after) if after else 0)
    (folder / file).write_text(text[:at] + new + text[at + len(old) :], encoding="utf-8")
    with pytest.raises(RubricError) as refused, mock.patch.object(load, "read_marked", read_once):
        load.load_catalogue(folder, rubrics=library())
    return refused.value, text.count("\n", 0, at) + 1


BROKEN = [
    # what is broken, file, after, old, new, sentence
    ("an unknown record type", CHECKS_FILE, "FC-01.01-1", "right: registration", "right: registry", "the record type registry does not exist"),
    ("an unknown field", CHECKS_FILE, "FC-01.01-1", "dept, slot_id", "dept, slot", "has no field slot"),
    ("an unknown key", CHECKS_FILE, "FC-01.01-1", "two_sided: true", "two_side: true", "“two_side” is not known"),
    ("a value that is none", CHECKS_FILE, "FC-01.01-1", "appointment_kind: visit", "appointment_kind: visits", "visits is not among the values"),
    ("a text for a truth value", CHECKS_FILE, "FC-01.01-1", "{own_device: true}", "{own_device: visit}", "it is true or false"),
    ("a time that is none", CHECKS_FILE, "FC-01.01-3", "field: slot_action_at", "field: slot_id", "is of type string, not datetime"),
    ("keys that never are equal", CHECKS_FILE, "FC-01.01-4", "right: scheduled_at", "right: patient_id", "they never are equal"),
    ("a clause that is none", CHECKS_FILE, "FC-01.01-1", '"01.01.3.4"', '"01.01.3.44"', "has no clause 01.01.3.44"),
    ("a clause twice", CHECKS_FILE, "FC-01.01-1", '"01.01.3.4"', '"01.01.3.2"', "stands twice"),
    ("partial for what is not supported", CHECKS_FILE, "FC-01.01-2", 'partial_for: ["01.01.2.5"]', 'partial_for: ["01.01.2.6"]', "not among “supports”"),
    ("a threshold above 1", CHECKS_FILE, "FC-01.01-1", "threshold: 0.95", "threshold: 95", "must be a number from 0 to 1"),
    ("an unknown rubric", CHECKS_FILE, "FC-01.01-1", "rubric: smart-service-2019", "rubric: smart-service-2020", "is not one of"),
    ("an unknown item", CHECKS_FILE, "FC-01.01-1", 'item: "01.01"', 'item: "09.09"', "has no item 09.09"),
    ("an unknown companion", CHECKS_FILE, "FC-01.01-3", "companion: FC-01.01-1", "companion: FC-99", "is no rule of this rubric"),
    ("minutes without a gap", CHECKS_FILE, "FC-01.01-3", '{op: "gap<", minutes: 2}', '{op: "<", minutes: 2}', "“minutes” belongs to"),
    ("nothing to join on", CHECKS_FILE, "FC-01.01-3", "join_on: [appointment_no]", "join_on: [channels]", "not a field of two record types"),
    ("a rule twice", CHECKS_FILE, "", "- id: FC-01.01-2", "- id: FC-01.01-1", "the rule FC-01.01-1 stands twice"),
    ("what it does not prove repeated", CHECKS_FILE, "FC-01.01-1", "does_not_prove: {zh: 不能证明数据是实时写入的，事后批量导入也能通过；实时性看FC-01.01-3。, en: 'Not that they were written at once: a later batch import passes too. See FC-01.01-3 for timing.'}", "does_not_prove: {zh: 预约平台上的订单落成了HIS挂号，号、人、科室、时段都对得上。, en: 'Bookings on the platform became HIS registrations, and number, patient, department and slot agree.'}", "only repeats “proves”"),
    ("a missing language", CHECKS_FILE, "- id: SEM-01", "meaning: {zh: 同一编码在各系统里叫同一个名称。, en: A code carries the same name in all systems.}", "meaning: {zh: 同一编码在各系统里叫同一个名称。}", "lacks its language “en”"),
    ("an unknown statistic", CHECKS_FILE, "- id: SEM-01", "kind: one_name_per_code", "kind: one_name", "“kind” is one_name"),
    ("a parameter that is none", CHECKS_FILE, "- id: DS-05", "min_rows_per_value: 5", "min_rows: 5", "“min_rows” is not known"),
    ("a pattern that is none", CHECKS_FILE, "- id: SEM-08", "pattern: ^", "pattern: (^", "is no regular expression"),
    ("a loop without its anchor", CHECKS_FILE, "- id: CL-01", "anchor: ordered", "anchor: started", "every node but the anchor"),
    ("a loop order of nothing", CHECKS_FILE, "- id: CL-01", "after: reviewed}", "after: reviewing}", "is no node of this loop"),
    ("a node linked forward", CHECKS_FILE, "- id: CL-01", "to: ordered", "to: dispensed", "is no node before this one"),
    ("a link both do not have", CHECKS_FILE, "- id: CL-01", "link_on: [order_no]", "link_on: [route]", "has no field route"),
    ("a metric of an unknown loop", CHECKS_FILE, "application_metrics", "loop: CL-01", "loop: CL-99", "the closed loop CL-99 does not exist"),
    ("a metric of the wrong kind", CHECKS_FILE, "- id: AM-SS-01.01", "kind: ratio", "kind: in_use", "is of kind ratio"),
    ("a requirement of an unknown record", CHECKS_FILE, "- id: AM-SS-03.04", "exists_in: contracted_family_patient", "exists_in: family", "the record type family does not exist"),
    ("a topic that is none", CHECKS_FILE, "decision_support:", "key: drug_interaction", "key: drug_interactions", "is not among the values of knowledge_topic"),
    ("an abbreviation of nothing", CHECKS_FILE, "shared_abbreviations", "keys: [FIB, FPG]", "keys: [FIB, FPGX]", "the analyte FPGX does not exist"),
    ("bands that do not ascend", CHECKS_FILE, "bands:", "max: 0.2", "max: 0.02", "the bands must ascend"),
    ("a warning on a field of another type", CHECKS_FILE, "- id: AU-01", "field: ordered_at", "field: order_no", "is of type string, not datetime"),
    ("an effect that does more than warn", CHECKS_FILE, "- id: AU-01", "effect: warn_only", "effect: refute", "must be one of warn_only"),
    ("bounds the wrong way round", CHECKS_FILE, "- id: AU-10", "[0.9, 1.1]", "[1.1, 0.9]", "the lower and the upper bound"),
    ("an unknown family", CHECKS_FILE, "capability_map", "family: semantic_checks", "family: semantics", "“family” is semantics"),
    ("a nature that is none", CHECKS_FILE, "natures:", "    exchange:", "    exchanging:", "is no nature of a clause"),
    ("a reason that is none", CHECKS_FILE, "criteria:", "reason: same_pattern", "reason: no_time", "“reason” is no_time"),
    ("a field with two meanings", CHECKS_FILE, "online_appointment:", "en: Patient identifier", "en: Patient number", "has another meaning"),
    ("an unknown dictionary", TABLE, "records:", "dictionary: order_item", "dictionary: orders", "the dictionary orders does not exist"),
    ("an unknown type", TABLE, "records:", "type: datetime", "type: time", "“type” is time"),
    ("a window that is no time", TABLE, "records:", "window_on: ordered_at", "window_on: order_no", "is not a time field here"),
    ("a key that is no field", TABLE, "records:", "natural_key: [order_no]", "natural_key: [order]", "is no field here"),
    ("a field without a dictionary", TABLE, "01.01.3-consistency-1", "fields: [order_item_code, order_item_name]", "fields: [order_item_code, order_no]", "no dictionary is attached"),
    ("a pair of strangers", TABLE, "01.01.3-consistency-1", "- [order_item_code, order_item_name]", "- [order_item_code, drug_code]", "both among “fields”"),
    ("a rule without its check", TABLE, "01.01.3-consistency-1", "mechanisable: true", "mechanisable: false", "exactly the mechanisable rules"),
    ("a condition on what is not checked", TABLE, "keys_when:", "usage: {order_class", "order_status: {order_class", "is not checked here"),
    ("a length of no text", TABLE, "length:", "op: '>'", "op: '=='", "“op” is =="),
]  # fmt: skip


@pytest.mark.parametrize(
    ("file", "after", "old", "new", "sentence"), [row[1:] for row in BROKEN], ids=[row[0] for row in BROKEN]
)
def test_a_broken_copy_is_refused_where_it_is_broken(
    tmp_path: Path, file: str, after: str, old: str, new: str, sentence: str
) -> None:
    error, line = refusal(tmp_path, file, after, old, new)
    assert sentence in error.sentence
    assert error.file == str(tmp_path / file)
    assert 0 <= error.line - line <= 2, (error.line, line, error.sentence)
    assert str(error).startswith(f"{tmp_path / file}:{error.line}: ")


def test_a_table_of_another_standard_is_refused(tmp_path: Path) -> None:
    error, line = refusal(
        tmp_path, CHECKS_FILE, "meta:", "inherits: emr-2018-dq.yaml", "inherits: other-dq.yaml"
    )
    assert "must be the data-quality table of one of the rubrics" in error.sentence and error.line == line


def test_a_folder_without_the_checks_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RubricError, match="this file does not exist"):
        load_catalogue(tmp_path)


def test_the_rubrics_are_read_from_the_folder_when_nobody_hands_them_in(tmp_path: Path) -> None:
    shutil.copytree(FOLDER, tmp_path / "copy")
    found = load_catalogue(tmp_path / "copy")
    assert found.content_hash == load_catalogue(FOLDER, rubrics=library()).content_hash
