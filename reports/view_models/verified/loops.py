"""Closed loops as pictures: steps with counts, where instances drop off, minutes, wrong order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext

from assessments.queries.frame import AssessmentFrame
from engine.evidence.catalogue.values import Loop, Node
from engine.evidence.counts import LoopCount
from reports.charts.flow import Flow, FlowStep
from reports.charts.spec import Column, Table
from reports.view_models.chart_view import ChartView, chart_view
from reports.view_models.identity import Addresses
from reports.view_models.verified.around import Around, Reading, around
from reports.view_models.words import lang
from rubrics.queries import get_catalogue


@dataclass(frozen=True, slots=True)
class LoopRow:
    """One loop in one care setting. ``verdict``: holds | fails | unknown | none."""

    id: str
    name: str
    setting: str
    setting_word: str
    instances: int
    complete: int
    percent: str
    verdict: str
    sentence: str
    picture: ChartView | None
    note: str
    clauses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LoopsPage:
    around: Around
    rows: tuple[LoopRow, ...]

    @property
    def frame(self) -> AssessmentFrame:
        return self.around.frame


def loops_page(reading: Reading, frame: AssessmentFrame, addresses: Addresses) -> LoopsPage:
    """Loops of the rubric as counted, those that fail first. No query."""
    return LoopsPage(around(reading, frame, "loops", addresses.items), loop_rows(reading))


def loop_rows(reading: Reading) -> tuple[LoopRow, ...]:
    """Every loop in every care setting, those that fail first. No query."""
    loops = get_catalogue().loops
    whole = {
        count.loop: count
        for count in reading.lensed.counts.loops
        if count.loop in loops and count.setting == loops[count.loop].setting
    }
    rows = [
        _row(reading, loops[count.loop], count)
        for count in reading.lensed.counts.loops
        if count.loop in loops
        and loops[count.loop].rubric == reading.rubric.id
        and _shown(loops[count.loop], count, whole)
    ]
    order = ("fails", "holds", "unknown", "none")
    rows.sort(key=lambda row: (order.index(row.verdict), row.id, row.setting))
    return tuple(rows)


def _shown(loop: Loop, count: LoopCount, whole: Mapping[str, LoopCount]) -> bool:
    """A loop of all settings is also counted by setting: shown only where that says something else."""
    if count.setting == loop.setting:
        return True
    same = whole.get(count.loop)
    return count.instances > 0 and (
        same is None or (count.instances, count.nodes) != (same.instances, same.nodes)
    )


def _row(reading: Reading, loop: Loop, count: LoopCount) -> LoopRow:
    settings: Mapping[str, str] = {
        "inpatient": gettext("住院"),
        "outpatient": gettext("门诊"),
        "all": gettext("全部"),
    }
    need = loop.complete_loop.get("basic")
    if count.blocked is not None:
        verdict, sentence = "unknown", lang(count.blocked.text)
    elif count.instances == 0:
        verdict, sentence = "none", gettext("统计时段内没有这类业务。")
    elif need is not None and count.complete < need * count.instances:
        verdict = "fails"
        sentence = gettext(
            "%(instances)s条业务中，%(complete)s条走完全部环节且次序正确，其余在途中断开或次序颠倒。"
        ) % {
            "instances": f"{count.instances:,}",
            "complete": f"{count.complete:,}",
        }
    else:
        verdict = "holds"
        sentence = gettext("%(instances)s条业务中，%(complete)s条走完全部环节且次序正确。") % {
            "instances": f"{count.instances:,}",
            "complete": f"{count.complete:,}",
        }
    few = reading.hides(count.instances)
    return LoopRow(
        id=loop.id,
        name=lang(loop.name),
        setting=count.setting,
        setting_word=settings[count.setting],
        instances=count.instances,
        complete=count.complete,
        percent=f"{100 * count.complete / count.instances:.1f}%" if count.instances and not few else "",
        verdict=verdict,
        sentence=gettext("业务量太少，不显示。") if few else sentence,
        picture=chart_view(chart, wide=True) if (chart := flow_of(reading, loop.id, count.setting)) else None,
        note=lang(loop.note),
        clauses=tuple(f"{code.rsplit('.', 1)[0]}-{code.rsplit('.', 1)[1]}" for code in loop.supports),
    )


def flow_of(reading: Reading, loop: str, setting: str) -> Flow | None:
    """The picture of one loop; None where there is nothing to draw or too little to show."""
    found = get_catalogue().loops.get(loop)
    for count in reading.lensed.counts.loops:
        if found is not None and (count.loop, count.setting) == (loop, setting):
            drawn = count.instances and count.nodes and not reading.hides(count.instances)
            return flow_chart(found, count) if drawn else None
    return None


def flow_chart(loop: Loop, count: LoopCount) -> Flow:
    """The picture of one loop; its table says the same."""
    nodes = {node.id: node for node in loop.nodes}
    against: dict[str, tuple[int, int]] = {}
    for order in count.orders:
        wrong, compared = against.get(order.after, (0, 0))
        against[order.after] = (wrong + order.comparable - order.conforming, compared + order.comparable)
    steps = []
    for counted in count.nodes:
        node = nodes[counted.node]
        wrong, compared = against.get(node.id, (0, 0))
        need = loop.node_coverage if node.mandatory else loop.optional_node_coverage
        steps.append(
            FlowStep(
                name=lang(node.label),
                mandatory=node.mandatory,
                present=counted.present,
                of=count.instances,
                enough=counted.present >= need * count.instances,
                blocked=lang(counted.blocked.text) if counted.blocked else "",
                minutes=_minutes(counted.median_minutes),
                wrong=wrong,
                compared=compared,
                wrong_words=gettext("%(count)s条次序颠倒") % {"count": f"{wrong:,}"} if wrong else "",
            )
        )
    return Flow(
        key=f"{loop.id}-{count.setting}".lower(),
        title=lang(loop.name),
        caption=gettext("条的长短是有这一环节的业务所占比例；红色表示不够，斜线表示没有交这种数据。"),
        unit=gettext("条业务"),
        alt=_alt(loop, count, nodes),
        table=Table(
            (
                Column(gettext("环节")),
                Column(gettext("有此环节"), figures=True),
                Column(gettext("业务总数"), figures=True),
                Column(gettext("中位间隔"), figures=True),
                Column(gettext("次序颠倒"), figures=True),
            ),
            tuple(
                (
                    step.name,
                    gettext("未交数据") if step.blocked else f"{step.present:,}",
                    f"{step.of:,}",
                    step.minutes or "—",
                    f"{step.wrong:,}",
                )
                for step in steps
            ),
        ),
        steps=tuple(steps),
        optional_word=gettext("可选环节"),
        blocked_word=gettext("未交数据"),
    )


def _minutes(value: object) -> str:
    if value is None:
        return ""
    minutes = float(str(value))
    if minutes <= -180:
        return gettext("中位早%(hours)s小时") % {"hours": f"{-minutes / 60:.1f}"}
    if minutes < 0:
        return gettext("中位早%(minutes)s分钟") % {"minutes": f"{-minutes:.0f}"}
    if minutes >= 180:
        return gettext("中位%(hours)s小时") % {"hours": f"{minutes / 60:.1f}"}
    return gettext("中位%(minutes)s分钟") % {"minutes": f"{minutes:.0f}"}


def _alt(loop: Loop, count: LoopCount, nodes: Mapping[str, Node]) -> str:
    parts = [
        gettext("%(name)s %(present)s条")
        % {"name": lang(nodes[one.node].label), "present": f"{one.present:,}"}
        for one in count.nodes
    ]
    return gettext("%(loop)s，共%(instances)s条业务：%(steps)s。") % {
        "loop": lang(loop.name),
        "instances": f"{count.instances:,}",
        "steps": gettext("、").join(parts),
    }
