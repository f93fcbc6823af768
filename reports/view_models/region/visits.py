"""Where to go and look: hospitals and items, each with its reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.templatetags.display import level_name, percent
from engine.rubric.values import Rubric
from reports.comparing.claims import Claims
from reports.comparing.grid import Grid
from reports.comparing.rows import Compared, levels_in
from reports.comparing.visits import ItemToCheck, Visit
from reports.view_models.words import lang, listed


@dataclass(frozen=True, slots=True)
class ItemLine:
    code: str
    name: str
    reason: str
    expected: str


@dataclass(frozen=True, slots=True)
class VisitLine:
    number: int
    hospital: str
    assessment: str
    city: str
    expected: str
    items: tuple[ItemLine, ...]


def one_place(value: float) -> str:
    return str(Decimal(value).quantize(Decimal("0.1"), ROUND_HALF_UP))


def visit_lines(
    rubric: Rubric,
    grid: Grid,
    visits: Sequence[Visit],
    names: Mapping[int, str],
    cities: Mapping[int, str],
    links: Mapping[int, str],
) -> tuple[VisitLine, ...]:
    rows = {row.hospital: row for row in grid.rows}
    return tuple(
        VisitLine(
            number=number,
            hospital=names[visit.hospital],
            assessment=links.get(visit.hospital, ""),
            city=cities.get(rows[visit.hospital].city or 0, ""),
            expected=one_place(visit.expected),
            items=tuple(_item_line(rubric, rows[visit.hospital], item) for item in visit.items),
        )
        for number, visit in enumerate(visits, start=1)
    )


def _item_line(rubric: Rubric, row: Compared, item: ItemToCheck) -> ItemLine:
    code = rubric.items[item.place].code
    return ItemLine(
        code, lang(rubric.items[item.place].name), _reason(row, item, item.claims), one_place(item.expected)
    )


def _reason(row: Compared, item: ItemToCheck, claims: Claims) -> str:
    """Which levels were refuted, and how likely the open ones are not true."""
    parts = []
    if claims.refuted:
        gone = levels_in(row.passes[item.place] & ~row.left[item.place])
        parts.append(_("%(levels)s被数据否定") % {"levels": listed([level_name(level) for level in gone])})
    if claims.open:
        words = (
            ngettext(
                "%(n)s个级别未定，推算%(chance)s可能不实",
                "%(n)s个级别未定，推算%(chance)s可能不实",
                claims.open,
            )
            if row.verified
            else ngettext(
                "%(n)s个级别未核验，推算%(chance)s可能不实",
                "%(n)s个级别未核验，推算%(chance)s可能不实",
                claims.open,
            )
        )
        parts.append(words % {"n": claims.open, "chance": percent(item.chance)})
    return _("；").join(parts)
