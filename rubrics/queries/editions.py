"""Reading editions. The engine's rubric is built once per process and then shared: it is immutable."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from datetime import datetime
from threading import Lock
from typing import NamedTuple

from engine.rubric.canonical import rubric_from_dict
from engine.rubric.flags import with_flags
from engine.rubric.values import Rubric
from rubrics.flags import flags_from_json
from rubrics.models import CanonicalContent, Confirmation, Edition, OfficialWording


class Stamp(NamedTuple):
    """Which confirmation; the moment tells it from one of the same number in a restored database."""

    confirmation: int
    at: datetime


#: (content hash, stamp) -> rubric. A dozen covers every edition in use with its predecessors.
_KEPT: OrderedDict[tuple[str, Stamp | None], Rubric] = OrderedDict()
_KEEP = 12
_LOCK = Lock()
_REVISION = re.compile(r"(?P<key>.+)_r(?P<revision>\d{1,4})")


def find_edition(slug: str) -> Edition | None:
    """The newest published revision for ``emr-2018``, an exact one for ``emr-2018_r1``. One query."""
    published = Edition.objects.published()
    if match := _REVISION.fullmatch(slug):
        return published.filter(key=match["key"], revision=int(match["revision"])).first()
    return published.filter(key=slug).order_by("-revision").first()


def current_editions() -> list[Edition]:
    """The newest published revision of every standard, official ones first. One query."""
    order = [
        Edition.Status.OFFICIAL,
        Edition.Status.SUPPLEMENTARY,
        Edition.Status.DRAFT,
        Edition.Status.SUPERSEDED,
    ]
    return sorted(Edition.objects.current(), key=lambda e: (order.index(Edition.Status(e.status)), e.key))


def is_newest(edition: Edition) -> bool:
    """Whether no later revision was published. One query."""
    return not Edition.objects.published().filter(key=edition.key, revision__gt=edition.revision).exists()


def confirmation_of(edition: Edition) -> Confirmation | None:
    """The confirmation of the official flags in force, with the person who gave it. One query."""
    return (
        Confirmation.objects.filter(edition=edition, withdrawn_at__isnull=True)
        .select_related("confirmed_by")
        .first()
    )


def confirmations_of(editions: Iterable[Edition]) -> dict[int, Confirmation]:
    """Confirmations in force by number of the edition, with the persons who gave them. One query."""
    in_force = Confirmation.objects.filter(edition__in=[e.pk for e in editions], withdrawn_at__isnull=True)
    return {found.edition_id: found for found in in_force.select_related("confirmed_by")}


def get_rubric(edition: Edition, *, confirmation: Confirmation | None = None) -> Rubric:
    """The edition for the engine, with the confirmed flags laid over.

    One small query (none when the caller passes the confirmation it has read already); one or two
    more the first time this process needs the rubric.
    """
    if confirmation is not None:
        return rubric_under(edition, confirmation)
    in_force = Confirmation.objects.filter(edition_id=edition.pk, withdrawn_at__isnull=True)
    found = in_force.values_list("pk", "confirmed_at").first()
    return _rubric(edition, Stamp(*found) if found else None)


def rubric_under(edition: Edition, confirmation: Confirmation | None) -> Rubric:
    """The edition as a snapshot saw it: under exactly this confirmation, also one withdrawn since, or
    with the flags nobody had confirmed. No query once this process knows the rubric."""
    return _rubric(edition, Stamp(confirmation.pk, confirmation.confirmed_at) if confirmation else None)


def get_rubrics(editions: Iterable[Edition]) -> dict[int, Rubric]:
    """Rubrics by number of the edition, for lists: one query for all confirmations."""
    wanted = {edition.pk: edition for edition in editions}
    in_force = Confirmation.objects.filter(edition__in=wanted, withdrawn_at__isnull=True)
    stamps = {
        pk: Stamp(number, at) for pk, number, at in in_force.values_list("edition_id", "pk", "confirmed_at")
    }
    return {pk: _rubric(edition, stamps.get(pk)) for pk, edition in wanted.items()}


def official_wordings(confirmation: Confirmation | None, item: str = "") -> Mapping[str, str]:
    """Clause code -> wording of the official text; of one item when a code is given. One query, or
    none when the flags in force did not come from a document."""
    if confirmation is None or confirmation.source != Confirmation.Source.ANNEX:
        return {}
    found = OfficialWording.objects.filter(confirmation=confirmation)
    if item:
        found = found.filter(clause_code__startswith=f"{item}.")
    return dict(found.values_list("clause_code", "zh"))


def _rubric(edition: Edition, stamp: Stamp | None) -> Rubric:
    key = (edition.content_hash, stamp)
    with _LOCK:
        if (kept := _KEPT.get(key)) is not None:
            _KEPT.move_to_end(key)
            return kept
    if stamp is None:
        rubric = rubric_from_dict(CanonicalContent.objects.get(edition_id=edition.pk).content)
    else:
        flags = Confirmation.objects.values_list("flags", flat=True).get(pk=stamp.confirmation)
        rubric = with_flags(_rubric(edition, None), flags_from_json(flags))
    with _LOCK:
        _KEPT[key] = rubric
        while len(_KEPT) > _KEEP:
            _KEPT.popitem(last=False)
    return rubric
