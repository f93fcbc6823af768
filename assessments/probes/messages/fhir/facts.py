"""Facts that paths ask for: of references, of the report an Observation stands in, and those worked out."""

from __future__ import annotations

import re
from typing import Any

from assessments.probes.messages.fhir.index import Facts, ReferenceIndex, keys_of_reference
from assessments.probes.messages.fhir.paths import Resource, code, text, within
from assessments.probes.messages.fhir.resources import Found
from assessments.probes.messages.fhir.tables import FhirTable
from assessments.probes.messages.times import fhir_time

# A fact that identifies: what an unresolved reference says about it itself.
IDENTIFYING = frozenset(
    ("patient_id", "encounter_id", "request_no", "report_no", "specimen_no", "code", "image_uid")
)
_TAGS = re.compile(r"<[^>]{0,2000}>")


class FactFinder:
    """The context of paths (see paths.Context) over an index."""

    def __init__(self, table: FhirTable, index: ReferenceIndex) -> None:
        self.table, self.index = table, index
        self.found: Found | None = None  # what the current resource came in

    def of(self, resource: Resource) -> Facts | None:
        """The facts other resources may ask of this one."""
        columns = self.table.facts.get(text(resource.get("resourceType")))
        if columns is None:
            return None
        facts = {key: said for key, read in columns if (said := read(resource, self))}
        facts[""] = text(resource.get("resourceType"))
        return facts

    def learn(self, found: Found) -> None:
        """Put a resource of the first reading into the index."""
        resource = found.resource
        facts = self.of(resource)
        if facts is None:
            return
        own = f"{facts['']}/{text(resource.get('id'))}" if resource.get("id") else ""
        numbers = [
            f"{text(identifier.get('system'))}|{text(identifier.get('value'))}"
            for identifier in within(resource.get("identifier"), ())
            if isinstance(identifier, dict) and text(identifier.get("value"))
        ]
        self.index.put((own, found.full_url, *numbers), facts)
        if facts[""] == "DiagnosticReport":
            for result in within(resource.get("result"), ()):
                if isinstance(result, dict) and text(result.get("reference")):
                    self.index.put(
                        (f"result {key}" for key in keys_of_reference(text(result["reference"]))), facts
                    )

    def fact_of_reference(self, resource: Resource, reference: Resource, fact: str) -> str:
        literal = text(reference.get("reference"))
        if literal.startswith("#"):
            return self._contained(resource, literal[1:], fact)
        for key in keys_of_reference(literal) if literal else ():
            facts = self.index.get(key)
            if facts is not None:
                return facts.get(fact, "")
        identifier = reference.get("identifier")
        if isinstance(identifier, dict):
            number = text(identifier.get("value"))
            facts = self.index.get(f"{text(identifier.get('system'))}|{number}")
            if facts is not None:
                return facts.get(fact, "")
            if number and fact in IDENTIFYING:
                return number
        if fact in IDENTIFYING and literal:
            return (
                keys_of_reference(literal)[-1].rsplit("/", 1)[-1].rsplit("|", 1)[-1].removeprefix("urn:uuid:")
            )
        return text(reference.get("display")) if fact in ("name", "patient_name") else ""

    def _contained(self, resource: Resource, local: str, fact: str) -> str:
        for inner in within(resource.get("contained"), ()):
            if isinstance(inner, dict) and text(inner.get("id")).removeprefix("#") == local:
                # its id only holds within this resource: it is no number of anything
                return (self.of({**inner, "id": ""}) or {}).get(fact, "")
        return ""

    def fact_of_report(self, resource: Resource, facts: tuple[str, ...]) -> str:
        report = self._report(resource)
        if report is None:
            return ""
        if len(facts) == 1:
            return report.get(facts[0], "")
        return self.fact_of_reference(resource, {"reference": report.get(facts[0], "")}, facts[1])

    def _report(self, resource: Resource) -> Facts | None:
        full_url = self.found.full_url if self.found is not None else ""
        for key in (full_url, f"Observation/{text(resource.get('id'))}"):
            report = self.index.get(f"result {key}") if key else None
            if report is not None:
                return report
        return None

    def worked_out(self, resource: Resource, name: str) -> str:
        if name == "id":
            return self._number(resource)
        if name == "second":
            return self._second(resource)
        if name == "setting":
            return self.table.settings.get(self._class_code(resource).upper(), "")
        if name == "class":
            return self.class_of(resource)
        if name == "range":
            return _range(resource)
        if name == "findings":
            return _narrative(resource)
        if name.startswith("attendee>"):
            return self._attendee(resource, name.split(">")[1])
        if self.found is not None and name == "bundle":
            return self.found.bundle_id or text(resource.get("id"))
        if self.found is not None and name == "timestamp":
            return fhir_time(self.found.timestamp)
        return ""

    def _number(self, resource: Resource) -> str:
        numbers = self._numbers(resource)
        return numbers[0] if numbers else text(resource.get("id"))

    def _second(self, resource: Resource) -> str:
        numbers = self._numbers(resource)
        return numbers[1] if len(numbers) > 1 else ""

    def _numbers(self, resource: Resource) -> list[str]:
        """Business numbers, a medical record number first, identity documents never."""
        found: list[str] = []
        for identifier in within(resource.get("identifier"), ()):
            if not isinstance(identifier, dict) or not text(identifier.get("value")):
                continue
            kind = code(identifier.get("type")).upper() if identifier.get("type") else ""
            if kind in self.table.documents:
                continue
            found.insert(0 if kind in ("MR", "PI") else len(found), text(identifier["value"]))
        return found

    def _class_code(self, resource: Resource) -> str:
        given = resource.get("class")
        return code(next(within(given, ()), None)) if given is not None else ""

    def class_of(self, resource: Resource) -> str:
        """lab, exam, surgery, treatment, vital: by category, else by the report or order it belongs to."""
        for name in ("category", "serviceCategory", "serviceType", "specialty", "appointmentType"):
            for category in within(resource.get(name), ()):
                for coding in within(category.get("coding") if isinstance(category, dict) else category, ()):
                    found = self.table.classes.get(code(coding).upper())
                    if found:
                        return found
                if isinstance(category, dict):
                    found = self.table.classes.get(text(category.get("text")).upper())
                    if found:
                        return found
        kind = resource.get("resourceType")
        if kind == "Observation" and "category" not in resource:
            return self.fact_of_report(resource, ("class",))
        if kind in ("Appointment", "Procedure"):
            for based in within(resource.get("basedOn"), ()):
                if isinstance(based, dict):
                    return self.fact_of_reference(resource, based, "order_class")
        if kind == "DiagnosticReport" and "category" not in resource:
            return "lab" if resource.get("result") else "exam" if resource.get("imagingStudy") else ""
        return ""

    def _attendee(self, resource: Resource, fact: str) -> str:
        for actor in within(resource.get("participant"), ("actor",)):
            if isinstance(actor, dict) and (
                text(actor.get("type")) == "Patient"
                or "Patient" in text(actor.get("reference"))
                or self.fact_of_reference(resource, actor, "") == "Patient"
            ):
                return self.fact_of_reference(resource, actor, fact)
        return ""


def _range(resource: Any) -> str:
    for found in within(resource.get("referenceRange"), ()):
        if isinstance(found, dict):
            if text(found.get("text")):
                return text(found["text"])
            ends = [
                text(end.get("value")) if isinstance(end, dict) else ""
                for end in (found.get("low"), found.get("high"))
            ]
            if any(ends):
                return "-".join(ends)
    return ""


def _narrative(resource: Resource) -> str:
    """The words of the narrative (text.div) without its mark-up."""
    narrative = resource.get("text")
    div = text(narrative.get("div")) if isinstance(narrative, dict) else ""
    return " ".join(_TAGS.sub(" ", div[:1_000_000]).split())
