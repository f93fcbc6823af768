"""Signing keys of hospitals, and attestations that come in: registered, checked, kept with their verdict."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.actions.running import digest_of
from assessments.models import Assessment, Attestation, AttestationKey, VerificationRun
from assessments.verification_permissions import (
    check_can_hand_in_attestation,
    check_can_manage_keys,
    check_can_receive_attestation,
)
from engine.evidence.attestation import (
    AttestationRefused,
    check,
    fingerprint,
    read_attestation,
    read_public_key,
)
from engine.evidence.counts import RunCounts
from engine.evidence.findings_json import counts_to_json, findings_from_json
from engine.evidence.recounting import recounted
from engine.rubric.values import Text
from engine.scoring.formats import FormatError
from hospitals.models import Organisation
from hospitals.refusals import Refusal
from hospitals.trail import record_here
from rubrics.models import Edition
from rubrics.queries import get_catalogue, get_rubric

Verdict = Attestation.Verdict
LARGEST = 40 * 2**20
LONGEST_PEM = 4096


@transaction.atomic
def register_key(
    *, by: User, hospital: Organisation, pem: str, label: str = "", replaces: AttestationKey | None = None
) -> AttestationKey:
    """Register a hospital's public key; with ``replaces`` it takes over from an earlier one.

    What the earlier key signed before that moment stays valid. Raises Refusal: no public key, known
    already, or the earlier one is replaced or revoked.
    """
    check_can_manage_keys(by, hospital)
    if hospital.kind != Organisation.Kind.HOSPITAL:
        raise Refusal(_("签名密钥只为医院登记。"))
    try:
        key = read_public_key(pem.strip()[:LONGEST_PEM].encode())
    except AttestationRefused as refused:
        raise Refusal(said(refused.sentence)) from refused
    name = fingerprint(key)
    known = AttestationKey.objects.select_related("hospital").filter(fingerprint=name).first()
    if known is not None:
        raise Refusal(
            _("这把公钥已登记在%(hospital)s名下，不能重复登记。") % {"hospital": known.hospital.label}
        )
    if replaces is not None:
        held = AttestationKey.objects.select_for_update().get(pk=replaces.pk)
        if held.hospital_id != hospital.pk:
            raise Refusal(_("要更换的密钥属于另一家医院。"))
        if held.revoked_at is not None or AttestationKey.objects.filter(replaces=held).exists():
            raise Refusal(_("要更换的密钥已被更换或吊销，请刷新页面。"))
    made = AttestationKey.objects.create(
        hospital=hospital,
        fingerprint=name,
        public_key=pem.strip(),
        label=label.replace("\x00", "").strip()[:80],
        registered_by=by,
        replaces=replaces,
    )
    if replaces is None:
        record_here(verb="key.registered", by=by, subject=hospital, facts={"fingerprint": name})
    else:
        record_here(
            verb="key.rotated",
            by=by,
            subject=hospital,
            facts={"fingerprint": name, "replaced": replaces.fingerprint},
        )
    return made


@transaction.atomic
def revoke_key(*, by: User, key: AttestationKey, reason: str) -> None:
    """A key that may be in foreign hands: nothing it signs is accepted from now on."""
    held = AttestationKey.objects.select_for_update(of=("self",)).select_related("hospital").get(pk=key.pk)
    check_can_manage_keys(by, held.hospital)
    reason = reason.replace("\x00", "").strip()
    if not reason:
        raise Refusal(_("请写明吊销的原因，医院会看到。"))
    if held.revoked_at is not None:
        raise Refusal(_("这把密钥已经吊销。"))
    held.revoked_at, held.revoked_by, held.revoke_reason = timezone.now(), by, reason
    held.save(update_fields=["revoked_at", "revoked_by", "revoke_reason"])
    record_here(
        verb="key.revoked",
        by=by,
        subject=held.hospital,
        facts={"fingerprint": held.fingerprint, "reason": reason},
    )


@dataclass(frozen=True, slots=True)
class Judged:
    """What checking found. ``counts``: what it attests, where signature and arithmetic hold."""

    verdict: str
    sentence: Text
    key: AttestationKey | None
    counts: RunCounts | None = None


@transaction.atomic
def receive_attestation(
    *, by: User, hospital: Organisation, content: bytes, assessment: Assessment | None = None
) -> Attestation:
    """Check an attestation and keep it with its verdict, whatever that is.

    ``assessment``: an open one of the hospital; a valid attestation of its standard and window then
    becomes a finished run of it. Raises Refusal: no attestation, came in before, or it does not fit
    the assessment.
    """
    check_can_receive_attestation(by, hospital)
    if assessment is not None:
        check_can_hand_in_attestation(by, assessment)
        if assessment.hospital_id != hospital.pk:
            raise Refusal(_("这份自评属于另一家医院。"))
    if len(content) > LARGEST:
        raise Refusal(_("文件超过%(most)s MB，不是核验证明。") % {"most": LARGEST // 2**20})
    try:
        document = read_attestation(content)
        judged = judge(document, hospital)
    except AttestationRefused as refused:
        raise Refusal(said(refused.sentence)) from refused
    sha256 = hashlib.sha256(content).hexdigest()
    if Attestation.objects.filter(hospital=hospital, sha256=sha256).exists():
        raise Refusal(_("这份核验证明已经导入过，没有重复导入。"))
    run = None
    if assessment is not None and judged.counts is not None:
        run = _run_of(by, assessment, judged.counts)
    received = Attestation.objects.create(
        hospital=hospital,
        assessment=assessment if run is not None else None,
        run=run,
        key=judged.key,
        document=document,
        sha256=sha256,
        verdict=judged.verdict,
        detail=asdict(judged.sentence),
        received_by=by,
    )
    record_here(
        verb="attestation.received",
        by=by,
        subject=hospital,
        facts={
            "sha256": sha256,
            "verdict": judged.verdict,
            **({"fingerprint": judged.key.fingerprint} if judged.key else {}),
            **({"run": run.number, "assessment": str(run.assessment.public_id)} if run else {}),
        },
    )
    return received


def judge(document: Mapping[str, Any], hospital: Organisation) -> Judged:
    """Signature, key, then arithmetic. No writing; raises AttestationRefused for what cannot be canonical."""
    keys = {
        one.fingerprint: one
        for one in AttestationKey.objects.select_related("hospital", "replaced_by").filter(
            fingerprint=document["signature"]["key"]
        )
    }
    key = next(iter(keys.values()), None)
    checked = check(document, {name: read_public_key(one.public_key.encode()) for name, one in keys.items()})
    if checked.outcome != "valid" or key is None:
        return Judged(
            checked.outcome, checked.sentence, key if key and key.hospital_id == hospital.pk else None
        )
    if key.hospital_id != hospital.pk:
        return Judged(
            Verdict.UNKNOWN_KEY,
            Text(
                "签名密钥登记在另一家医院名下，这份证明不是本院签的。",
                "The signing key is registered for another hospital: this one did not sign.",
            ),
            None,
        )
    if (out := out_of_force(key, document["body"])) is not None:
        return Judged(Verdict.REVOKED_KEY, out, key)
    return _recounted(document["body"], key, checked.sentence)


def out_of_force(key: AttestationKey, body: Mapping[str, Any]) -> Text | None:
    if key.revoked_at is not None:
        day = timezone.localtime(key.revoked_at).date().isoformat()
        return Text(
            f"签名密钥已于{day}吊销：{key.revoke_reason}。请医院登记新的公钥后重新签名。",
            f"The signing key was revoked on {day}: {key.revoke_reason}. The hospital registers a new key and signs again.",
        )
    successor = getattr(key, "replaced_by", None)
    made = _moment(body.get("made_at"))
    if successor is not None and (made is None or made > successor.registered_at):
        day = timezone.localtime(successor.registered_at).date().isoformat()
        return Text(
            f"签名密钥已于{day}更换，之后的证明应用新密钥签名。",
            f"The signing key was replaced on {day}; what was made after that is signed with the new one.",
        )
    return None


def _recounted(body: Mapping[str, Any], key: AttestationKey, valid: Text) -> Judged:
    edition = Edition.objects.published().filter(key=str(body.get("rubric", ""))).first()
    if edition is None:
        return Judged(
            Verdict.ARITHMETIC,
            Text(
                "本系统没有这份证明所用的标准版本，无法复算。",
                "This installation does not hold the standard the attestation was made under; it cannot be recounted.",
            ),
            key,
        )
    try:
        counts = findings_from_json(body.get("findings"))
    except FormatError:
        counts = None  # said below, with its place
    differs = recounted(body, get_rubric(edition), get_catalogue(), counts)
    if differs is not None:
        return Judged(Verdict.ARITHMETIC, differs.sentence, key)
    return Judged(Verdict.VALID, valid, key, counts)


def _run_of(by: User, assessment: Assessment, counts: RunCounts) -> VerificationRun:
    """The attested counts as a finished run of the assessment."""
    if counts.rubric != assessment.edition.key:
        raise Refusal(_("核验证明与这份自评不是同一个标准，没有导入。"))
    if (
        counts.window is None
        or assessment.window_from is None
        or counts.window != (assessment.window_from, assessment.window_to)
    ):
        raise Refusal(
            _("核验证明的统计时段是%(theirs)s，自评是%(ours)s，没有导入。请按自评的时段重新核验。")
            % {
                "theirs": _window(counts.window),
                "ours": _window((assessment.window_from, assessment.window_to)),
            }
        )
    return run_of_counts(by, assessment, counts)


def run_of_counts(by: User, assessment: Assessment, counts: RunCounts) -> VerificationRun:
    """Counts that were made elsewhere and hold, as the assessment's newest finished run."""
    held = Assessment.objects.select_for_update(of=("self",)).select_related("hospital").get(pk=assessment.pk)
    last = held.verification_runs.aggregate(number=Max("number"))["number"] or 0
    rules = {name: replace(count, accepted=False) for name, count in counts.rules.items()}
    document = counts_to_json(replace(counts, rules=rules))  # acceptance is a reviewer's, here
    now = timezone.now()
    return VerificationRun.objects.create(
        assessment=held,
        number=last + 1,
        window_from=assessment.window_from,
        window_to=assessment.window_to,
        state=VerificationRun.State.DONE,
        done=len(counts.rules),
        total=len(counts.rules),
        counts=document,
        digest=digest_of(document),
        catalogue_hash=counts.catalogue_hash,
        engine_version=counts.evidence_engine_version,
        requested_by=by,
        started_at=now,
        finished_at=now,
    )


def _window(window: tuple[date | None, date | None] | None) -> str:
    if window is None or window[0] is None or window[1] is None:
        return _("未注明")
    return _("%(from)s至%(to)s") % {"from": window[0].isoformat(), "to": window[1].isoformat()}


def _moment(text: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return moment if timezone.is_aware(moment) else timezone.make_aware(moment)


def said(sentence: Text) -> str:
    return sentence.in_language(get_language() or "zh-hans")
