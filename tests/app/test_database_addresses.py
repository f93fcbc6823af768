"""Which database an address names, and what an installation says to it."""

from __future__ import annotations

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.databases import from_address


def test_an_address_names_server_database_and_person() -> None:
    found = from_address("postgresql://quality:p%40ss@db.example:5433/zhiping?sslmode=require")
    assert (found["HOST"], found["PORT"], found["NAME"]) == ("db.example", "5433", "zhiping")
    assert (found["USER"], found["PASSWORD"]) == ("quality", "p@ss")
    assert found["OPTIONS"] == {"options": "-c jit=off", "sslmode": "require"}


@pytest.mark.parametrize(
    ("query", "options"), [("?options=-c%20jit%3Don", "-c jit=on"), ("?options=", ""), ("", "-c jit=off")]
)
def test_what_is_said_to_the_server_can_be_said_otherwise(query: str, options: str) -> None:
    assert from_address(f"postgresql://a@b/c{query}")["OPTIONS"] == {"options": options}


def test_a_file_is_named_from_the_root_or_from_here() -> None:
    assert from_address("sqlite:////srv/zhiping/db.sqlite3")["NAME"] == "/srv/zhiping/db.sqlite3"


def test_any_other_scheme_is_refused_with_what_to_write() -> None:
    with pytest.raises(
        ImproperlyConfigured, match="must start with sqlite:// or postgresql://, not mysql://"
    ):
        from_address("mysql://a@b/c")
