"""Pixels: an upload made upright and bare, and marks burned into a new picture that keeps nothing of the old one."""

from __future__ import annotations

import io
import math
import warnings
from collections.abc import Callable
from functools import lru_cache
from typing import BinaryIO

from django.conf import settings
from django.utils.translation import gettext as _
from PIL import Image, ImageDraw, ImageFile, ImageFont, ImageOps

from assessments.filetypes.pictures import MOST_PIXELS
from assessments.pictures.marks import Marks
from hospitals.refusals import Refusal

KINDS = ("PNG", "JPEG", "WEBP", "GIF", "BMP")
MOST_STORED = 9_000_000  # pixels of a stored picture: a 4K screen; larger photographs are scaled down
INK = (213, 94, 0)
PAPER = (255, 255, 255)
SMOOTHEST = 4  # marks are drawn this much larger and scaled down
MOST_TILE = 16_000_000  # pixels of what is drawn larger; a long arrow is drawn with coarser edges

_ORIENTATION = 0x0112


def open_upright(file: BinaryIO) -> Image.Image:
    """Decoded, turned as its camera meant it, opaque RGB: transparency may hide pixels, so it goes onto white.

    Raises Refusal for anything that is no sound picture of at most 50 million pixels.
    """
    try:
        file.seek(0)
        ImageFile.LOAD_TRUNCATED_IMAGES = False  # the PDF library switches it on for the whole process
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(file, formats=KINDS) as opened:
                if opened.width * opened.height > MOST_PIXELS:
                    raise Refusal(_("图片的像素过多，没有保存。请缩小后再上传。"))
                turned = ImageOps.exif_transpose(opened) or opened
                if turned.mode in ("RGBA", "LA", "PA") or "transparency" in turned.info:
                    layered = turned.convert("RGBA")
                    ground = Image.new("RGB", turned.size, PAPER)
                    ground.paste(layered, mask=layered.getchannel("A"))
                    return ground
                return turned.convert("RGB")
    except Refusal:
        raise
    except Exception as broken:  # decoders raise whatever they like on broken bytes
        raise Refusal(_("图片已损坏或不完整，没有保存。请重新截图或导出后再上传。")) from broken


def as_png(picture: Image.Image, level: int = 6) -> bytes:
    """PNG with pixels and nothing besides: no text, time, place or profile."""
    picture.info = {}
    out = io.BytesIO()
    picture.save(out, "PNG", compress_level=level)
    return out.getvalue()


def burn(picture: Image.Image, marks: Marks) -> Image.Image:
    """A new picture: boxes filled black first, then arrows and numbers, then cut to the crop, then scaled down to
    at most ``MOST_STORED`` pixels. What was under a box is in no pixel of it."""
    new = picture.copy()
    pen = ImageDraw.Draw(new)
    for box in marks.boxes:
        pen.rectangle((box.left, box.top, box.right - 1, box.bottom - 1), fill=(0, 0, 0))
    crop = marks.crop
    unit = unit_of(crop.right - crop.left, crop.bottom - crop.top)
    for arrow in marks.arrows:
        _arrow(new, (arrow.x1, arrow.y1), (arrow.x2, arrow.y2), unit)
    for number, (x, y) in enumerate(marks.numbers, start=marks.earlier + 1):
        _number(new, x, y, number, unit)
    new = new.crop((crop.left, crop.top, crop.right, crop.bottom))
    if new.width * new.height > MOST_STORED:
        scale = math.sqrt(MOST_STORED / (new.width * new.height))
        new = new.resize((int(new.width * scale), int(new.height * scale)), Image.Resampling.LANCZOS)
    return new


def unit_of(width: int, height: int) -> float:
    """Width of a line in pixels, so that marks look alike in small and large pictures (static/js/pictures/shapes.js
    draws with the same)."""
    return max(2.0, min(12.0, max(width, height) / 400))


def _arrow(ground: Image.Image, tail: tuple[float, float], point: tuple[float, float], unit: float) -> None:
    length = math.hypot(point[0] - tail[0], point[1] - tail[1])
    along = (point[0] - tail[0]) / length, (point[1] - tail[1]) / length
    across = -along[1], along[0]
    head = min(length, unit * 5)
    neck = point[0] - along[0] * head, point[1] - along[1] * head

    def outline(grown: float) -> list[tuple[float, float]]:
        half, wing, tip = unit / 2 + grown, unit * 2.2 + grown * 1.6, grown * 1.8
        back = grown
        return [
            (tail[0] - along[0] * back + across[0] * half, tail[1] - along[1] * back + across[1] * half),
            (neck[0] + across[0] * half, neck[1] + across[1] * half),
            (neck[0] - along[0] * back + across[0] * wing, neck[1] - along[1] * back + across[1] * wing),
            (point[0] + along[0] * tip, point[1] + along[1] * tip),
            (neck[0] - along[0] * back - across[0] * wing, neck[1] - along[1] * back - across[1] * wing),
            (neck[0] - across[0] * half, neck[1] - across[1] * half),
            (tail[0] - along[0] * back - across[0] * half, tail[1] - along[1] * back - across[1] * half),
        ]

    edges = outline(unit / 2)

    def draw(pen: ImageDraw.ImageDraw, at: _Place) -> None:
        pen.polygon([at(*spot) for spot in edges], fill=PAPER)
        pen.polygon([at(*spot) for spot in outline(0)], fill=INK)

    xs, ys = [x for x, _y in edges], [y for _x, y in edges]
    _smoothly(ground, (min(xs), min(ys), max(xs), max(ys)), draw)


def _number(ground: Image.Image, x: float, y: float, number: int, unit: float) -> None:
    radius = unit * 4.5

    def draw(pen: ImageDraw.ImageDraw, at: _Place) -> None:
        for size, colour in ((radius + unit / 2, PAPER), (radius, INK)):
            pen.ellipse((*at(x - size, y - size), *at(x + size, y + size)), fill=colour)
        font = _font(round(radius * (1.35 if number < 10 else 1.1) * at.scale))
        pen.text(at(x, y), str(number), font=font, fill=PAPER, anchor="mm")

    reach = radius + unit
    _smoothly(ground, (x - reach, y - reach, x + reach, y + reach), draw)


class _Place:
    """From pixels of the picture to those of the enlarged tile."""

    def __init__(self, left: int, top: int, scale: int) -> None:
        self.left, self.top, self.scale = left, top, scale

    def __call__(self, x: float, y: float) -> tuple[float, float]:
        return (x - self.left) * self.scale, (y - self.top) * self.scale


def _smoothly(
    ground: Image.Image,
    edges: tuple[float, float, float, float],
    draw: Callable[[ImageDraw.ImageDraw, _Place], object],
) -> None:
    left, top = max(0, math.floor(edges[0]) - 1), max(0, math.floor(edges[1]) - 1)
    right, bottom = min(ground.width, math.ceil(edges[2]) + 1), min(ground.height, math.ceil(edges[3]) + 1)
    if left >= right or top >= bottom:
        return
    tile = ground.crop((left, top, right, bottom))
    scale = max(1, min(SMOOTHEST, math.isqrt(MOST_TILE // (tile.width * tile.height))))
    large = tile.resize((tile.width * scale, tile.height * scale), Image.Resampling.NEAREST)
    draw(ImageDraw.Draw(large), _Place(left, top, scale))
    ground.paste(large.resize(tile.size, Image.Resampling.BOX), (left, top))


@lru_cache(maxsize=16)
def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(settings.BASE_DIR / "static/fonts/NotoSansSC-Bold.otf"), max(size, 6))
