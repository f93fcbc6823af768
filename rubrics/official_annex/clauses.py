"""One cell of the annex holds all clauses of a level: （1）…（2）…, 1. … 2. …, or one per paragraph."""

from __future__ import annotations

import re

CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"

#: how clause n may be marked; every form must start the cell and go up by one
_FORMS = (
    lambda n: rf"[（(]\s*{_digits(n)}\s*[)）]",
    lambda n: re.escape(CIRCLED[n - 1]) if n <= len(CIRCLED) else r"(?!)",
    lambda n: rf"(?<![\d.０-９．]){_digits(n)}\s*[、.．)）](?![\d０-９])",
)


def _digits(n: int) -> str:
    """Half-width or full-width digits."""
    return "".join(f"[{d}{chr(0xFF10 + int(d))}]" for d in str(n))


def split_clauses(text: str, expected: int) -> tuple[str, ...]:
    """The clauses of one level, without their numbers.

    ``expected`` decides between readings only when the cell allows several: numbers that fit win,
    then one clause per line; otherwise what the numbers say is returned, and the caller sees that it
    is not what the standard counts.
    """
    if not text:
        return ()
    readings = [
        found for form in _FORMS if len(found := _by_number(text, form)) > 1 or (found and expected == 1)
    ]
    lines = tuple(_clean(line) for line in text.split("\n"))
    for reading in [*readings, lines, (_clean(text),)]:
        if len(reading) == expected:
            return reading
    return readings[0] if readings else lines


def _by_number(text: str, form: object) -> tuple[str, ...]:
    parts: list[str] = []
    start = re.match(rf"\s*{form(1)}", text)  # type: ignore[operator]
    if start is None:
        return ()
    place = start.end()
    number = 2
    while (following := re.compile(form(number)).search(text, place)) is not None:  # type: ignore[operator]
        parts.append(_clean(text[place : following.start()]))
        place = following.end()
        number += 1
    parts.append(_clean(text[place:]))
    return tuple(parts)


def _clean(text: str) -> str:
    return re.sub(r"\s*\n\s*", "", text).strip()
