"""Inks of the charts: the names of static/css/tokens.css, and what they are on paper.

On screen a chart names the variable, so that both themes and a change of theme just work; on
paper it needs the colour itself. A test compares the two.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

Inks = Callable[[str], str]

ON_PAPER = {
    "surface": "#ffffff",
    "surface-2": "#eef3f4",
    "line": "#d5dfe2",
    "line-strong": "#80949b",
    "ink": "#14252c",
    "ink-2": "#465a63",
    "ink-3": "#566a73",
    "verified": "#006980",
    "claimed-line": "#006980",
    "claimed-tint": "#eaf4f5",
    "block": "#b3261e",
    "block-soft": "#fbe9e7",
    "ask": "#8a5300",
    "hold": "#1b6e4b",
    "hold-soft": "#e3f3ea",
    "cat-1": "#0072b2",
    "cat-2": "#e69f00",
    "cat-3": "#009e73",
    "cat-4": "#d55e00",
    "cat-8": "#000000",
    "level-0": "#e5f4f2",
    "level-1": "#b5e0df",
    "level-2": "#83cbce",
    "level-3": "#56b4be",
    "level-4": "#299cac",
    "level-5": "#008297",
    "level-6": "#006980",
    "level-7": "#005067",
    "level-8": "#00394d",
    "on-level-0": "#0b2a33",
    "on-level-1": "#0b2a33",
    "on-level-2": "#0b2a33",
    "on-level-3": "#0b2a33",
    "on-level-4": "#0b2a33",
    "on-level-5": "#ffffff",
    "on-level-6": "#ffffff",
    "on-level-7": "#ffffff",
    "on-level-8": "#ffffff",
}

STEPS = 9  # of the sequential ramp


def paper(name: str) -> str:
    """The colour itself."""
    return ON_PAPER[name]


def screen(name: str) -> str:
    """The variable of the page's theme. Unknown names are refused as on paper."""
    if name not in ON_PAPER:
        raise KeyError(name)
    return f"var(--{name})"


def step(share: Decimal) -> int:
    """Step 0-8 of the ramp for a share 0-1: nothing is 0, a whole is 8, and something is never 0."""
    if share <= 0:
        return 0
    return min(STEPS - 1, 1 + int(share * (STEPS - 1)))
