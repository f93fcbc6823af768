"""Why every number is what it is: trees in both languages, each node with its source.

``explain_item`` for an item's score and every level of it, ``explain_level`` for a level of the
hospital, ``explain_total`` for the sum. The trees repeat the arithmetic of the card, they never
do their own: a number in a tree is read from the card it explains.
"""

from __future__ import annotations

from engine.scoring.explain.item import explain_item
from engine.scoring.explain.level import explain_level, explain_total
from engine.scoring.explain.node import Explanation

__all__ = ["Explanation", "explain_item", "explain_level", "explain_total"]
