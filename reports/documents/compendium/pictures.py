"""Screenshots as they go into a document: upright, no wider than paper shows, without what a camera wrote into them."""

from __future__ import annotations

import io
import logging
from dataclasses import dataclass

from PIL import Image, ImageOps

from assessments.models import Attachment

WIDEST = 1600  # pixels over 174 mm are 234 to the inch: more than print shows
TALLEST = 2400
QUALITY = 78
MOST_PIXELS = 60_000_000  # beyond, decoding would take memory no screenshot needs

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Shot:
    """A JPEG with its size in pixels, and the size the original had: documents scale down, never up."""

    content: bytes
    width: int
    height: int
    natural_width: int
    natural_height: int

    def fitted(self, room: float, most: float) -> tuple[float, float]:
        """Width and height in millimetres within ``room`` x ``most``, at most 96 pixels to the inch."""
        width, height = self.natural_width * 25.4 / 96, self.natural_height * 25.4 / 96
        scale = min(1.0, room / width, most / height)
        return width * scale, height * scale


def drawn_anew(source: Attachment) -> Shot | None:
    """The picture decoded and written again as JPEG; None where its file is gone or cannot be read."""
    try:
        with source.file.open("rb") as file, Image.open(file) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                logger.warning("attachment %s is too large for a document", source.public_id)
                return None
            opened.draft(
                "RGB", (WIDEST * 2, TALLEST * 2)
            )  # photographs are decoded at half size where that does
            natural = opened.size
            picture = _on_white(ImageOps.exif_transpose(opened) or opened)
        if (picture.width > picture.height) != (natural[0] > natural[1]):
            natural = natural[1], natural[0]
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as failure:
        logger.warning("attachment %s cannot be drawn: %s", source.public_id, failure)
        return None
    picture.thumbnail((WIDEST, TALLEST), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    # colours at full resolution: red and blue letters of a screen stay sharp
    picture.save(out, "JPEG", quality=QUALITY, subsampling=0, optimize=True)
    return Shot(out.getvalue(), picture.width, picture.height, *natural)


def _on_white(picture: Image.Image) -> Image.Image:
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        layered = picture.convert("RGBA")
        ground = Image.new("RGB", picture.size, "white")
        ground.paste(layered, mask=layered.getchannel("A"))
        return ground
    return picture.convert("RGB")
