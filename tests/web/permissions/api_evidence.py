"""The HTTP interface: bundles, runs, attestations, documents and jobs."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.web.permissions.api_assessments import DRAFT, SUBMITTED, WORK
from tests.web.permissions.assessments import _closed, _of, _staff
from tests.web.permissions.format import EVERYBODY, Ask, Row, api, expect
from tests.web.permissions.verification import of, runners
from tests.web.permissions.world import World

EVIDENCE = {"get": "evidence:read", "post": "evidence:write"}
READ = {"get": "evidence:read"}
_RUN = of("draft", number="run.number")
_WAITING = of("draft", number="waiting_run.number")
_HANDED_IN = of("submitted", number="submitted_run.number")
_BUNDLE = of("draft", bundle="bundle.public_id")
_INSIDE = {"reviewer": 403, "bureau_manager": 403}


def upload(w: World) -> dict[str, Any]:
    return {"files": [SimpleUploadedFile("lab_report.csv", b"REPORT_NO,PAT_ID\n1,a\n")]}


def a_report(w: World) -> dict[str, Any]:
    return {"target_level": 3}


def _attestation(w: World) -> dict[str, Any]:
    return {"organisation": w.hospital.public_id, "attestation": w.attestation.public_id}


def _job(name: str) -> Any:
    return lambda w: {"job": getattr(w, name).public_id}


#: quality lead inside, reviewers and managers above; the others know the hospital and are told why not
_RECEIVES = {
    **dict.fromkeys(("colleague", "director", "engineer", "consultant", "auditor", "security"), 403),
}


def receivers(status: int) -> Any:
    return expect(others=404, **_RECEIVES, owner=status, reviewer=status, bureau_manager=status)


ROWS: dict[str, Row] = {
    "api-bundles": api(
        _of("draft"),
        scopes=EVIDENCE,
        get=WORK,
        post=(
            Ask(_staff(403, owner=202, engineer=202), data=upload, about="a draft"),
            Ask(_closed(), data=upload, kwargs=_of("submitted"), about="submitted"),
        ),
    ),
    "api-bundle": api(
        _BUNDLE,
        scopes={**READ, "delete": "evidence:write"},
        get=Ask(_staff(200)),
        delete=(
            Ask(_staff(403, owner=204, engineer=204)),
            Ask(
                _closed(),
                kwargs=of("submitted", bundle="submitted_bundle.public_id"),
                about="submitted",
            ),
        ),
    ),
    "api-bundle-confirm": api(
        _BUNDLE,
        scopes={"post": "evidence:write"},
        post=Ask(_staff(403, owner=409, engineer=409), about="nothing was asked"),
    ),
    "api-runs": api(
        _of("draft"),
        scopes=EVIDENCE,
        get=(DRAFT, SUBMITTED),
        post=(
            Ask(runners(202), about="a draft, one is waiting"),
            Ask(_closed(), kwargs=_of("submitted"), about="submitted"),
        ),
    ),
    "api-run": api(
        _RUN, scopes=READ, get=(Ask(_staff(200)), Ask(_closed(200), kwargs=_HANDED_IN, about="handed in"))
    ),
    "api-run-cancel": api(
        _WAITING,
        scopes={"post": "evidence:write"},
        post=(Ask(runners(200), about="waiting"), Ask(_staff(403), kwargs=_RUN, about="finished")),
    ),
    "api-findings": api(
        _RUN,
        scopes=READ,
        get=(
            Ask(_staff(200)),
            Ask(_staff(200, **_INSIDE), kwargs=_HANDED_IN, about="handed in: whole only inside"),
            Ask(_staff(409), kwargs=_WAITING, about="not finished"),
        ),
    ),
    "api-decisions": api(_of("draft"), scopes=READ, get=(DRAFT, SUBMITTED)),
    "api-attestations": api(
        lambda w: {"organisation": w.hospital.public_id},
        scopes=EVIDENCE,
        get=Ask(receivers(200)),
        post=Ask(receivers(422), json=lambda w: {}, about="no attestation"),
    ),
    "api-attestation": api(_attestation, scopes=READ, get=Ask(receivers(200))),
    "api-reports": api(
        _of("draft"),
        scopes={"get": "reports:read", "post": "reports:write"},
        get=(DRAFT, SUBMITTED),
        post=(
            Ask(_staff(202), json=a_report, about="a draft"),
            Ask(_closed(202), json=a_report, kwargs=_of("submitted"), about="submitted"),
        ),
    ),
    "api-report": api(
        of("draft", report="report.public_id"),
        scopes={"get": "reports:read"},
        get=(
            Ask(_staff(200), about="of a draft"),
            Ask(_closed(200), kwargs=of("submitted", report="submitted_report.public_id"), about="submitted"),
        ),
    ),
    "api-report-file": api(
        of("draft", report="report.public_id"),
        scopes={"get": "reports:read"},
        get=(
            Ask(_staff(200), about="of a draft"),
            Ask(_closed(200), kwargs=of("submitted", report="submitted_report.public_id"), about="submitted"),
        ),
    ),
    "api-jobs": api(scopes={"get": ""}, get=Ask(EVERYBODY(200))),
    "api-job": api(
        _job("run"),
        scopes={"get": ""},
        get=(
            Ask(_staff(200), about="a run of a draft"),
            Ask(_staff(200), kwargs=_job("bundle"), about="a bundle"),
            Ask(_closed(200), kwargs=_job("submitted_run"), about="a run that was handed in"),
            Ask(_staff(200), kwargs=_job("submitted_bundle"), about="a bundle that was handed in"),
            Ask(_staff(200), kwargs=_job("report"), about="a report of a draft"),
            Ask(_closed(200), kwargs=_job("submitted_report"), about="a report of a submission"),
        ),
    ),
}
