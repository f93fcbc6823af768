"""What every page of an edition says about it: which standard, how official, how sure the flags are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from engine.rubric.values import Rubric, Text
from rubrics.models import Confirmation, Edition


@dataclass(frozen=True, slots=True)
class FlagState:
    """How sure the basic/optional flags of an edition are.

    ``kind``: proved (by the source itself), confirmed (by somebody of this installation) or working.
    """

    kind: str
    total: int
    proved: int
    source: str = ""
    by: str = ""
    at: datetime | None = None
    document: str = ""

    @property
    def open(self) -> int:
        return self.total - self.proved


@dataclass(frozen=True, slots=True)
class EditionHeading:
    key: str
    address: str  # how addresses name it: the key, or key and revision for an earlier revision
    revision: int
    newest: bool
    status: str
    status_label: str
    title: Text
    document_number: str
    issuer: Text | None
    issued: str
    scope: Text | None
    status_note: Text | None
    roles: int
    items: int
    clauses: int
    top_level: int
    flags: FlagState

    @property
    def is_draft(self) -> bool:
        return self.status == "draft"


def heading_of(
    edition: Edition, rubric: Rubric, confirmation: Confirmation | None, *, newest: bool = True
) -> EditionHeading:
    return EditionHeading(
        key=edition.key,
        address=edition.key if newest else edition.slug,
        revision=edition.revision,
        newest=newest,
        status=edition.status,
        status_label=str(Edition.Status(edition.status).label),
        title=rubric.title,
        document_number=rubric.document_number or "",
        issuer=rubric.issuer,
        issued=rubric.issued or "",
        scope=rubric.scope,
        status_note=rubric.status_note,
        roles=len(rubric.roles),
        items=len(rubric.items),
        clauses=sum(len(level.clauses) for item in rubric.items for level in item.levels),
        top_level=rubric.top_level,
        flags=state_of_flags(rubric, confirmation),
    )


def state_of_flags(rubric: Rubric, confirmation: Confirmation | None) -> FlagState:
    flags = [level.category_confirmed for item in rubric.items for level in item.asked_levels]
    if confirmation is None:
        kind = "proved" if all(flags) else "working"
        return FlagState(kind, len(flags), sum(flags))
    return FlagState(
        "confirmed",
        len(flags),
        sum(flags),
        source=confirmation.source,
        by=confirmation.confirmed_by.get_full_name() if confirmation.confirmed_by else "",
        at=confirmation.confirmed_at,
        document=confirmation.document_name,
    )
