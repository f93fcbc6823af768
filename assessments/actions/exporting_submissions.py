"""The newest submission of an assessment as a package for another network."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.actions.attesting import said
from assessments.models import Assessment, ScoreSnapshot
from assessments.offline.package import submission_body
from assessments.permissions import check_can_export_submission
from assessments.trail import record_work
from engine.evidence.attestation import SUBMISSION_FORMAT, AttestationRefused, read_private_key, sign
from hospitals.refusals import Refusal


@transaction.atomic
def export_submission(*, by: User, assessment: Assessment) -> bytes:
    """The package as a file. With a signing key in the settings it is signed; without one it is the bare body,
    which ``manage.py submission sign`` seals where the key is kept. Raises Refusal."""
    check_can_export_submission(by, assessment)
    snapshot = assessment.snapshots.select_related("assessment__hospital", "run", "confirmation").first()
    if snapshot is None:
        raise Refusal(_("这份自评还没有提交过。提交之后才能导出上报包。"))
    document = _sealed(snapshot)
    record_work(
        verb="assessment.exported",
        by=by,
        assessment=assessment,
        facts={"snapshot": snapshot.number, "sha256": document.get("digest", "")},
    )
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def _sealed(snapshot: ScoreSnapshot) -> dict[str, Any]:
    body = submission_body(snapshot)
    if not settings.SIGNING_KEY:
        return body
    try:
        return sign(body, read_private_key(settings.SIGNING_KEY.encode()), document_format=SUBMISSION_FORMAT)
    except AttestationRefused as refused:
        raise Refusal(
            _("签名密钥不能使用，没有导出：%(why)s请系统管理员检查 ZHIPING_SIGNING_KEY。")
            % {"why": said(refused.sentence)}
        ) from refused
