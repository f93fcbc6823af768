"""Evidence for tests: bundles, finished runs with a handful of counts, mappings, keys and attestations."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from accounts.models import User
from assessments.actions.running import digest_of
from assessments.models import (
    Assessment,
    Attachment,
    Attestation,
    AttestationKey,
    EvidenceBundle,
    EvidenceUse,
    ExtractFile,
    MappingVersion,
    SuppliedFigure,
    VerificationRun,
)
from engine.evidence import EVIDENCE_ENGINE_VERSION
from engine.evidence.attestation import fingerprint, new_key, read_private_key, read_public_key, sign
from engine.evidence.attesting import attestation_body
from engine.evidence.counts import FailingRow, FileRead, Reason, RuleCount, RunCounts, Split
from engine.evidence.findings_json import counts_to_json
from engine.evidence.mapping import mapping_hash, read_mapping
from engine.rubric.values import Text
from hospitals.models import Organisation
from rubrics.queries import get_catalogue, get_rubric
from tests.factories.assessments import WINDOW
from tests.factories.files import picture

MAPPING = """format: zhiping-mapping/1
hospital: 示例市人民医院
sources:
- source: lab_report.csv
  record: lab_report
  system: LIS
  columns:
    REPORT_NO: report_no
    PAT_ID: patient_id
"""


def make_bundle(
    assessment: Assessment,
    by: User,
    *,
    files: Mapping[str, bytes] | None = None,
    state: str = EvidenceBundle.State.KEPT,
    clause: str = "",
    title: str = "三季度数据",
    **fields: Any,
) -> EvidenceBundle:
    """A bundle with its files in storage, handed in for the assessment (or one clause of it)."""
    fields.setdefault("keep_until", timezone.localdate() + timedelta(days=30))
    fields.setdefault("effective_from", WINDOW[0])
    fields.setdefault("effective_to", WINDOW[1])
    if state == EvidenceBundle.State.DESTROYED:
        fields.setdefault("destroyed_at", timezone.now())
    bundle = EvidenceBundle.objects.create(
        hospital=assessment.hospital, title=title, state=state, uploaded_by=by, sha256="1" * 64, **fields
    )
    EvidenceUse.objects.create(bundle=bundle, assessment=assessment, clause_code=clause, added_by=by)
    content = {"lab_report.csv": b"REPORT_NO,PAT_ID\n1,a\n"} if files is None else files
    for path, raw in content.items():
        extract = ExtractFile(
            bundle=bundle, path=path, size=len(raw), sha256="2" * 64, record="lab_report", rows=1
        )
        if state != EvidenceBundle.State.DESTROYED:
            extract.file.save(path, ContentFile(raw), save=False)
        extract.save()
    return bundle


def make_counts(rubric: str, rules: Iterable[RuleCount], **fields: Any) -> RunCounts:
    """The counts of a run over hand-made rule counts."""
    catalogue = get_catalogue()
    fields.setdefault("files", (FileRead("lab_report.csv", "lab_report", "LIS", "2" * 64, 120, 3, notes=()),))
    return RunCounts(
        rubric=rubric,
        catalogue_hash=catalogue.content_hash,
        data_quality_table_year=catalogue.data_quality_table_year,
        evidence_engine_version=EVIDENCE_ENGINE_VERSION,
        window=WINDOW,
        rules={count.rule: count for count in rules},
        **fields,
    )


def supported(rule: str, numerator: int = 98, denominator: int = 100) -> RuleCount:
    return RuleCount(
        rule,
        numerator,
        denominator,
        splits=(
            Split("东院", "检验科", numerator - 5, denominator - 5),
            Split("西院", "检验科", 5, 5),
        ),
    )


def refuted(rule: str, numerator: int = 10, denominator: int = 100) -> RuleCount:
    return RuleCount(
        rule,
        numerator,
        denominator,
        splits=(Split("", "", numerator, denominator),),
        failing=(FailingRow("lab_report.csv", 17, ("report_no",)),),
    )


def blocked(rule: str) -> RuleCount:
    return RuleCount(
        rule, 0, 0, Reason("file_absent", Text("没有检验报告数据。", "No laboratory reports were supplied."))
    )


def make_run(
    assessment: Assessment,
    by: User,
    *,
    rules: Iterable[RuleCount] | None = None,
    state: str = VerificationRun.State.DONE,
    counts: RunCounts | None = None,
    **fields: Any,
) -> VerificationRun:
    """A run in any state; a finished one holds ``counts``, or the rule counts given, or a small mixture."""
    key = assessment.edition.key
    if counts is None:
        named = [rule.id for rule in get_catalogue().rules_of(key) if rule.active][:3]
        mixture = [supported(named[0]), refuted(named[1]), blocked(named[2])] if len(named) == 3 else []
        counts = make_counts(key, mixture if rules is None else rules)
    stored: dict[str, Any] = {}
    if state == VerificationRun.State.DONE:
        document = counts_to_json(counts)
        stored = {
            "counts": document,
            "digest": digest_of(document),
            "finished_at": timezone.now(),
            "done": len(counts.rules),
            "total": len(counts.rules),
        }
    last = assessment.verification_runs.order_by("-number").values_list("number", flat=True).first() or 0
    run = VerificationRun.objects.create(
        **{
            "assessment": assessment,
            "number": last + 1,
            "state": state,
            "window_from": assessment.window_from or WINDOW[0],
            "window_to": assessment.window_to or WINDOW[1],
            "requested_by": by,
            "catalogue_hash": counts.catalogue_hash,
            "engine_version": EVIDENCE_ENGINE_VERSION,
            "started_at": timezone.now(),
            **stored,
            **fields,
        }
    )
    run.bundles.set(EvidenceBundle.objects.filter(uses__assessment=assessment).distinct())
    return run


def hand_in_with(assessment: Assessment, run: VerificationRun) -> None:
    """The newest submission of the assessment rests on this run."""
    snapshot = assessment.snapshots.first()
    assert snapshot is not None
    snapshot.run = run
    snapshot.save(update_fields=["run"])


def make_picture(
    assessment: Assessment,
    by: User,
    *,
    item: str = "01.01",
    clause: str = "",
    content: bytes | None = None,
    **fields: Any,
) -> Attachment:
    """A screen kept for an item or a clause of it."""
    raw = picture() if content is None else content
    attachment = Attachment(
        **{
            "assessment": assessment,
            "item_code": item,
            "clause_code": clause,
            "original_name": "截图.png",
            "content_type": "image/png",
            "size": len(raw),
            "sha256": f"{Attachment.objects.count():064d}",
            "uploaded_by": by,
            **fields,
        }
    )
    attachment.file.save("x", ContentFile(raw), save=True)
    return attachment


def make_mapping(hospital: Organisation, by: User, text: str = MAPPING) -> MappingVersion:
    """The next version of the hospital's mapping."""
    last = hospital.mapping_versions.values_list("version", flat=True).first() or 0
    return MappingVersion.objects.create(
        hospital=hospital,
        version=last + 1,
        text=text,
        content_hash=mapping_hash(read_mapping(text, get_catalogue())),
        made_by=by,
    )


def make_figure(assessment: Assessment, by: User, rule: str = "", **fields: Any) -> SuppliedFigure:
    rule = rule or next(r.id for r in get_catalogue().rules_of(assessment.edition.key) if r.active)
    return SuppliedFigure.objects.create(
        **{"assessment": assessment, "rule": rule, "numerator": 90, "denominator": 100, "by": by, **fields}
    )


def days_ago(days: int) -> date:
    return timezone.localdate() - timedelta(days=days)


def make_key(hospital: Organisation, by: User, public: bytes | None = None) -> AttestationKey:
    """A registered public key; a fresh one whose private half nobody keeps when none is given."""
    pem = public or new_key()[1]
    return AttestationKey.objects.create(
        hospital=hospital,
        fingerprint=fingerprint(read_public_key(pem)),
        public_key=pem.decode(),
        registered_by=by,
    )


def signed_attestation(
    assessment: Assessment, private: bytes, rules: Iterable[RuleCount], **body: Any
) -> bytes:
    """The file a hospital hands in: the counts of these rules, signed."""
    written = attestation_body(
        get_rubric(assessment.edition),
        get_catalogue(),
        make_counts(assessment.edition.key, rules),
        hospital={"name": assessment.hospital.name},
        made_at=timezone.now().isoformat(),
    )
    return json.dumps(sign({**written, **body}, read_private_key(private))).encode()


def make_attestation(hospital: Organisation, by: User, **fields: Any) -> Attestation:
    """One that came in and was no good."""
    return Attestation.objects.create(
        **{
            "hospital": hospital,
            "document": {"body": {}},
            "sha256": "3" * 64,
            "verdict": Attestation.Verdict.ALTERED,
            "detail": {"zh": "内容与签名不符。", "en": "Content and signature disagree."},
            "received_by": by,
            **fields,
        }
    )
