"""Service level over EMR level. A hospital has a name here only once it was asked and could answer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils.translation import gettext as _

from accounts.templatetags.display import level_name, percent
from hospitals.refusals import Refusal
from reports.charts.spec import Axis, Column, Mark, Scatter, Shape, Table, Zone
from reports.comparing.asking import check_can_ask
from reports.comparing.dual_track import EMR_UP_TO, SERVICE_FROM, Position, Question
from reports.comparing.plotting import apart
from reports.documents.sheets import Sheet
from reports.view_models.chart_view import ChartView, chart_view
from reports.view_models.region.choice import Choice
from reports.view_models.region.ranking import GRADES
from reports.view_models.words import listed

SINGLE = 36  # marks at one place; more become one with their number
SPANNED = 80  # hospitals whose spans are all drawn; of more only those in the corner
HALF = Decimal("0.5")
Names = Mapping[int, str]


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """A hospital that may be named. ``answer`` is empty where it let the day pass."""

    name: str
    assessment: str
    emr: str
    service: str
    asked_on: date
    answer_by: date
    answered_on: date | None
    answer: str
    in_corner: bool


@dataclass(frozen=True, slots=True)
class RegionDualTrack:
    """``both``: hospitals with results on both tracks, ``n`` of them checked far enough; ``corner`` of them in the
    corner: ``unasked`` and ``waiting`` have no name here. ``refusal``: why this person may not ask."""

    choice: Choice
    both: int
    n: int
    corner: int
    unasked: int
    waiting: int
    waiting_until: date | None
    chart: ChartView | None
    lines: tuple[AnswerLine, ...]
    refusal: str
    least_coverage: str
    service_from: str
    emr_up_to: str


def shape_of(grade: str) -> Shape:
    return "circle" if grade.startswith("3") else "square" if grade.startswith("2") else "triangle"


def dual_track_page(
    choice: Choice,
    both: int,
    positions: Sequence[Position],
    questions: Mapping[int, Question],
    named: Collection[int],
    names: Names,
    links: Mapping[int, str],
    today: date,
    refusal: str,
    least_coverage: Decimal,
    query: str,
) -> RegionDualTrack:
    corner = [one for one in positions if one.in_corner]
    waiting = [
        questions[one.hospital] for one in corner if one.hospital in questions and one.hospital not in named
    ]
    chart = dual_track_chart(positions, named, names, least_coverage)
    return RegionDualTrack(
        choice=choice,
        both=both,
        n=len(positions),
        corner=len(corner),
        unasked=sum(one.hospital not in questions for one in corner),
        waiting=len(waiting),
        waiting_until=max((one.answer_by for one in waiting), default=None),
        chart=chart_view(chart, query=query, wide=True) if chart else None,
        lines=answer_lines(positions, questions, names, links, today),
        refusal=refusal,
        least_coverage=percent(least_coverage),
        service_from=level_name(SERVICE_FROM),
        emr_up_to=level_name(EMR_UP_TO),
    )


def answer_lines(
    positions: Sequence[Position],
    questions: Mapping[int, Question],
    names: Names,
    links: Mapping[int, str],
    today: date,
) -> tuple[AnswerLine, ...]:
    """Hospitals that were asked and may be named, also those that have left the corner since."""
    where = {one.hospital: one for one in positions}
    lines = []
    for hospital, question in questions.items():
        if not question.may_be_named(today) or hospital not in names:
            continue
        here = where.get(hospital)
        lines.append(
            AnswerLine(
                name=names[hospital],
                assessment=links.get(hospital, ""),
                emr=_emr_words(here) if here else "",
                service=level_name(here.service) if here else "",
                asked_on=question.asked_on,
                answer_by=question.answer_by,
                answered_on=question.answered_on,
                answer=question.answer,
                in_corner=here is not None and here.in_corner,
            )
        )
    return tuple(sorted(lines, key=lambda line: (not line.in_corner, line.name)))


def _emr_words(one: Position) -> str:
    return _("自评%(claimed)s，核验后至多%(most)s") % {
        "claimed": level_name(one.emr_claimed), "most": level_name(one.emr_at_most),
    }  # fmt: skip


def dual_track_chart(
    positions: Sequence[Position], named: Collection[int], names: Names, least_coverage: Decimal
) -> Scatter | None:
    if not positions:
        return None
    places: dict[tuple[int, int], list[Position]] = defaultdict(list)
    for one in positions:
        places[one.emr_at_most, one.service].append(one)
    largest = max((_size(one) for one in positions), default=1) or 1
    marks: list[Mark] = []
    for (emr, service), here in sorted(places.items()):
        open_ones = [one for one in here if one.hospital not in named]
        several = len(open_ones) > SINGLE
        if several:
            says = _("EMR核验后%(emr)s、智慧服务%(service)s：%(n)s家医院") % {
                "emr": level_name(emr), "service": level_name(service), "n": len(open_ones),
            }  # fmt: skip
            marks.append(Mark(emr + HALF, service + HALF, says, count=len(open_ones)))
        single = [one for one in here if not several or one.hospital in named]
        for one, (dx, dy) in zip(single, apart(len(single)), strict=True):
            spanned = len(positions) <= SPANNED or one.in_corner
            marks.append(
                Mark(
                    x=_place(emr + HALF + dx),
                    y=_place(service + HALF + dy),
                    says=_says(one, named, names),
                    shape=shape_of(one.grade),
                    weight=_weight(one, largest),
                    label=names[one.hospital] if one.hospital in named else "",
                    known_from=_place(one.emr_strict + HALF + dx) if spanned else None,
                    claimed_to=_place(one.emr_claimed + HALF + dx) if spanned else None,
                    stands_out=one.in_corner,
                )
            )
    return Scatter(
        key="dual-track",
        title=_title(),
        caption=_("横轴为电子病历去掉核验不符后的级别：实线连到严格核验的级别，虚线连到自评级别（空心圈）。只画核验覆盖率不低于%(least)s的医院；圆为三级，方为二级，大小为出院人次。左上角是需要询问的问题，不是结论；医院被询问并有机会答复之后才显示名称。")
        % {"least": percent(least_coverage)},
        unit=_("级"),
        alt=_("%(n)s家医院的智慧服务级别与电子病历级别，其中%(corner)s家在左上角。")
        % {"n": len(positions), "corner": sum(one.in_corner for one in positions)},
        table=Table(
            _columns(),
            tuple(
                (
                    level_name(emr), level_name(service), str(len(here)),
                    listed([names[one.hospital] for one in here if one.hospital in named]) or "—",
                )
                for (emr, service), here in sorted(places.items())
            ),
        ),
        x=Axis(_("电子病历级别（核验后至多）"), Decimal(9), tuple((n + HALF, str(n)) for n in range(9))),
        y=Axis(_("智慧服务级别"), Decimal(6), tuple((n + HALF, str(n)) for n in range(6))),
        marks=tuple(marks),
        zone=Zone((Decimal(0), Decimal(SERVICE_FROM)), (Decimal(EMR_UP_TO + 1), Decimal(6)), _("服务强、临床弱（待核实）")),
        legend=(("circle", True, _("三级医院")), ("square", True, _("二级医院")), ("triangle", True, _("其他"))),
    )  # fmt: skip


def _columns() -> tuple[Column, ...]:
    return (
        Column(_("电子病历（核验后）")),
        Column(_("智慧服务"), True),
        Column(_("医院数"), True),
        Column(_("已可显示名称的医院")),
    )


def _title() -> str:
    return _("智慧服务级别与电子病历级别")


def _size(one: Position) -> int:
    return one.discharges or (one.beds or 0) * 12


def _weight(one: Position, largest: int) -> Decimal:
    return (Decimal(_size(one)) / largest).quantize(Decimal("0.01"), ROUND_HALF_UP)


def _place(value: Decimal) -> Decimal:
    return max(Decimal(0), value.quantize(Decimal("0.001"), ROUND_HALF_UP))


def _says(one: Position, named: Collection[int], names: Names) -> str:
    return _("%(who)s：电子病历%(emr)s（覆盖率%(coverage)s），智慧服务%(service)s") % {
        "who": names[one.hospital] if one.hospital in named else str(GRADES.get(one.grade) or _("医疗机构")),
        "emr": _emr_words(one), "coverage": percent(one.coverage), "service": level_name(one.service),
    }  # fmt: skip


def dual_track_sheets(chart: Scatter | None, lines: Sequence[AnswerLine]) -> list[Sheet]:
    """What the page shows and no more: places with their numbers (none before enough was checked), and the answers of
    those that may be named."""
    heads = (_("医院"), _("电子病历"), _("智慧服务"), _("询问日期"), _("答复日期"), _("说明"))
    return [
        Sheet(_title(), tuple(column.heading for column in _columns()), chart.table.rows if chart else []),
        Sheet(
            _("询问与说明"),
            heads,
            [
                (line.name, line.emr, line.service, line.asked_on.isoformat(), line.answered_on.isoformat() if line.answered_on else "", line.answer)
                for line in lines
            ],
        ),
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class QuestionPage:
    """Context ``page`` of reports/region/question.html: what a hospital is asked, and its answer."""

    hospital: str
    bureau: str
    year: int
    asked_at: datetime
    answer_by: date
    overdue: bool
    emr: str
    coverage: str
    service: str
    answer: str
    answered_at: datetime | None
    answered_by: str
    longest: int


def question_page(question: Any, today: date, longest: int) -> QuestionPage:
    """``question``: a DualTrackQuestion with hospital, bureau and answered_by."""
    facts = question.facts
    return QuestionPage(
        hospital=question.hospital.label,
        bureau=question.bureau.label,
        year=question.year,
        asked_at=question.asked_at,
        answer_by=question.answer_by,
        overdue=today > question.answer_by and not question.answer,
        emr=_("自评%(claimed)s，核验后至多%(most)s")
        % {"claimed": level_name(facts["emr_claimed"]), "most": level_name(facts["emr_at_most"])},
        coverage=percent(facts["coverage"]),
        service=level_name(facts["service"]),
        answer=question.answer,
        answered_at=question.answered_at,
        answered_by=question.answered_by.get_full_name() if question.answered_by else "",
        longest=longest,
    )


def refusal_of(by: Any, bureau: Any) -> str:
    """Why this person may not ask, empty where they may."""
    try:
        check_can_ask(by, bureau)
    except Refusal as reason:
        return str(reason)
    return ""
