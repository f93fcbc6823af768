"""The grammar of checks: what is counted on records, and how.

Filters are in disjunctive normal form: a :data:`Where` holds when any of its alternatives holds;
``()`` filters nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

Comparator = Literal["<", "<=", ">", ">=", "outside"]


@dataclass(frozen=True, slots=True)
class Condition:
    """``field`` equals ``value`` (a normalised code, or a truth value for bool fields)."""

    field: str
    value: str | bool


Where = tuple[tuple[Condition, ...], ...]  # any of: all of
FieldChoice = tuple[str, ...]  # any of these fields


@dataclass(frozen=True, slots=True)
class Pair:
    """A field on the left and the field on the right that must equal it."""

    left: str
    right: str


Key = tuple[Pair, ...]  # any of these pairs; one entry of keys / link_on


@dataclass(frozen=True, slots=True)
class DictionaryFrom:
    """The dictionary's name stands in ``field`` of the ``record`` found by ``match_on``."""

    record: str
    match_on: tuple[str, ...]
    field: str


@dataclass(frozen=True, slots=True)
class DictionaryCheck:
    """Consistency: each field is a code or name of the dictionary attached to it."""

    record: str
    fields: tuple[FieldChoice, ...]
    where: Where = ()
    pairs: tuple[tuple[str, str], ...] = ()  # (code field, name field) must hit the same entry
    fields_when: Mapping[str, Where] = field(default_factory=dict)
    dictionary_from: DictionaryFrom | None = None


@dataclass(frozen=True, slots=True)
class DefinitionCheck:
    """Consistency: a defining record is found by ``match_on`` and its ``defined`` fields are filled."""

    record: str
    fields: tuple[FieldChoice, ...]
    definition: str
    match_on: tuple[Pair, ...]
    defined: tuple[str, ...]
    where: Where = ()


@dataclass(frozen=True, slots=True)
class Length:
    """A character count: of each field, or of all fields together."""

    of: Literal["each", "combined"]
    op: Comparator
    chars: int


@dataclass(frozen=True, slots=True)
class CompletenessCheck:
    """Every field filled; optionally long enough, not repeated, or found in another record."""

    record: str
    fields: tuple[FieldChoice, ...]
    where: Where = ()
    length: Length | None = None
    unique: bool = False
    exists_in: str | None = None
    match_on: tuple[Pair, ...] = ()


@dataclass(frozen=True, slots=True)
class IntegrationCheck:
    """A left row matches when a right row equals it on link_on and on every key, none empty.

    ``right`` may be ``dictionary``: a key whose pair names one plain field on both sides is then
    looked up in the dictionary attached to that field; ``link_on`` may be empty.
    """

    left: str
    right: str
    keys: tuple[Key, ...]
    link_on: tuple[Key, ...] = ()
    left_where: Where = ()
    right_where: Where = ()
    keys_when: Mapping[str, Where] = field(default_factory=dict)  # by left field of the key
    link_inferred: bool = False
    sides_swapped: bool = False


@dataclass(frozen=True, slots=True)
class Moment:
    """A time of a record in a sequence."""

    record: str
    field: str
    where: Where = ()


@dataclass(frozen=True, slots=True)
class Sign:
    """What must hold between two neighbours; ``gap<``: absolute difference below ``minutes``."""

    op: Literal["<", "<=", "gap<"]
    minutes: int = 0


@dataclass(frozen=True, slots=True)
class TimelinessCheck:
    """``moments[i] signs[i] moments[i+1]``; ``join_on``: per entry, the field of each record type."""

    moments: tuple[Moment, ...]
    signs: tuple[Sign, ...]
    join_on: tuple[Mapping[str, str], ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """``value`` is one bound, or (low, high) for ``outside``."""

    op: Comparator
    value: tuple[Decimal, ...]

    def holds(self, figure: Decimal) -> bool:
        """Whether ``figure op value``."""
        if self.op == "outside":
            return figure < self.value[0] or figure > self.value[1]
        bound = self.value[0]
        return {
            "<": figure < bound,
            "<=": figure <= bound,
            ">": figure > bound,
            ">=": figure >= bound,
        }[self.op]


@dataclass(frozen=True, slots=True)
class StatisticCheck:
    """A statistic (see ``statistic_kinds``) judged by ``pass_when``; ``parameters`` as in the library."""

    kind: str
    parameters: Mapping[str, object]
    pass_when: Comparison


Check = (
    DictionaryCheck
    | DefinitionCheck
    | CompletenessCheck
    | IntegrationCheck
    | TimelinessCheck
    | StatisticCheck
)
