"""The database of an installation: SQLite (WAL) inside var/, or PostgreSQL by address."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


def sqlite(file: Path | str) -> dict[str, Any]:
    """WAL lets readers go on while somebody saves; IMMEDIATE avoids upgrades that fail as busy."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(file),
        "OPTIONS": {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-16000;",
        },
    }


def from_address(address: str) -> dict[str, Any]:
    """``sqlite:////folder/file`` or ``postgresql://user:password@host:port/name``.

    On PostgreSQL compiling of single queries (jit) is off: pages ask many short questions, and the compiler takes
    longer over one that looks dear than its answer does. ``?options=`` in the address says otherwise.
    """
    parts = urlsplit(address)
    if parts.scheme == "sqlite":
        return sqlite(parts.path.removeprefix("/") if parts.path.startswith("//") else parts.path)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured(
            "ZHIPING_DATABASE must start with sqlite:// or postgresql://, "
            f"not {parts.scheme or 'nothing'}://."
        )
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"options": "-c jit=off", **dict(parse_qsl(parts.query, keep_blank_values=True))},
    }
