"""Whole made-up hospitals: honest, a façade, and one for each way to be wrong. Sizes small, medium, large."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from assessments.demo.packages import faults
from assessments.demo.packages.cases import World
from assessments.demo.packages.plan import Plan
from assessments.demo.packages.rows import Fault, Format, Made
from engine.evidence.catalogue.values import Catalogue

Name = Literal[
    "honest", "facade", "bad-times", "mixed-codes", "feature-without-rows", "ids-lost", "free-text",
    "last-two-weeks", "outside-window", "copied-rows",
]  # fmt: skip
Size = Literal["small", "medium", "large"]

#: cases per size; a case has a row or two in every record type it takes part in
CASES: Mapping[Size, int] = {"small": 300, "medium": 1200, "large": 650_000}
#: large packages hold the record types with most business of a hospital, about thirty of them
BUSY = frozenset(
    {
        "order", "order_execution", "order_verification", "drug_dispense", "pharmacist_review", "prescription",
        "bedside_scan", "lab_request", "lab_registration", "specimen", "specimen_transfer", "lab_result",
        "lab_report", "lab_report_view", "report_view_log", "exam_request", "exam_appointment",
        "exam_registration", "exam_record", "exam_image", "exam_report", "medical_note", "nursing_record",
        "vital_sign", "front_sheet", "discharge", "outpatient_note", "registration", "e_signature",
        "decision_alert", "patient_index", "charge",
    }
)  # fmt: skip

#: what the back ends of a façade do not get: patients' apps and bedside devices stand alone
STAND_ALONE = frozenset(
    {
        "queue_event", "payment", "push_message", "exam_appointment", "delivery_order", "bedside_scan",
        "lab_report_view", "health_record_entry", "patient_authorisation", "service_status_event",
    }
)  # fmt: skip
#: records that an interface of a façade writes under numbers of its own
RENUMBERED = frozenset(
    {"drug_dispense", "exam_registration", "specimen", "admission_order", "nursing_assessment", "slot_event"}
)
#: records in which a façade's people type words where a code belongs
TYPED = frozenset(
    {
        "order", "lab_request", "lab_report", "lab_result", "exam_request", "exam_report", "exam_registration",
        "prescription", "nursing_assessment", "vital_sign", "specimen", "surgery_request", "treatment_request",
        "drug_dispense", "front_sheet", "medical_note", "admission",
    }
)  # fmt: skip
#: records that the night's batch fills in
BY_NIGHT = frozenset({"pharmacist_review", "order_execution", "lab_report", "exam_report", "qc_record"})
#: records of functions that went live just before the assessment, or were only ever a pilot
LATE = frozenset({"pharmacist_review", "bedside_scan", "decision_alert", "lab_report_view", "nursing_record"})


@dataclass(frozen=True, slots=True)
class Scenario:
    """A kind of hospital: what is wrong with it, and which data it cannot hand in."""

    faults: tuple[Fault, ...]
    absent: frozenset[str] = frozenset()


def scenario(name: Name) -> Scenario:
    """What stands behind a name."""
    if name == "honest":
        return Scenario((faults.noise(0.002),))
    if name == "facade":
        return Scenario(
            (
                faults.feature_without_rows(STAND_ALONE),
                faults.ids_lost(RENUMBERED),
                faults.batch_stamped(BY_NIGHT),
                faults.free_text(TYPED, 0.75),
                faults.noise(0.01),
            ),
            absent=frozenset({"teleconsultation", "regulatory_report", "external_record"}),
        )
    noise = faults.noise(0.002)
    if name == "bad-times":
        return Scenario((faults.batch_stamped(BY_NIGHT | {"specimen", "lab_result", "exam_record"}),))
    if name == "mixed-codes":
        return Scenario(
            (faults.mixed_codes({"lab_report", "lab_report_view", "order", "prescription"}), noise)
        )
    if name == "feature-without-rows":
        return Scenario((faults.feature_without_rows(STAND_ALONE), noise))
    if name == "ids-lost":
        return Scenario((faults.ids_lost(RENUMBERED), noise))
    if name == "free-text":
        return Scenario((faults.free_text(TYPED), noise))
    if name == "last-two-weeks":
        return Scenario((faults.last_two_weeks(LATE), noise))
    if name == "outside-window":
        return Scenario((faults.outside_window(LATE), noise))
    return Scenario((faults.copied_rows(LATE), noise))


_PLANS: dict[str, Plan] = {}


def plan_of(catalogue: Catalogue) -> Plan:
    """The plan of a catalogue, derived once per process."""
    return _PLANS.setdefault(catalogue.content_hash, Plan(catalogue))


def made(
    catalogue: Catalogue,
    name: Name,
    *,
    hospital: str,
    window: tuple[date, date],
    size: Size | int = "small",
    seed: int = 1,
    format: Format = "csv",
    records: frozenset[str] | None = None,
) -> Made:
    """A package ready to be written by ``write_package``."""
    cases = size if isinstance(size, int) else CASES[size]
    what = scenario(name)
    world = World(plan_of(catalogue), cases, window, seed)
    return Made(
        world,
        hospital,
        what.faults,
        what.absent,
        BUSY if size == "large" and records is None else records,
        format,
    )
