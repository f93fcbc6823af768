"""Names and literals in SQL: plain names stay as they are, everything else is quoted."""

from __future__ import annotations

import re

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,29}")
#: Words that one of the four databases reserves; a name among them is quoted everywhere.
_WORDS = """
    access add all alter analyze and any array as asc audit authorization backup begin between both bulk by
    cascade case cast check checkpoint close cluster clustered collate column comment commit compress
    condition connect constraint contains continue convert create cross current cursor database date day
    dec decimal declare default delete deny desc describe distinct div double drop dual each else end
    escape except exclusive exec execute exists exit explain external false fetch file float for foreign
    from full function generated goto grant group grouping groups having hour identified identity if
    ignore immediate in increment index initial inner inout insert int integer intersect interval into is
    join key keys kill lateral leading leave left level like limit lines load lock long loop match
    maxextents merge minus minute mod mode modify month natural new nocheck noaudit nocompress not nowait
    null number of off offline offset old on online only open option or order out outer over overlaps
    partition pctfree percent pivot plan position precision primary prior proc procedure public raise
    range rank raw read reads real references release rename repeat replace require resource restore
    restrict return returning revert revoke right row rowid rownum rows rule save schema second select
    sensitive separator session set share show signal size smallint some specific sql start statistics
    successful synonym sysdate system table then time timestamp to top trailing tran transaction trigger
    true truncate tsequal uid union unique unlock unpivot unsigned update usage use user using validate
    value values varchar varchar2 varying view waitfor when whenever where while window with write xor
    year zone
"""
_RESERVED = frozenset(_WORDS.split())
_FILE = re.compile(r"\.(csv|tsv|txt|xlsx|xls|parquet|gz|zip)$", re.IGNORECASE)


def name(text: str, quotes: tuple[str, str]) -> str:
    """A column, alias or simple table name."""
    if _PLAIN.fullmatch(text) and text.lower() not in _RESERVED:
        return text
    opening, closing = quotes
    return f"{opening}{text.replace(closing, closing * 2)}{closing}"


def table(text: str, quotes: tuple[str, str]) -> str:
    """A table, perhaps with its schema in front; of a file name the ending is dropped."""
    stem = _FILE.sub("", _FILE.sub("", text.strip()))
    return ".".join(name(part, quotes) for part in stem.split(".") if part)


def literal(text: str, prefix: str = "") -> str:
    """A text in quotes; ``prefix`` N where the database wants national characters marked."""
    return f"{prefix}'{text.replace(chr(39), chr(39) * 2)}'"


def one_line(text: str) -> str:
    """A text that can stand in a comment."""
    return " ".join(text.split())
