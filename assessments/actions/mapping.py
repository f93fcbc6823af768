"""Saving a hospital's data mapping: every change is a new version, the earlier ones stay."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Max
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.models import Assessment, MappingVersion
from assessments.trail import record_work
from assessments.verification_permissions import check_can_map
from engine.evidence.mapping import MappingRefused, mapping_hash, read_mapping
from hospitals.models import Organisation
from hospitals.refusals import Refusal
from rubrics.queries import get_catalogue


@transaction.atomic
def save_mapping(
    *, by: User, assessment: Assessment, text: str, note: str = "", seen: int | None = None
) -> MappingVersion:
    """Keep ``text`` (zhiping-mapping/1) as the newest version; the same content gives the version that holds it.

    ``seen``: the version the person started from; Refusal when a colleague saved a newer one meanwhile,
    or when the document is refused (with line and sentence).
    """
    hospital = Organisation.objects.select_for_update().get(pk=assessment.hospital_id)
    check_can_map(by, hospital)
    try:
        document = read_mapping(text, get_catalogue())
    except MappingRefused as refused:
        raise Refusal(refused.sentence.in_language(get_language() or "zh-hans")) from refused
    newest = hospital.mapping_versions.select_related("made_by").first()
    fingerprint = mapping_hash(document)
    if newest is not None and newest.content_hash == fingerprint:
        return newest
    if newest is not None and seen is not None and newest.version != seen:
        raise Refusal(
            _("%(name)s已保存了第%(version)s版映射。您的修改还在页面上，请刷新对照后再保存。")
            % {"name": newest.made_by.name, "version": newest.version}
        )
    last = hospital.mapping_versions.aggregate(version=Max("version"))["version"] or 0
    saved = MappingVersion.objects.create(
        hospital=hospital,
        version=last + 1,
        text=text,
        content_hash=fingerprint,
        note=note.replace("\x00", "").strip()[:200],
        made_by=by,
    )
    record_work(
        verb="mapping.saved",
        by=by,
        assessment=assessment,
        facts={"version": saved.version, "sha256": fingerprint},
    )
    return saved
