"""The semantic fragmentation index row by row."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

from tests.engine.evidence.naive_statistics import Hospital, concept_name, pick

KINDS = {
    "尿": "urine",
    "脑脊液": "other",
    "粪": "other",
    "动脉": "arterial_blood",
    "血浆": "plasma",
    "血清": "serum",
    "全血": "whole_blood",
    "serum": "serum",
    "urine": "urine",
}


def told(text: str | None) -> str | None:
    return next((kind for word, kind in KINDS.items() if text and word in text.lower()), None)


def count(data: Hospital, catalogue: Any) -> tuple[int, int, int, dict[str, Counter[str]]] | None:
    """(fragmented, volume, off main, codes per concept); None: no such records."""
    given = catalogue.fragmentation
    rows = pick(data, catalogue, given.record, fields=[given.code_field, given.name_field])
    if rows is None:
        return None
    concepts: dict[str, Counter[str]] = defaultdict(Counter)
    specimens = specimen_kinds(data, given, catalogue)
    for row in rows:
        code, name = row[given.code_field], concept_name(row[given.name_field] or "")
        if code is None or not name:
            continue
        kind = specimens.get(row["specimen_no"])
        carriers = [
            analyte
            for analyte in given.analytes
            if name in {concept_name(n) for n in (analyte.label.zh, analyte.label.en, *analyte.synonyms)}
        ]
        match = [a for a in carriers if a.specimen == kind]
        if kind is None and len(carriers) == 1:
            match = carriers
        if match:
            concept = match[0].key
        elif kind is None and carriers:
            concept = f"?{name} {code}"
        else:
            concept = f"={name}"
        concepts[concept][code] += 1
    fragmented = sum(codes.total() for codes in concepts.values() if len(codes) > 1)
    volume = sum(codes.total() for codes in concepts.values())
    off_main = sum(codes.total() - max(codes.values()) for codes in concepts.values())
    return fragmented, volume, off_main, concepts


def specimen_kinds(data: Hospital, given: Any, catalogue: Any) -> dict[str, str | None]:
    supplied = data.supplied.get("specimen", frozenset())
    known = [name for name in ("specimen_name", "specimen_code") if name in supplied]
    linked = "specimen_no" in supplied and "specimen_no" in data.supplied[given.record]
    if "specimen" not in data.rows or not known or not linked:
        return {}
    found: dict[str, set[str]] = defaultdict(set)
    for row in data.rows["specimen"]:
        if row["specimen_no"] is None:
            continue
        words = [row[name] for name in known]
        if "specimen_code" in known and "specimen" in data.dictionaries and "dictionary" in data.rows:
            words.insert(len(words) - 1, entry_of(row["specimen_code"], data))
        kind = next((told(word) for word in words if told(word)), None)
        if kind:
            found[row["specimen_no"]].add(kind)
    return {number: kinds.pop() for number, kinds in found.items() if len(kinds) == 1}


def entry_of(code: str | None, data: Hospital) -> str | None:
    names = {
        row["entry_name"]
        for row in data.rows["dictionary"]
        if row["dictionary_name"] == "specimen" and row["entry_code"] == code and code and row["entry_name"]
    }
    return names.pop() if len(names) == 1 else None
