"""What the views of comparisons share: the choice with its rows, names and links."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse

from engine.rubric.values import Rubric
from reports.charts.spec import AnyChart
from reports.comparing import reading
from reports.comparing.rows import Compared
from reports.view_models.region.choice import Choice
from reports.view_models.region.ranking import Filters
from reports.views.reading import chart_response
from reports.views.region.choosing import choose
from rubrics.queries import get_rubric

LONGEST = 60


@dataclass(frozen=True, slots=True)
class Around:
    """A choice, its rubric and the rows of the year."""

    choice: Choice
    rubric: Rubric
    rows: list[Compared]

    @property
    def hospitals(self) -> list[int]:
        return [row.hospital for row in self.rows]


def read(request: HttpRequest) -> Around:
    """The queries of the choice (six) and one for the rows. 404 for people without a bureau."""
    choice = choose(request)
    rubric = get_rubric(choice.edition)
    return Around(choice, rubric, reading.compared_rows(choice.bureau, choice.edition, choice.year, rubric))


def links_of(choice: Choice, hospitals: Sequence[int]) -> Mapping[int, str]:
    """Where the submissions of these hospitals are looked at. One query, none for nobody."""
    return reading.assessments_of(choice.edition, choice.year, hospitals) if hospitals else {}


def filters_of(request: HttpRequest) -> Filters:
    given = {key: request.GET.get(key, "").replace("\x00", "").strip()[:LONGEST] for key in Filters.__slots__}
    return Filters(**given)


def query_of(request: HttpRequest) -> str:
    """The address's own parameters, without those that ask for a file."""
    kept = request.GET.copy()
    for name in ("figure", "as", "from"):
        kept.pop(name, None)
    return kept.urlencode()


def number_in(request: HttpRequest, name: str, among: Sequence[int], usual: int) -> int:
    text = request.GET.get(name, "")
    return (
        int(text) if text.isascii() and text.isdecimal() and len(text) < 4 and int(text) in among else usual
    )


def figure_of(request: HttpRequest, charts: Mapping[str, AnyChart | None]) -> HttpResponse:
    """The chart that ``?figure=`` names; 404 where there is none of that name."""
    return chart_response(request, charts.get(request.GET["figure"]))
