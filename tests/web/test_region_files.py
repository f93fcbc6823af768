"""What leaves the pages that compare hospitals: pictures, tables, kept views; and what a hospital answers there."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from accounts.models import User
from assessments.models import Notice
from hospitals.access import Role
from hospitals.models import Consortium, ConsortiumMember, Organisation
from reports.models import DualTrackQuestion, SavedView
from reports.regional.filling import fill_all
from rubrics.models import Edition
from rubrics.queries import get_rubric
from tests.factories.people import make_hospital, make_person
from tests.reports.test_region_filling import frozen

pytestmark = pytest.mark.django_db
NAMES = [f"示例{letter}院" for letter in "甲乙丙丁戊己"]
#: address -> the charts of the page
CHARTS = {
    "heatmap": ("heat",), "difficulty": ("passing",), "scatter": ("totals",), "inflation": ("funnel",),
    "dual-track": ("dual-track",), "consortia": ("consortia",), f"pair:a={NAMES[0]}&b={NAMES[5]}": ("pair",),
}  # fmt: skip


def card(edition: Edition, level: int, spared: int = 0, own: int = 0) -> dict[str, Any]:
    """Every item passes up to ``level``, the first ``spared`` of them two less. ``own``: a hospital's own figures."""
    rubric = get_rubric(edition)
    return {
        "level": level,
        "total": level * 30,
        "items": {
            item.code: {
                "passes": list(range(1, max(0, level - 2 * (n < spared)) + 1)), "function_level": level,
                "scored_level": level, "score": "1.00", "application": f"0.{80 + (7 * n + own) % 17}", "data_quality": f"0.{70 + (5 * n + own) % 23}",
            }
            for n, item in enumerate(rubric.items)
        },
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Region:
    client: Client
    bureau: Organisation
    hospitals: list[Organisation]
    lead: User  # of the last hospital, whose records do not bear its claims

    def page(self, address: str) -> Any:
        return self.client.get(self.to(address)).context["page"]

    @staticmethod
    def to(address: str, query: str = "") -> str:
        name, _colon, own = address.partition(":")
        return f"/region/{name}/?{'&'.join(filter(None, ('edition=emr-2018', own, query)))}"


@pytest.fixture
def region(client: Client, bureau: Organisation) -> Region:
    """Six hospitals that claim EMR level 4 and service level 3, all checked; one of them comes down to level 2."""
    manager = make_person(bureau, Role.BUREAU_MANAGER, "region-manager")
    hospitals = [make_hospital(name, parent=bureau) for name in NAMES]
    emr, service = (Edition.objects.get(key=key) for key in ("emr-2018", "smart-service-2019"))
    for number, hospital in enumerate(hospitals):
        spared = 30 if number == 5 else number
        most = {**card(emr, 4, spared), "level": 2 if number == 5 else 4}
        checked = {
            "coverage": "0.60",
            "not_refuted": most,
            "provisional": most,
            "strict": {**most, "level": 1},
        }
        frozen(hospital, manager, emr, 2026, 4, card(emr, 4, own=number), verified=checked)
        frozen(hospital, manager, service, 2026, 3, card(service, 3))
    fill_all()
    consortium = Consortium.objects.create(name="示例医联体", bureau=bureau, lead=hospitals[0])
    ConsortiumMember.objects.create(consortium=consortium, hospital=hospitals[1])
    client.force_login(manager)
    return Region(client, bureau, hospitals, make_person(hospitals[5], Role.QUALITY_LEAD, "asked-lead"))


def rows_of(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def test_every_chart_leaves_as_picture_and_as_table(region: Region) -> None:
    for address, charts in CHARTS.items():
        for chart in charts:
            made = {
                form: region.client.get(region.to(address, f"figure={chart}&as={form}"))
                for form in ("svg", "csv", "xlsx")
            }
            assert {one.status_code for one in made.values()} == {200}, (address, chart)
            assert made["svg"].content.startswith(b"<?xml") and b"</svg>" in made["svg"].content
            table = rows_of(made["csv"].content)
            assert len(table) > 1 and len({len(row) for row in table if row}) == 1, "one heading per column"
            sheet = load_workbook(io.BytesIO(made["xlsx"].content)).worksheets[0]
            assert [str(cell.value) for cell in sheet[1]] == table[0]
            assert all("attachment" in one["Content-Disposition"] for one in made.values())
        assert region.client.get(region.to(address, "figure=none&as=png")).status_code == 404
    png = region.client.get(region.to("scatter", "figure=totals&as=png"))
    assert (png["Content-Type"], png.content[:8]) == ("image/png", b"\x89PNG\r\n\x1a\n")
    assert region.client.get(region.to("scatter", "figure=totals&as=exe")).status_code == 404


def test_a_whole_table_leaves_with_what_the_filters_show(region: Region) -> None:
    tables = {
        address: region.client.get(region.to(address, "as=csv")).content.decode("utf-8-sig")
        for address in (*CHARTS, "doubts")
    }
    for address in ("heatmap", "scatter", "inflation"):
        assert all(name in tables[address] for name in NAMES), address
    assert NAMES[0] in tables["consortia"] and NAMES[2] not in tables["consortia"]
    assert NAMES[5] in tables["doubts"] and NAMES[0] not in tables["doubts"], "only the doubtful one"
    assert "去掉核验不符的部分后至多2级" in tables["doubts"]
    assert not [name for name in NAMES if name in tables["dual-track"]], "nobody was asked yet"
    narrowed = region.client.get(region.to("heatmap", "search=甲&order=name&as=csv")).content.decode()
    assert NAMES[0] in narrowed and NAMES[1] not in narrowed
    book = load_workbook(io.BytesIO(region.client.get(region.to("heatmap", "as=xlsx")).content))
    claimed, left = book.worksheets
    assert (claimed.max_row, left.max_row) == (7, 7)
    assert {claimed.cell(7, column).value for column in (2, 4, 5)} == {4}
    last = next(row for row in left.iter_rows(values_only=True) if row[0] == NAMES[5])
    assert (last[2], last[3], last[-1]) == (2, 2, 4), "thirty items came down, the last ones did not"


def test_the_heat_map_keeps_to_every_filter_it_offers(region: Region, bureau: Organisation) -> None:
    Organisation.objects.filter(pk=region.hospitals[0].pk).update(grade="2A", beds=90, ownership="private")
    fill_all()
    assert region.page("heatmap").total == 6
    for query, total in (
        ("grade=2A", 1),
        ("band=1", 1),
        ("search=己", 1),
        ("level=4", 6),
        ("level=3", 0),
        ("met=yes", 6),
        ("met=no", 0),
    ):
        found = region.client.get(region.to("heatmap", query)).context["page"]
        assert (found.total, found.narrowing.filters.set) == (total, 1), query


def test_a_view_of_a_comparison_is_kept_and_leads_back_to_the_same_filters(region: Region) -> None:
    query = "edition=emr-2018&year=2026&search=甲&order=gap"
    region.client.post("/region/views/save/", {"page": "region-heatmap", "name": "甲院", "query": query})
    view = SavedView.objects.get()
    shown = region.client.get(region.to("inflation")).content.decode()
    assert view.name in shown, "offered on every page of the region"
    page = region.client.get(f"/region/heatmap/?{view.query}").context["page"]
    assert (page.total, page.order, page.narrowing.filters.search) == (1, "gap", "甲")


def test_a_hospital_answers_and_its_words_stand_beside_the_dual_track(region: Region) -> None:
    before = region.page("dual-track")
    assert (before.n, before.corner, before.unasked, before.lines) == (6, 1, 1, ())
    html = region.client.get(region.to("dual-track")).content.decode()
    assert not [name for name in NAMES if name in html]
    region.client.post("/region/dual-track/ask/?edition=emr-2018&year=2026")
    question = DualTrackQuestion.objects.get()
    assert question.hospital == region.hospitals[5]
    assert region.page("dual-track").waiting == 1 and not region.page("dual-track").lines
    hospital = Client()
    hospital.force_login(region.lead)
    notice = Notice.objects.get(user=region.lead)
    asked = hospital.post(f"/notices/{notice.pk}/read/")
    assert asked["Location"] == f"/dual-track/{question.public_id}/"
    assert "自评4级，核验后至多2级" in hospital.get(asked["Location"]).content.decode()
    hospital.post(asked["Location"], {"answer": " "})
    question.refresh_from_db()
    assert not question.answer
    hospital.post(asked["Location"], {"answer": "线上预约走区域平台，\n院内<b>病历</b>年底上线。"})
    (line,) = region.page("dual-track").lines
    assert (line.name, line.in_corner) == (NAMES[5], True)
    html = region.client.get(region.to("dual-track")).content.decode()
    assert "线上预约走区域平台" in html and "<b>病历</b>" not in html
    assert "线上预约走区域平台" in region.client.get(region.to("dual-track", "as=csv")).content.decode()
    other = Client()
    other.force_login(make_person(region.hospitals[0], Role.QUALITY_LEAD, "neighbour-lead"))
    assert other.get(asked["Location"]).status_code == 404


def test_a_dual_track_without_checked_hospitals_still_answers_with_a_file(
    client: Client, bureau: Organisation
) -> None:
    client.force_login(make_person(bureau, Role.REVIEWER))
    answer = client.get("/region/dual-track/?as=csv")
    assert answer.status_code == 200 and "医院的说明" not in answer.content.decode()
    assert not client.get("/region/dual-track/").context["page"].chart
