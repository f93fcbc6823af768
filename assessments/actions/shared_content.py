"""What becomes of content that another hospital handed in before: a question, then a note for the bureau."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from django.db import transaction

from accounts.models import User
from assessments.models import ContentMark, EvidenceBundle, SharedContent
from assessments.queries.verification.shared import Same, same_elsewhere
from assessments.trail import record_work


@dataclass(frozen=True, slots=True)
class Content:
    """By which a bundle is recognised: record type to SHA-256 of its files, and to marks of its rows."""

    digests: Mapping[str, Collection[str]] = field(default_factory=dict)
    marks: Mapping[str, Collection[int]] = field(default_factory=dict)


@transaction.atomic
def note_question(*, bundle: EvidenceBundle, same: Collection[Same], by: User | None = None) -> None:
    """The trail of the hospital says that the same content is somebody else's too (``by`` None: the worker
    found it); never whose."""
    use = bundle.uses.select_related("assessment__hospital").first()
    if use is not None:
        record_work(
            verb="evidence.same-content",
            by=by,
            assessment=use.assessment,
            facts={"bundle": str(bundle.public_id), "records": sorted({one.record for one in same})},
        )


def keep_content(*, bundle: EvidenceBundle, content: Content) -> None:
    """Remember by what the bundle is recognised, and with whom it shares it; call inside the transaction
    that keeps it. What came in from two hospitals at once is noticed here."""
    ContentMark.objects.filter(bundle=bundle).delete()
    ContentMark.objects.bulk_create(
        ContentMark(bundle=bundle, record=record, mark=mark)
        for record, marks in content.marks.items()
        for mark in marks
    )
    SharedContent.objects.bulk_create(
        [
            SharedContent(bundle=bundle, before_id=one.before, record=one.record, how=one.how)
            for one in same_elsewhere(bundle, content.digests, content.marks)
        ],
        ignore_conflicts=True,
    )
