"""The sheets of the roadmap's workbook. A changed assumption runs through tasks, plan, quarters and summary."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from engine.roadmap.values import CLEANING, ROLLOUT
from reports.documents.roadmap_workbook.writing import Book, Column, Formula, Value, cell, span, yes_no
from reports.view_models.gaps import GapRow
from reports.view_models.roadmap import RoadmapView, TaskRow

ZERO = Decimal(0)
#: names of the cells that formulas use
RATE, LOW, HIGH, SIZE = "zp_rate", "zp_low", "zp_high", "zp_size"


@dataclass(frozen=True)
class Places:
    """Where the sheets stand and how far they go: ``last`` is the zero-based row of the last task."""

    tasks: str
    plan: str
    quarters: str
    assumptions: str
    last: int
    first_quarter: int = 11  # column of the first quarter among the tasks


def places_of(view: RoadmapView) -> Places:
    return Places(_("任务"), _("方案"), _("季度"), _("假设"), len(view.tasks))


def unit_name(nature: str) -> str:
    """The name of the cell that holds the effort of one unit of this kind of work."""
    return f"zp_unit_{nature}"


def write_plan(book: Book, view: RoadmapView, places: Places) -> None:
    columns = [
        Column(_("项目"), 9),
        Column(_("名称"), 24),
        Column(_("工作角色"), 14),
        Column(_("级别"), 14),
        Column(_("选入理由"), 14),
        Column(_("依赖"), 22),
        Column(_("工作量低估（人周）"), 12, "effort"),
        Column(_("工作量可能（人周）"), 12, "effort"),
        Column(_("工作量高估（人周）"), 12, "effort"),
        Column(_("采购（元）"), 13, "input"),
        Column(_("费用低估（元）"), 14, "money"),
        Column(_("费用可能（元）"), 14, "money"),
        Column(_("费用高估（元）"), 14, "money"),
        Column(_("开始"), 9),
        Column(_("完成"), 9),
        Column(_("责任部门"), 14),
        Column(_("内容"), 60),
        Column(_("系统"), 16),
        Column(_("厂商"), 16),
        Column(_("合同"), 16),
    ]
    sheet = book.sheet(places.plan, view.title, columns)
    rows: list[list[Value]] = []
    codes, efforts = span(places.tasks, 0, 1, places.last), span(places.tasks, 5, 1, places.last)
    for at, row in enumerate(view.rows, start=1):
        effort, bought = cell(at, 7), cell(at, 9)
        rows.append(
            [
                row.code,
                row.name,
                row.role_name,
                row.levels_words,
                row.why_words,
                row.depends_words,
                Formula(f"={effort}*{LOW}", row.effort.low),
                Formula(f"=SUMPRODUCT(({codes}={cell(at, 0)})*{efforts})", row.effort.likely),
                Formula(f"={effort}*{HIGH}", row.effort.high),
                row.purchases,
                Formula(f"={effort}*{RATE}*{LOW}+{bought}", row.cost.low),
                Formula(f"={effort}*{RATE}+{bought}", row.cost.likely),
                Formula(f"={effort}*{RATE}*{HIGH}+{bought}", row.cost.high),
                row.start.key,
                row.finish.key,
                row.department,
                "\n".join((*row.what, row.why_sentence)),
                row.quotation.system if row.quotation else "",
                row.quotation.vendor if row.quotation else "",
                row.quotation.contract if row.quotation else "",
            ]
        )
    totals: dict[int, Decimal] = {
        6: view.effort.low,
        7: view.effort.likely,
        8: view.effort.high,
        9: view.purchases,
        10: view.cost.low,
        11: view.cost.likely,
        12: view.cost.high,
    }
    summed = {
        place: Formula(f"=SUM({cell(1, place)}:{cell(len(view.rows), place)})", value)
        for place, value in totals.items()
    }
    last: list[Value] = [_("合计"), *(summed.get(place, "") for place in range(1, len(columns)))]
    book.rows(sheet, columns, [*rows, last], totals=True)


def write_tasks(book: Book, view: RoadmapView, places: Places) -> None:
    quarters = [row.quarter for row in view.quarters]
    columns = [
        Column(_("项目"), 9),
        Column(_("名称"), 24),
        Column(_("级别"), 7),
        Column(_("工作性质"), 12),
        Column(_("数量"), 9, "number"),
        Column(_("工作量（人周）"), 12, "effort"),
        Column(_("开始"), 9),
        Column(_("完成"), 9),
        Column(_("须先完成"), 24),
        Column(_("满足的条款"), 30),
        Column(_("最后完成的任务链"), 10),
        *(Column(quarter.key, 9, "effort") for quarter in quarters),
    ]
    sheet = book.sheet(places.tasks, view.title, columns)
    size = next(row.number for row in view.assumptions if row.key == "size_factor") or Decimal(1)
    units = unit_efforts(view)
    quoted = {row.code for row in view.rows if row.quotation and row.quotation.effort_words}
    rows: list[list[Value]] = []
    for at, task in enumerate(view.tasks, start=1):
        amount = None if task.item in quoted else quantity(task, units, size)
        spent = {one.quarter.key: one.effort for one in task.spent}
        whole = task.effort.likely
        effort: Value = whole
        if amount is not None:
            effort = Formula(f"={cell(at, 4)}*{unit_name(task.nature)}*{SIZE}", whole)
        rows.append(
            [
                task.item,
                task.item_name,
                task.level,
                task.nature_words,
                amount,
                effort,
                task.start.key,
                task.finish.key,
                task.after_words,
                "\n".join(task.clauses),
                yes_no(task.critical),
                *(
                    Formula(f"=$F{at + 1}*{spent[quarter.key]:f}/{whole:f}", spent[quarter.key])
                    if whole and quarter.key in spent
                    else spent.get(quarter.key)
                    for quarter in quarters
                ),
            ]
        )
    book.rows(sheet, columns, rows)


def unit_efforts(view: RoadmapView) -> dict[str, Decimal]:
    """Person-weeks of one clause of each kind, and of 1.00 of application and of index."""
    numbers = {row.key: row.number for row in view.assumptions if row.number is not None}
    units = {
        key.partition(".")[2]: number for key, number in numbers.items() if key.startswith("clause_effort.")
    }
    return {**units, ROLLOUT: numbers["rollout_effort"], CLEANING: numbers["cleaning_effort"]}


def quantity(task: TaskRow, units: dict[str, Decimal], size: Decimal) -> Decimal | None:
    """How many clauses (partly met ones by their share) or how much of a ratio: exact, or None where the effort
    does not follow from the assumptions."""
    unit = units[task.nature] * size
    if not unit:
        return None
    amount = (task.effort.likely / unit).quantize(Decimal("0.0001")).normalize()
    return amount if amount * unit == task.effort.likely else None


def write_quarters(book: Book, view: RoadmapView, places: Places) -> None:
    columns = [
        Column(_("季度"), 10),
        Column(_("投入（人周）"), 12, "effort"),
        Column(_("可用（人周）"), 12, "effort"),
        Column(_("占比"), 8, "share"),
        Column(_("采购（元）"), 13, "money"),
        Column(_("费用低估（元）"), 14, "money"),
        Column(_("费用可能（元）"), 14, "money"),
        Column(_("费用高估（元）"), 14, "money"),
        Column(_("累计低估（元）"), 15, "money"),
        Column(_("累计可能（元）"), 15, "money"),
        Column(_("累计高估（元）"), 15, "money"),
        Column(_("总评分"), 9, "number"),
        Column(_("级别"), 8),
        Column(_("完成的项目"), 40),
    ]
    sheet = book.sheet(places.quarters, view.title, columns)
    rate = next(row.number for row in view.assumptions if row.key == "rate") or ZERO
    rows: list[list[Value]] = []
    for at, row in enumerate(view.quarters, start=1):
        bought = row.money.likely - row.effort * rate
        spent = span(places.tasks, places.first_quarter + at - 1, 1, places.last)
        effort = cell(at, 1)
        costs = [
            Formula(f"={effort}*{RATE}{factor}+{cell(at, 4)}", value)
            for factor, value in (
                (f"*{LOW}", row.money.low),
                ("", row.money.likely),
                (f"*{HIGH}", row.money.high),
            )
        ]
        so_far = [
            Formula(f"=SUM({cell(1, place, fixed=True)}:{cell(at, place)})", value)
            for place, value in ((5, row.so_far.low), (6, row.so_far.likely), (7, row.so_far.high))
        ]
        rows.append(
            [
                row.quarter.key,
                Formula(f"=SUM({spent})", row.effort),
                row.capacity,
                Formula(f"=IF({cell(at, 2)}=0,0,{effort}/{cell(at, 2)})", row.effort / row.capacity)
                if row.capacity
                else ZERO,
                bought,
                *costs,
                *so_far,
                Decimal(row.total),
                row.level_words,
                "\n".join(item.words for item in row.finished),
            ]
        )
    book.rows(sheet, columns, rows)


def write_clauses(book: Book, view: RoadmapView) -> None:
    columns = [
        Column(_("条款"), 12),
        Column(_("项目"), 26),
        Column(_("级别"), 7),
        Column(_("满足的要求（非原文）"), 70),
        Column(_("条款性质"), 12),
        Column(_("现状"), 12),
        Column(_("时间"), 24),
        Column(_("责任部门"), 16),
    ]
    sheet = book.sheet(_("条款"), view.title, columns)
    rows: list[list[Value]] = [
        [
            clause.code,
            f"{row.code} {row.name}",
            clause.level,
            clause.text,
            clause.nature_words,
            clause.state_words,
            row.quarters_words,
            row.department,
        ]
        for row in view.rows
        for clause in row.clauses
    ]
    book.rows(sheet, columns, rows)


def write_gaps(book: Book, view: RoadmapView, gaps: Sequence[GapRow]) -> None:
    """Everything that is missing for the target, and whether the plan closes it."""
    columns = [
        Column(_("项目"), 26),
        Column(_("级别"), 7),
        Column(_("解决后"), 20),
        Column(_("缺条款"), 9, "number"),
        Column(_("有效应用比例"), 14),
        Column(_("数据质量指数"), 14),
        Column(_("增加分数"), 10),
        Column(_("缺什么"), 50),
        Column(_("怎样补齐"), 60),
        Column(_("在方案中"), 18),
    ]
    sheet = book.sheet(_("差距"), view.title, columns)
    planned = view.by_code
    rows: list[list[Value]] = [
        [
            f"{gap.code} {gap.name}",
            gap.level,
            gap.unlocks_words,
            gap.clause_count,
            gap.application,
            gap.data_quality,
            gap.gain,
            gap.summary,
            "\n".join(sentence for _key, sentence in gap.steps),
            planned[gap.code].levels_words if gap.code in planned else "",
        ]
        for gap in gaps
    ]
    book.rows(sheet, columns, rows)


def write_risks(book: Book, view: RoadmapView) -> None:
    columns = [Column(_("风险"), 24), Column(_("情况"), 70), Column(_("项目"), 40), Column(_("应对"), 50)]
    sheet = book.sheet(_("风险"), view.title, columns)
    book.rows(
        sheet,
        columns,
        [
            [risk.title, risk.text, " ".join(item.code for item in risk.items), risk.answer]
            for risk in view.risks
        ],
    )


def write_sensitivity(book: Book, view: RoadmapView) -> None:
    columns = [
        Column(_("提高三成的工作量"), 34),
        Column(_("总工作量（人周）"), 14, "effort"),
        Column(_("增加"), 10),
        Column(_("选择"), 10),
        Column(_("换下"), 30),
        Column(_("换上"), 30),
        Column(_("程度有变"), 30),
    ]
    sheet = book.sheet(_("敏感性"), view.title, columns)
    book.rows(
        sheet,
        columns,
        [
            [
                row.what_words,
                row.effort_after,
                row.more_words,
                row.changed_words,
                *("\n".join(item.words for item in items) for items in (row.dropped, row.added, row.altered)),
            ]
            for row in view.sensitivity
        ],
    )


def write_assumptions(book: Book, view: RoadmapView, places: Places) -> None:
    """The numbers formulas read, under names; then what the user decided and the rules of order."""
    columns = [
        Column(_("类别"), 26),
        Column(_("假设"), 44),
        Column(_("数值"), 14, "input"),
        Column(_("单位"), 14),
        Column(_("默认"), 14),
    ]
    sheet = book.sheet(places.assumptions, view.title, columns)
    names = {"rate": RATE, "low": LOW, "high": HIGH, "size_factor": SIZE}
    names |= {"rollout_effort": unit_name(ROLLOUT), "cleaning_effort": unit_name(CLEANING)}
    rows: list[list[Value]] = []
    for at, row in enumerate(view.assumptions, start=1):
        name = names.get(row.key)
        if row.key.startswith("clause_effort."):
            name = unit_name(row.key.partition(".")[2])
        if name:
            book.file.define_name(name, f"='{places.assumptions}'!{cell(at, 2, fixed=True)}")
        rows.append([row.group, row.label, row.number, row.unit, row.default])
    at = book.rows(sheet, columns, rows)
    for words, texts in (
        (
            _("约束"),
            [f"{row.kind_words} {row.item_words} {row.text}".replace("  ", " ") for row in view.constraints],
        ),
        (_("先后规则"), view.rules),
    ):
        for number, text in enumerate(texts):
            book.put(sheet, at, 0, words if number == 0 else "", "text")
            book.put(sheet, at, 1, text, "text")
            at += 1
