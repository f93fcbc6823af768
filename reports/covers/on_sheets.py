"""What an organisation's cover says on the first sheet of a workbook."""

from __future__ import annotations

import base64

from django.utils.translation import gettext as _

from reports.covers.reading import OwnCover

Lines = list[tuple[str, str]]


def issuer_lines(cover: OwnCover | None) -> Lines:
    """Label and text: title and subtitle of its own, who made it, how to reach them, the foreword."""
    if cover is None:
        return []
    return [
        (_("报告"), " · ".join(part for part in (cover.title, cover.subtitle) if part)),
        (_("编制单位"), cover.issuer),
        *_under(_("联系方式"), cover.contact),
        *_under(_("前言"), cover.foreword),
    ]


def disclaimer_lines(cover: OwnCover | None) -> Lines:
    """Beside the product's own, which always stands."""
    if cover is None:
        return []
    title = _("%(name)s的声明") % {"name": cover.issuer} if cover.issuer else _("本单位的声明")
    return _under(title, cover.disclaimer)


def logo_of(cover: OwnCover | None) -> bytes:
    """The PNG, or empty."""
    return base64.b64decode(cover.logo.partition(",")[2]) if cover and cover.logo else b""


def accent_of(cover: OwnCover | None, own: str) -> str:
    """Six hexadecimal digits for heads with white letters; ``own``: the product's colour. Kept accents are dark enough."""
    return cover.accent[1:].upper() if cover and cover.accent else own


def _under(label: str, texts: tuple[str, ...]) -> Lines:
    return [(label if number == 0 else "", text) for number, text in enumerate(texts)]
