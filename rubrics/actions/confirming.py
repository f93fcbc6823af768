"""Confirming, for this installation, which items are basic and which optional."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from audit.actions import Actor, record
from engine.rubric.canonical import rubric_from_dict
from engine.rubric.flags import FlagsError, count_basic, with_flags
from rubrics.flags import Flags, changed_cells, flags_of, flags_to_json
from rubrics.models import Confirmation, Edition, OfficialWording
from rubrics.official_flags import refusals_of_flags


class FlagsRefused(ValueError):
    """Flags that contradict the gate table: one sentence per level that does not add up."""

    def __init__(self, sentences: tuple[str, ...]) -> None:
        self.sentences = sentences
        super().__init__(" ".join(sentences))


@transaction.atomic
def confirm_flags(
    *,
    edition: Edition,
    flags: Flags,
    by: Actor | None,
    source: str = Confirmation.Source.GRID,
    document_name: str = "",
    document_sha256: str = "",
    wordings: Mapping[str, str] | None = None,
) -> Confirmation:
    """Put flags in force for the edition; an earlier confirmation is withdrawn in the same step.

    ``flags`` names every level above 0 of every item. ``wordings``: clause code -> official wording
    (Chinese), shown in place of the paraphrase. Raises FlagsRefused when a level's basic items are
    not as many as the gate table says, or when flags are missing or unknown.
    """
    rubric = rubric_from_dict(edition.content)
    if sentences := refusals_of_flags(rubric, flags):
        raise FlagsRefused(sentences)
    try:
        with_flags(rubric, flags)
    except FlagsError as refused:
        raise FlagsRefused((refused.sentence,)) from refused
    Edition.objects.select_for_update().get(
        pk=edition.pk
    )  # two people confirming at once: one after the other
    replaced = _in_force(edition)
    if replaced is not None:
        _withdraw(replaced)
    confirmation = Confirmation.objects.create(
        edition=edition,
        source=source,
        flags=flags_to_json(flags),
        document_name=document_name[:200],
        document_sha256=document_sha256,
        confirmed_by_id=getattr(by, "pk", None),
    )
    OfficialWording.objects.bulk_create(
        OfficialWording(confirmation=confirmation, clause_code=code, zh=zh)
        for code, zh in (wordings or {}).items()
    )
    record(
        verb="flags.confirmed",
        by=by,
        subject_kind="edition",
        subject_id=edition.slug,
        facts={
            "confirmation": confirmation.pk,
            "source": str(source),
            "basic_per_level": {str(level): count for level, count in count_basic(rubric, flags).items()},
            "changed": [f"{item}.{level}" for item, level in changed_cells(flags_of(rubric), flags)],
            "wordings": len(wordings or {}),
            "document_sha256": document_sha256,
            "replaces": replaced.pk if replaced else 0,
        },
    )
    return confirmation


@transaction.atomic
def withdraw_confirmation(*, edition: Edition, by: Actor | None, reason: str = "") -> bool:
    """Fall back to the working assignment; the row stays as history. False when none was in force."""
    Edition.objects.select_for_update().get(pk=edition.pk)
    confirmation = _in_force(edition)
    if confirmation is None:
        return False
    _withdraw(confirmation)
    record(
        verb="flags.withdrawn",
        by=by,
        subject_kind="edition",
        subject_id=edition.slug,
        facts={"confirmation": confirmation.pk, "reason": reason},
    )
    return True


def _in_force(edition: Edition) -> Confirmation | None:
    return Confirmation.objects.filter(edition=edition, withdrawn_at__isnull=True).first()


def _withdraw(confirmation: Confirmation) -> None:
    confirmation.withdrawn_at = timezone.now()
    confirmation.save(update_fields=["withdrawn_at"])
