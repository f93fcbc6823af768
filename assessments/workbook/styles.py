"""How a workbook looks: the level ramp and the signs of the screens, calm lines, input cells in one tint."""

from __future__ import annotations

from copy import copy
from typing import Any, NamedTuple

from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side

#: the light theme's ramp of static/css/tokens.css; a test holds them together
LEVELS = ("E5F4F2", "B5E0DF", "83CBCE", "56B4BE", "299CAC", "008297", "006980", "005067", "00394D")
ON_LEVELS = ("0B2A33",) * 5 + ("FFFFFF",) * 4
INK, MUTED, LINE = "1B2A30", "5B6B72", "CBD6DA"

FACE = "Microsoft YaHei"
BODY = Font(name=FACE, size=10, color=INK)
SMALL = Font(name=FACE, size=9, color=MUTED)
STRONG = Font(name=FACE, size=10, bold=True, color=INK)
DOUBTFUL = Font(name=FACE, size=10, italic=True, color=MUTED)
TITLE = Font(name=FACE, size=18, bold=True, color=INK)
SUBTITLE = Font(name=FACE, size=12, bold=True, color=INK)
HEAD = Font(name=FACE, size=10, bold=True, color="FFFFFF")

HEAD_COLOUR = "005067"
HEAD_FILL = PatternFill("solid", start_color=HEAD_COLOUR)
ITEM_FILL = PatternFill("solid", start_color="DDE9EC")
INPUT_FILL = PatternFill("solid", start_color="FFF9E3")
CLOSED_FILL = PatternFill("solid", start_color="F3F5F6")

_THIN = Side(style="thin", color=LINE)
BOX = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
WRAP = Alignment(wrap_text=True, vertical="top")
MIDDLE = Alignment(wrap_text=True, vertical="top", horizontal="center")
RIGHT = Alignment(vertical="top", horizontal="right", shrink_to_fit=True)
OPEN = Protection(locked=False)

LEVEL_FILLS = tuple(PatternFill("solid", start_color=color) for color in LEVELS)
LEVEL_FONTS = tuple(Font(name=FACE, size=10, bold=True, color=color) for color in ON_LEVELS)


def lines_in(text: str, width: float) -> int:
    """How many lines a text takes in a column of ``width`` characters; a Chinese one counts two."""
    room = max(4.0, width - 1.5)
    taken = 0
    for part in text.split("\n") or [""]:
        units = sum(2 if ord(char) > 0x2E7F else 0.97 for char in part)
        taken += max(1, -(-int(units * 10) // int(room * 10)))
    return taken


class Look(NamedTuple):
    """What a cell looks like, whatever stands in it."""

    font: Font
    fill: PatternFill | None
    alignment: Alignment
    open: bool = False


class Brush:
    """Paints cells of one workbook; each look is worked out once, which is most of the time of writing."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, ...], Any] = {}

    def paint(self, cell: Any, look: Look) -> None:
        key = tuple(id(part) for part in look)
        if (style := self._known.get(key)) is None:
            cell.font, cell.alignment, cell.border = look.font, look.alignment, BOX
            if look.fill is not None:
                cell.fill = look.fill
            if look.open:
                cell.protection = OPEN
            self._known[key] = copy(cell._style)
        else:
            cell._style = copy(style)
