"""Time formats written with strptime letters, in the words of each database."""

from __future__ import annotations

#: strptime letters in the words of each database.
POSTGRES = {"Y": "YYYY", "m": "MM", "d": "DD", "H": "HH24", "M": "MI", "S": "SS", "f": "US", "y": "YY"}
ORACLE = {"Y": "YYYY", "m": "MM", "d": "DD", "H": "HH24", "M": "MI", "S": "SS", "y": "YY"}
MYSQL = {"Y": "%Y", "m": "%m", "d": "%d", "H": "%H", "M": "%i", "S": "%s", "f": "%f", "y": "%y"}
_WHOLE = {"%T": "%H:%M:%S", "%F": "%Y-%m-%d"}


def formatted(given: str, letters: dict[str, str]) -> str | None:
    """The pattern a database wants, None when it has no word for a part of ``given``."""
    for short, long in _WHOLE.items():
        given = given.replace(short, long)
    if "'" in given or "\\" in given:
        return None
    first, *pieces = given.split("%")
    found = [_between(first, letters)]
    for piece in pieces:
        if piece[:1] not in letters:
            return None
        found += [letters[piece[0]], _between(piece[1:], letters)]
    return "".join(found)


def _between(text: str, letters: dict[str, str]) -> str:
    """What stands between the parts of a time; letters are quoted where they would mean something."""
    quoted = text and letters is not MYSQL and not all(character in " -/:.," for character in text)
    return f'"{text}"' if quoted else text
