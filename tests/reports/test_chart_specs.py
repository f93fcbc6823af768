"""What a chart says is the same in every drawing, and a chart that says too little cannot be built."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.rubric.values import Rubric
from engine.scoring.gap import find_gaps
from engine.scoring.score import score
from reports.charts import from_card, palette
from reports.charts.flow import Flow, FlowStep
from reports.charts.plotly_figure import figure
from reports.charts.spec import (
    AnyChart,
    Bars,
    ChartIncomplete,
    Column,
    GateStrip,
    Gauge,
    HeatMap,
    Radar,
    Series,
    Table,
)
from reports.charts.svg import draw
from reports.standing import file_standing
from reports.view_models.comparison import change_chart, roles_chart
from reports.view_models.verified.loops import flow_chart
from rubrics.queries import get_catalogue
from tests.engine.library import library
from tests.engine.random_cases import random_answers, small_rubric
from tests.factories.verified import loop_count

TOKENS = Path(__file__).resolve().parents[2] / "static/css/tokens.css"
NAMESPACE = "{http://www.w3.org/2000/svg}"


def all_charts(rubric: Rubric, rng: Random) -> Iterator[AnyChart]:
    """Every chart of the product for random answers, also with a second card as the verified one."""
    answers, other = random_answers(rng, rubric), random_answers(rng, rubric)
    card, verified = score(rubric, answers), score(rubric, other)
    target = rng.choice([gate.level for gate in rubric.gates])
    yield from_card.gauge_chart(rubric, card, target)
    yield from_card.gauge_chart(rubric, card, target, verified=verified)
    yield from_card.radar_chart(rubric, card, target=target)
    yield from_card.radar_chart(rubric, card, verified=verified)
    yield from_card.heat_chart(rubric, card, target)
    yield from_card.heat_chart(
        rubric, card, target, verified=verified, address=lambda code: f"/items/{code}/"
    )
    yield from_card.strip_chart(rubric, card, target)
    yield from_card.points_chart(rubric, card, find_gaps(rubric, answers, target, card=card))
    now = file_standing(rubric, answers, card, target=target)
    earlier = file_standing(rubric, other, verified, target=target)
    yield change_chart(now, earlier)
    yield roles_chart(now, earlier)


def figures_of(svg: str) -> list[str]:
    """The texts of an SVG that are figures of the chart."""
    root = ElementTree.fromstring(svg)
    return [node.text or "" for node in root.iter(f"{NAMESPACE}text") if node.get("class") == "figure"]


def a_gauge(**changes: object) -> Gauge:
    gauge = from_card.gauge_chart(library()["emr-2018"], score_of_nothing(), 4)
    return replace(gauge, **changes)  # type: ignore[arg-type]


def score_of_nothing() -> from_card.ScoreCard:
    rubric = library()["emr-2018"]
    return score(rubric, random_answers(Random(1), rubric))


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**9))
def test_every_value_lies_within_its_axis_for_any_answers(seed: int) -> None:
    rng = Random(seed)
    rubric = small_rubric(rng)
    for chart in all_charts(rubric, rng):
        assert all(0 <= value <= top for value, top in chart.measured())


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10**9))
def test_every_chart_is_drawn_as_sound_svg_and_as_a_figure(seed: int) -> None:
    rng = Random(seed)
    rubric = small_rubric(rng)
    for chart in all_charts(rubric, rng):
        for inks in (palette.paper, palette.screen):
            svg = draw(chart, inks=inks)
            root = ElementTree.fromstring(svg)
            assert root.find(f"{NAMESPACE}title").text == chart.title  # type: ignore[union-attr]
            assert root.find(f"{NAMESPACE}desc").text == chart.alt  # type: ignore[union-attr]
            assert not any(
                name in svg for name in ("style=", "<script", "<style", "<foreignObject", "NaN", "inf")
            )
            references = set(re.findall(r"url\(#([^)]+)\)", svg))
            assert references <= {node.get("id") for node in root.iter(f"{NAMESPACE}pattern")}
        plain = json.dumps(figure(chart), allow_nan=False)
        assert "<b>" not in plain  # plotly would write a style attribute, which the policy refuses
        assert not re.search(r'"#[0-9a-f]{6}"', plain)  # colours are those of the page's theme


@pytest.mark.parametrize("edition", ["emr-2018", "smart-service-2019", "ai-readiness-2021"])
def test_the_official_rubrics_are_drawn_whole(edition: str) -> None:
    rubric = library()[edition]
    for chart in all_charts(rubric, Random(7)):
        svg = draw(chart)
        ElementTree.fromstring(svg)
        if isinstance(chart, HeatMap):
            assert all(f"{item.code} " in svg for item in rubric.items)


def test_the_figures_of_every_drawing_are_those_of_the_specification() -> None:
    rubric = library()["smart-service-2019"]
    seen = set()
    for chart in all_charts(rubric, Random(3)):
        drawn, shown = draw(chart), json.dumps(figure(chart), ensure_ascii=False)
        match chart:
            case Gauge():
                wanted = [chart.figure]
            case Bars():
                wanted = [str(value) for one in chart.series for value in one.values if value is not None]
            case GateStrip():
                wanted = [bar.figures for level in chart.levels for bar in level.bars]
            case _:
                continue
        seen.add(type(chart))
        assert sorted(figures_of(drawn)) == sorted(wanted)
        assert all(figure_text in shown for figure_text in wanted)
    assert seen == {Gauge, Bars, GateStrip}


def test_the_table_of_a_radar_holds_the_drawn_means() -> None:
    rubric = library()["emr-2018"]
    chart = from_card.radar_chart(rubric, score_of_nothing(), target=4)
    assert isinstance(chart, Radar)
    assert [row[2] for row in chart.table.rows] == [str(value) for value in chart.series[0].values]


@pytest.mark.parametrize("name", ["title", "caption", "unit", "alt"])
def test_a_chart_without_its_words_is_refused(name: str) -> None:
    with pytest.raises(ChartIncomplete, match=name):
        a_gauge(**{name: "  "})


def test_a_value_outside_its_axis_is_refused() -> None:
    with pytest.raises(ChartIncomplete, match="outside"):
        a_gauge(claimed=Decimal(9))


def test_a_table_with_a_missing_cell_is_refused() -> None:
    with pytest.raises(ChartIncomplete):
        Table((Column("a"), Column("b")), (("1",),))


def test_a_series_with_too_few_values_is_refused() -> None:
    radar = from_card.radar_chart(library()["emr-2018"], score_of_nothing())
    with pytest.raises(ChartIncomplete):
        replace(radar, series=(Series("x", "claimed", (Decimal(1),)),))


def test_a_gate_that_contradicts_its_figures_is_refused() -> None:
    strip = from_card.strip_chart(library()["emr-2018"], score_of_nothing(), 4)
    level = strip.levels[0]
    wrong = replace(level, bars=(replace(level.bars[0], holds=not level.bars[0].holds), *level.bars[1:]))
    with pytest.raises(ChartIncomplete, match="contradicts"):
        replace(strip, levels=(wrong, *strip.levels[1:]))


def test_nothing_verified_draws_no_solid_arc_and_says_so() -> None:
    empty, verified = a_gauge(verified=None), a_gauge(verified=Decimal(2))
    solid = f'fill="{palette.paper("verified")}"'
    assert draw(empty).count(solid) == 0
    assert draw(verified).count(solid) == 2  # the arc and its sign in the legend
    assert "未核验" in draw(empty)


def test_words_in_a_drawing_are_escaped() -> None:
    assert "<script>" not in draw(a_gauge(figure_label="<script>"))


def test_a_table_is_copied_with_tabs_and_one_line_per_row() -> None:
    table = Table((Column("a"), Column("b", True)), (("x\ty", "1"), ("z\n", "2")))
    assert table.as_text().split("\n") == ["a\tb", "x y\t1", "z \t2"]


def test_colours_on_paper_are_the_light_theme_of_the_pages() -> None:
    light = TOKENS.read_text(encoding="utf-8").split('[data-bs-theme="dark"]')[0]
    tokens = dict(re.findall(r"--([a-z0-9-]+):\s*(#[0-9a-f]{6})", light))
    assert {name: tokens.get(name) for name in palette.ON_PAPER} == palette.ON_PAPER


def test_the_ramp_darkens_with_every_step_so_that_it_reads_in_grey() -> None:
    def grey(colour: str) -> float:
        red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    greys = [grey(palette.paper(f"level-{number}")) for number in range(palette.STEPS)]
    assert all(later < earlier - 8 for earlier, later in pairwise(greys))


@given(share=st.decimals(0, 1, places=2))
def test_a_share_takes_a_darker_step_the_larger_it_is(share: Decimal) -> None:
    assert palette.step(share) == 0 if share == 0 else 1 <= palette.step(share) <= 8
    assert palette.step(min(Decimal(1), share + Decimal("0.2"))) >= palette.step(share)


# -- closed loops --------------------------------------------------------------------------------


def flows() -> list[Flow]:
    return [
        flow_chart(loop, replace(loop_count(loop), setting=loop.setting))
        for loop in get_catalogue().loops.values()
    ]


def test_every_loop_of_the_library_is_drawn_and_its_table_says_the_same() -> None:
    for flow in flows():
        for inks in (palette.paper, palette.screen):
            svg = draw(flow, inks=inks)
            root = ElementTree.fromstring(svg)
            assert root.find(f"{NAMESPACE}title").text == flow.title  # type: ignore[union-attr]
            assert root.find(f"{NAMESPACE}desc").text == flow.alt  # type: ignore[union-attr]
            assert "style=" not in svg and "NaN" not in svg
            references = set(re.findall(r"url\(#([^)]+)\)", svg))
            assert references <= {node.get("id") for node in root.iter(f"{NAMESPACE}pattern")}
        drawn = figures_of(draw(flow))
        assert len(flow.table.rows) == len(flow.steps)
        for step, (name, present, whole, minutes, wrong) in zip(flow.steps, flow.table.rows, strict=True):
            assert (name, minutes, wrong) == (step.name, step.minutes or "—", f"{step.wrong:,}")
            assert f"{present} / {whole}" in drawn
            assert f"{step.present:,}" in flow.alt
        assert all(0 <= value <= top for value, top in flow.measured())


def test_a_step_without_data_is_hatched_and_never_an_empty_bar() -> None:
    flow = flows()[0]
    blocked = replace(flow, steps=(replace(flow.steps[0], blocked="没有交数据", present=0), *flow.steps[1:]))
    svg = draw(blocked)
    assert flow.blocked_word in svg and "url(#" in svg
    assert f"{flow.steps[0].present:,} / {flow.steps[0].of:,}" not in figures_of(svg)[:1]


@pytest.mark.parametrize(
    "steps",
    [
        (),
        (FlowStep("开立", True, 5, 4, True),),
        (FlowStep("开立", True, 4, 4, True, wrong=3, compared=2),),
    ],
)
def test_a_loop_that_says_more_than_there_is_cannot_be_built(steps: tuple[FlowStep, ...]) -> None:
    with pytest.raises(ChartIncomplete):
        replace(flows()[0], steps=steps)
