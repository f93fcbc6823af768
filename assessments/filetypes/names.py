"""The name a person's file had: kept as text to show, never used as a path."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 120
#: Characters that turn the reading direction around (report‮fdp.exe) or show nothing.
_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_NOT_IN_NAMES = re.compile(r'[<>:"|?*/\\]')


def clean_name(name: str, extension: str) -> str:
    """The last part of ``name`` without path, control and direction characters, ending in ``extension``."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    shown = "".join(
        c for c in unicodedata.normalize("NFC", last) if unicodedata.category(c) not in _INVISIBLE
    )
    shown = _NOT_IN_NAMES.sub("_", shown).strip(" .")
    stem, dot, given = shown.rpartition(".")
    if not dot:
        stem, given = shown, ""
    if f".{given.lower()}" not in same_kind(extension):
        stem, given = shown, extension.lstrip(".")
    return f"{(stem or 'file')[:LONGEST]}.{given}"


def same_kind(extension: str) -> tuple[str, ...]:
    """Extensions that say the same: .jpg and .jpeg."""
    return (".jpg", ".jpeg") if extension in {".jpg", ".jpeg"} else (extension,)


def extension_of(name: str) -> str:
    dot = name.rfind(".")
    return name[dot:].lower() if dot >= 0 and len(name) - dot <= 8 else ""
