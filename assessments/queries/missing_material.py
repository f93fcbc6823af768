"""What a reviewer would ask for and does not find (缺材料清单): clause by clause up to the target level.

Where the hospital itself says that a clause is not met there is nothing to prove yet: that is a gap, not missing
material. Nothing is asked of an item the hospital does not have.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from assessments.models import Attachment
from assessments.queries.frame import said
from assessments.queries.proofs import NOBODY, Keeper, Materials
from engine.rubric.values import Clause, Item, ItemLevel, Rubric
from engine.scoring.answers import Answers, ItemAnswers

#: in the order they are asked for
KINDS = (
    "decision",
    "screenshot",
    "file",
    "menu_path",
    "live_since",
    "dictionary",
    "figure",
    "quality",
    "sql",
    "owner",
    "carried",
)
CLAIMED = frozenset({"met", "partly"})


@dataclass(frozen=True, slots=True)
class Missing:
    """One place with what it lacks. ``place``: 01.01.4-1 a clause, 01.01.4 the figures of a level, 01.01 files of the
    whole item (``level`` 0), or the key of a statistical base (then ``item`` is empty and ``level`` 0)."""

    place: str
    item: str
    role: str
    level: int
    words: str
    kinds: tuple[str, ...]
    keeper: Keeper

    @property
    def of(self) -> str:
        if not self.item:
            return "base"
        return "clause" if "-" in self.place else "level" if self.level else "item"

    def is_late(self, today: date) -> bool:
        return self.keeper.due_on is not None and self.keeper.due_on < today


def find_missing(rubric: Rubric, answers: Answers, materials: Materials, target: int) -> tuple[Missing, ...]:
    """Everything missing up to ``target``, in the order of the standard, the statistical basis last. No query."""
    return tuple(_found(rubric, answers, materials, target))


def _found(rubric: Rubric, answers: Answers, materials: Materials, target: int) -> Iterator[Missing]:
    wanted: set[str] = set()  # bases something claimed rests on
    for item in rubric.items:
        given = answers.items.get(item.code, ItemAnswers())
        if given.no_such_service:
            continue
        keeper = materials.keeper(item.code)
        if item.code in materials.carried:
            yield Missing(item.code, item.code, item.role, 0, said(item.name), ("carried",), keeper)
        for entry in item.asked_levels:
            if entry.level > target:
                break
            for clause in entry.clauses:
                code = f"{item.code}.{entry.level}-{clause.n}"
                kinds = clause_lacks(item, clause, code, given.state(entry.level, clause.n), materials)
                if kinds:
                    yield Missing(code, item.code, item.role, entry.level, said(clause.text), kinds, keeper)
            if kinds := level_lacks(item, entry, given, materials):
                code = f"{item.code}.{entry.level}"
                yield Missing(code, item.code, item.role, entry.level, said(item.name), kinds, keeper)
            if item.application.kind == "ratio" and is_claimed(entry, given):
                wanted.update(bases_at(rubric, item.code, entry.level))
    for base in rubric.statistical_bases:
        figure = materials.bases.get(base.key)
        if base.key not in wanted:
            continue
        lacks = []
        if figure is None or figure.value is None:
            lacks.append("figure")
        if figure is None or not figure.sql_text or figure.run_at is None:
            lacks.append("sql")
        if figure is None or not figure.owner:
            lacks.append("owner")
        if lacks:
            owner = Keeper("", None, figure.owner, None) if figure and figure.owner else NOBODY
            yield Missing(base.key, "", "", 0, said(base.name), tuple(lacks), owner)


def clause_lacks(item: Item, clause: Clause, code: str, state: str, materials: Materials) -> tuple[str, ...]:
    """What one clause lacks, in the order of KINDS. Screens ask for a screenshot, its menu path and go-live date;
    other clauses for any file; a clause on codes for the dictionary; every claim for somebody who answers for it.
    What was taken over from an earlier year counts, but is to be confirmed (``carried``)."""
    if state == "not_answered":
        return ("decision", "carried") if code in materials.carried else ("decision",)
    if state not in CLAIMED:
        return ()
    files, row = materials.files.get(code, ()), materials.clauses.get(code)
    lacks: list[str] = []
    if "screen" in clause.evidence:
        if not any(is_picture(file) for file in files):
            lacks.append("screenshot")
        lacks += [name for name in ("menu_path", "live_since") if row is None or not getattr(row, name)]
    elif not files:
        lacks.append("file")
    if clause.nature == "dictionary" and (row is None or not row.dictionary):
        lacks.append("dictionary")
    if not materials.owner(item.code, code):
        lacks.append("owner")
    if code in materials.carried:
        lacks.append("carried")
    return tuple(lacks)


def level_lacks(item: Item, entry: ItemLevel, given: ItemAnswers, materials: Materials) -> tuple[str, ...]:
    """What the figures of a claimed level lack: the count itself, its index, the query of the numerator."""
    if not is_claimed(entry, given):
        return ()
    lacks: list[str] = []
    counted = given.counted_at(entry.level)
    if item.application.kind == "ratio" and counted is None:
        lacks.append("figure")
    if entry.has_index and entry.level not in given.data_quality:
        lacks.append("quality")
    if item.application.kind == "ratio" and counted is not None and counted[2] == entry.level:
        proof = materials.levels.get((item.code, entry.level))
        if proof is None or not proof.sql_text or proof.run_at is None:
            lacks.append("sql")
    if f"{item.code}.{entry.level}" in materials.carried:
        lacks.append("carried")
    return tuple(lacks)


def is_claimed(entry: ItemLevel, given: ItemAnswers) -> bool:
    return any(given.state(entry.level, clause.n) in CLAIMED for clause in entry.clauses)


def bases_at(rubric: Rubric, item: str, level: int) -> Iterable[str]:
    """Keys of the statistical bases that feed one level of an item."""
    for base in rubric.statistical_bases:
        if item in base.feeds and (not base.feeds[item] or level in base.feeds[item]):
            yield base.key


def is_picture(file: Attachment) -> bool:
    return file.content_type.startswith("image/")
