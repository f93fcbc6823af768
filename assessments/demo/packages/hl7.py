"""The messages of a made-up hospital in HL7 v2.5: one message a case and kind, in UTF-8, a file per kind and sender."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from assessments.demo.packages.telling import Constant, Kind, Sources, Told
from assessments.probes.messages.hl7.tables import raw_table

#: Path of a reading table: segment, field, component, subcomponent, kind of value.
_PATH = re.compile(r"([A-Z][A-Z0-9]{2})-(\d+)(?:\.(\d+))?(?:\.(\d+))?(?::([a-z]+))?")
ESCAPES = {"\\": "\\E\\", "|": "\\F\\", "^": "\\S\\", "&": "\\T\\", "~": "\\R\\"}
SETTING_CODES = {"inpatient": "I", "outpatient": "O", "emergency": "E"}
#: What a text is told by: (identifier of the OBX, its name)
TEXTS = {"$findings": "FIND^所见", "$note": "NOTE^内容", "$conclusion": "IMP^诊断意见"}
AFTERWARDS = ("outpatient", "emergency")
NEW = {"ORC-1.1": "NW"}


@dataclass(frozen=True)
class MessageKind(Kind):
    """``type``: MSH-9; ``segments``: in order, without MSH; ``receiver``: MSH-5."""

    type: str = ""
    segments: tuple[str, ...] = ()
    receiver: str = "EMR"


# fmt: off
# An inpatient's order and request are apart here, each with its own number and system, so they stay tables;
# bookings and outpatients' notes tell more than their messages can.
KINDS = (
    MessageKind("OML_O21", ("lab_request",), AFTERWARDS, NEW, "OML^O21^OML_O21", ("PID", "PV1", "ORC", "OBR", "SAC"), "LIS"),
    MessageKind("OMI_O23", ("exam_request",), AFTERWARDS, NEW, "OMI^O23^OMI_O23", ("PID", "PV1", "DG1", "ORC", "OBR", "IPC"), "RIS"),
    MessageKind("RDE_O11", ("prescription",), AFTERWARDS, NEW, "RDE^O11^RDE_O11", ("PID", "PV1", "DG1", "ORC", "RXE", "RXR"), "PHARMACY"),
    MessageKind("ORM_O01", ("treatment_request",), AFTERWARDS, {**NEW, "OBR-24.1": "PT"}, "ORM^O01^ORM_O01", ("PID", "PV1", "ORC", "OBR"), "THERAPY"),
    MessageKind("ORM_O01", ("surgery_request",), AFTERWARDS, NEW, "ORM^O01^ORM_O01", ("PID", "PV1", "ORC", "OBR"), "手术麻醉"),
    MessageKind("ORU_R01", ("lab_result", "lab_report", "specimen"), ("inpatient", *AFTERWARDS), {"OBX-2.1": "ST", "OBX-11.1": "F", "ORC-1.1": "RE"},
                "ORU^R01^ORU_R01", ("PID", "PV1", "ORC", "OBR", "OBX", "SPM")),
    MessageKind("ORU_R01", ("lab_result", "specimen"), ("inpatient", *AFTERWARDS), {"OBX-2.1": "ST", "OBX-11.1": "P", "ORC-1.1": "RE"},
                "ORU^R01^ORU_R01", ("PID", "PV1", "ORC", "OBR", "OBX", "SPM")),
    MessageKind("ORU_R01", ("exam_report", "exam_record"), ("inpatient", *AFTERWARDS), {"ORC-1.1": "RE"}, "ORU^R01^ORU_R01", ("PID", "PV1", "ORC", "OBR", "ZDS", "TXT")),
    MessageKind("RDS_O13", ("drug_dispense",), ("inpatient", *AFTERWARDS), {}, "RDS^O13^RDS_O13", ("PID", "PV1", "DG1", "ORC", "TQ1", "RXE", "RXR", "RXD"), "HIS"),
    MessageKind("RAS_O17", ("order_execution",), ("inpatient", *AFTERWARDS), {}, "RAS^O17^RAS_O17", ("PID", "PV1", "ORC", "TQ1", "RXA", "RXR")),
    MessageKind("ADT_A06", ("admission", "ward_patient"), (), {}, "ADT^A06^ADT_A06", ("EVN", "PID", "PV1")),
    MessageKind("ADT_A03", ("discharge",), (), {}, "ADT^A03^ADT_A03", ("EVN", "PID", "PV1", "DG1")),
    MessageKind("ADT_A04", ("registration", "patient_index"), ("outpatient",), {}, "ADT^A04^ADT_A01", ("EVN", "PID", "PV1")),
    MessageKind("ADT_A04", ("registration", "patient_index", "emergency_visit"), ("emergency",), {}, "ADT^A04^ADT_A01", ("EVN", "PID", "PV1", "PV2")),
    MessageKind("ADT_A28", ("patient_index",), (), {}, "ADT^A28^ADT_A05", ("EVN", "PID")),
    MessageKind("SIU_S12", ("exam_appointment",), ("inpatient", *AFTERWARDS), {"SCH-7.1": "检查"}, "SIU^S12^SIU_S12", ("SCH", "PID", "PV1", "AIS"), "HIS"),
    MessageKind("MDM_T02", ("medical_note",), ("inpatient",), {}, "MDM^T02^MDM_T02", ("PID", "PV1", "TXA", "TXT")),
    MessageKind("MDM_T06", ("note_revision",), (), {}, "MDM^T06^MDM_T02", ("PID", "TXA", "TXT")),
)
# fmt: on


class Hl7:
    """HL7 v2.5 as ``telling`` wants it."""

    suffix = "hl7"
    is_the_log = True
    kinds: Sequence[Kind] = KINDS

    def sources(self, kind: Kind, record: str) -> Sources:
        assert isinstance(kind, MessageKind)
        return _sources(kind.segments, record)

    def required(self, kind: Kind, record: str) -> Sequence[str]:
        return tuple(_row(record).get("require", ()))

    def refused(self, kind: Kind, record: str) -> Mapping[str, frozenset[str]]:
        unless: dict[str, list[str]] = _row(record).get("unless", {})
        return {_place(path): frozenset(map(str, values)) for path, values in unless.items()}

    def append(self, path: Path, kind: Kind, told: Told, sender: str) -> None:
        assert isinstance(kind, MessageKind)
        stamp = _stamp(told.places.get("MSH-7.1", told.sent))
        number = _joined([kind.name, pc.cast(pa.array(told.cases), pa.string())], "-")
        header = [
            "MSH",
            "^~\\&",
            sender,
            "",
            kind.receiver,
            "",
            stamp,
            "",
            kind.type,
            number,
            "P",
            "2.5",
            *[""] * 5,
        ]
        segments = [_joined([*header, "UNICODE UTF-8"], "|")]
        for name in kind.segments:
            segments += _texts(told) if name == "TXT" else [_segment(name, kind, told)]
        with path.open("a", encoding="utf-8", newline="") as opened:
            opened.writelines(f"{message}\r" for message in _joined(segments, "\r").to_pylist())


@cache
def _row(record: str) -> dict[str, Any]:
    found: dict[str, Any] = next(row for row in raw_table()["rows"] if row["record"] == record)
    return found


@cache
def _sources(segments: tuple[str, ...], record: str) -> Sources:
    found: dict[str, list[str | Constant]] = {}
    for key, source in _row(record)["fields"].items():
        places: list[str | Constant] = []
        for path in source.split("|"):
            path = path.strip()
            if path.startswith("'"):
                places.append(Constant(path.strip("'")))
            elif path.startswith("$"):
                places.append(path)
            elif path[:3] in (*segments, "MSH"):
                places.append(_place(path))
        found[key] = places
    return found


def _place(path: str) -> str:
    """``SEGMENT-field.component.subcomponent`` with numbers a value is written at (.1 where it is the first)."""
    matched = _PATH.fullmatch(path)
    assert matched is not None, path
    segment, at, component, sub, kind = matched.groups()
    if kind == "person" and component:
        sub = "2"  # CNN: the number, then the name
    elif kind == "person" and segment != "PID":
        component = "2"  # XCN: the number, then the name
    return f"{segment}-{at}.{component or 1}" + (f".{sub}" if sub not in (None, "1") else "")


def _segment(name: str, kind: MessageKind, told: Told) -> pa.Array:
    """Every place of one segment, joined."""
    fields: dict[int, dict[int, dict[int, pa.Array]]] = defaultdict(lambda: defaultdict(dict))
    for place, column in told.places.items():
        if place.startswith(f"{name}-"):
            at, component, *sub = (int(part) for part in place[4:].split("."))
            fields[at][component][sub[0] if sub else 1] = _escaped(_shaped(place, column))
    if name == "PV1" and kind.settings:
        codes = [SETTING_CODES[one] for one in told.settings.to_pylist()]
        fields[2][1][1] = pa.array(codes, pa.string())
    if name == "PID" and 3 in fields:
        fields[3][4] = {1: pa.array(["HIS"] * len(told.cases))}
        fields[3][5] = {1: pa.array(["PI"] * len(told.cases))}
    texts: list[pa.Array | str] = [name]
    for at in range(1, max(fields, default=0) + 1):
        components = fields.get(at, {})
        texts.append(
            _joined([_joined_subs(components.get(n, {})) for n in range(1, max(components) + 1)], "^")
            if components
            else ""
        )
    return _joined(texts, "|", len(told.cases))


def _joined_subs(subs: Mapping[int, pa.Array]) -> pa.Array | str:
    return _joined([subs.get(n, "") for n in range(1, max(subs) + 1)], "&") if subs else ""


def _texts(told: Told) -> list[pa.Array]:
    """An OBX for each text that is told in words."""
    return [
        _joined(["OBX", str(number), "TX", name, "", _escaped(told.places[place]), *[""] * 5, "F"], "|")
        for number, (place, name) in enumerate(TEXTS.items(), 1)
        if place in told.places
    ]


#: Places that hold moments; the reading table says so with ``:time``.
_TIMES = frozenset(
    _place(path.strip())
    for row in raw_table()["rows"]
    for source in row["fields"].values()
    for path in source.split("|")
    if path.strip().endswith(":time")
)


def _shaped(place: str, column: pa.Array) -> pa.Array:
    return _stamp(column) if place in _TIMES else column


def _stamp(column: pa.Array) -> pa.Array:
    return pc.replace_substring_regex(column, "[^0-9]", "")


def _escaped(column: pa.Array) -> pa.Array:
    for character, escape in ESCAPES.items():
        column = pc.replace_substring(column, character, escape)
    return column


def _joined(parts: Sequence[pa.Array | str], separator: str, rows: int = 0) -> pa.Array:
    if rows and all(isinstance(part, str) for part in parts):
        return pa.array(np.full(rows, separator.join(map(str, parts)), object), pa.string())
    return pc.binary_join_element_wise(*parts, separator, null_handling="replace", null_replacement="")
