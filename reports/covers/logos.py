"""A logo as it is kept: drawn anew from what was uploaded, so that nothing but the picture is left of the file."""

from __future__ import annotations

import io
from typing import BinaryIO

from django.utils.translation import gettext as _
from PIL import Image

from assessments.filetypes import judge
from hospitals.refusals import Refusal

LARGEST = 2 * 1024 * 1024
MOST_WIDE, MOST_HIGH = 900, 360  # sharp at 60 x 24 mm in print
LEAST = 40  # pixels a side: less is a dot on paper
TAKEN = (".png", ".jpg", ".webp")
ACCEPT = ".png,.jpg,.jpeg,.webp"


def drawn(file: BinaryIO, name: str, size: int) -> bytes:
    """A PNG within 900 x 360 pixels, transparency kept. Checked like an attachment first; raises Refusal."""
    if size > LARGEST:
        raise Refusal(_("标志文件超过%(most)s MB，没有保存。请缩小后再上传。") % {"most": LARGEST // 2**20})
    looked_at = judge(file, name)
    if looked_at.extension not in TAKEN:
        raise Refusal(_("标志须是PNG、JPEG或WebP图片，没有保存。"))
    file.seek(0)
    with Image.open(file) as picture:
        if min(picture.size) < LEAST:
            raise Refusal(
                _("标志只有%(width)s×%(height)s像素，印出来会模糊，没有保存。请上传较大的图片。")
                % {"width": picture.width, "height": picture.height}
            )
        kept = picture.convert("RGBA")
    kept.thumbnail((MOST_WIDE, MOST_HIGH), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    kept.save(out, "PNG", optimize=True)
    return out.getvalue()
