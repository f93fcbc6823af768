"""What can go wrong with a plan, read off the plan itself, and what helps."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext, ngettext

from accounts.templatetags.display import english, level_name, points
from engine.roadmap.values import CLEANING, ROLLOUT, Constraints, Plan
from engine.rubric.values import Rubric
from engine.scoring.card import ScoreCard
from reports.view_models.roadmap import wording
from reports.view_models.roadmap.values import ActionRow, QuarterRow, QuarterWords, Risk, TaskRow
from reports.view_models.words import listed


def risks_of(
    rubric: Rubric,
    plan: Plan,
    rows: tuple[ActionRow, ...],
    quarters: tuple[QuarterRow, ...],
    critical: tuple[TaskRow, ...],
    constraints: Constraints,
    after: ScoreCard | None,
) -> tuple[Risk, ...]:
    """``after``: the card of the end state, where the answers were given."""
    if not rows:
        return ()
    return tuple(_risks(rubric, plan, rows, quarters, critical, constraints, after))


def _risks(
    rubric: Rubric,
    plan: Plan,
    rows: tuple[ActionRow, ...],
    quarters: tuple[QuarterRow, ...],
    critical: tuple[TaskRow, ...],
    constraints: Constraints,
    after: ScoreCard | None,
) -> Iterator[Risk]:
    if critical and len(quarters) > 1:
        yield _chain(rubric, plan, critical)
    full = [row.quarter for row in quarters if row.full]
    if full:
        yield Risk(
            "capacity",
            gettext("人力用足的季度"),
            ngettext(
                "%(n)s个季度的人力已用足（%(quarters)s），没有机动余地。",
                "%(n)s个季度的人力已用足（%(quarters)s），没有机动余地。",
                len(full),
            )
            % {"n": len(full), "quarters": listed(_runs(full))},
            (),
            gettext("提前与科室约定投入的人员；必要时推迟备选项目，或增加该季度的人力。"),
        )
    basic = [row for row in rows if row.why == "basic_gate"]
    if basic:
        yield Risk(
            "basic",
            gettext("没有替代的基本项"),
            ngettext(
                "%(n)s个项目是必须全部达标的基本项，任何一个未完成都达不到目标等级。",
                "%(n)s个项目是必须全部达标的基本项，任何一个未完成都达不到目标等级。",
                len(basic),
            )
            % {"n": len(basic)},
            wording.row_names(basic),
            gettext("优先配备人员和预算，由院领导按季度督办。"),
        )
    if after is not None:
        yield from _margins(rubric, plan, after)
    used = [row for row in rows if any(task.nature in (ROLLOUT, CLEANING) for task in row.tasks)]
    window = rubric.thresholds.window_months
    if used and window:
        yield Risk(
            "window",
            gettext("需要积累统计数据的项目"),
            ngettext(
                "%(n)s个项目要提高有效应用比例或数据质量指数，须在功能上线后积累%(months)s个月的数据才能计入。",
                "%(n)s个项目要提高有效应用比例或数据质量指数，须在功能上线后积累%(months)s个月的数据才能计入。",
                len(used),
            )
            % {"n": len(used), "months": window},
            wording.row_names(used),
            gettext("上线后每月核对比例和指数，申报时间按统计期顺延。"),
        )
    unconfirmed = [row for row in rows if not row.category_confirmed]
    if unconfirmed:
        yield Risk(
            "flags",
            gettext("待核对的基本项、选择项标识"),
            ngettext(
                "%(n)s个项目在目标等级的类别尚未与官方附件核对，核对后方案可能改变。",
                "%(n)s个项目在目标等级的类别尚未与官方附件核对，核对后方案可能改变。",
                len(unconfirmed),
            )
            % {"n": len(unconfirmed)},
            wording.row_names(unconfirmed),
            gettext("在标准库中导入官方附件核对标识，然后重新计算方案。"),
        )
    if constraints.excluded:
        yield Risk(
            "excluded",
            gettext("被排除的项目"),
            gettext("以下项目按医院的决定保持现状；方案因此可能多花人周或时间。"),
            wording.item_names(rubric, sorted(constraints.excluded)),
            gettext("条件变化时取消排除，重新计算方案。"),
        )
    yield Risk(
        "estimate",
        gettext("工作量是估算"),
        gettext("工作量按条款性质估算，实际可能在%(range)s之间；以厂商报价和试点结果为准。")
        % {"range": wording.effort_span(plan.effort_low, plan.effort, plan.effort_high).range_words},
        (),
        gettext("立项前取得报价并录入方案，每季度按实际进度重新计算。"),
    )


def _runs(quarters: list[QuarterWords]) -> list[str]:
    """Quarters that follow each other, as from and to."""
    runs: list[list[QuarterWords]] = []
    for quarter in quarters:
        if runs and runs[-1][-1].quarter.later(1) == quarter.quarter:
            runs[-1].append(quarter)
        else:
            runs.append([quarter])
    return [wording.quarters_words(run[0].quarter, run[-1].quarter) for run in runs]


def _chain(rubric: Rubric, plan: Plan, critical: tuple[TaskRow, ...]) -> Risk:
    steps = [
        gettext("%(item)s（%(level)s级%(nature)s）")
        % {"item": task.item, "level": task.level, "nature": task.nature_words}
        for task in critical
    ]
    sentences = [gettext("最后完成的是%(chain)s，推迟即推迟完成时间。") % {"chain": " → ".join(steps)}]
    if critical[0].start.quarter > plan.start:
        sentences.append(
            gettext("这条任务链到%(quarter)s才开始：之前人力用于其他项目，增加人力可以提前。")
            % {"quarter": critical[0].start.words}
        )
    return Risk(
        "chain",
        gettext("最后完成的任务链"),
        "".join(sentences) if not english() else " ".join(sentences),
        wording.item_names(rubric, dict.fromkeys(task.item for task in critical)),
        gettext("先保证这条链上的人员；每月检查一次进度。"),
    )


def _margins(rubric: Rubric, plan: Plan, after: ScoreCard) -> Iterator[Risk]:
    gates = after.by_level[plan.target].gates
    spare = gates.optional.have - gates.optional.need
    extra = gates.total.have - gates.total.need
    sentences = [
        ngettext("选择项多达标%(n)s个", "选择项多达标%(n)s个", spare) % {"n": spare}
        if spare
        else gettext("选择项没有余量"),
        gettext("总评分高出%(points)s分") % {"points": points(extra)},
    ]
    yield Risk(
        "margin",
        gettext("达到目标后的余量"),
        gettext("方案完成后%(margins)s。官方认定若与自评不同，余量小的条件最先失守。")
        % {"margins": gettext("，").join(sentences)},
        (),
        gettext("需要更大余量时，改选余量最大方案比较投入。"),
    )
    marks = {*gates.basic.borderline, *gates.optional.borderline} & set(plan.by_item)
    if marks:
        yield Risk(
            "borderline",
            gettext("正好在界限上的项目"),
            ngettext(
                "方案完成后%(n)s个项目的比例或指数正好等于%(level)s的界限，少一例就不达标。",
                "方案完成后%(n)s个项目的比例或指数正好等于%(level)s的界限，少一例就不达标。",
                len(marks),
            )
            % {"n": len(marks), "level": level_name(plan.target)},
            wording.item_names(rubric, sorted(marks)),
            gettext("实施时把目标定得略高于界限。"),
        )
