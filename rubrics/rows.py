"""The rows of an edition, made from the engine's rubric, in the order in which they must be stored."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.db.models import Model

from engine.rubric.values import Rubric, Text
from rubrics.models import Clause, Edition, Gate, Item, ItemLevel, Level, Role, Threshold


def clause_code(item: str, level: int, n: int) -> str:
    """01.01.4-2: item, level, number of the clause inside the level."""
    return f"{item}.{level}-{n}"


def rows_of(rubric: Rubric, edition: Edition) -> Iterator[Sequence[Model]]:
    """Lists of unsaved rows, one model each, never empty. A later list points at rows of an earlier
    one, so each list has to be stored before the next is asked for."""
    thresholds = rubric.thresholds
    yield [
        Threshold(
            edition=edition,
            category="basic",
            application=thresholds.basic_application,
            data_quality=thresholds.data_quality,
        ),
        Threshold(
            edition=edition,
            category="optional",
            application=thresholds.optional_application,
            data_quality=thresholds.data_quality,
        ),
    ]
    yield [
        Level(
            edition=edition,
            level=level.level,
            **both("name", level.name),
            **both("description", level.description),
            overall=[{"zh": text.zh, "en": text.en} for text in level.overall],
        )
        for level in rubric.levels
    ]
    yield [
        Gate(
            edition=edition,
            level=gate.level,
            basic=gate.basic,
            optional_required=gate.optional_required,
            optional_total=gate.optional_total,
            min_total=gate.min_total,
        )
        for gate in rubric.gates
    ]
    roles = {
        role.code: Role(
            edition=edition, code=role.code, **both("name", role.name), **both("scope", role.scope)
        )
        for role in rubric.roles
    }
    yield list(roles.values())
    items = {
        item.code: Item(
            edition=edition,
            role=roles[item.role],
            code=item.code,
            seq=item.seq,
            **both("name", item.name),
            application_kind=item.application.kind,
            window_months=item.application.window_months,
            measured=item.measured,
        )
        for item in rubric.items
    }
    yield list(items.values())
    levels = {
        (item.code, level.level): ItemLevel(
            item=items[item.code],
            level=level.level,
            category=level.category or "",
            category_confirmed=level.category_confirmed,
            has_index=level.has_index,
            no_requirement=level.no_requirement,
            **both("data_quality", level.data_quality),
        )
        for item in rubric.items
        for level in item.levels
    }
    yield list(levels.values())
    clauses = [
        Clause(
            item_level=levels[item.code, level.level],
            code=clause_code(item.code, level.level, clause.n),
            n=clause.n,
            zh=clause.text.zh,
            en=clause.text.en,
            nature=clause.nature,
            backend=clause.backend,
            evidence=list(clause.evidence),
        )
        for item in rubric.items
        for level in item.levels
        for clause in level.clauses
    ]
    if clauses:
        yield clauses


def both(name: str, text: Text | None) -> dict[str, str]:
    return {f"{name}_zh": text.zh if text else "", f"{name}_en": text.en if text else ""}
