"""How a picture looks, in 128 bits: equal files differ in none, the same screen saved again in a few."""

from __future__ import annotations

from typing import cast

from PIL import Image

GRID = (16, 8)  # columns and rows of brightness steps
PLAIN = 4  # a picture with fewer steps than this is a plain surface, which resembles every other one
UNREADABLE = "0" * 32


def look_of(picture: Image.Image) -> str:
    """Whether the picture gets brighter from each cell of a coarse grid to the next one, as 32 hex characters.

    Saved again, scaled or recoloured, a picture keeps nearly all of them.
    """
    columns, rows = GRID
    grey = picture.convert("L").resize((columns + 1, rows), Image.Resampling.LANCZOS)
    bits = 0
    for y in range(rows):
        for x in range(columns):
            left, right = cast("int", grey.getpixel((x, y))), cast("int", grey.getpixel((x + 1, y)))
            bits = bits << 1 | (right > left)
    return f"{bits:032x}"


def says_something(look: str) -> bool:
    """False for an unreadable picture and a plain surface: they resemble everything and so nothing."""
    return bool(look) and int(look, 16).bit_count() >= PLAIN


def steps_between(one: str, other: str) -> int:
    """In how many of the 128 steps two looks differ."""
    return (int(one, 16) ^ int(other, 16)).bit_count()
