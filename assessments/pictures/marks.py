"""What a person marked on a screenshot, read strictly: one sentence for the first thing that cannot be."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from hospitals.refusals import Refusal

MOST_BOXES = 300
MOST_ARROWS = 60
MOST_NUMBERS = 20  # ① to ⑳
LONGEST_LINE = 100
SMALLEST_CROP = 40  # pixels


@dataclass(frozen=True, slots=True)
class Box:
    """Whole pixels of the draft; ``right`` and ``bottom`` are the first ones outside."""

    left: int
    top: int
    right: int
    bottom: int


@dataclass(frozen=True, slots=True)
class Arrow:
    """From the tail to the point, in pixels."""

    x1: float
    y1: float
    x2: float
    y2: float


@dataclass(frozen=True, slots=True)
class Marks:
    """``numbers``: where each circle stands, beginning after the ``earlier`` ones that are in the picture
    already; ``legend``: one line for each number, the earlier ones included."""

    crop: Box
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    numbers: tuple[tuple[float, float], ...]
    legend: tuple[str, ...]
    earlier: int = 0


def read_marks(given: Any, *, width: int, height: int, earlier: int = 0) -> Marks:
    """The marks of a picture of ``width`` x ``height`` pixels, from decoded JSON:
    ``{"crop": {x, y, width, height} | null, "boxes": [{x, y, width, height}], "arrows": [{x1, y1, x2, y2}],
    "numbers": [{x, y}], "legend": [text]}``.

    A box is rounded outwards to whole pixels and cut at the edges. Raises Refusal with one sentence.
    """
    if not isinstance(given, dict) or set(given) - {"crop", "boxes", "arrows", "numbers", "legend"}:
        raise Refusal(_("标注内容无法识别，图片没有保存。请刷新页面后再试。"))
    boxes = _list(given, "boxes", MOST_BOXES, _("遮盖框"))
    arrows = _list(given, "arrows", MOST_ARROWS, _("箭头"))
    numbers = _list(given, "numbers", MOST_NUMBERS - earlier, _("标号"))
    legend = _list(given, "legend", MOST_NUMBERS, _("标号说明"))
    if len(legend) != earlier + len(numbers) or not all(isinstance(line, str) for line in legend):
        raise Refusal(_("标号和说明的条数不一致，图片没有保存。请刷新页面后再试。"))
    whole = Box(0, 0, width, height)
    crop = whole if given.get("crop") is None else _box(given["crop"], _("裁剪框"), width, height)
    if crop != whole and min(crop.right - crop.left, crop.bottom - crop.top) < min(
        SMALLEST_CROP, width, height
    ):
        raise Refusal(_("裁剪后的图片太小，没有保存。请把裁剪框拉大一些。"))
    return Marks(
        crop=crop,
        boxes=tuple(_box(one, _("遮盖框"), width, height) for one in boxes),
        arrows=tuple(_arrow(one, width, height) for one in arrows),
        numbers=tuple(_point(one, width, height) for one in numbers),
        legend=tuple(" ".join(line.replace("\x00", "").split())[:LONGEST_LINE] for line in legend),
        earlier=earlier,
    )


def _list(given: dict[str, Any], name: str, most: int, what: str) -> list[Any]:
    found = given.get(name) or []
    if not isinstance(found, list):
        raise Refusal(_("标注内容无法识别，图片没有保存。请刷新页面后再试。"))
    if len(found) > most:
        raise Refusal(
            _("%(what)s最多%(most)s个，图片没有保存。请删去一些。") % {"what": what, "most": max(most, 0)}
        )
    return found


def _numbers(given: Any, names: tuple[str, ...], what: str) -> list[float]:
    """Finite numbers under ``names``; a picture has no more than 50 million pixels, so nothing is that far away."""
    values = [given.get(name) for name in names] if isinstance(given, dict) else []
    if len(values) != len(names) or not all(
        isinstance(value, (int, float))
        and not isinstance(value, bool)
        and abs(value) < 10**8
        and math.isfinite(value)
        for value in values
    ):
        raise Refusal(_("%(what)s的位置无法识别，图片没有保存。请删去后重画。") % {"what": what})
    return [float(value) for value in values]  # type: ignore[arg-type]


def _box(given: Any, what: str, width: int, height: int) -> Box:
    x, y, across, down = _numbers(given, ("x", "y", "width", "height"), what)
    box = Box(
        max(0, math.floor(x)),
        max(0, math.floor(y)),
        min(width, math.ceil(x + across)),
        min(height, math.ceil(y + down)),
    )
    if across <= 0 or down <= 0 or box.left >= box.right or box.top >= box.bottom:
        raise Refusal(_("%(what)s在图片之外或没有大小，图片没有保存。请删去后重画。") % {"what": what})
    return box


def _arrow(given: Any, width: int, height: int) -> Arrow:
    x1, y1, x2, y2 = _numbers(given, ("x1", "y1", "x2", "y2"), _("箭头"))
    if not (0 <= x1 <= width and 0 <= x2 <= width and 0 <= y1 <= height and 0 <= y2 <= height):
        raise Refusal(_("%(what)s在图片之外或没有大小，图片没有保存。请删去后重画。") % {"what": _("箭头")})
    if math.hypot(x2 - x1, y2 - y1) < 1:
        raise Refusal(_("%(what)s在图片之外或没有大小，图片没有保存。请删去后重画。") % {"what": _("箭头")})
    return Arrow(x1, y1, x2, y2)


def _point(given: Any, width: int, height: int) -> tuple[float, float]:
    x, y = _numbers(given, ("x", "y"), _("标号"))
    if not (0 <= x <= width and 0 <= y <= height):
        raise Refusal(_("%(what)s在图片之外或没有大小，图片没有保存。请删去后重画。") % {"what": _("标号")})
    return x, y
