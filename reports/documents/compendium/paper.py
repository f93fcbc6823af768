"""A compendium set in HTML for paper; its screenshots travel inside the page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import get_language

from reports.covers.reading import OwnCover
from reports.documents.compendium.pictures import drawn_anew
from reports.documents.compendium.word import TALLEST, cover_facts, notes
from reports.documents.gap import Document, paper_style
from reports.view_models.compendium.values import Compendium, RoleSheet
from reports.view_models.identity import Identity

ROOM = 174.0  # millimetres between the margins


@dataclass(frozen=True)
class PaperShot:
    """A screenshot with its ``width`` on paper in pixels of 1/96 inch."""

    content: bytes
    width: int


@dataclass(frozen=True)
class CompendiumPaper:
    """Context ``page`` of reports/document/compendium.html. ``shots`` by number of the picture; one that could not be
    read is not in it."""

    view: Compendium
    roles: tuple[RoleSheet, ...]
    identity: Identity
    scope: str
    language: str
    made_at: datetime
    facts: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]
    shots: dict[str, PaperShot]
    cover: OwnCover | None = None

    @property
    def reference(self) -> str:
        who = self.identity
        return f"{who.edition_key} · {who.engine_version} · {who.edition_hash}"


@cache
def compendium_style() -> str:
    own = Path(settings.BASE_DIR) / "static" / "css" / "document-compendium.css"
    return f"{paper_style()}\n{own.read_text(encoding='utf-8')}"


def set_compendium(
    view: Compendium,
    roles: Sequence[RoleSheet],
    identity: Identity,
    *,
    scope: str,
    cover: OwnCover | None = None,
    step: Callable[[], None] | None = None,
) -> Document:
    """HTML of these roles in the language that is active. ``step`` is called for every picture drawn; no query."""
    shots: dict[str, PaperShot] = {}
    for role in roles:
        for picture in role.pictures:
            shot = drawn_anew(picture.source)
            if step is not None:
                step()
            if shot is not None:
                width, _height = shot.fitted(ROOM, TALLEST)
                shots[picture.number] = PaperShot(shot.content, round(width * 96 / 25.4))
    page = CompendiumPaper(
        view=view,
        roles=tuple(roles),
        identity=identity,
        scope=scope,
        language="en" if (get_language() or "").startswith("en") else "zh-Hans",
        made_at=timezone.localtime(),
        facts=tuple((label, text) for label, text in cover_facts(view, identity) if text),
        notes=notes(view, identity),
        shots=shots,
        cover=cover,
    )
    clauses = sum(len(list(item.clauses)) for role in roles for item in role.items)
    return Document(
        html=render_to_string("reports/document/compendium.html", {"page": page}),
        css=compendium_style(),
        expected_pages=3 + clauses // 6 + len(shots) // 2,
        shots={number: shot.content for number, shot in shots.items()},
    )
