"""What the frame of every page shows of a person is read in the same query as the person.

Apps above say in ``ready`` what that is; this app knows nothing of their tables.
"""

from __future__ import annotations

from django.db.models.expressions import Combinable

_READ: dict[str, Combinable] = {}


def read_with_person(name: str, value: Combinable) -> None:
    """Every person signed in carries ``value``, an expression over the account, as attribute ``name``."""
    _READ[name] = value


def read_alongside() -> dict[str, Combinable]:
    return dict(_READ)
