"""Several filled workbooks of one assessment as one: N three-way diffs joined, and where two files disagree."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from assessments.workbook.content import same
from assessments.workbook.reading import Filled

FEWEST, MOST = 2, 20


@dataclass(frozen=True, slots=True)
class Part:
    """One workbook: what it is called, its fingerprint, what it says."""

    file: str
    sha256: str
    filled: Filled


@dataclass(frozen=True, slots=True)
class Said:
    """A value that files give to a field; ``parts``: numbers of the files that do."""

    value: Any
    parts: tuple[int, ...]
    address: str


@dataclass(frozen=True, slots=True)
class Clash:
    """A field to which files give different values. ``said`` in the order of the files."""

    field: str
    base: Any
    said: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class Joined:
    """``filled``: every field only one value is given to; ``changed``: how many fields each file changes;
    ``digest`` names the clashes."""

    filled: Filled
    clashes: tuple[Clash, ...]
    changed: tuple[int, ...]
    digest: str


def join(parts: Sequence[Part], normal: Callable[[str, Any], Any]) -> Joined:
    """Fields a file left as it was handed out say nothing. ``normal`` gives a value its normal form; one that has
    none is left as it stands, and refused by the comparison."""
    said: dict[str, list[tuple[int, Any]]] = {}
    changed = [0] * len(parts)
    for n, part in enumerate(parts):
        for name, typed in part.filled.values.items():
            if not same(name, typed, part.filled.base.get(name)):
                said.setdefault(name, []).append((n, normal(name, typed)))
                changed[n] += 1
    values: dict[str, Any] = {}
    base: dict[str, Any] = {}
    addresses: dict[str, str] = {}
    clashes = []
    for name, given in said.items():
        first = parts[given[0][0]]
        groups = _groups(name, given, parts)
        if len(groups) > 1:
            clashes.append(Clash(name, first.filled.base.get(name), groups))
            continue
        values[name], base[name] = given[0][1], first.filled.base.get(name)
        addresses[name] = groups[0].address
    refused = tuple(
        replace(one, address=f"{part.file} {one.address}".strip())
        for part in parts
        for one in part.filled.refused
    )
    passport = replace(
        parts[0].filled.passport, exported_at=min(part.filled.passport.exported_at for part in parts)
    )
    filled = Filled(passport, base, values, addresses, refused)
    return Joined(filled, tuple(clashes), tuple(changed), _digest(clashes))


def decided(joined: Joined, choices: Mapping[str, int]) -> Filled:
    """The joined workbook with the clashes somebody decided; ``choices``: field -> number of the value chosen.

    A field not named there, or with a number that none of its values has, is left as the assessment has it.
    """
    values, base = dict(joined.filled.values), dict(joined.filled.base)
    addresses = dict(joined.filled.addresses)
    for clash in joined.clashes:
        chosen = choices.get(clash.field, -1)
        if 0 <= chosen < len(clash.said):
            values[clash.field], base[clash.field] = clash.said[chosen].value, clash.base
            addresses[clash.field] = clash.said[chosen].address
    return replace(joined.filled, values=values, base=base, addresses=addresses)


def _groups(name: str, given: list[tuple[int, Any]], parts: Sequence[Part]) -> tuple[Said, ...]:
    groups: list[Said] = []
    for n, value in given:
        address = f"{parts[n].file} {parts[n].filled.addresses.get(name, '')}".strip()
        for place, one in enumerate(groups):
            if same(name, one.value, value):
                groups[place] = replace(one, parts=(*one.parts, n))
                break
        else:
            groups.append(Said(value, (n,), address))
    return tuple(groups)


def _digest(clashes: Sequence[Clash]) -> str:
    said = sorted([one.field, [each.value for each in one.said]] for one in clashes)
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
