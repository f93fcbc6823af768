"""Lines over years and full bars split by level say the same in every drawing."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ElementTree
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.charts import palette
from reports.charts.plotly_figure import figure
from reports.charts.spec import ChartIncomplete, Column, Lines, Series, Sign, Stacked, Table
from reports.charts.svg import draw

NAMESPACE = "{http://www.w3.org/2000/svg}"
TABLE = Table((Column("x"),), (("1",),))
WORDS = {"key": "k", "title": "历年", "caption": "说明", "unit": "级", "alt": "描述", "table": TABLE}
SIGNS: tuple[Sign, ...] = ("verified", "claimed", "earlier", "bound")


def lines(values: list[list[Decimal | None]]) -> Lines:
    series = tuple(Series(f"线{n}", SIGNS[n], tuple(row)) for n, row in enumerate(values))
    labels = tuple(str(2020 + n) for n in range(len(values[0])))
    return Lines(**WORDS, labels=labels, series=series, top=Decimal(8), ticks=((Decimal(4), "4"),))  # type: ignore[arg-type]


def stacked(counts: list[list[int]]) -> Stacked:
    return Stacked(
        **WORDS,  # type: ignore[arg-type]
        labels=tuple(f"组{n}" for n in range(len(counts))),
        parts=tuple(f"{n}级" for n in range(len(counts[0]))),
        counts=tuple(map(tuple, counts)),
    )


def figures_of(svg: str) -> list[str]:
    root = ElementTree.fromstring(svg)
    return [node.text or "" for node in root.iter(f"{NAMESPACE}text") if node.get("class") == "figure"]


LEVEL = st.one_of(st.none(), st.decimals(0, 8, places=2))
GRIDS = st.integers(1, 6).flatmap(
    lambda width: st.lists(st.lists(LEVEL, min_size=width, max_size=width), min_size=1, max_size=4)
)
COUNTS = st.integers(1, 9).flatmap(
    lambda width: st.lists(
        st.lists(st.integers(0, 400), min_size=width, max_size=width), min_size=1, max_size=8
    )
)


@settings(deadline=None, max_examples=40)
@given(GRIDS)
def test_every_line_ends_in_its_newest_value_in_both_drawings(values: list[list[Decimal | None]]) -> None:
    chart = lines(values)
    newest = [next((str(v) for v in reversed(row) if v is not None), None) for row in values]
    for inks in (palette.paper, palette.screen):
        svg = draw(chart, inks=inks)
        assert sorted(figures_of(svg)) == sorted(one for one in newest if one is not None)
        assert "NaN" not in svg and "style=" not in svg
    plain = figure(chart)
    assert not re.search(r'"#[0-9a-f]{6}"', json.dumps(plain, allow_nan=False))
    for trace, row, last in zip(plain["data"], values, newest, strict=True):
        assert [text for text in trace["text"] if text] == ([last] if last is not None else [])
        assert list(trace["y"]) == [None if value is None else float(value) for value in row]


@settings(deadline=None, max_examples=40)
@given(COUNTS)
def test_every_bar_is_whole_and_names_how_many_there_are(counts: list[list[int]]) -> None:
    chart = stacked(counts)
    drawn = figures_of(draw(chart))
    for row in counts:
        assert str(sum(row)) in drawn
    plain = figure(chart)
    for n, row in enumerate(counts):
        shares = [trace["x"][n] for trace in plain["data"]]
        assert sum(shares) == pytest.approx(100 if sum(row) else 0, abs=0.01)
        assert [trace["text"][n] for trace in plain["data"]] == [str(one) if one else "" for one in row]


def test_a_missing_year_leaves_a_gap() -> None:
    svg = draw(lines([[Decimal(1), None, Decimal(3), Decimal(4)]]))
    path = next(part for part in re.findall(r'd="([^"]+)" fill="none"[^>]*stroke-width="2.4"', svg))
    assert path.count("M") == 2 and path.count("L") == 1


def test_figures_at_the_end_never_lie_over_each_other() -> None:
    svg = draw(lines([[Decimal("3.00")], [Decimal("3.01")], [Decimal("3.02")], [Decimal("2.99")]]))
    heights = sorted(float(y) for y in re.findall(r'y="([\d.]+)"[^>]*class="figure"', svg))
    assert len(heights) == 4
    assert all(later - earlier >= 12 for earlier, later in pairwise(heights))


def test_charts_that_say_too_little_or_too_much_cannot_be_built() -> None:
    with pytest.raises(ChartIncomplete, match="shapes"):
        Lines(
            **WORDS,  # type: ignore[arg-type]
            labels=("2026",),
            series=tuple(Series(str(n), "claimed", (Decimal(1),)) for n in range(5)),
            top=Decimal(8),
            ticks=(),
        )
    with pytest.raises(ChartIncomplete, match="outside"):
        lines([[Decimal(9)]])
    with pytest.raises(ChartIncomplete):
        stacked([[1, 2], [3]])
