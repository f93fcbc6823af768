"""Where a file belongs by its path: ``01.01.4-1(2)_说明.png``, ``01.01 病房医嘱处理/4级/…``, and why it does not.

Nothing is guessed: what a name leaves open goes to the item as a whole or to nobody, and a person
chooses. Codes are read leniently (full-width signs, missing zeros, brackets for the clause).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from engine.rubric.values import ItemLevel, Rubric, Text

LONGEST_CAPTION = 200
_STRICT = re.compile(r"(?<![0-9])([0-9]{2})[.\-_]([0-9]{2})(?![0-9])")
_LOOSE = re.compile(r"(?<![0-9.])([0-9]{1,2})[.\-_]([0-9]{1,2})(?=[.\-_][1-9](?![0-9]))")
_LEVEL = re.compile(r"[.\-_ ]*([1-9])(?![0-9])\s*级?")
_NAMED_LEVEL = re.compile(r"([1-9])级")
_BARE_LEVEL = re.compile(r"\s*([1-9])\s*")
_CLAUSE = re.compile(
    r"(?:\s*[-._]\s*第?|\s*\(\s*|\s*第\s*|\s+第?)([0-9]{1,2})(?=$|[\s._\-()条款,:;])\s*\)?\s*[条款]*"
)
_POSITION = re.compile(r"(?:\s*[-._]\s*|\s*\(\s*|\s+|\s*图\s*)([0-9]{1,3})(?=$|[\s._\-(),:;张])\s*\)?\s*张?")
_LEADING = re.compile(r"\s*\(?([0-9]{1,3})(?=$|[\s._\-(),:;])\s*\)?")
_LEVEL_AND_CLAUSE = re.compile(
    r"\s*([1-9])\s*(?:级\s*[-._ ]*第?|[-.(_])\s*([0-9]{1,2})(?=$|[\s._\-()条款,:;])\s*\)?\s*[条款]*"
)
_CIRCLED = {chr(0x2460 + n): f"({n + 1})" for n in range(20)}
_SIGNS = str.maketrans({"。": ".", "·": ".", "—": "-", "–": "-", "−": "-", "‐": "-", "【": "(", "】": ")"})
_FIGURES = {sign: str(n) for n, sign in enumerate("一二三四五六七八", 1)}
_NAMES: dict[str, tuple[tuple[str, str], ...]] = {}  # by content hash of the edition
_EDGES = " ._-()、:：,，;；[]"


@dataclass(frozen=True, slots=True)
class Place:
    """``clause`` 0: the item as a whole. ``reason``: why there is no place (then ``item`` is empty)."""

    item: str = ""
    level: int = 0
    clause: int = 0
    position: int | None = None
    caption: str = ""
    reason: Text | None = None

    @property
    def clause_code(self) -> str:
        return f"{self.item}.{self.level}-{self.clause}" if self.clause else ""


NO_CODE = Text(
    "文件名和文件夹名里没有本标准的条款编号或项目名称。",
    "Neither its name nor its folder names a clause or item of the standard.",
)


def plain(text: str) -> str:
    """Full-width signs, circled figures and Chinese level names as ASCII writes them."""
    for sign, figure in _CIRCLED.items():
        text = text.replace(sign, figure)
    text = unicodedata.normalize("NFKC", text).translate(_SIGNS)
    text = re.sub(r"([一二三四五六七八])\s*级", lambda found: f"{_FIGURES[found[1]]}级", text)
    return re.sub(r"(?i)(?<![a-z0-9])(?:level|lv|l)[ .]?([1-9])(?![0-9])", r"\1级", text)


def place_of(path: str, rubric: Rubric) -> Place:
    """The place a path names. Folders are read from the outside in, the file's own name last."""
    parts = PurePosixPath(path).parts
    held = Place()
    for folder in parts[:-1]:
        held = _inside(folder, held, rubric)
        if held.reason is not None:
            return held
    stem = _stem(plain(parts[-1])) if parts else ""
    found = _in_name(stem, held, rubric)
    return replace(found, caption=found.caption[:LONGEST_CAPTION])


def typed_place(text: str, rubric: Rubric) -> Place:
    """The place a person typed: a clause, or an item's code or name."""
    written = plain(text).strip()
    found = _read_code(written, rubric, strict=False)
    if found is None and (named := _item_named(written, rubric)):
        found = (Place(item=named[0]), named[1])
    if found is None:
        return Place(
            reason=Text(
                f"没有认出“{text[:20]}”。请写条款编号（如01.01.4-1）或项目编号（如01.01）。",
                f"“{text[:20]}” was not recognised. Write a clause (01.01.4-1) or an item (01.01).",
            )
        )
    return _known(found[0], rubric)


def _stem(name: str) -> str:
    """Without the ending; ``01.01.4-1`` without one stays whole."""
    stem, dot, ending = name.rpartition(".")
    return stem if dot and stem and re.fullmatch(r"[A-Za-z][A-Za-z0-9]{1,4}", ending) else name


def _inside(folder: str, held: Place, rubric: Rubric) -> Place:
    name = plain(folder)
    read = _read_code(name, rubric, strict=bool(held.item))
    if read is None and not held.item and (named := _item_named(name, rubric)):
        level = _NAMED_LEVEL.search(named[1])
        read = (Place(item=named[0], level=int(level[1]) if level else 0), "")
    if read is not None:
        found = read[0]
        if held.item and found.item != held.item:
            return Place(reason=_contradiction(held.item, found.item))
        return _known(replace(found, position=None), rubric)
    if held.item and not held.level:
        if both := _LEVEL_AND_CLAUSE.match(name):
            return _known(replace(held, level=int(both[1]), clause=int(both[2])), rubric)
        if level := _NAMED_LEVEL.search(name) or _BARE_LEVEL.fullmatch(name):
            return _known(replace(held, level=int(level[1])), rubric)
    return held


def _in_name(stem: str, held: Place, rubric: Rubric) -> Place:
    read = _read_code(stem, rubric, strict=bool(held.item))
    if read is not None:
        found, rest = read
        if held.item and found.item != held.item:
            return Place(reason=_contradiction(held.item, found.item))
        if held.level and found.level and found.level != held.level:
            return Place(reason=_contradiction(f"{held.item} {held.level}", f"{found.item} {found.level}"))
        if held.level and not found.level:
            found = replace(found, level=held.level, clause=held.clause)
        return _known(replace(found, caption=rest.strip(_EDGES)), rubric)
    if not held.item:
        named = _item_named(stem, rubric)
        if named is None:
            return Place(reason=NO_CODE)
        held, stem = Place(item=named[0]), named[1]
        if explicit := _NAMED_LEVEL.search(stem):
            held, stem = replace(held, level=int(explicit[1])), stem[explicit.end() :]
            if clause := _CLAUSE.match(stem):
                held, stem = replace(held, clause=int(clause[1])), stem[clause.end() :]
    elif not held.level and (both := _LEVEL_AND_CLAUSE.match(stem)):
        held = replace(held, level=int(both[1]), clause=int(both[2]))
        stem = stem[both.end() :]
        position = _POSITION.match(stem)
        rest = stem[position.end() :] if position else stem
        return _known(
            replace(held, position=int(position[1]) if position else None, caption=rest.strip(_EDGES)), rubric
        )
    leading = _LEADING.match(stem.lstrip(_EDGES.replace("(", "")))
    rest = stem.lstrip(_EDGES.replace("(", ""))[leading.end() :] if leading else stem
    return _known(
        replace(held, position=int(leading[1]) if leading else None, caption=rest.strip(_EDGES)), rubric
    )


def _read_code(text: str, rubric: Rubric, *, strict: bool) -> tuple[Place, str] | None:
    """The first code of an item that the edition has, its level, clause and number, and what follows."""
    for pattern in (_STRICT, _LOOSE) if not strict else (_STRICT,):
        for found in pattern.finditer(text):
            item = f"{int(found[1]):02d}.{int(found[2]):02d}"
            if item in rubric.by_code:
                return _after(Place(item=item), text[found.end() :])
    return None


def _after(place: Place, rest: str) -> tuple[Place, str]:
    for pattern, part in ((_LEVEL, "level"), (_CLAUSE, "clause"), (_POSITION, "position")):
        found = pattern.match(rest)
        if found is None:
            break
        n = int(found[1])
        if part == "level":
            place = replace(place, level=n)
        elif part == "clause":
            place = replace(place, clause=n)
        else:
            place = replace(place, position=n)
        rest = rest[found.end() :]
    return place, rest


def _known(place: Place, rubric: Rubric) -> Place:
    """The place if the edition has it. A level that asks one thing only needs no clause number."""
    if place.reason is not None or not place.item or not place.level:
        return place
    level = rubric.by_code[place.item].by_level.get(place.level)
    if level is None or not level.clauses:
        return Place(
            reason=Text(
                f"项目{place.item}在{place.level}级没有条款。",
                f"Item {place.item} has no clause at level {place.level}.",
            )
        )
    numbers = [clause.n for clause in level.clauses]
    if place.clause and place.clause not in numbers:
        return Place(reason=_no_such_clause(place, level))
    if not place.clause and len(numbers) == 1:
        return replace(place, clause=numbers[0])
    return place


def _no_such_clause(place: Place, level: ItemLevel) -> Text:
    count = len(level.clauses)
    return Text(
        f"项目{place.item}在{place.level}级只有{count}条，没有第{place.clause}条。",
        f"Item {place.item} has {count} clauses at level {place.level}, none numbered {place.clause}.",
    )


def _contradiction(outside: str, inside: str) -> Text:
    return Text(
        f"文件夹写的是{outside}，里面写的是{inside}，不知道以哪个为准。",
        f"The folder says {outside}, what is inside says {inside}: it is not clear which is right.",
    )


def _item_named(text: str, rubric: Rubric) -> tuple[str, str] | None:
    """The item whose name stands in the text (the longest; none when two are equally long)."""
    squeezed = text.lower()
    found = [(len(name), code, name) for name, code in _names(rubric) if name in squeezed]
    if not found:
        return None
    longest = max(found)[0]
    codes = {code: name for size, code, name in found if size == longest}
    if len(codes) != 1:
        return None
    code, name = next(iter(codes.items()))
    at = squeezed.find(name)
    return code, text[at + len(name) :] if len(squeezed) == len(text) else ""


def _names(rubric: Rubric) -> Sequence[tuple[str, str]]:
    if rubric.content_hash not in _NAMES:
        _NAMES[rubric.content_hash] = tuple(
            (plain(name).lower(), item.code)
            for item in rubric.items
            for name in (item.name.zh, item.name.en)
            if len(name) >= 3
        )
    return _NAMES[rubric.content_hash]
