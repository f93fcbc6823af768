"""Texts as pure query expressions that every engine evaluates alike.

Only TRANSLATE, SUBSTRING and plain regular expressions are used: the UPPER of a database depends
on its locale (PostgreSQL in the C locale leaves Greek letters alone), TRANSLATE does not.
Each ``…_in_words`` twin is the same mapping for one Python string.
"""

from __future__ import annotations

from typing import Any

import ibis

WIDE = "".join(chr(code) for code in range(0xFF01, 0xFF5F))
NARROW = "".join(chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F))
SPACES = " \t\r\n\v\f\u00a0\u2002\u2003\u2009\u200b\u3000\ufeff"
LOWER = "abcdefghijklmnopqrstuvwxyzαβγδεζηθικλμνξοπρστυφχψως\u00b5"
UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩΣΜ"
PUNCTUATION = "-‐‑‒–—―−－﹣_＿.．。｡·・‧•‥+＋﹢()（）[]［］{}｛｝【】〔〕〖〗「」『』﹙﹚⁻⁺"

ASCII_LOWER, ASCII_UPPER = LOWER[:26], UPPER[:26]
HAN = "[〇㐀-䶿一-鿿豈-﫿]"
NUMBER = "^[+-]?[0-9]{1,15}([.][0-9]*)?$"
WHOLE_NUMBER = "^[+-]?[0-9]{1,15}([.]0*)?$"


def _mapping(dropped: str, *pairs: tuple[str, str]) -> tuple[str, str]:
    """Arguments of TRANSLATE: characters of the first that have no partner are dropped.

    Pairs are applied in turn (a wide lower-case letter becomes a narrow upper-case one) and what
    ends as a dropped character is dropped.
    """
    table: dict[str, str] = {}
    for source, target in pairs:
        step = dict(zip(source, target, strict=True))
        table = {old: step.get(new, new) for old, new in table.items()}
        table = {**step, **table}
    gone = {old for old, new in table.items() if new in dropped} | set(dropped)
    kept = {old: new for old, new in table.items() if old not in gone}
    return "".join(kept) + "".join(sorted(gone)), "".join(kept.values())


ONE_WIDTH = _mapping(SPACES, (WIDE, NARROW))
CONCEPT = _mapping(SPACES + PUNCTUATION, (WIDE, NARROW), (LOWER, UPPER))


def one_width(text: Any) -> Any:
    """White space dropped and full width made half width, as the names of one code are compared."""
    return text.translate(*ONE_WIDTH)


def concept_name(text: Any) -> Any:
    """A laboratory name without width, case, spaces, hyphens, brackets, underscores, dots and pluses."""
    return text.translate(*CONCEPT)


def upper(text: Any) -> Any:
    """ASCII letters in upper case; other letters as they are."""
    return text.translate(ASCII_LOWER, ASCII_UPPER)


def icd(text: Any) -> Any:
    """The first letter in upper case, the filler x as it is."""
    return upper(text.substr(0, 1)) + text.substr(1)


def whole_number(text: Any) -> Any:
    """The integer a text such as ``120``, ``+120.`` or ``120.00`` writes, else NULL."""
    written = ibis.ifelse(text.re_search(WHOLE_NUMBER), text, ibis.null("string"))
    return written.re_replace("[.].*$", "").re_replace("^[+]", "").cast("int64")


def in_words(text: str, mapping: tuple[str, str]) -> str:
    """What TRANSLATE makes of one Python string (for the library's own synonyms, and in tests)."""
    source, target = mapping
    table = {ord(old): (target[at] if at < len(target) else None) for at, old in enumerate(source)}
    return text.translate(table)
