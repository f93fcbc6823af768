"""Geometry of the small server-drawn pictures: the dual gauge and the strip of gates."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext, pgettext

# The gauge is an arc of 240 degrees in a picture of 200 x 160 units, open at the bottom.
CENTRE_X, CENTRE_Y = 100.0, 96.0
OUTER, INNER = 82.0, 62.0  # the claimed band; the verified one lies inside it
INNER_FROM, INNER_TO = 64.5, 79.5
START, SWEEP = 210.0, 240.0  # degrees, from the lower left clockwise


@dataclass(frozen=True, slots=True)
class Tick:
    level: int
    x1: str
    y1: str
    x2: str
    y2: str
    text_x: str
    text_y: str
    major: bool


@dataclass(frozen=True, slots=True)
class GaugeDrawing:
    """Path data of the bands (empty where there is nothing to draw)."""

    track: str
    claimed: str
    verified: str
    bracket: str
    ticks: tuple[Tick, ...]


def _point(radius: float, degrees: float) -> tuple[str, str]:
    angle = math.radians(degrees)
    return f"{CENTRE_X + radius * math.cos(angle):.2f}", f"{CENTRE_Y - radius * math.sin(angle):.2f}"


def _angle(value: float, top: int) -> float:
    return START - SWEEP * max(0.0, min(value, float(top))) / top


def _band(value: float, top: int, outer: float, inner: float) -> str:
    """A ring segment from the start to the value."""
    end = _angle(value, top)
    large = 1 if START - end > 180 else 0
    (ax, ay), (bx, by) = _point(outer, START), _point(outer, end)
    (cx, cy), (dx, dy) = _point(inner, end), _point(inner, START)
    forth = f"M{ax} {ay}A{outer:g} {outer:g} 0 {large} 1 {bx} {by}"
    return f"{forth}L{cx} {cy}A{inner:g} {inner:g} 0 {large} 0 {dx} {dy}Z"


def _bracket(value: float, top: int) -> str:
    """Two short arms across the band with a roof outside: the target level."""
    middle = _angle(value, top)
    left, right = middle + 4.5, middle - 4.5
    (ax, ay), (bx, by) = _point(OUTER + 1, left), _point(OUTER + 6, left)
    (cx, cy), (dx, dy) = _point(OUTER + 6, right), _point(OUTER + 1, right)
    return f"M{ax} {ay}L{bx} {by}A{OUTER + 6:g} {OUTER + 6:g} 0 0 1 {cx} {cy}L{dx} {dy}"


def draw_gauge(claimed: float | None, verified: float | None, target: float | None, top: int) -> GaugeDrawing:
    """Bands for levels between 0 and ``top``; None or 0 draws no band."""
    ticks = []
    for level in range(top + 1):
        angle = _angle(level, top)
        (x1, y1), (x2, y2), (tx, ty) = (
            _point(INNER, angle),
            _point(INNER - 4, angle),
            _point(INNER - 11, angle),
        )
        ticks.append(Tick(level, x1, y1, x2, y2, tx, ty, major=level in (0, top) or level == target))
    return GaugeDrawing(
        track=_band(top, top, OUTER, INNER),
        claimed=_band(claimed, top, OUTER, INNER) if claimed else "",
        verified=_band(verified, top, INNER_TO, INNER_FROM) if verified else "",
        bracket=_bracket(target, top) if target else "",
        ticks=tuple(ticks),
    )


@dataclass(frozen=True, slots=True)
class GateCell:
    """One gate at one level."""

    holds: bool
    have: Any
    need: Any
    missing: Any
    borderline: bool
    first_failing: bool
    item: str = ""  # the first item that fails it, with its factor
    factor: str = ""


@dataclass(frozen=True, slots=True)
class GateColumn:
    level: int
    reached: bool
    target: bool
    depends: bool
    kinds: tuple[tuple[str, str], ...]
    cells: Mapping[str, GateCell]


def lay_out_gates(levels: Sequence[Any], target: int | None) -> tuple[GateColumn, ...]:
    """Columns of the gate strip from a score card's ``levels``; exactly one cell is the page's focus."""
    names = {
        "basic": pgettext("gate", "基本项"),
        "optional": pgettext("gate", "选择项"),
        "total": gettext("总评分"),
    }
    columns: list[GateColumn] = []
    focus_found = False
    for result in levels:
        blocking = not result.reached and not focus_found
        cells: dict[str, GateCell] = {}
        for kind in names:
            gate = getattr(result.gates, kind)
            failing = getattr(gate, "failing", ())
            focus = blocking and not gate.holds and not focus_found
            focus_found = focus_found or focus
            cells[kind] = GateCell(
                holds=gate.holds,
                have=gate.have,
                need=gate.need,
                missing=max(gate.need - gate.have, 0),
                borderline=bool(gate.borderline),
                first_failing=focus,
                item=failing[0].item if failing else "",
                factor=failing[0].factor if failing else "",
            )
        columns.append(
            GateColumn(
                level=result.level,
                reached=result.reached,
                target=result.level == target,
                depends=result.robustness == "depends",
                kinds=tuple(names.items()),
                cells=cells,
            )
        )
    return tuple(columns)
