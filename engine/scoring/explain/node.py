"""One node of an explanation, and how numbers and bounds are written in one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from engine.rubric.values import Category, Text
from engine.scoring.answers import State
from engine.scoring.rounding import half_up

BASIC_WORD = Text("基本项", "basic")
OPTIONAL_WORD = Text("选择项", "optional")
NOTHING = Text("", "")
STATE_WORDS: dict[State, Text] = {
    "met": Text("符合", "met"),
    "partly": Text("部分符合", "partly met"),
    "not_met": Text("不符合", "not met"),
    "not_answered": Text("未填写", "not answered"),
}


@dataclass(frozen=True, slots=True)
class Explanation:
    """A number, how it came about, and the numbers it came from.

    ``key`` is stable and unique inside one tree; ``value`` is the figure as printed; ``formula``
    says how it follows from the children; ``clause_source`` is the place in the document;
    ``holds`` is the outcome where the node is a test, None where it is only a figure.
    """

    key: str
    label: Text
    value: str
    formula: Text
    clause_source: str
    children: tuple[Explanation, ...] = ()
    holds: bool | None = None

    def walk(self) -> Iterator[Explanation]:
        """This node and all below it, top down."""
        yield self
        for child in self.children:
            yield from child.walk()

    def find(self, key: str) -> Explanation | None:
        """The node with this key, or None."""
        return next((node for node in self.walk() if node.key == key), None)


def two(value: Decimal) -> str:
    """A figure with two decimals."""
    return str(half_up(value))


def exact(value: Decimal) -> str:
    """A figure with as many decimals as it has, at least two: 2.2599, 1.20."""
    digits = value.normalize()
    return two(digits) if digits == half_up(digits) else format(digits, "f")


def category_word(category: Category | None) -> Text:
    """基本项 / 选择项."""
    return BASIC_WORD if category == "basic" else OPTIONAL_WORD


def against(have: str, need: str, holds: bool) -> Text:
    """have ≥ need, or have < need, with the verdict in words."""
    if holds:
        return Text(f"{have} ≥ {need}，达标", f"{have} ≥ {need}, passes")
    return Text(f"{have} < {need}，未达标", f"{have} < {need}, does not pass")
