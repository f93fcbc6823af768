"""Fields of a split message by paths such as ``OBX-3.2``; compiled once, run for every row.

Measured with bench/bench_messages.py on one core of a two-core machine, python-hl7 0.4.5 needs about
15 times as long as these splits for parsing alone and hl7apy 1.3.5 about 400 times, so neither can
carry a day's log of a large hospital; and the escape decoder of python-hl7 writes
the value it stumbles over to the log, which a message about a patient must never do. Both are
installed for the tests, which hold these functions against python-hl7 field by field.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache, lru_cache
from typing import NamedTuple

from assessments.probes.messages.times import hl7_time

NULL = '""'  # HL7: the sender wants the value emptied
_PATH = re.compile(r"([A-Z][A-Z0-9]{2})-(\d+)(?:\.(\d+))?(?:\.(\d+))?(?::([a-z]+))?")
_HAN = re.compile("[\u3400-\u9fff]")

# PID-3.5 of identifiers that are documents of the person and never the hospital's own number.
DOCUMENTS = frozenset(("NNCN", "NI", "SS", "SSN", "PPN", "DL", "IDCARD", "SFZ", "身份证", "HC", "MC", "BC"))
OWN_NUMBERS = ("PI", "PT", "MR", "MRN", "PE")


class Separators(NamedTuple):
    field: str
    component: str
    repeat: str
    escape: str
    sub: str
    codec: str = "utf-8"


@lru_cache(maxsize=4096)
def separators_of(header: str, codec: str = "utf-8") -> Separators | None:
    """The separators MSH-1 and MSH-2 declare; None when there are too few or two are equal."""
    if len(header) < 5 or header[3].isalnum() or header[3].isspace():
        return None
    end = header.find(header[3], 4)
    encoding = header[4 : end if end > 0 else None]
    if not encoding or len(encoding) > 5 or any(c.isalnum() or c.isspace() for c in encoding):
        return None
    given = encoding + "^~\\&"[len(encoding) :]
    field, (component, repeat, escape, sub) = header[3], list(given[:4])
    if len({field, component, repeat, escape, sub}) < 5:
        return None
    return Separators(field, component, repeat, escape, sub, codec)


def unescaped(text: str, separators: Separators) -> str:
    """Escape sequences replaced (2.7): separators, line breaks, hexadecimal bytes; others are left out."""
    escape = re.escape(separators.escape)
    meanings = {
        "F": separators.field,
        "S": separators.component,
        "R": separators.repeat,
        "T": separators.sub,
        "E": separators.escape,
        ".br": "\n",
        ".sp": "\n",
        ".ce": "\n",
    }

    def meaning(found: re.Match[str]) -> str:
        code = found.group(1)
        if code in meanings:
            return meanings[code]
        if code[:1] == "X":
            try:
                return bytes.fromhex(code[1:]).decode(separators.codec, "replace")
            except ValueError:
                return ""
        if code[:3] in (".br", ".sp", ".sk", ".in", ".ti"):
            return "\n" if code[1] in "bs" and code[2] != "k" else " "
        return "" if re.fullmatch(r"[HN]|\.(fi|nf)|[CMZ][0-9A-Za-z]*", code) else found.group(0)

    return re.sub(f"{escape}([^{escape}\r\n]*){escape}", meaning, text)


Getter = Callable[[str, Separators], str]  # of the field's text, never empty
VALUE = "value"  # the one kind of path that also needs the field before it: OBX-5 by its type in OBX-2


def part(raw: str, separators: Separators, component: int, sub: int) -> str:
    """One component (from 1) and subcomponent of one repetition, unescaped and trimmed."""
    if separators.component in raw:
        parts = raw.split(separators.component)
        raw = parts[component - 1] if component <= len(parts) else ""
    elif component > 1:
        return ""
    if separators.sub in raw:
        parts = raw.split(separators.sub)
        raw = parts[sub - 1] if sub <= len(parts) else ""
    elif sub > 1:
        return ""
    if separators.escape in raw:
        raw = unescaped(raw, separators)
    raw = raw.strip()
    return "" if raw == NULL else raw


@cache
def getter(path: str) -> tuple[str, int, Getter | None]:
    """Segment and field number a path reads, and what makes a value of that field's text.

    None instead of the latter for a path of kind ``value``, which :func:`observed` reads. Raises
    ValueError for a wrong path.
    """
    found = _PATH.fullmatch(path)
    if found is None:
        raise ValueError(f"not a path: {path}")
    segment, number, component, sub, kind = found.groups()
    comp, inner = int(component or 1), int(sub or 1)
    first = comp == inner == 1

    def plain(raw: str, separators: Separators) -> str:
        if raw.isalnum():  # no separator and nothing to trim: most of them
            return raw if first else ""
        if separators.repeat in raw:
            raw = raw.split(separators.repeat, 1)[0]
        return part(raw, separators, comp, inner)

    def time(raw: str, separators: Separators) -> str:
        return hl7_time(plain(raw, separators))

    def person(raw: str, separators: Separators) -> str:
        return person_name(raw, separators, None if component is None else comp, segment)

    kinds: dict[str | None, Getter | None] = {
        None: plain, "time": time, "person": person, "patient": own_number, "text": whole, VALUE: None,
    }  # fmt: skip
    if kind not in kinds:
        raise ValueError(f"not a kind: {kind}")
    return segment, int(number), kinds[kind]


def person_name(raw: str, separators: Separators, component: int | None, segment: str = "") -> str:
    """The name in an XPN (PID-5), an XCN (code first) or, inside one component, a CNN."""
    if not raw:
        return ""
    if raw.isalnum():
        return raw if component is None and segment == "PID" else ""
    raw = raw.split(separators.repeat, 1)[0]
    if component is None:
        parts = raw.split(separators.component)
        names = parts[0:2] if segment == "PID" else parts[1:3]
        family_given = [part(name, separators, 1, 1) for name in names]
    else:
        family_given = [part(raw, separators, component, sub) for sub in (2, 3)]
    said = [name for name in family_given if name]
    joined = "".join(said)
    return joined if _HAN.search(joined) else " ".join(said)


def own_number(raw: str, separators: Separators) -> str:
    """The hospital's own identifier among the repetitions of PID-3; never one of an identity document."""
    if raw.isalnum():
        return raw
    if separators.repeat not in raw:
        if separators.component not in raw:
            return part(raw, separators, 1, 1)
        kind = part(raw, separators, 5, 1).upper()
        return "" if kind in DOCUMENTS else part(raw, separators, 1, 1)
    first = ""
    for repetition in raw.split(separators.repeat):
        kind = part(repetition, separators, 5, 1).upper()
        number = part(repetition, separators, 1, 1)
        if kind in OWN_NUMBERS and number:
            return number
        if kind not in DOCUMENTS and not first:
            first = number
    return first


def whole(raw: str, separators: Separators) -> str:
    """All repetitions and components as one text."""
    said = [
        " ".join(
            filter(None, (part(piece, separators, 1, 1) for piece in repetition.split(separators.component)))
        )
        for repetition in raw.split(separators.repeat)
    ]
    return "\n".join(line for line in said if line)


def observed(raw: str, kind: str, separators: Separators) -> str:
    """OBX-5 as a value: the name of a coded value, the parts of a structured number together, else the text."""
    if not raw or kind in ("ED", "RP"):
        return ""
    if kind in ("CE", "CWE", "CNE", "CF"):
        return part(raw.split(separators.repeat, 1)[0], separators, 2, 1) or part(
            raw.split(separators.repeat, 1)[0], separators, 1, 1
        )
    if kind == "SN":
        return "".join(part(raw, separators, n, 1) for n in range(1, 5))
    if separators.component not in raw and separators.repeat not in raw and separators.escape not in raw:
        raw = raw.strip()
        return "" if raw == NULL else raw
    return whole(raw, separators)
