"""Words hospitals use in column names, in both languages, and the concepts they stand for.

A column name and a field are compared by their concepts, so 患者编号, ``PAT_NO`` and
``patient_id`` mean the same. One line of the lists: words, a colon, concepts. Kinds (time, name,
code, id, flag, status, type, value) say what of a subject is meant; everything else is a subject.
"""

from __future__ import annotations

from engine.evidence.mapping.chinese import CHINESE_LINES
from engine.evidence.mapping.english import ENGLISH_LINES
from engine.evidence.mapping.habits import HABIT_LINES

KINDS = frozenset({"time", "name", "code", "id", "flag", "status", "type", "value"})


def _read(lines: str) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for line in lines.strip().splitlines():
        words, concepts = line.split(" : ")
        for word in words.split():
            found.setdefault(word, tuple(concepts.split()))
    return found


#: Chinese word -> concepts.
CHINESE: dict[str, tuple[str, ...]] = _read(CHINESE_LINES)
LONGEST = max(len(word) for word in CHINESE)
#: English word, lower case -> concepts.
ENGLISH: dict[str, tuple[str, ...]] = _read(ENGLISH_LINES)
#: Field key -> names hospitals use for it.
ALIASES: dict[str, tuple[str, ...]] = _read(HABIT_LINES)
