"""The charts of a plan say on screen and on paper what its view says."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from xml.etree import ElementTree

import pytest
from django.utils import translation

from reports.charts.plotly_figure import figure
from reports.charts.spec import ChartIncomplete, Gantt, Timeline
from reports.charts.svg import draw
from reports.view_models.roadmap import RoadmapView
from tests.factories.plans import county_plan


@pytest.fixture(scope="module")
def view() -> RoadmapView:
    with translation.override("zh-hans"):
        return county_plan().view()


def test_a_bar_covers_the_quarters_of_its_action_and_its_parts_lie_inside(view: RoadmapView) -> None:
    gantt = view.gantt
    assert gantt is not None and len(gantt.rows) == len(view.rows)
    first = view.quarters[0].quarter.quarter
    for bar in gantt.rows:
        row = view.by_code[bar.code]
        assert (bar.begin, bar.end - 1) == (
            first.until(row.start.quarter),
            first.until(row.finish.quarter),
        )
        assert all(bar.begin <= part.begin < part.end <= bar.end for part in bar.parts)
        worked = {spent.quarter.key for task in row.tasks for spent in task.spent}
        assert len({int(part.begin) for part in bar.parts}) == len(worked)
    groups = [row.group for row in gantt.rows]
    assert len(set(groups)) == sum(a != b for a, b in zip(["", *groups], groups, strict=False))


def test_both_renderers_draw_every_row_and_value(view: RoadmapView) -> None:
    assert view.gantt and view.load and view.cost_curve and view.climb
    drawing = ElementTree.fromstring(draw(view.gantt))
    rows = [one for one in drawing.iter() if one.get("class") == "gantt-row"]
    assert {one.get("data-item") for one in rows} == set(view.by_code)
    bars = figure(view.gantt)["data"]
    assert [list(bars[0]["base"]), list(bars[0]["x"])] == [
        [row.begin for row in view.gantt.rows],
        [row.end - row.begin for row in view.gantt.rows],
    ]
    for chart in (view.load, view.cost_curve, view.climb):
        text = "".join(ElementTree.fromstring(draw(chart)).itertext())
        assert all(course.words in text for course in chart.courses)
        assert len(figure(chart)["data"]) == len(chart.courses) + bool(chart.bars) + bool(chart.band)


def test_the_last_point_of_the_cost_is_the_cost_of_the_plan(view: RoadmapView) -> None:
    cost = view.cost_curve
    assert cost is not None and cost.band is not None
    unit = Decimal(10_000)
    assert cost.courses[0].values[-1] * unit == view.cost.likely
    assert (cost.band.low[-1] * unit, cost.band.high[-1] * unit) == (view.cost.low, view.cost.high)
    assert cost.table.rows[-1][2:] == (view.cost.low_words, view.cost.likely_words, view.cost.high_words)


def test_a_chart_that_contradicts_itself_cannot_be_made(view: RoadmapView) -> None:
    assert isinstance(view.gantt, Gantt) and isinstance(view.climb, Timeline) and view.load
    with pytest.raises(ChartIncomplete):
        replace(view.gantt, columns=view.gantt.columns[:-1])
    with pytest.raises(ChartIncomplete):
        replace(view.climb, base=max(view.climb.courses[0].values))
    with pytest.raises(ChartIncomplete):
        replace(view.load, base=Decimal(1))
    with pytest.raises(ChartIncomplete):
        replace(view.load, bar_words=view.load.bar_words[:-1])
