"""Which bureau, edition and year a regional page is about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from hospitals.models import Organisation
from reports.models import SavedView
from rubrics.models import Edition


@dataclass(frozen=True, slots=True)
class Choice:
    """``options`` are (value, words) of the three selects; ``query`` is the address of the same choice."""

    bureau: Organisation
    edition: Edition
    year: int
    top: int
    bureaus: tuple[tuple[str, str], ...]
    editions: tuple[tuple[str, str], ...]
    years: tuple[int, ...]
    refreshed_at: datetime | None
    views: tuple[SavedView, ...] = ()  # of the reader

    @property
    def query(self) -> str:
        return urlencode({"bureau": self.bureau.public_id, "edition": self.edition.key, "year": self.year})
