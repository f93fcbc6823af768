"""Publishing editions from the library. Idempotent, and never a change to what was published."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from django.db import transaction
from django.utils import timezone

from audit.actions import Actor, record
from engine.rubric.canonical import content_hash, rubric_from_dict, rubric_to_dict
from engine.rubric.flags import FlagsError, with_flags
from engine.rubric.load import load_library
from engine.rubric.values import Rubric
from rubrics.flags import flags_from_json
from rubrics.models import CanonicalContent, Confirmation, Edition, OfficialWording
from rubrics.rows import rows_of

LIBRARY = Path(__file__).resolve().parents[1] / "library"

#: published: a first or a new revision; unchanged: the newest revision says the same;
#: older: this content was published before and has been replaced since, the newer one stays.
Outcome = Literal["published", "unchanged", "older"]


@dataclass(frozen=True, slots=True)
class Publication:
    edition: Edition
    outcome: Outcome


def publish_library(*, by: Actor | None = None, folder: Path = LIBRARY) -> tuple[Publication, ...]:
    """Publish every rubric of the library that this installation does not have yet.

    Raises engine.rubric.errors.RubricError (file, line, sentence) and then publishes nothing.
    """
    library = load_library(folder)
    with transaction.atomic():
        return tuple(publish(rubric=rubric, by=by) for rubric in library.values())


@transaction.atomic
def publish(*, rubric: Rubric, by: Actor | None = None) -> Publication:
    """Publish one rubric as a new revision of its key, unless this very content is known already.

    Earlier revisions stay for the assessments that were started with them. A confirmation of the
    official flags is carried over when it still fits: correcting a paraphrase must not undo it.
    """
    content = rubric_to_dict(rubric)
    digest = content_hash(content)
    revisions = list(Edition.objects.select_for_update().filter(key=rubric.id).order_by("-revision"))
    for edition in revisions:
        if edition.content_hash == digest:
            return Publication(edition, "unchanged" if edition is revisions[0] else "older")
    edition = Edition.objects.create(
        key=rubric.id,
        revision=revisions[0].revision + 1 if revisions else 1,
        status=rubric.status,
        title_zh=rubric.title.zh,
        title_en=rubric.title.en,
        document_number=rubric.document_number or "",
        data_quality_table_year=rubric.data_quality_table_year,
        top_level=rubric.top_level,
        content_hash=digest,
    )
    CanonicalContent.objects.create(edition=edition, content=content)
    for rows in rows_of(rubric, edition):
        type(rows[0])._default_manager.bulk_create(rows)  # one statement per table: fast on both databases
    edition.published_at = timezone.now()
    edition.save(update_fields=["published_at"])  # last: from here on the database refuses any change
    record(
        verb="edition.published",
        by=by,
        subject_kind="edition",
        subject_id=edition.slug,
        facts={"content_hash": digest, "status": edition.status},
    )
    if revisions:
        _carry_confirmation(rubric, revisions[0], edition, by)
    return Publication(edition, "published")


def _carry_confirmation(rubric: Rubric, old: Edition, new: Edition, by: Actor | None) -> None:
    confirmation = Confirmation.objects.filter(edition=old, withdrawn_at__isnull=True).first()
    if confirmation is None:
        return
    try:
        with_flags(rubric, flags_from_json(confirmation.flags))
    except FlagsError:
        return  # the new revision asks for a confirmation of its own; its pages say so
    carried = Confirmation.objects.create(
        edition=new,
        source=confirmation.source,
        flags=confirmation.flags,
        document_name=confirmation.document_name,
        document_sha256=confirmation.document_sha256,
        confirmed_by_id=confirmation.confirmed_by_id,
        confirmed_at=confirmation.confirmed_at,
    )
    same_place = _levels_with_as_many_clauses(rubric_from_dict(old.content), rubric)
    wordings = confirmation.wordings.values_list("clause_code", "zh")
    OfficialWording.objects.bulk_create(
        OfficialWording(confirmation=carried, clause_code=code, zh=zh)
        for code, zh in wordings
        if code.rpartition("-")[0] in same_place
    )
    record(
        verb="flags.carried_over",
        by=by,
        subject_kind="edition",
        subject_id=new.slug,
        facts={"from": old.slug, "confirmation": confirmation.pk},
    )


def _levels_with_as_many_clauses(old: Rubric, new: Rubric) -> set[str]:
    """Codes such as 01.01.4 whose clauses cannot have moved between two revisions."""

    def counts(rubric: Rubric) -> Iterable[tuple[str, int]]:
        return ((f"{i.code}.{level.level}", len(level.clauses)) for i in rubric.items for level in i.levels)

    return {code for code, _count in set(counts(old)) & set(counts(new))}
