"""Finding items and clauses of an edition by code or by words, in both languages.

The rubric is in memory anyway, so both databases give the same hits: full-width and half-width,
capital and small letters are alike everywhere, which neither LIKE of SQLite nor of PostgreSQL offers.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from engine.rubric.values import Item, Rubric, Text
from rubrics.rows import clause_code

MOST_HITS = 100
LONGEST_QUERY = 100
_CODE = re.compile(r"(\d{1,2})(?:\.(\d{1,2})(?:\.(\d)(?:-(\d{1,2}))?)?)?\.?")


@dataclass(frozen=True, slots=True)
class CodeHit:
    """What a code names. ``item`` is None for a role or an unknown code; ``found`` says whether the
    whole code exists in the edition."""

    role: str
    item: Item | None
    level: int | None
    n: int | None
    found: bool

    @property
    def anchor(self) -> str:
        if self.item is None or self.level is None:
            return ""
        return f"c-{clause_code(self.item.code, self.level, self.n)}" if self.n else f"l-{self.level}"


@dataclass(frozen=True, slots=True)
class Piece:
    text: str
    hit: bool


@dataclass(frozen=True, slots=True)
class Hit:
    """An item (``n`` is 0) or a clause; ``others``: hits in a text that is not the one shown first."""

    item: Item
    level: int
    n: int
    shown: tuple[Piece, ...]
    others: tuple[tuple[Piece, ...], ...]

    @property
    def code(self) -> str:
        return clause_code(self.item.code, self.level, self.n) if self.n else self.item.code


@dataclass(frozen=True, slots=True)
class Found:
    items: tuple[Hit, ...]
    clauses: tuple[Hit, ...]
    clause_count: int  # all of them, also those beyond MOST_HITS


def parse_code(rubric: Rubric, query: str) -> CodeHit | None:
    """The place a query names when it is written like a code; 1.1.4 is read as 01.01.4."""
    match = _CODE.fullmatch(unicodedata.normalize("NFKC", query).strip())
    if match is None:
        return None
    role, number, level, n = match.groups()
    if number is None:
        return CodeHit(f"{int(role):02}", None, None, None, f"{int(role):02}" in rubric.role_by_code)
    item = rubric.by_code.get(f"{int(role):02}.{int(number):02}")
    if item is None:
        return CodeHit(f"{int(role):02}", None, None, None, False)
    at = int(level) if level is not None else None
    wanted = int(n) if n is not None else None
    found = at is None or at in item.by_level
    if found and at is not None and wanted is not None:
        found = 1 <= wanted <= len(item.by_level[at].clauses)
    return CodeHit(item.role, item, at, wanted, found)


def find(rubric: Rubric, query: str, language: str, wordings: Mapping[str, str] | None = None) -> Found:
    """Items and clauses whose text in one language (or official wording) holds every word of the query."""
    words = tuple(dict.fromkeys(_folded(query[:LONGEST_QUERY]).split()))
    if not words:
        return Found((), (), 0)
    english = language.startswith("en")
    items: list[Hit] = []
    clauses: list[Hit] = []
    count = 0
    for entry in _entries(rubric):
        texts = [entry.text.en, entry.text.zh] if english else [entry.text.zh, entry.text.en]
        folded = [entry.en, entry.zh] if english else [entry.zh, entry.en]
        official = (wordings or {}).get(entry.code) if entry.n else None
        if official:
            texts.append(official)
            folded.append(_folded(official))
        holding = [text for text, plain in zip(texts, folded, strict=True) if all(w in plain for w in words)]
        if not holding:
            continue
        count += bool(entry.n)
        if entry.n and len(clauses) >= MOST_HITS:
            continue
        others = tuple(marked(text, words) for text in holding if text is not texts[0])
        hit = Hit(entry.item, entry.level, entry.n, marked(texts[0], words), others)
        (clauses if entry.n else items).append(hit)
    return Found(tuple(items), tuple(clauses), count)


def marked(text: str, words: Sequence[str]) -> tuple[Piece, ...]:
    """The text in pieces, hits apart; positions hold although folding may change the length."""
    folded, origin = [], []
    for place, character in enumerate(text):
        for one in _folded(character):
            folded.append(one)
            origin.append(place)
    plain = "".join(folded)
    hits = [False] * len(text)
    for word in words:
        start = plain.find(word)
        while start >= 0:
            for place in origin[start : start + len(word)]:
                hits[place] = True
            start = plain.find(word, start + 1)
    pieces: list[Piece] = []
    for character, hit in zip(text, hits, strict=True):
        if pieces and pieces[-1].hit == hit:
            pieces[-1] = Piece(pieces[-1].text + character, hit)
        else:
            pieces.append(Piece(character, hit))
    return tuple(pieces)


@dataclass(frozen=True, slots=True)
class _Entry:
    item: Item
    level: int
    n: int
    code: str
    text: Text
    zh: str
    en: str


_KEPT: dict[str, tuple[_Entry, ...]] = {}
_KEEP = 12


def _entries(rubric: Rubric) -> tuple[_Entry, ...]:
    """Folded texts, made once per content and process."""
    kept = _KEPT.get(rubric.content_hash)
    if kept is None:
        kept = tuple(_all_entries(rubric))
        if len(_KEPT) >= _KEEP:
            _KEPT.clear()
        _KEPT[rubric.content_hash] = kept
    return kept


def _all_entries(rubric: Rubric) -> Iterator[_Entry]:
    for item in rubric.items:
        yield _entry(item, 0, 0, item.code, item.name)
        for level in item.levels:
            for clause in level.clauses:
                code = clause_code(item.code, level.level, clause.n)
                yield _entry(item, level.level, clause.n, code, clause.text)


def _entry(item: Item, level: int, n: int, code: str, text: Text) -> _Entry:
    return _Entry(item, level, n, code, text, _folded(text.zh), _folded(text.en))


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
