"""Finding hospitals by what somebody typed or pasted, and who belongs to a consortium."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from hospitals.models import Consortium, Organisation

SUGGESTED = 12


@dataclass(frozen=True, slots=True)
class Found:
    """``by_text``: typed -> hospital. ``unknown`` and ``several``: texts nobody or more than one answers to."""

    hospitals: tuple[Organisation, ...]
    by_text: Mapping[str, Organisation]
    unknown: tuple[str, ...]
    several: tuple[str, ...]


def find_hospitals(bureau: Organisation, texts: Iterable[str]) -> Found:
    """Hospitals beneath the bureau by name, English name, code or public id; empty texts are passed over. One query,
    none for nothing."""
    wanted = [text for text in dict.fromkeys(text.replace("\x00", "").strip() for text in texts) if text]
    if not wanted:
        return Found((), {}, (), ())
    ids = [text for text in wanted if _is_id(text)]
    rows = (
        Organisation.objects.hospitals()
        .beneath(bureau)
        .filter(Q(name__in=wanted) | Q(name_en__in=wanted) | Q(code__in=wanted) | Q(public_id__in=ids))
        .order_by("path")
    )
    called: dict[str, list[Organisation]] = defaultdict(list)
    for row in rows:
        for text in {row.name, row.name_en, row.code, str(row.public_id)}:
            called[text].append(row)
    by_text = {text: called[text][0] for text in wanted if len(called[text]) == 1}
    return Found(
        tuple(dict.fromkeys(by_text.values())),
        by_text,
        tuple(text for text in wanted if not called[text]),
        tuple(text for text in wanted if len(called[text]) > 1),
    )


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def suggestions(bureaus: Sequence[Organisation], text: str) -> list[str]:
    """Names that hold the text, in the reader's language. One query."""
    text = text.replace("\x00", "").strip()
    if not bureaus or not text:
        return []
    beneath = Q()
    for bureau in bureaus:
        beneath |= Q(path__startswith=bureau.path)
    found = (
        Organisation.objects.hospitals()
        .filter(beneath)
        .filter(Q(name__icontains=text) | Q(name_en__icontains=text))
    )
    return [one.label for one in found.order_by("path")[:SUGGESTED]]


def named_in(consortium: Consortium) -> list[str]:
    """Names of the members in the reader's language, without the lead. One query."""
    members = consortium.members.exclude(hospital=consortium.lead_id).select_related("hospital")
    return [member.hospital.label for member in members.order_by("hospital__path")]
