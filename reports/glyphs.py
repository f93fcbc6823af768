"""Characters the bundled fonts do not have: marked by their Unicode number, never printed as an empty box."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

_BLANK = frozenset(map(ord, "\t\n\r\u200b\u200c\u200d\u2060\ufeff\u00ad")) | frozenset(range(0xFE00, 0xFE10))
_BODY = re.compile(r"<body[^>]*>")


@cache
def covered() -> frozenset[int]:
    """Code points with a glyph in some font of static/fonts, and those that print nothing."""
    from fontTools.ttLib import TTFont

    found = set(_BLANK)
    for file in sorted((Path(settings.BASE_DIR) / "static" / "fonts").glob("*.otf")):
        with TTFont(file, lazy=True) as font:
            found.update(font.getBestCmap())
    return frozenset(found)


def mark_rare(text: str) -> str:
    """``text`` with every character no font has as 〔U+20BB7〕; the same object where there is none."""
    known = covered()
    missing = {sign for sign in set(text) if ord(sign) not in known}
    if not missing:
        return text
    return text.translate({ord(sign): f"〔U+{ord(sign):04X}〕" for sign in missing})


def mark_rare_on_page(html: str) -> str:
    """The page with rare characters of its body marked, and a line at its end that says what the marks mean."""
    body = _BODY.search(html)
    if body is None:
        return mark_rare(html)
    head, shown = html[: body.end()], html[body.end() :]
    marked = mark_rare(shown)
    if marked is shown:
        return html
    note = _("〔U+20BB7〕这样的记号代表字库中没有的字，U+后面是它的Unicode编号。")
    inside, end, rest = marked.rpartition("</body>")
    return f'{head}{inside}<p class="small">{note}</p>{end}{rest}' if end else f"{head}{marked}"
