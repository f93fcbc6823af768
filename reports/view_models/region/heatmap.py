"""Hospitals by items: rows are handed to the page in blocks and drawn where the reader is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from django.utils.translation import gettext as _

from accounts.templatetags.display import DASH, level_name
from engine.rubric.values import Rubric
from reports.charts.spec import Column, HeatCell, HeatMap, Row, Table
from reports.comparing.rows import Compared
from reports.documents.sheets import Sheet, Value
from reports.view_models.region.choice import Choice
from reports.view_models.region.narrowing import Narrowing
from reports.view_models.region.ranking import GRADES
from reports.view_models.words import lang

BLOCK = 100  # rows sent at once
DRAWN = 60  # rows of a picture that is taken along
_LEVELS = bytes(
    ord(str(mask.bit_length())) for mask in range(256)
)  # mask -> the highest level it passes, as a digit

Order = Literal["level", "gap", "coverage", "name"]


@dataclass(frozen=True, slots=True)
class HeatColumn:
    code: str
    name: str
    role: str
    first: bool  # of its role: a line stands before it


@dataclass(frozen=True, slots=True)
class RegionHeatMap:
    """``first``: the first block; later ones are fetched from ``address``. ``words``: what the script says."""

    choice: Choice
    narrowing: Narrowing
    order: str
    orders: tuple[tuple[str, str], ...]
    columns: tuple[HeatColumn, ...]
    total: int
    of: int
    first: Mapping[str, Any]
    address: str
    levels: tuple[int, ...]
    drawn: int
    words: Mapping[str, str]

    @property
    def columns_json(self) -> list[list[str | bool]]:
        return [[column.code, column.name, column.first] for column in self.columns]


def orders() -> dict[Order, str]:
    return {
        "level": _("自评等级从高到低"),
        "gap": _("自评与核验相差从大到小"),
        "coverage": _("核验覆盖率从高到低"),
        "name": _("医院名称"),
    }


def ordered(rows: Sequence[Compared], order: str, names: Mapping[int, str]) -> list[Compared]:
    """Unknown orders are the first; ties by level, total and hospital."""

    def usual(row: Compared) -> tuple[Any, ...]:
        return -row.claimed, -row.total, row.hospital

    if order == "gap":
        return sorted(
            rows,
            key=lambda row: (-(row.claimed - row.at_most) if row.at_most is not None else 1, *usual(row)),
        )
    if order == "coverage":
        return sorted(rows, key=lambda row: (-(row.coverage or -1), *usual(row)))
    if order == "name":
        return sorted(rows, key=lambda row: (names[row.hospital], row.hospital))
    return sorted(rows, key=usual)


def digits(masks: bytes) -> str:
    """One digit per item: the highest level it passes."""
    return masks.translate(_LEVELS).decode()


def block(
    rows: Sequence[Compared],
    start: int,
    names: Mapping[int, str],
    cities: Mapping[int, str],
    links: Mapping[int, str],
) -> dict[str, Any]:
    """Rows ``start`` and following as JSON: name, what it is, link, claimed and left level, digits per item."""
    return {
        "from": start,
        "rows": [
            [
                names[row.hospital],
                " · ".join(
                    part for part in (str(GRADES.get(row.grade, "")), cities.get(row.city or 0, "")) if part
                ),
                links.get(row.hospital, ""),
                row.claimed,
                row.at_most,
                digits(row.passes),
                digits(row.left) if row.verified else "",
            ]
            for row in rows[start : start + BLOCK]
        ],
    }


def columns_of(rubric: Rubric) -> tuple[HeatColumn, ...]:
    roles = {role.code: lang(role.name) for role in rubric.roles}
    before = ""
    found = []
    for item in rubric.items:
        found.append(HeatColumn(item.code, lang(item.name), roles[item.role], item.role != before))
        before = item.role
    return tuple(found)


def words() -> dict[str, str]:
    return {
        "claimed": _("自评{level}"),
        "left": _("，核验后至多{level}"),
        "unverified": _("，尚未核验"),
        "level": level_name(7).replace("7", "{n}"),
        "loading": _("读取中"),
        "failed": _("没有读到这一段，请滚动或刷新后重试。"),
    }


def heat_chart(
    choice: Choice, rubric: Rubric, rows: Sequence[Compared], names: Mapping[int, str]
) -> HeatMap | None:
    """The first hospitals of the list as a picture, None where there are none."""
    shown = [row for row in rows if len(row.passes) == len(rubric.items)][:DRAWN]
    if not shown:
        return None
    top = Decimal(choice.top)

    def cell(row: Compared, place: int) -> HeatCell:
        claimed = row.passes[place].bit_length()
        left = row.left[place].bit_length() if row.verified else None
        return HeatCell(
            claimed=claimed / top,
            verified=None if left is None else left / top,
            passes=False,
            says=f"{names[row.hospital]} {rubric.items[place].code} {level_name(claimed)}",
            mark=str(claimed) if left is None or left == claimed else f"{claimed}→{left}",
        )

    return HeatMap(
        key="heat",
        title=_("医院与项目热力图"),
        caption=_(
            "斜线为自评通过的最高级别，实心为去掉核验不符后通过的最高级别；“4→2”表示自评4级、核验后2级。"
        ),
        unit=_("级"),
        alt=_("%(n)s家医院在%(items)s个项目上的级别，自评与核验后对照。")
        % {"n": len(shown), "items": len(rubric.items)},
        table=Table(
            (Column(_("医院")), *(Column(item.code, True) for item in rubric.items)),
            tuple(
                (names[row.hospital], *(cell(row, n).mark for n in range(len(rubric.items)))) for row in shown
            ),
        ),
        rows=tuple(Row("", names[row.hospital], str(row.claimed)) for row in shown),
        columns=tuple(item.code for item in rubric.items),
        cells=tuple(tuple(cell(row, place) for place in range(len(rubric.items))) for row in shown),
        target=None,
        claimed_label=_("自评"),
        verified_label=_("核验后"),
        low_label="0",
        high_label=level_name(choice.top),
    )


def heat_sheets(rubric: Rubric, rows: Sequence[Compared], names: Mapping[int, str]) -> list[Sheet]:
    """Every hospital of the list: claimed levels, and on a second sheet what the checks left of those verified."""
    heads = (
        _("医院"),
        _("自评等级"),
        _("核验后至多"),
        *(f"{item.code} {lang(item.name)}" for item in rubric.items),
    )

    def lines(left: bool) -> list[list[Value]]:
        return [
            [names[row.hospital], row.claimed, row.at_most if row.at_most is not None else DASH, *(int(d) for d in digits(row.left if left else row.passes))]
            for row in rows
            if row.verified or not left
        ]  # fmt: skip

    return [Sheet(_("自评"), heads, lines(False)), Sheet(_("核验后"), heads, lines(True))]
