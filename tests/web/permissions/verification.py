"""Addresses of evidence and checks."""

from __future__ import annotations

from functools import cache
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile

from assessments.models import Assessment
from engine.evidence.attestation import new_key
from tests.factories.evidence import MAPPING, signed_attestation
from tests.web.permissions.format import Ask, Expectation, Row, expect
from tests.web.permissions.hospitals import here
from tests.web.permissions.world import World

STAFF = ("owner", "colleague", "director", "engineer", "consultant")
BUREAU = ("reviewer", "bureau_manager")


def of(assessment: str, **more: str) -> Any:
    """The arguments: an assessment of the world, and what else by the name of its field."""
    return lambda w: {"assessment": getattr(w, assessment).public_id, **_looked_up(w, more)}


def _looked_up(world: World, more: dict[str, str]) -> dict[str, Any]:
    """``run.number``: attribute ``number`` of the world's ``run``; without a dot the text itself."""
    found = {}
    for key, name in more.items():
        field, dot, attribute = name.partition(".")
        held = getattr(world, field, None) if dot else None
        found[key] = getattr(held, attribute) if held is not None else name
    return found


def staff(status: int, **named: int) -> Expectation:
    """A draft: the hospital's staff; nobody else knows that it exists."""
    return expect(others=404, **{**dict.fromkeys(STAFF, status), **named})


def both(status: int, **named: int) -> Expectation:
    """Submitted: staff, and the bureau above."""
    return expect(others=404, **{**dict.fromkeys((*STAFF, *BUREAU), status), **named})


def data_people(status: int) -> Expectation:
    """Quality lead and data engineer."""
    return staff(403, owner=status, engineer=status)


def runners(status: int) -> Expectation:
    return staff(403, owner=status, engineer=status, consultant=status)


def data_file(w: World) -> dict[str, Any]:
    return {"files": SimpleUploadedFile("lab_report.csv", b"report_no\n1\n"), "paths": "lab_report.csv"}


def file_of_a_clause(w: World) -> dict[str, Any]:
    return {**data_file(w), "clause": "01.01.1-1"}


def absence(w: World) -> dict[str, Any]:
    return {"record": "blood_stock", "reason": "没有血库"}


def same_bundle(w: World) -> dict[str, Any]:
    return {"bundle": str(w.bundle.public_id)}


def a_question(w: World) -> dict[str, Any]:
    return {"item": "01.02", "level": "1", "n": "1", "kind": "questioned", "reason": "示例"}


def on_site(w: World) -> dict[str, Any]:
    return {**a_question(w), "kind": "on_site", "verdict": "refuted"}


def a_figure(w: World) -> dict[str, Any]:
    return {"rule": "FC-01.01-1", "numerator": "90", "denominator": "100"}


def a_mapping(w: World) -> dict[str, Any]:
    return {"what": "yaml", "seen": "0", "text": MAPPING}


def an_anchor(w: World) -> dict[str, Any]:
    return {"record": "lab_report", "key": "R-001"}


def of_hospital(status: int, **named: int) -> Expectation:
    """A page of the organisation: everybody who sees it, and nobody else."""
    return expect(others=404, **{**dict.fromkeys((*STAFF, *BUREAU, "auditor", "security"), status), **named})


def a_key(w: World) -> dict[str, Any]:
    return {"pem": new_key()[1].decode(), "label": "示例"}


@cache
def _attested(draft: UUID) -> bytes:
    return signed_attestation(Assessment.objects.get(public_id=draft), new_key()[0], [])


def an_attestation(w: World) -> dict[str, Any]:
    return {"attestation": SimpleUploadedFile("a.json", _attested(w.draft.public_id))}


ROWS: dict[str, Row] = {
    "verification": Row(
        kwargs=of("draft"),
        get=(
            Ask(staff(200), about="a draft"),
            Ask(staff(200, reviewer=403, bureau_manager=403), kwargs=of("submitted"), about="submitted"),
        ),
    ),
    "bundle-upload": Row(
        kwargs=of("draft"),
        post=(
            Ask(data_people(302), data=data_file, about="for the whole assessment"),
            Ask(
                staff(403, owner=302, engineer=302, colleague=302),
                data=file_of_a_clause,
                about="for a clause of the item assigned to the colleague",
            ),
            Ask(both(403), data=data_file, kwargs=of("submitted"), about="submitted"),
        ),
    ),
    "bundle-remove": Row(
        kwargs=of("draft", bundle="bundle.public_id"),
        post=(
            Ask(data_people(302), about="a draft"),
            Ask(
                staff(403),
                kwargs=of("submitted", bundle="submitted_bundle.public_id"),
                about="submitted: to a bureau there are no bundles",
            ),
        ),
    ),
    "bundle": Row(
        kwargs=of("draft", bundle="bundle.public_id"),
        get=(
            Ask(staff(200), about="a draft"),
            Ask(
                staff(200, reviewer=403, bureau_manager=403),
                kwargs=of("submitted", bundle="submitted_bundle.public_id"),
                about="submitted: raw data are the hospital's own",
            ),
        ),
    ),
    "bundle-confirm": Row(
        kwargs=of("draft", bundle="bundle.public_id"),
        post=Ask(staff(403), about="nothing is asked about this bundle"),
    ),
    "bundle-destroy": Row(
        kwargs=of("draft", bundle="bundle.public_id"),
        post=(
            Ask(staff(403, owner=302), data=lambda w: {"reason": "示例"}, about="a draft"),
            Ask(
                staff(403, owner=302, reviewer=403, bureau_manager=403),
                data=lambda w: {"reason": "示例"},
                kwargs=of("submitted", bundle="submitted_bundle.public_id"),
                about="submitted: the result stays",
            ),
        ),
    ),
    "bundle-expiry": Row(
        kwargs=of("draft", bundle="bundle.public_id"),
        post=Ask(staff(403, owner=302, engineer=302), data=lambda w: {"expires_on": "2027-06-30"}),
    ),
    "run-start": Row(
        kwargs=of("draft"),
        post=(Ask(runners(302), about="a draft"), Ask(both(403), kwargs=of("submitted"), about="submitted")),
    ),
    "run": Row(
        kwargs=of("draft", number="run.number"),
        get=(
            Ask(staff(200), about="a draft"),
            Ask(both(200), kwargs=of("submitted", number="submitted_run.number"), about="handed in"),
            Ask(staff(404), kwargs=lambda w: {**of("draft")(w), "number": 99}, about="no such run"),
        ),
    ),
    "run-cancel": Row(
        kwargs=of("draft", number="waiting_run.number"),
        post=(
            Ask(runners(302), about="waiting"),
            Ask(both(403), kwargs=of("submitted", number="submitted_run.number"), about="finished"),
        ),
    ),
    "absence-add": Row(
        kwargs=of("draft"),
        post=(
            Ask(data_people(302), data=absence, about="a draft"),
            Ask(both(403), data=absence, kwargs=of("submitted"), about="submitted"),
        ),
    ),
    "absence-remove": Row(
        kwargs=of("draft"),
        post=(
            Ask(data_people(302), data=absence, about="a draft"),
            Ask(both(403), data=absence, kwargs=of("submitted"), about="submitted"),
        ),
    ),
    "bundle-use": Row(
        kwargs=of("draft"),
        post=(
            Ask(data_people(302), data=same_bundle, about="a draft"),
            Ask(
                staff(403, owner=302, engineer=302, colleague=302),
                data=lambda w: {**same_bundle(w), "clause": "01.01.1-1"},
                about="for a clause of the item assigned to the colleague",
            ),
            Ask(both(403), data=same_bundle, kwargs=of("submitted"), about="submitted"),
        ),
    ),
    "verification-item": Row(
        kwargs=of("draft", item="01.01"),
        get=(
            Ask(staff(200), about="a draft"),
            Ask(both(200), kwargs=of("submitted", item="01.01"), about="submitted"),
            Ask(staff(404), kwargs=of("draft", item="99.99"), about="no such item"),
        ),
    ),
    "decision-add": Row(
        kwargs=of("draft"),
        post=(
            Ask(staff(403, owner=302, director=302), data=a_question, about="a draft"),
            Ask(staff(403), data=on_site, about="on site is the bureau's"),
            Ask(
                both(403, reviewer=302, bureau_manager=302),
                data=on_site,
                kwargs=of("submitted"),
                about="submitted",
            ),
        ),
    ),
    "decision-withdraw": Row(
        kwargs=of("draft", decision="decision.pk"),
        post=(
            Ask(staff(403, owner=302, director=302), about="a draft"),
            Ask(
                both(403, reviewer=302, bureau_manager=302),
                kwargs=of("submitted", decision="submitted_decision.pk"),
                about="submitted",
            ),
        ),
    ),
    "figure-accept": Row(
        kwargs=of("draft", figure="figure.pk"),
        post=(
            Ask(staff(403, owner=302, director=302), about="a draft"),
            Ask(
                both(403, reviewer=302, bureau_manager=302),
                kwargs=of("submitted", figure="submitted_figure.pk"),
                about="submitted",
            ),
        ),
    ),
    "anchor-set": Row(
        kwargs=of("draft", attachment="picture.public_id"),
        post=(
            Ask(staff(403, owner=302, engineer=302, colleague=302), data=an_anchor, about="by the colleague"),
            Ask(
                both(403),
                data=an_anchor,
                kwargs=of("submitted", attachment="submitted_picture.public_id"),
                about="submitted",
            ),
        ),
    ),
    "figures": Row(
        kwargs=of("draft"),
        query="?item=01.01",
        get=(
            Ask(staff(200), about="a draft"),
            Ask(both(200), kwargs=of("submitted"), about="submitted: a reviewer accepts figures"),
        ),
        post=(
            Ask(data_people(302), data=a_figure, about="a draft"),
            Ask(both(403), data=a_figure, kwargs=of("submitted"), about="submitted"),
        ),
    ),
    "mapping": Row(
        kwargs=of("draft"),
        query="?tab=versions",
        get=(
            Ask(staff(200), about="a draft"),
            Ask(staff(200, reviewer=403, bureau_manager=403), kwargs=of("submitted"), about="submitted"),
        ),
        post=Ask(runners(302), data=a_mapping),
    ),
    "mapping-preview": Row(
        kwargs=of("draft"),
        post=(
            Ask(runners(200), data=a_mapping, about="a draft"),
            Ask(
                staff(403, owner=200, engineer=200, consultant=200, reviewer=403, bureau_manager=403),
                data=a_mapping,
                kwargs=of("submitted"),
                about="submitted: a bureau never sees rows",
            ),
        ),
    ),
    "attestation-keys": Row(
        kwargs=here,
        get=(
            Ask(of_hospital(403, owner=200, reviewer=200, bureau_manager=200)),
            Ask(
                expect(others=404, reviewer=200, bureau_manager=200),
                kwargs=lambda w: {"organisation": w.neighbour.public_id},
                about="the neighbour",
            ),
        ),
        post=Ask(of_hospital(403, bureau_manager=302), data=a_key),
    ),
    "attestation-key-revoke": Row(
        kwargs=lambda w: {**here(w), "key": w.key.pk},
        post=Ask(of_hospital(403, bureau_manager=302), data=lambda w: {"reason": "示例"}),
    ),
    "attestation-import": Row(
        kwargs=here,
        get=Ask(of_hospital(403, owner=200, reviewer=200, bureau_manager=200)),
        post=Ask(of_hospital(403, owner=302, reviewer=302, bureau_manager=302), data=an_attestation),
    ),
    "attestation": Row(
        kwargs=lambda w: {**here(w), "attestation": w.attestation.public_id},
        get=(
            Ask(of_hospital(403, owner=200, reviewer=200, bureau_manager=200)),
            Ask(
                expect(others=404),
                kwargs=lambda w: {
                    "organisation": w.neighbour.public_id,
                    "attestation": w.attestation.public_id,
                },
                about="under another hospital",
            ),
        ),
    ),
}
