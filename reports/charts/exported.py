"""A chart as a file: the picture as SVG or PNG in paper colours, its table as CSV or Excel."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

import resvg_py
from django.conf import settings

from reports.charts.flow import Flow
from reports.charts.palette import paper
from reports.charts.spec import AnyChart
from reports.charts.svg import draw
from reports.documents.sheets import CONTENT_TYPES, as_file, sheet_of
from reports.glyphs import mark_rare

Form = Literal["svg", "png", "csv", "xlsx"]
FORMS: tuple[Form, ...] = get_args(Form)
SHARPNESS = 2  # pixels per unit of the drawing: clear on paper


@dataclass(frozen=True, slots=True)
class Exported:
    content: bytes
    content_type: str


def exported(chart: AnyChart | Flow, form: Form) -> Exported:
    """The chart in the language that is active. The fonts are the installation's own, so that a picture looks the
    same wherever it was made."""
    if form == "csv" or form == "xlsx":
        return Exported(as_file([sheet_of(chart.title, chart.table)], form), CONTENT_TYPES[form])
    drawing = draw(chart, inks=paper)
    if form == "svg":
        return Exported(f'<?xml version="1.0" encoding="UTF-8"?>\n{drawing}'.encode(), "image/svg+xml")
    picture = resvg_py.svg_to_bytes(
        svg_string=mark_rare(drawing),
        background=paper("surface"),
        skip_system_fonts=True,
        font_dirs=[str(Path(settings.BASE_DIR) / "static" / "fonts")],
        zoom=SHARPNESS,
    )
    return Exported(bytes(picture), "image/png")
