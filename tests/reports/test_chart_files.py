"""Points in a plane, and charts as files: the picture and the table say the same wherever they are taken to."""

from __future__ import annotations

import csv
import io
import json
import re
import xml.etree.ElementTree as ElementTree
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from PIL import Image

from reports.charts import palette
from reports.charts.exported import exported
from reports.charts.plotly_figure import figure
from reports.charts.spec import Axis, ChartIncomplete, Column, Guide, Mark, Scatter, Table, Zone
from reports.charts.svg import draw
from reports.documents.sheets import Sheet, as_csv, as_workbook

NAMESPACE = "{http://www.w3.org/2000/svg}"
TEN = Decimal(10)
VALUES = st.decimals(0, 10, places=2)
MARKS = st.lists(
    st.builds(
        Mark,
        x=VALUES,
        y=VALUES,
        says=st.just("示例医院"),
        shape=st.sampled_from(["circle", "square", "triangle", "diamond"]),
        solid=st.booleans(),
        weight=st.decimals(0, 1, places=2),
        count=st.integers(1, 900),
        label=st.sampled_from(["", "示例医院", "<script>"]),
        address=st.sampled_from(["", "/a/"]),
        known_from=st.none() | VALUES,
        claimed_to=st.none() | VALUES,
        stands_out=st.booleans(),
    ),
    max_size=12,
)


def a_scatter(marks: tuple[Mark, ...] = (), **changes: object) -> Scatter:
    ticks = tuple((Decimal(n), str(n)) for n in range(0, 11, 2))
    made = Scatter(
        key="points",
        title="示例散点图",
        caption="示例。",
        unit="级",
        alt="示例散点图。",
        table=Table((Column("医院"), Column("级别", True)), (("=示例", "3"), ("示例乙", "2.50"))),
        x=Axis("横轴", TEN, ticks),
        y=Axis("纵轴", TEN, ticks),
        marks=marks,
        guides=(Guide("far", ((Decimal(0), Decimal(0)), (TEN, TEN)), "相等"),),
        zone=Zone((Decimal(0), Decimal(6)), (Decimal(3), TEN), "示例角"),
        legend=(("circle", True, "已核验"),),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


@settings(max_examples=40, deadline=None)
@given(MARKS)
def test_any_points_are_drawn_as_sound_svg_and_as_a_figure(marks: list[Mark]) -> None:
    chart = a_scatter(tuple(marks))
    for inks in (palette.paper, palette.screen):
        svg = draw(chart, inks=inks)
        ElementTree.fromstring(svg)
        assert not any(name in svg for name in ("style=", "<script", "NaN", "inf"))
        assert set(re.findall(r"url\(#([^)]+)\)", svg)) == {"points-zone"}
    plain = json.dumps(figure(chart), allow_nan=False)
    assert "<b>" not in plain and not re.search(r'"#[0-9a-f]{6}"', plain)


def test_both_drawings_have_every_point() -> None:
    marks = tuple(Mark(Decimal(n), Decimal(n), f"第{n}家", label=f"第{n}家") for n in range(1, 8))
    chart = a_scatter(marks)
    root = ElementTree.fromstring(draw(chart))
    words = [node.text for node in root.iter(f"{NAMESPACE}text")]
    assert all(mark.label in words for mark in marks)
    said = [text for trace in figure(chart)["data"] for text in trace.get("hovertext") or ()]
    assert sorted(said) == sorted(mark.says for mark in marks)


def test_a_point_outside_the_plane_is_refused() -> None:
    with pytest.raises(ChartIncomplete):
        a_scatter((Mark(Decimal(11), Decimal(1), "示例"),))
    with pytest.raises(ChartIncomplete):
        a_scatter((Mark(Decimal(1), Decimal(1), "示例", claimed_to=Decimal(12)),))


def test_a_chart_as_a_picture_shows_chinese_and_reads_in_grey() -> None:
    chart = a_scatter((Mark(Decimal(5), Decimal(5), "示例"),))
    made = exported(chart, "png")
    assert made.content_type == "image/png"
    image = Image.open(io.BytesIO(made.content))
    assert image.size == (1280, 860)
    without = exported(replace(chart, x=Axis("", TEN, chart.x.ticks)), "png").content
    assert without != made.content  # the words of the axis are drawn, in a font that has them
    grey = image.convert("L").getcolors(256) or []
    assert len(grey) > 20  # ink, lines, hatch and surface are told apart without colour
    assert exported(chart, "svg").content.startswith(b"<?xml")


def test_a_chart_as_a_table_keeps_numbers_as_numbers_and_text_as_text() -> None:
    rows = list(csv.reader(io.StringIO(exported(a_scatter(), "csv").content.decode("utf-8-sig"))))
    assert rows == [["医院", "级别"], ["'=示例", "3"], ["示例乙", "2.50"]]
    sheet = load_workbook(io.BytesIO(exported(a_scatter(), "xlsx").content)).worksheets[0]
    assert sheet["A2"].value == "=示例" and sheet["A2"].data_type == "s"
    assert [sheet["B2"].value, sheet["B3"].value] == [3, 2.5]


def test_several_tables_stand_in_one_file() -> None:
    sheets = [Sheet("甲/乙", ("列",), [["a"], [None], [Decimal("1.5")]], "说明"), Sheet("丙", ("列",), [])]
    book = load_workbook(io.BytesIO(as_workbook(sheets)))
    assert book.sheetnames == ["甲 乙", "丙"]
    assert [row[0].value for row in book["甲 乙"].iter_rows()] == ["说明", None, "列", "a", None, 1.5]
    assert as_csv(sheets).decode("utf-8-sig").split() == ["甲/乙", "列", "a", '""', "1.5", "丙", "列"]
