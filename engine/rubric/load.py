"""Loading rubrics from YAML: every inconsistency is refused with file, line and a sentence."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from engine.rubric.canonical import content_hash, rubric_to_dict
from engine.rubric.companions import read_bases, read_data_quality, read_doubts, read_own_doubts
from engine.rubric.entries import Lines, read_items
from engine.rubric.errors import RubricError
from engine.rubric.frame import Structure, read_gates, read_roles, read_standard, read_thresholds
from engine.rubric.marked import read_marked
from engine.rubric.section import Section
from engine.rubric.values import DataQualityRule, Gate, Item, Rubric, Term, Text

BASES_FILE = "statistical-bases.yaml"
CHECKS_FILE = "integration-checks.yaml"  # read by engine.evidence.catalogue
ROADMAP_FILE = "roadmap-defaults.yaml"  # read by engine.roadmap.assumptions
TABLE_SUFFIX = "-dq"
DOUBTS_SUFFIX = "-doubts"

__all__ = ["RubricError", "load_joined", "load_library", "load_rubric"]


def load_rubric(
    path: Path | str,
    *,
    data_quality: Path | str | None = None,
    doubts: Path | str | None = None,
    bases: Path | str | None = None,
) -> Rubric:
    """The rubric in ``path``, joined with the files that belong to it.

    ``data_quality``: the yearly table of annex 4; without it a rubric whose items are measured is
    refused, because every index would silently count 1. ``doubts`` and ``bases`` add what is
    shown and what is typed once. Raises RubricError (file, line, sentence) on any inconsistency.
    """
    path = Path(path)
    document = Section(str(path), "the rubric", read_marked(path), 1)
    standard = read_standard(document.section("standard"))
    gates, gate_lines = read_gates(document)
    roles = read_roles(document)
    items, lines = read_items(document, frozenset(role.code for role in roles), gates[-1].level)
    thresholds, conditions, kept = read_thresholds(document, items)
    own_doubts = read_own_doubts(document)
    document.finish()

    file = str(path)
    if gates[-1].level != standard.levels[-1].level:
        raise RubricError(
            file,
            gate_lines[gates[-1].level],
            f"the gate table ends at level {gates[-1].level}, "
            f"the levels of the standard at {standard.levels[-1].level}",
        )
    _check_structure(file, standard.structure, len(roles), items, len(standard.levels))
    _check_categories(file, gates, gate_lines, items)
    items = _with_conditions(items, conditions)

    rules: tuple[DataQualityRule, ...] = ()
    table_doubts: tuple[Term, ...] = ()
    if data_quality is not None:
        rules, table_doubts = read_data_quality(
            Path(data_quality), items, standard.document_number, standard.data_quality_table_year
        )
        items = _with_indices(items, rules)
    else:
        _check_no_table_needed(file, items, lines)
    rubric = Rubric(
        id=standard.id,
        status=standard.status,
        title=standard.title,
        document_number=standard.document_number,
        roles=roles,
        items=items,
        levels=standard.levels,
        gates=gates,
        thresholds=thresholds,
        rules=rules,
        data_quality_table_year=standard.data_quality_table_year,
        issuer=standard.issuer,
        issued=standard.issued,
        scope=standard.scope,
        status_note=standard.status_note,
        wording_rules=standard.wording_rules,
        doubts=own_doubts + (read_doubts(Path(doubts)) if doubts is not None else ()) + table_doubts,
        statistical_bases=read_bases(Path(bases), standard.id, items) if bases is not None else (),
        source=standard.kept | kept,
    )
    return replace(rubric, content_hash=content_hash(rubric_to_dict(rubric)))


def load_joined(path: Path | str) -> Rubric:
    """The rubric in ``path`` with the files that stand beside it: ``<name>-dq.yaml``,
    ``<name>-doubts.yaml`` and the common ``statistical-bases.yaml``, each where it exists."""
    path = Path(path)

    def beside(name: str) -> Path | None:
        companion = path.with_name(name)
        return companion if companion.exists() else None

    return load_rubric(
        path,
        data_quality=beside(f"{path.stem}{TABLE_SUFFIX}.yaml"),
        doubts=beside(f"{path.stem}{DOUBTS_SUFFIX}.yaml"),
        bases=beside(BASES_FILE),
    )


def load_library(folder: Path | str) -> dict[str, Rubric]:
    """Every rubric of a folder by edition id, each joined with the files beside it."""
    library: dict[str, Rubric] = {}
    for path in sorted(Path(folder).glob("*.yaml")):
        if path.name in (BASES_FILE, CHECKS_FILE, ROADMAP_FILE) or path.stem.endswith(
            (TABLE_SUFFIX, DOUBTS_SUFFIX)
        ):
            continue
        rubric = load_joined(path)
        if rubric.id in library:
            raise RubricError(str(path), 1, f"the edition {rubric.id} stands in two files")
        library[rubric.id] = rubric
    if not library:
        raise RubricError(str(folder), 1, "this folder holds no rubric")
    return library


def _check_structure(
    file: str, structure: Structure, roles: int, items: tuple[Item, ...], levels: int
) -> None:
    clauses = sum(len(level.clauses) for item in items for level in item.levels)
    total = sum(item.levels[-1].level for item in items)
    for name, said, found in (
        ("categories", structure.categories, roles),
        ("items", structure.items, len(items)),
        ("levels", structure.levels, levels),
        ("clauses", structure.clauses, clauses),
        ("max_total", structure.max_total, total),
    ):
        if said != found:
            raise RubricError(
                file, structure.line, f"the standard states {said} {name}, the file holds {found}"
            )


def _check_categories(
    file: str, gates: tuple[Gate, ...], lines: dict[int, int], items: tuple[Item, ...]
) -> None:
    for gate in gates:
        categories = [level.category for item in items for level in item.levels if level.level == gate.level]
        for name, said in (("basic", gate.basic), ("optional", gate.optional_total)):
            if categories.count(name) != said:  # type: ignore[arg-type]
                raise RubricError(
                    file,
                    lines[gate.level],
                    f"the gate table counts {said} {name} items at level {gate.level}, "
                    f"the items say {categories.count(name)}",  # type: ignore[arg-type]
                )


def _with_conditions(items: tuple[Item, ...], conditions: dict[str, Text]) -> tuple[Item, ...]:
    return tuple(
        replace(item, application=replace(item.application, condition=conditions[item.code]))
        if item.code in conditions
        else item
        for item in items
    )


def _with_indices(items: tuple[Item, ...], rules: tuple[DataQualityRule, ...]) -> tuple[Item, ...]:
    """``has_index`` where the item is measured and the table has an active rule for the level."""
    active = {(rule.item, rule.level) for rule in rules if rule.active}
    return tuple(
        replace(
            item,
            levels=tuple(
                replace(level, has_index=item.measured and (item.code, level.level) in active)
                for level in item.levels
            ),
        )
        for item in items
    )


def _check_no_table_needed(file: str, items: tuple[Item, ...], lines: Lines) -> None:
    for item in items:
        if item.measured:
            raise RubricError(
                file,
                lines.item[item.code],
                f"item {item.code} is measured for data quality, but no data-quality table was given",
            )
