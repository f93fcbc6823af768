"""Applications that are shown but have nothing connected behind, in words a director understands.

A refuted index or ratio is no façade: the application works, its data are poorer than reported. Only refuted clauses
and broken loops count here; how much of the data agrees says whether nothing is connected, or a part.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from django.utils.translation import gettext, ngettext

from accounts.templatetags.display import level_name, percent, points
from engine.evidence.falling import ItemFall, why_it_falls
from reports.standing import Standing
from reports.view_models.verified.around import reading_of
from reports.view_models.verified.loops import LoopRow, loop_rows
from reports.view_models.verified.meaning import authenticity_rows
from reports.view_models.words import lang

HALF = Decimal("0.5")
MOST_PARTS = 3
MOST_WARNINGS = 6


@dataclass(frozen=True, slots=True)
class FacadeRow:
    """An application the answers show and the data refute. ``hollow``: less than half of the records agree."""

    code: str
    name: str
    shown: str
    behind: str
    hollow: bool
    degree: str
    points: Decimal
    parts: tuple[str, ...]
    more: int


@dataclass(frozen=True, slots=True)
class BrokenLoop:
    name: str
    sentence: str
    clauses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FacadePart:
    """``state``: no_data where nothing was counted, else found or none."""

    state: Literal["no_data", "found", "none"]
    said: tuple[str, ...]
    rows: tuple[FacadeRow, ...]
    loops: tuple[BrokenLoop, ...]
    warnings: tuple[str, ...]
    notes: tuple[str, ...]  # what this cannot say


def facade_part(standing: Standing, *, inside: bool) -> FacadePart:
    """``inside``: the reader belongs to the hospital and sees figures under ten. No query."""
    evidence = standing.evidence
    if evidence is None or (
        evidence.run is None and not why_it_falls(standing.rubric, evidence.lenses).items
    ):
        said = gettext(
            "还没有交数据，不能判断哪些应用只有界面、后面没有接通。没有数据不等于有问题，也不等于没有问题。"
        )
        return FacadePart("no_data", (said,), (), (), (), ())
    reading = reading_of(standing, inside=inside)
    fall = why_it_falls(reading.rubric, evidence.lenses)
    rows = tuple(
        _row(standing, each) for each in fall.items if any(part.clause is not None for part in each.parts)
    )
    rows = tuple(sorted(rows, key=lambda row: (not row.hollow, -row.points, row.code)))
    loops = tuple(_loop(row) for row in loop_rows(reading) if row.verdict == "fails")
    warned = [row for row in authenticity_rows(reading) if row.state == "warns"][:MOST_WARNINGS]
    poorer = len(fall.items) - len(rows)
    return FacadePart(
        state="found" if rows or loops else "none",
        said=_said(rows, loops),
        rows=rows,
        loops=loops,
        warnings=tuple(
            f"{row.place}{gettext('：')}{row.sentence}" if row.place else row.sentence for row in warned
        ),
        notes=_notes(percent(evidence.lenses.coverage), poorer),
    )


def _row(standing: Standing, each: ItemFall) -> FacadeRow:
    parts = sorted((part for part in each.parts if part.clause is not None), key=lambda part: part.share)
    hollow = parts[0].share < HALF
    if each.function_to < each.function_from:
        behind = gettext("数据只支持到%(level)s") % {"level": level_name(each.function_to)}
    else:
        behind = gettext("%(n)s条要求与数据不符") % {"n": len(parts)}
    return FacadeRow(
        code=each.item,
        name=lang(standing.rubric.by_code[each.item].name),
        shown=gettext("填报功能%(level)s") % {"level": level_name(each.function_from)},
        behind=behind,
        hollow=hollow,
        degree=gettext("基本没有接通") if hollow else gettext("接通了一部分，未达到要求"),
        points=each.points,
        parts=tuple(lang(part.text) for part in parts[:MOST_PARTS]),
        more=max(0, len(parts) - MOST_PARTS),
    )


def _loop(row: LoopRow) -> BrokenLoop:
    name = f"{row.name}{gettext('（')}{row.setting_word}{gettext('）')}"
    return BrokenLoop(name, row.sentence, row.clauses)


def _said(rows: tuple[FacadeRow, ...], loops: tuple[BrokenLoop, ...]) -> tuple[str, ...]:
    if not rows and not loops:
        return (gettext("已经用数据查过的部分，没有发现只有界面、后面没有接通的应用。"),)
    sentences = []
    if rows:
        sentences.append(
            ngettext(
                "%(n)s个项目填报了功能，数据却不支持，合计%(points)s分；其中%(hollow)s个基本没有接通。",
                "%(n)s个项目填报了功能，数据却不支持，合计%(points)s分；其中%(hollow)s个基本没有接通。",
                len(rows),
            )
            % {
                "n": len(rows),
                "points": points(sum((row.points for row in rows), Decimal(0))),
                "hollow": sum(row.hollow for row in rows),
            }
        )
    if loops:
        sentences.append(
            ngettext(
                "%(n)s个闭环在途中断开：界面上每一步都有，部分业务没有走完，或次序颠倒。",
                "%(n)s个闭环在途中断开：界面上每一步都有，部分业务没有走完，或次序颠倒。",
                len(loops),
            )
            % {"n": len(loops)}
        )
    return tuple(sentences)


def _notes(coverage: str, poorer: int) -> tuple[str, ...]:
    notes = [
        gettext("自评得分中只有%(coverage)s有数据查过；没有查过的部分不能据此判断。") % {"coverage": coverage}
    ]
    if poorer:
        notes.append(
            ngettext(
                "另有%(n)s个项目的功能没有被否定，只是填报的比例或指数高于数据能支持的，不算只有界面的应用。",
                "另有%(n)s个项目的功能没有被否定，只是填报的比例或指数高于数据能支持的，不算只有界面的应用。",
                poorer,
            )
            % {"n": poorer}
        )
    return tuple(notes)
