"""Which column is which field: scored proposals, and which record type a file holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as default
from math import log
from pathlib import PurePath

from engine.evidence.catalogue.values import Catalogue, Field, RecordType
from engine.evidence.mapping.codes import looks_like, propose_values
from engine.evidence.mapping.names import concepts, folded, plain, unified, variants
from engine.evidence.mapping.words import ALIASES, KINDS
from engine.rubric.values import Text

LEAST = 50  # a proposal below this score is none
SHOWN = 4  # alternatives beside the first proposal

#: Columns every record may carry beside its own fields.
EXTRA: Mapping[str, Text] = {
    "campus": Text(zh="院区", en="Campus"),
    "department": Text(zh="部门（用于分组）", en="Department (for the split)"),
}
_EXTRA_NAMES = {
    "campus": ("院区", "分院", "院区名称", "院区代码", "campus", "campus_code", "branch"),
    "department": ("department", "部门", "部门名称", "所属科室"),
}


@dataclass(frozen=True, slots=True)
class ColumnProposal:
    """What one column may be. ``field`` None: nothing fits well enough; ``score`` 0-100.

    ``values``: their code -> normalised code, for the sample values that were recognised;
    ``unknown``: sample values of a field with normalised codes that were not.
    """

    column: str
    field: str | None
    score: int
    why: Text
    alternatives: tuple[tuple[str, int], ...] = ()
    values: Mapping[str, str] = default(default_factory=dict)
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RecordGuess:
    """A record type a file may hold, with a score 0-100."""

    record: str
    score: int
    why: Text


@dataclass(frozen=True, slots=True)
class _Names:
    """The names of one field in one record type."""

    exact: frozenset[str]
    unified: frozenset[str]
    habits: frozenset[str]
    meanings: tuple[frozenset[str], ...]


WHY = {
    "key": Text(zh="列名就是字段名", en="The column has the field's own name"),
    "label": Text(zh="列名与字段的名称相同", en="The column is called what the field is called"),
    "habit": Text(zh="医院常用的叫法", en="A name hospitals commonly use for it"),
    "meaning": Text(zh="列名的用词与字段含义相符", en="The words of the column mean what the field means"),
    "none": Text(zh="没有足够相近的字段", en="No field is close enough"),
}


def propose(
    headers: Sequence[str],
    samples: Mapping[str, Sequence[str]] | None,
    record: str | None,
    catalogue: Catalogue,
) -> tuple[ColumnProposal, ...]:
    """One proposal per column, in the order of the columns; no field is proposed twice.

    ``samples``: a few values per column (they stay in memory and are only compared). ``record`` None:
    the record type is guessed from the headers. Raises KeyError for an unknown record type.
    """
    if record is None:
        guesses = guess_record("", headers, catalogue)
        if not guesses:
            return tuple(ColumnProposal(header, None, 0, WHY["none"]) for header in headers)
        record = guesses[0].record
    kind = catalogue.records[record]
    ranked = [_ranked(header, kind, catalogue) for header in headers]
    seen = [tuple((samples or {}).get(header, ())) for header in headers]
    ranked = [
        sorted(
            ((_weighed(score, kind.fields.get(key), seen[i]), key, why) for score, key, why in row),
            reverse=True,
        )
        for i, row in enumerate(ranked)
    ]
    chosen = _assigned(ranked)
    return tuple(
        _proposal(header, chosen.get(i), ranked[i], kind, seen[i]) for i, header in enumerate(headers)
    )


def _proposal(
    header: str,
    best: tuple[int, str, str] | None,
    row: list[tuple[int, str, str]],
    record: RecordType,
    samples: tuple[str, ...],
) -> ColumnProposal:
    others = tuple((key, score) for score, key, _ in row if best is None or key != best[1])[:SHOWN]
    if best is None:
        return ColumnProposal(header, None, 0, WHY["none"], others)
    score, key, why = best
    values: Mapping[str, str] = {}
    unknown: tuple[str, ...] = ()
    if key in record.fields:
        values, unknown = propose_values(record.fields[key], samples)
    return ColumnProposal(header, key, score, WHY[why], others, values, unknown)


def _assigned(ranked: list[list[tuple[int, str, str]]]) -> dict[int, tuple[int, str, str]]:
    """The best pairs first; a column whose field is gone takes its next one."""
    pairs = sorted(
        ((score, -i, key, why) for i, row in enumerate(ranked) for score, key, why in row if score >= LEAST),
        reverse=True,
    )
    chosen: dict[int, tuple[int, str, str]] = {}
    taken: set[str] = set()
    for score, i, key, why in pairs:
        if -i not in chosen and key not in taken:
            chosen[-i] = (score, key, why)
            taken.add(key)
    return chosen


def _weighed(score: int, known: Field | None, samples: tuple[str, ...]) -> int:
    """``score`` after a look at the values: a time that is none is no time field."""
    if known is None or not samples:
        return score
    share = looks_like(known, samples)
    return score if share is None else round(score * (0.6 + 0.4 * share))


def _ranked(header: str, record: RecordType, catalogue: Catalogue) -> list[tuple[int, str, str]]:
    """(score, field, why) of every field that comes near, best first."""
    index = _index(catalogue)
    near = index.near(header)
    found = []
    for key, names in index.fields[record.key].items():
        if key not in near:
            continue
        score, why = _score(header, names, index, record, record.fields.get(key))
        if key not in record.fields:  # the record's own fields come first
            score = min(score, 94)
        if score >= 30:
            found.append((score, key, why))
    return sorted(found, reverse=True)


def _score(
    header: str, names: _Names, index: _Index, record: RecordType, known: Field | None
) -> tuple[int, str]:
    text, same = folded(header), unified(header)
    if text in names.exact:
        return 100, "key"
    if same in names.unified:
        return 97, "label"
    if same in names.habits or text in names.habits:
        return 92, "habit"
    words = _with_kind(concepts(plain(header)))
    if not words:
        return 0, "meaning"
    context = index.context[record.key]
    best = max((_overlap(words, meaning, index.weights, context) for meaning in names.meanings), default=0.0)
    return round(90 * best * _kind_fits(words, known)), "meaning"


def _with_kind(words: frozenset[str]) -> frozenset[str]:
    """A person without a kind is a name."""
    return words | {"name"} if "person" in words and not words & KINDS else words


def _overlap(
    words: frozenset[str], meaning: frozenset[str], weights: Mapping[str, float], context: frozenset[str]
) -> float:
    """Weight of the concepts in common over the weight of all; what the record type itself says,
    such as report in a report, weighs little."""
    common = words & meaning
    if not common:
        return 0.0

    def weight(concept: str) -> float:
        base = 1.2 if concept in KINDS else weights.get(concept, 3.0)
        return base * 0.3 if concept in context else base

    together = sum(map(weight, common))
    if common <= KINDS:
        return together * 0.2
    return together / (together + sum(map(weight, words ^ meaning)))


def _kind_fits(words: frozenset[str], known: Field | None) -> float:
    if known is None:
        return 1.0
    time = known.type in ("datetime", "date")
    if time != ("time" in words):
        return 0.35
    key = known.key
    if key.endswith("_name"):
        return 0.45 if words & {"code", "id"} else 1.0
    if key.endswith("_code"):
        return 0.45 if "name" in words else 0.9 if not words & {"code", "id"} else 1.0
    if known.role == "identifier":
        return 0.45 if words & {"name", "type"} else 0.8 if not words & {"id", "code"} else 1.0
    if known.type == "bool":
        return 1.0 if "flag" in words else 0.8
    return 1.0


@dataclass(frozen=True, slots=True)
class _Index:
    """Names of every field, how telling each concept is, and what a record type says of itself."""

    fields: Mapping[str, Mapping[str, _Names]]
    weights: Mapping[str, float]
    context: Mapping[str, frozenset[str]]
    titles: Mapping[str, tuple[frozenset[str], ...]]
    rarity: Mapping[str, float]  # a field that few record types have says more about the record type
    by_word: Mapping[str, frozenset[str]]  # concepts, and whole names after “=” -> fields

    def near(self, header: str) -> frozenset[str]:
        """Fields that share a whole name or a subject with the column; no other can be proposed."""
        words = (concepts(plain(header)) - KINDS) | {f"={folded(header)}", f"={unified(header)}"}
        return frozenset().union(*(self.by_word.get(word, frozenset()) for word in words))


_BUILT: dict[str, _Index] = {}


def _index(catalogue: Catalogue) -> _Index:
    """Built once per catalogue (a catalogue without a hash is made up for a test and not kept)."""
    if (kept := _BUILT.get(catalogue.content_hash)) is not None:
        return kept
    index = _build(catalogue)
    if catalogue.content_hash:
        _BUILT.clear()
        _BUILT[catalogue.content_hash] = index
    return index


def _build(catalogue: Catalogue) -> _Index:
    names: dict[str, _Names] = {}
    for record in catalogue.records.values():
        for key, known in record.fields.items():
            names.setdefault(key, _names_of(known))
    frequent = Counter(c for each in names.values() for c in frozenset().union(*each.meanings))
    weights = {concept: log(1 + len(names) / count) for concept, count in frequent.items()}
    uses = Counter(key for record in catalogue.records.values() for key in record.fields)
    extra = {key: _extra_names(words) for key, words in _EXTRA_NAMES.items()}
    return _Index(
        fields={
            key: {name: names[name] for name in record.fields}
            | {name: each for name, each in extra.items() if name not in record.fields}
            for key, record in catalogue.records.items()
        },
        weights=weights,
        context={key: concepts(key) - KINDS for key in catalogue.records},
        titles={
            key: tuple(
                concepts(title)
                for title in (key, *variants(record.label.zh), record.label.en, *record.aliases)
            )
            for key, record in catalogue.records.items()
        },
        by_word=_by_word(names | extra),
        rarity={key: log(1 + len(catalogue.records) / count) for key, count in uses.items()},
    )


def _by_word(names: Mapping[str, _Names]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for key, each in names.items():
        whole = {f"={name}" for name in each.exact | each.unified | each.habits}
        for word in (frozenset().union(*each.meanings) - KINDS) | whole:
            found.setdefault(word, set()).add(key)
    return {word: frozenset(keys) for word, keys in found.items()}


def _names_of(known: Field) -> _Names:
    both = (known.label.zh, known.label.en)
    labels = (*both, *(variant for label in both for variant in variants(label)))
    habits = ALIASES.get(known.key, ())
    meanings = {concepts(known.key), *(concepts(text) for text in variants(known.label.zh))}
    meanings |= {concepts(text) for text in habits}
    return _Names(
        exact=frozenset({folded(known.key)}),
        unified=frozenset(unified(text) for text in labels),
        habits=frozenset(unified(text) for text in habits),
        meanings=tuple(m for m in meanings if m),
    )


def _extra_names(words: tuple[str, ...]) -> _Names:
    return _Names(
        exact=frozenset({folded(words[0])}),
        unified=frozenset(unified(word) for word in words),
        habits=frozenset(),
        meanings=(),
    )


def guess_record(
    file_name: str, headers: Sequence[str], catalogue: Catalogue, *, at_most: int = 5
) -> tuple[RecordGuess, ...]:
    """Record types a file may hold, best first; empty when nothing speaks for any."""
    index = _index(catalogue)
    stem = PurePath(file_name.replace("\\", "/")).name.split(".")[0].split("@")[0]
    found = []
    for key, record in catalogue.records.items():
        if folded(stem) and folded(stem) == folded(key):
            found.append(
                RecordGuess(key, 100, Text(zh="文件名就是记录类型", en="The file is named after it"))
            )
            continue
        by_columns, hits = _fit(tuple(headers), record, catalogue)
        by_name = _title_fit(stem, index, key)
        score = round(100 * (0.65 * by_columns + 0.35 * by_name)) if stem else round(100 * by_columns)
        if score >= 25 and hits:
            found.append(
                RecordGuess(
                    key,
                    min(score, 99),
                    Text(
                        zh=f"{len(headers)}列中有{hits}列对得上"
                        + ("，文件名也相符" if by_name >= 0.6 else ""),
                        en=f"{hits} of {len(headers)} columns fit"
                        + (", and so does the file name" if by_name >= 0.6 else ""),
                    ),
                )
            )
    return tuple(sorted(found, key=lambda guess: (-guess.score, guess.record))[:at_most])


def _fit(headers: tuple[str, ...], record: RecordType, catalogue: Catalogue) -> tuple[float, int]:
    """How well columns and fields cover each other (0-1), and how many columns fit."""
    if not headers:
        return 0.0, 0
    chosen = _assigned([_ranked(header, record, catalogue) for header in headers])
    rarity = _index(catalogue).rarity
    weight = {key: rarity[key] for key in record.fields}
    gained = sum(score / 100 * weight.get(key, 0.0) for score, key, _ in chosen.values())
    unmatched = 1.6 * (len(headers) - len(chosen))
    missing = sum(weight[key] for key in record.fields if key not in {c[1] for c in chosen.values()})
    return gained / (gained + unmatched + 0.45 * missing) if gained else 0.0, len(chosen)


def _title_fit(stem: str, index: _Index, record: str) -> float:
    words = concepts(stem) - {"code", "id"}
    if not words:
        return 0.0
    return max(
        (len(words & title) / len(words | title) for title in index.titles[record] if title), default=0.0
    )
