"""Signing keys and attestations of a hospital. Outside it, small figures are not shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from assessments.actions.attesting import said as words
from assessments.models import Assessment, Attestation, AttestationKey
from assessments.permissions import allowed, reason
from assessments.verification_permissions import (
    check_can_hand_in_attestation,
    check_can_manage_keys,
    check_can_receive_attestation,
)
from engine.evidence.findings_json import findings_from_json
from engine.evidence.judging import STATUS_WORDS, judge
from engine.rubric.values import Text
from hospitals import access
from hospitals.access import Person
from hospitals.models import Organisation
from hospitals.pages import Place
from hospitals.queries.organisations import way_to
from rubrics.models import Edition
from rubrics.queries import get_catalogue, get_rubric

FEW = 10
LISTED = 100
ORDER = ("refuted", "could_not_check", "supported", "not_applicable")


@dataclass(frozen=True, slots=True)
class KeyLine:
    """``state``: in_force | replaced | revoked."""

    id: int
    label: str
    fingerprint: str
    state: str
    by: str
    at: datetime
    ended: datetime | None
    reason: str
    attestations: int


@dataclass(frozen=True, slots=True)
class KeysPage:
    organisation: UUID
    organisation_name: str
    trail: tuple[Place, ...]
    keys: tuple[KeyLine, ...]
    why_not: str
    typed: tuple[str, str]  # label and key as typed, after a refusal
    problem: str

    @property
    def in_force(self) -> tuple[KeyLine, ...]:
        return tuple(key for key in self.keys if key.state == "in_force")


@dataclass(frozen=True, slots=True)
class AttestationLine:
    public_id: str
    verdict: str
    verdict_name: str
    rubric: str
    window: tuple[str, str]
    made_at: str
    by: str
    at: datetime
    run: int | None
    assessment: str


@dataclass(frozen=True, slots=True)
class AttestationsPage:
    organisation: UUID
    organisation_name: str
    trail: tuple[Place, ...]
    lines: tuple[AttestationLine, ...]
    why_not: str
    assessments: tuple[tuple[str, str], ...]  # open ones a valid attestation may serve
    problem: str


@dataclass(frozen=True, slots=True)
class CountLine:
    rule: str
    label: str
    status: str
    word: str
    counts: str
    exceptions: int


@dataclass(frozen=True, slots=True)
class InputLine:
    name: str
    record: str
    rows: str
    sha256: str


@dataclass(frozen=True, slots=True)
class AttestationPage:
    """``counts`` and what stands in the document only where it is valid: else it proves nothing."""

    organisation: UUID
    organisation_name: str
    trail: tuple[Place, ...]
    line: AttestationLine
    sentence: str
    said_hospital: str
    key: str
    sha256: str
    engine_version: str
    year: str
    mapping_hash: str
    inputs: tuple[InputLine, ...]
    counts: tuple[CountLine, ...]
    states: tuple[tuple[str, str, int], ...]
    warnings: tuple[tuple[str, str], ...]
    inside: bool


def keys_page(
    hospital: Organisation, user: Person, *, typed: tuple[str, str] = ("", ""), problem: str = ""
) -> KeysPage:
    """Three queries."""
    rows = (
        AttestationKey.objects.filter(hospital=hospital)
        .select_related("registered_by", "replaced_by")
        .prefetch_related("attestation_set")
    )
    return KeysPage(
        organisation=hospital.public_id,
        organisation_name=hospital.label,
        trail=way_to(hospital, user),
        keys=tuple(_key(row) for row in rows),
        why_not=reason(check_can_manage_keys, user, hospital),
        typed=typed,
        problem=problem,
    )


def _key(row: AttestationKey) -> KeyLine:
    successor = getattr(row, "replaced_by", None)
    state = "revoked" if row.revoked_at else "replaced" if successor is not None else "in_force"
    return KeyLine(
        id=row.pk,
        label=row.label,
        fingerprint=row.fingerprint,
        state=state,
        by=row.registered_by.name,
        at=row.registered_at,
        ended=row.revoked_at or (successor.registered_at if successor is not None else None),
        reason=row.revoke_reason,
        attestations=len(row.attestation_set.all()),
    )


def attestations_page(hospital: Organisation, user: Person, *, problem: str = "") -> AttestationsPage:
    """Three queries."""
    rows = hospital.attestations.select_related("received_by", "run", "assessment").defer("document")[:LISTED]
    texts = dict(
        hospital.attestations.values_list("pk", "document__body__rubric")[:LISTED]
    )  # the whole documents are large
    windows = dict(hospital.attestations.values_list("pk", "document__body__window")[:LISTED])
    made = dict(hospital.attestations.values_list("pk", "document__body__made_at")[:LISTED])
    return AttestationsPage(
        organisation=hospital.public_id,
        organisation_name=hospital.label,
        trail=way_to(hospital, user),
        lines=tuple(
            _line(row, str(texts.get(row.pk) or ""), windows.get(row.pk), str(made.get(row.pk) or ""))
            for row in rows
        ),
        why_not=reason(check_can_receive_attestation, user, hospital),
        assessments=tuple(
            (str(one.public_id), one.title)
            for one in Assessment.objects.visible_to(user)
            .filter(hospital=hospital)
            .open_for_answers()
            .select_related("hospital")
            if allowed(check_can_hand_in_attestation, user, one)
        ),
        problem=problem,
    )


def _line(row: Attestation, rubric: str, window: object, made_at: str) -> AttestationLine:
    both = window if isinstance(window, dict) else {}
    return AttestationLine(
        public_id=str(row.public_id),
        verdict=row.verdict,
        verdict_name=row.get_verdict_display(),
        rubric=rubric[:40],
        window=(str(both.get("from", ""))[:10], str(both.get("to", ""))[:10]),
        made_at=_local(made_at),
        by=row.received_by.name,
        at=row.received_at,
        run=row.run.number if row.run else None,
        assessment=str(row.assessment.public_id) if row.assessment else "",
    )


def _local(text: str) -> str:
    """A moment as a machine elsewhere wrote it, in the reader's zone."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return ""
    return (timezone.localtime(moment) if timezone.is_aware(moment) else moment).strftime("%Y-%m-%d %H:%M")


def attestation_page(hospital: Organisation, user: Person, row: Attestation) -> AttestationPage:
    """One attestation whole; ``row`` with its people, run, assessment and key. At most four queries."""
    body = row.document.get("body", {})
    inside = access.holds(user, hospital, *access.HOSPITAL_STAFF)
    valid = row.verdict == Attestation.Verdict.VALID
    named = body.get("hospital", {})
    counts = _counts(body, inside) if valid else ()
    tally = {state: sum(1 for line in counts if line.status == state) for state in ORDER}
    return AttestationPage(
        organisation=hospital.public_id,
        organisation_name=hospital.label,
        trail=way_to(hospital, user),
        line=_line(row, str(body.get("rubric", "")), body.get("window"), str(body.get("made_at", ""))),
        sentence=words(Text(str(row.detail.get("zh", "")), str(row.detail.get("en", "")))),
        said_hospital=str(named.get("name", ""))[:120] if valid and isinstance(named, dict) else "",
        key=row.key.fingerprint if row.key else "",
        sha256=row.sha256,
        engine_version=str(body.get("engine_version", ""))[:20] if valid else "",
        year=str(body.get("data_quality_table_year", ""))[:4] if valid else "",
        mapping_hash=str(body.get("mapping_hash", ""))[:64] if valid else "",
        inputs=_inputs(body, inside) if valid else (),
        counts=counts,
        states=tuple((state, words(STATUS_WORDS[state]), tally[state]) for state in ORDER)  # type: ignore[index]
        if valid
        else (),
        warnings=_warnings(body) if valid else (),
        inside=inside,
    )


def _few(number: int, inside: bool) -> bool:
    return not inside and 0 < number < FEW


def _inputs(body: dict[str, object], inside: bool) -> tuple[InputLine, ...]:
    records = get_catalogue().records
    found = []
    for one in body.get("inputs", ()):  # type: ignore[attr-defined]
        rows, key = int(one["rows"]), str(one["record"])
        found.append(
            InputLine(
                name=str(one["name"]),
                record=words(records[key].label) if key in records else key,
                rows=_("少于%(few)s") % {"few": FEW} if _few(rows, inside) else f"{rows:,}",
                sha256=str(one["sha256"]),
            )
        )
    return tuple(found)


def _counts(body: dict[str, object], inside: bool) -> tuple[CountLine, ...]:
    """What every rule counted, judged by the thresholds held here; refuted first."""
    edition = Edition.objects.published().filter(key=str(body.get("rubric", ""))).first()
    if edition is None:
        return ()
    rubric, catalogue = get_rubric(edition), get_catalogue()
    counted = findings_from_json(body["findings"]).rules
    lines = []
    for name, count in counted.items():
        rule = catalogue.rules.get(name)
        if rule is None or not rule.active:
            continue
        finding = judge(rule, count, rubric)
        few = _few(finding.denominator, inside)
        text = f"{finding.numerator:,} / {finding.denominator:,}" if finding.denominator else ""
        lines.append(
            CountLine(
                rule=name,
                label=words(rule.label),
                status=finding.status,
                word=words(STATUS_WORDS[finding.status]),
                counts=_("少于%(few)s") % {"few": FEW} if few else text,
                exceptions=0 if few else max(0, finding.exceptions),
            )
        )
    return tuple(sorted(lines, key=lambda line: (ORDER.index(line.status), -line.exceptions, line.rule)))


def _warnings(body: dict[str, object]) -> tuple[tuple[str, str], ...]:
    """Authenticity checks that warn: what they are called, and what they may mean."""
    checks = get_catalogue().authenticity
    named = [str(one["check"]) for one in body.get("authenticity_warnings", ())]  # type: ignore[attr-defined]
    return tuple(
        (words(checks[name].label), words(checks[name].innocent))
        for name in dict.fromkeys(named)
        if name in checks
    )
