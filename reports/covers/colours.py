"""The colour of an organisation's documents: dark enough on white paper to be read, or refused with a sentence."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from hospitals.refusals import Refusal
from reports.covers.reading import OwnCover

LEAST_CONTRAST = 4.5  # WCAG 2.2, 1.4.3: text of ordinary size
_HEX = re.compile(r"#[0-9a-f]{6}")
#: what is in the product's own colour on paper: static/css/document.css and document-roadmap.css
_RULES = (
    ".cover-kind, .cover-way strong {{ color: {0}; }} h2 {{ border-bottom-color: {0}; }} "
    "table.figures td {{ border-top-color: {0}; }}"
)


def contrast_with_white(colour: str) -> float:
    """Of "#rrggbb": 1 for white, 21 for black."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 1.05 / (0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] + 0.05)


def readable(text: str) -> str:
    """As it is kept: "#006980", or empty. Raises Refusal for what is no colour and for one too light."""
    colour = text.strip().lower()
    if not colour:
        return ""
    if not _HEX.fullmatch(colour):
        raise Refusal(_("颜色应写成#加六位十六进制数，例如#006980。没有保存。"))
    contrast = contrast_with_white(colour)
    if contrast < LEAST_CONTRAST:
        raise Refusal(
            _("颜色%(colour)s在白纸上太浅：对比度为%(have)s，至少应为%(need)s。请选深一些的颜色，没有保存。")
            % {"colour": colour, "have": f"{contrast:.1f}", "need": LEAST_CONTRAST}
        )
    return colour


def accent_style(cover: OwnCover | None) -> str:
    """Rules to stand after the style of a paper; empty without a colour of the organisation's own."""
    return f"\n{_RULES.format(cover.accent)}" if cover and cover.accent else ""
