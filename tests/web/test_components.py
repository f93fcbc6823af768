"""Components: every one in both languages, in well-formed HTML; drawings and figures written one way."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.template.loader import render_to_string
from django.utils import translation

from accounts.drawings import draw_gauge, lay_out_gates
from accounts.templatetags import display
from assessments.queries.verification.span_chip import SpanChip
from engine.rubric.values import Text
from engine.scoring.answers import Answers
from engine.scoring.score import score
from tests.factories.rubrics import library
from tests.web.requests import asked

COMPONENTS = Path(settings.BASE_DIR) / "templates/components"
CHINESE = re.compile(r"[\u3400-\u9fff\uff01-\uff5e]")


class Sample(forms.Form):
    name = forms.CharField(label="Name", help_text="Hint")
    agreed = forms.BooleanField(label="Agreed")
    kind = forms.ChoiceField(label="Kind", choices=[("a", "A")], widget=forms.RadioSelect)


def levels() -> Any:
    return score(library()["smart-service-2019"], Answers(rubric="smart-service-2019", items={})).levels


#: component -> contexts it is drawn with; every branch that writes words is in here
SAMPLES: dict[str, list[dict[str, Any]]] = {
    "alert.html": [
        {"kind": kind, "title": "Title", "text": "Text", "action_url": "/", "action_label": "Go"}
        for kind in ("info", "success", "warning", "error", "ask", "depends")
    ],
    "bell.html": [{"unread_notices": n} for n in (0, 1, 7, 120)],
    "category_sign.html": [
        {"category": category, "confirmed": confirmed, "words": words}
        for category in ("basic", "optional")
        for confirmed in (True, False)
        for words in (True, False)
    ],
    "confirm.html": [
        {"dialog_id": "d", "title": "Title", "text": "Text", "action": "/", "verb": "Do", "danger": True}
    ],
    "empty.html": [{"title": "Title", "text": "Text", "action_url": "/", "action_label": "Go"}],
    "field.html": [{"field": field} for field in Sample({})],
    "form_errors.html": [{"form": Sample({})}],
    "gate_strip.html": [{"levels": levels, "target": 3, "title": "Title"}],
    "gauge.html": [
        {"claimed": 4, "verified": 3, "target": 5, "top": 8, "total": 112.35, "title": "Title"},
        {"claimed": 0, "verified": None, "target": None, "top": 5, "total": None},
    ],
    "level_chip.html": [
        {"level": level, "lens": lens} for level in (0, 8, None) for lens in ("claimed", "verified")
    ],
    "span_chip.html": [
        {"span": SpanChip(), "open": True, "level": 4},
        {"span": SpanChip(checked_at=datetime(2026, 10, 1, tzinfo=UTC)), "open": True, "level": 4},
        {"span": SpanChip(2, 1, 0, Decimal("0.61")), "level": 4},
    ],
    "main_nav.html": [{"label": "Navigation"}],
    "messages.html": [
        {"messages": [type("M", (), {"level_tag": "error", "__str__": lambda self: "Text"})()]}
    ],
    "organisations.html": [{}],
    "pagination.html": [{"pages": Paginator(range(30), 10).page(n)} for n in (1, 2, 3)],
    "person.html": [{"person": "Name", "department": "Department"}],
    "progress.html": [{"done": 3, "of": 8, "label": "Label", "unit": "units"}],
    "search.html": [{}],
    "state_sign.html": [
        {"state": state, "words": words}
        for state in ("met", "partly", "not_met", "not_answered")
        for words in (True, False)
    ],
    "status_chip.html": [{"status": s} for s in ("draft", "submitted", "returned", "accepted", "archived")],
    "topbar.html": [{}],
}


def drawn(component: str, context: dict[str, Any]) -> str:
    filled = {key: value() if value is levels else value for key, value in context.items()}
    return render_to_string(f"components/{component}", filled, request=asked())


def test_every_component_is_in_the_samples() -> None:
    assert {path.name for path in COMPONENTS.glob("*.html")} == set(SAMPLES)


def test_every_component_is_in_its_readme() -> None:
    readme = (COMPONENTS / "README.md").read_text(encoding="utf-8")
    frame = {"main_nav.html", "messages.html", "organisations.html", "search.html", "topbar.html"}
    assert [name for name in SAMPLES if name not in frame and f"| {name} |" not in readme] == []


@pytest.mark.parametrize("component", sorted(SAMPLES))
def test_a_component_speaks_the_language_of_the_reader(component: str) -> None:
    for context in SAMPLES[component]:
        with translation.override("zh-hans"):
            chinese = drawn(component, context)
        with translation.override("en"):
            english = drawn(component, context).replace("中文", "")  # the switch names the other language
        assert not CHINESE.search(english), english
        assert "None" not in chinese
        assert well_formed(chinese) and well_formed(english)


VOID = {"input", "meta", "link", "br", "img", "hr"}


def well_formed(html: str) -> bool:
    """Every element that is opened is closed, in order."""
    stack: list[str] = []
    problems: list[str] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: Any) -> None:
            if tag not in VOID:
                stack.append(tag)

        def handle_startendtag(self, tag: str, attrs: Any) -> None:
            pass

        def handle_endtag(self, tag: str) -> None:
            if not stack or stack.pop() != tag:
                problems.append(tag)

    Reader().feed(html)
    return not problems and not stack


# -- drawings and filters


def test_a_gauge_draws_no_band_for_what_is_nothing() -> None:
    nothing = draw_gauge(0, None, None, 8)
    assert (nothing.claimed, nothing.verified, nothing.bracket) == ("", "", "")
    assert [tick.level for tick in nothing.ticks] == list(range(9))


def test_a_full_gauge_ends_where_its_track_ends() -> None:
    full = draw_gauge(5, 2.5, 5, 5)
    assert full.claimed == full.track
    assert full.verified and full.verified != full.claimed and full.bracket


def test_a_gauge_beyond_its_top_stays_inside() -> None:
    assert draw_gauge(9, None, None, 8).claimed == draw_gauge(8, None, None, 8).claimed


@dataclass(frozen=True)
class Gate:
    have: int
    need: int
    borderline: bool = False

    @property
    def holds(self) -> bool:
        return self.have >= self.need


@dataclass(frozen=True)
class Gates:
    basic: Gate
    optional: Gate
    total: Gate


@dataclass(frozen=True)
class Level:
    level: int
    reached: bool
    gates: Gates
    robustness: str = "certain_pass"


def test_exactly_one_cell_of_the_gate_strip_is_the_focus() -> None:
    good, bad = Gate(2, 2), Gate(1, 4)
    strip = lay_out_gates(
        [
            Level(1, True, Gates(good, good, good)),
            Level(2, False, Gates(good, bad, bad)),
            Level(3, False, Gates(bad, bad, bad)),
        ],
        3,
    )
    focus = [
        (column.level, kind) for column in strip for kind, cell in column.cells.items() if cell.first_failing
    ]
    assert focus == [(2, "optional")]
    assert strip[1].cells["optional"].missing == 3
    assert [column.target for column in strip] == [False, False, True]


def test_a_hospital_at_the_top_has_no_focus() -> None:
    good = Gate(2, 2)
    strip = lay_out_gates([Level(1, True, Gates(good, good, good))], None)
    assert not any(cell.first_failing for column in strip for cell in column.cells.values())


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (display.figure(1234567), "1,234,567"),
        (display.figure(None), "—"),
        (display.points("84.995"), "85.00"),
        (display.points(0), "0.00"),
        (display.points_plain("110.50"), "110.5"),
        (display.points_plain(220), "220"),
        (display.percent("0.755"), "76%"),
        (display.percent("0.755", 1), "75.5%"),
        (display.share(3, 1234), "3/1,234"),
        (display.portion(3, 4), "75"),
        (display.portion(5, 0), "0"),
        (display.portion(9, 4), "100"),
        (display.file_size(3 * 1024 * 1024), "3.0 MB"),
    ],
)
def test_figures_are_written_the_same_everywhere(shown: str, expected: str) -> None:
    assert shown == expected


def test_texts_follow_the_language() -> None:
    text = Text("处方书写", "Prescribing")
    for language, words in [("zh-hans", ("处方书写", "4级")), ("en", ("Prescribing", "Level 4"))]:
        with translation.override(language):
            assert (display.lang(text), display.level_name(4)) == words
