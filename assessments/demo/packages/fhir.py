"""The messages of a made-up hospital in FHIR R4: a resource or a Bundle a line, a file per kind and sender.

What a resource refers to is contained in it, so that every line stands by itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import orjson

from assessments.demo.packages.telling import Constant, Kind, Sources, Told
from assessments.probes.messages.fhir.tables import raw_table

Resource = dict[str, Any]
SETTING_CODES = {"inpatient": "IMP", "outpatient": "AMB", "emergency": "EMER"}
#: What the last name of a path that ends in a reference points at.
TARGETS = {
    "subject": "Patient", "encounter": "Encounter", "context": "Encounter", "requester": "Practitioner",
    "performer": "Practitioner", "actor": "Practitioner", "resultsInterpreter": "Practitioner",
    "collector": "Practitioner", "specimen": "Specimen", "basedOn": "ServiceRequest", "request": "ServiceRequest",
    "authorizingPrescription": "MedicationRequest", "imagingStudy": "ImagingStudy", "location": "Location",
    "serviceProvider": "Organization", "reasonReference": "Condition", "condition": "Condition",
    "medicationReference": "Medication",
}  # fmt: skip
#: Elements that R4 writes as lists.
LISTS = frozenset(
    ("identifier", "name", "category", "performer", "basedOn", "reasonReference", "reasonCode", "bodySite", "note",
     "specimen", "resultsInterpreter", "imagingStudy", "conclusionCode", "referenceRange", "dosageInstruction",
     "doseAndRate", "authorizingPrescription", "container", "participant", "diagnosis", "series", "procedureCode", "request")
)  # fmt: skip
NOT_LISTS = {("MedicationAdministration", "request"), ("Specimen", "collection"), ("Encounter", "name")}
#: Facts that are worked out, and where a resource holds what they are worked out of.
WORKED_OUT = {"$range": "referenceRange.text", "$findings": "text.div", "$second": "identifier.second"}
NUMBER = "identifier.value"
OWN_ID = "(id)"  # stands for what reading takes where a resource has no number: never what a row says
AFTERWARDS = ("outpatient", "emergency")
ALL = ("inpatient", *AFTERWARDS)


@dataclass(frozen=True)
class ResourceKind(Kind):
    """``resource``: its type; ``category``: the code that says what it is about."""

    resource: str = ""
    category: str = ""


ACTIVE = {"intent": "order"}
DONE = {"status": "completed"}
REPORTED = {"status": "final", "report>status": "final"}
# fmt: off
KINDS = (
    ResourceKind("Patient", ("patient_index",), (), {}, "Patient"),
    ResourceKind("Encounter", ("admission", "ward_patient", "discharge"), ("inpatient",), {"status": "finished"}, "Encounter"),
    ResourceKind("ServiceRequest", ("lab_request",), AFTERWARDS, ACTIVE, "ServiceRequest", "laboratory"),
    ResourceKind("ServiceRequest", ("exam_request",), AFTERWARDS, ACTIVE, "ServiceRequest", "imaging"),
    ResourceKind("ServiceRequest", ("treatment_request",), AFTERWARDS, {**ACTIVE, "status": "active"}, "ServiceRequest", "therapy"),
    ResourceKind("ServiceRequest", ("surgery_request",), AFTERWARDS, {**ACTIVE, "status": "active"}, "ServiceRequest", "surgery"),
    ResourceKind("Specimen", ("specimen",), (), {}, "Specimen"),
    ResourceKind("Observation", ("lab_result", "lab_report"), ALL, REPORTED, "Observation", "laboratory"),
    ResourceKind("VitalSign", ("vital_sign",), ALL, {"status": "final"}, "Observation", "vital-signs"),
    ResourceKind("DiagnosticReport", ("exam_report",), ALL, {}, "DiagnosticReport", "imaging"),
    ResourceKind("ImagingStudy", ("exam_image",), ALL, {"status": "available"}, "ImagingStudy"),
    ResourceKind("MedicationRequest", ("prescription",), AFTERWARDS, ACTIVE, "MedicationRequest"),
    ResourceKind("MedicationDispense", ("drug_dispense",), ALL, DONE, "MedicationDispense"),
    ResourceKind("MedicationAdministration", ("order_execution",), ALL, DONE, "MedicationAdministration"),
    ResourceKind("Procedure", ("surgery_record",), ALL, DONE, "Procedure", "surgery"),
    ResourceKind("Procedure", ("treatment_record",), ALL, DONE, "Procedure", "therapy"),
    ResourceKind("Appointment", ("exam_appointment",), (), {"status": "booked"}, "Appointment", "imaging"),
)
# fmt: on


class Fhir:
    """FHIR R4 as ``telling`` wants it."""

    suffix = "ndjson"
    is_the_log = False
    kinds: Sequence[Kind] = KINDS

    def sources(self, kind: Kind, record: str) -> Sources:
        assert isinstance(kind, ResourceKind)
        return _sources(kind.resource, record)

    def required(self, kind: Kind, record: str) -> Sequence[str]:
        assert isinstance(kind, ResourceKind)
        return tuple(_row(kind.resource, record).get("require", ()))

    def refused(self, kind: Kind, record: str) -> Mapping[str, frozenset[str]]:
        assert isinstance(kind, ResourceKind)
        unless: dict[str, list[str]] = _row(kind.resource, record).get("unless", {})
        return {path: frozenset(map(str, values)) for path, values in unless.items()}

    def append(self, path: Path, kind: Kind, told: Told, sender: str) -> None:
        assert isinstance(kind, ResourceKind)
        names = [place for place in told.places if place != "$setting"]
        rows = zip(*(told.places[place].to_pylist() for place in names), strict=True)
        with path.open("ab") as opened:
            for case, setting, row in zip(told.cases.tolist(), told.settings.to_pylist(), rows, strict=True):
                said = {place: value for place, value in zip(names, row, strict=True) if value is not None}
                made = _resource(kind, case, setting if kind.settings else None, said, sender)
                opened.write(orjson.dumps(made) + b"\n")


@cache
def _row(resource: str, record: str) -> dict[str, Any]:
    found: dict[str, Any] = next(
        row for row in raw_table()["rows"] if (row["of"], row["record"]) == (resource, record)
    )
    return found


@cache
def _sources(resource: str, record: str) -> Sources:
    found: dict[str, list[str | Constant]] = {}
    for key, source in _row(resource, record)["fields"].items():
        places: list[str | Constant] = []
        for path in source.split("|"):
            path = path.strip()
            if path in ("'@id'", "@id"):
                places += [NUMBER, Constant(OWN_ID)]
            elif path.startswith("'"):
                places.append(Constant(path.strip("'")))
            elif path.endswith(">care_setting"):
                places.append("$setting")
            elif path and not path.startswith("report>request"):
                places.append(_place(path))
        if source:
            found[key] = places
    return found


@cache
def _facts() -> Mapping[str, Mapping[str, str]]:
    facts: Mapping[str, Mapping[str, str]] = raw_table()["facts"]
    return facts


def _place(path: str) -> str:
    """Where the resource itself, one it refers to, or the report it stands in holds what a path reads."""
    if path in ("@id", "$class", *WORKED_OUT):
        return NUMBER if path == "@id" else WORKED_OUT.get(path, path)
    if path.startswith("report>"):
        return f"report>{_place(_facts()['DiagnosticReport'][path[7:]].split('|')[0].strip())}"
    if ">" not in path:
        return path
    where, fact = path.split(">")
    if where == "$attendee":
        return f"participant.actor>{_place(_facts()['Patient'][fact])}"
    source = _facts()[TARGETS[where.rsplit(".", 1)[-1]]][fact]
    return f"{where}>{_place(source.split('|')[0].strip())}"


def _resource(
    kind: ResourceKind, case: int, setting: str | None, said: Mapping[str, str], sender: str
) -> Resource:
    made: Resource = {
        "resourceType": kind.resource,
        "id": f"{kind.name}-{kind.yields[0]}-{case}".replace("_", "-"),
    }
    made["meta"] = {"source": sender}
    if kind.category:
        name = "serviceCategory" if kind.resource == "Appointment" else "category"
        category = {"coding": [{"code": kind.category}]}
        single = kind.resource == "Procedure"
        made[name] = category if single else [category]
    about: dict[str, dict[str, str]] = {}
    report: dict[str, str] = {}
    for place, value in said.items():
        where, _, inside = place.rpartition(">")
        if where == "report":
            report[inside] = value
        elif where:
            about.setdefault(where, {})[inside] = value
        else:
            _put(made, place, value)
    if setting is not None:
        if kind.resource == "Encounter":
            made["class"] = {"code": SETTING_CODES[setting]}
        else:
            where = (
                "context"
                if kind.resource in ("MedicationDispense", "MedicationAdministration")
                else "encounter"
            )
            about.setdefault(where, {})
    for where, values in about.items():
        _refer(made, where, values, setting)
    return _in_report(made, report, sender) if report else made


def _refer(made: Resource, where: str, values: Mapping[str, str], setting: str | None) -> None:
    """Contain what is told about something and refer to it."""
    target = "Patient" if where == "participant.actor" else TARGETS[where.rsplit(".", 1)[-1]]
    if where == "request" and made["resourceType"] == "MedicationAdministration":
        target = "MedicationRequest"
    contained: Resource = {"resourceType": target, "id": where.replace(".", "-")}
    for place, value in values.items():
        _put(contained, place, value)
    if target == "Encounter" and setting is not None:
        contained["class"] = {"code": SETTING_CODES[setting]}
    made.setdefault("contained", []).append(contained)
    reference = f"{where}.reference"
    _put(made, reference, f"#{contained['id']}")
    if where == "participant.actor":
        _put(made, "participant.actor.type", "Patient")


def _in_report(result: Resource, said: Mapping[str, str], sender: str) -> Resource:
    """A Bundle of a report and the one result it lists."""
    report: Resource = {
        "resourceType": "DiagnosticReport",
        "id": f"report-{result['id']}",
        "meta": {"source": sender},
    }
    report["category"] = result["category"]
    for place, value in said.items():
        _put(report, place, value)
    report["result"] = [{"reference": f"Observation/{result['id']}"}]
    entries = [{"fullUrl": f"urn:zhiping:{one['id']}", "resource": one} for one in (report, result)]
    return {"resourceType": "Bundle", "type": "collection", "entry": entries}


def _put(made: Resource, place: str, value: str) -> None:
    """Write a value where the path of a reading table finds it."""
    path, _, kind = place.partition(":")
    if place == "identifier.second":
        made.setdefault("identifier", []).append({"value": value})
        return
    if kind == "value":
        made["valueString"] = value
        return
    if place == "text.div":
        value = f'<div xmlns="http://www.w3.org/1999/xhtml">{value}</div>'
        made["text"] = {"status": "additional", "div": value}
        return
    *inner, last = path.split(".")
    holder = made
    for name in inner:
        holder = _within(holder, name)
    if kind in ("code", "label"):
        coding = _within(holder, last).setdefault("coding", [{}])[0]
        coding["code" if kind == "code" else "display"] = value
    elif kind == "name":
        _within(holder, last)["text"] = value
    elif kind == "time":
        holder[last] = f"{value.replace(' ', 'T')}+08:00" if " " in value else value
    else:
        holder[last] = value


def _within(holder: Resource, name: str) -> Resource:
    """The element of this name, made where it is not there yet."""
    alone = name not in LISTS or (holder.get("resourceType"), name) in NOT_LISTS
    if alone:
        element: Resource = holder.setdefault(name, {})
        return element
    first: Resource = holder.setdefault(name, [{}])[0]
    return first
