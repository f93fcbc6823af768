"""Drawn screens of a hospital's system, with obvious placeholders for patients."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image, ImageDraw, ImageFont, PngImagePlugin

from accounts.models import User
from assessments.models import Assessment, PictureDraft
from assessments.models.pictures import drafted_name

FONT = Path(__file__).resolve().parents[2] / "static/fonts/NotoSansSC-Regular.otf"
#: what must be proposed, and what must not
PATIENT = (
    ((20, 60), "姓名：欧阳示例   性别：女   住院号：0012345678"),
    ((20, 110), "身份证号：110101199003077758"),
    ((520, 110), "联系电话 13800138000"),
)
HARMLESS = (
    "药品查询",
    "静脉滴注",
    "高血压病",
    "血红蛋白 128 g/L",
    "2026-10-01 08:30",
    "临床路径",
    "长期医嘱",
)


def screen(*, patient: bool = True, size: tuple[int, int] = (1000, 420), shift: int = 0) -> Image.Image:
    picture = Image.new("RGB", size, "white")
    pen = ImageDraw.Draw(picture)
    font = ImageFont.truetype(str(FONT), 20)
    pen.rectangle((0, 0, size[0], 40), fill="#00667c")
    pen.text((20, 6), "示例医院信息系统", font=font, fill="white")
    for (x, y), text in PATIENT if patient else ():
        pen.text((x, y + shift), text, font=font, fill="black")
    for n, text in enumerate(HARMLESS):
        pen.text((20 + 260 * (n % 3), 200 + 60 * (n // 3)), text, font=font, fill="black")
    return picture


def as_file(picture: Image.Image, kind: str = "PNG", **written: Any) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **written)
    return out.getvalue()


def with_metadata(picture: Image.Image) -> bytes:
    """A PNG that says who made it and where, in text and EXIF."""
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Comment", "patient-of-ward-7")
    exif = Image.Exif()
    exif[0x010E] = "patient-of-ward-7"
    return as_file(picture, pnginfo=notes, exif=exif)


def make_picture_draft(
    assessment: Assessment, by: User, *, item: str = "01.01", **fields: Any
) -> PictureDraft:
    """A screenshot that ``by`` began to edit; nobody has read it yet."""
    draft = PictureDraft(
        **{"assessment": assessment, "item_code": item, "original_name": "截图.png", "by": by}
        | {"width": 200, "height": 100, **fields}
    )
    draft.file.name = drafted_name(draft)
    default_storage.save(draft.file.name, ContentFile(as_file(Image.new("RGB", (200, 100), "white"))))
    draft.save()
    return draft
