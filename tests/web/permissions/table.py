"""The whole table, and the addresses of the product it must cover."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.urls import URLPattern, URLResolver, get_resolver

from tests.web.permissions import (
    accounts,
    api_assessments,
    api_bureau,
    api_evidence,
    api_places,
    assessments,
    audit,
    awards,
    batches,
    campaigns,
    comparing,
    covers,
    exports,
    folders,
    hospitals,
    ledger,
    material,
    offline,
    pictures,
    planning,
    region,
    rehearsals,
    reports,
    reviews,
    rubrics,
    signing,
    sql_text,
    verification,
    verified,
)
from tests.web.permissions.format import Row

APPS = (
    accounts,
    api_places,
    api_assessments,
    api_evidence,
    api_bureau,
    hospitals,
    audit,
    rubrics,
    assessments,
    awards,
    batches,
    campaigns,
    comparing,
    covers,
    exports,
    offline,
    planning,
    verification,
    folders,
    pictures,
    rehearsals,
    signing,
    ledger,
    material,
    reviews,
    sql_text,
    reports,
    region,
    verified,
)
#: Django's admin is one address here; test_back_office.py walks its pages
ONE_ADDRESS = {"admin"}


def table() -> dict[str, Row]:
    rows: dict[str, Row] = {}
    for app in APPS:
        twice = set(rows) & set(app.ROWS)
        assert not twice, f"{app.__name__} repeats {twice}"
        rows.update(app.ROWS)
    return rows


def addresses(
    patterns: Iterable[URLPattern | URLResolver] | None = None, place: str = ""
) -> Iterator[tuple[str, str]]:
    """(url name, pattern) of every address; an address without a name has an empty one."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        here = f"{place}{pattern.pattern}"
        if isinstance(pattern, URLPattern):
            yield pattern.name or "", here
        elif pattern.namespace not in ONE_ADDRESS:
            yield from addresses(pattern.url_patterns, here)
