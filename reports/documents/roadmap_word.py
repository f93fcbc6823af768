"""The roadmap as Word: the chapters of the PDF from the same view, with tables that can be edited."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from reports.covers.reading import OwnCover
from reports.documents.roadmap import contents_of, signing_duties
from reports.documents.word import WordColumn, WordPaper
from reports.view_models.identity import Identity
from reports.view_models.roadmap import ActionRow, ItemName, RoadmapView


def write_roadmap_word(view: RoadmapView, identity: Identity, cover: OwnCover | None = None) -> bytes:
    """A .docx file in the language that is active."""
    paper = WordPaper(
        title=f"{view.title} {view.target_words}",
        author=cover.issuer if cover and cover.issuer else identity.hospital,
        head=f"{identity.hospital} · {view.title} · {view.target_words}",
    )
    _cover(paper, view, identity, cover)
    _decision(paper, view)
    paper.heading(_("目录"), new_page=True)
    headings = []
    for _anchor, words, below in contents_of(view):
        headings += [(1, words), *((2, said) for _under, said in below)]
    paper.contents(headings)
    paper.foreword(cover)
    if view.rows:
        _plan(paper, view)
        _pictures(paper, view)
        _phases(paper, view)
        _order(paper, view)
        _risks(paper, view)
    _rests_on(paper, view)
    _ending(paper, view, identity)
    paper.own_disclaimer(cover)
    return paper.content()


def _cover(paper: WordPaper, view: RoadmapView, identity: Identity, cover: OwnCover | None) -> None:
    paper.logo(cover)
    paper.text((cover and cover.title) or _("建设路线图"), "Subtitle")
    paper.text(view.edition, "Title")
    if cover and cover.subtitle:
        paper.text(cover.subtitle, "Zhiping Small")
    paper.text(identity.hospital, "Zhiping Lead")
    paper.text(f"{view.level_before_words} → {view.target_words}", "Title")
    window = f"{identity.window[0]} – {identity.window[1]}" if identity.window else ""
    facts = (
        (_("自评"), identity.title),
        (_("文号"), identity.document_number),
        (_("统计期"), window),
        (_("方案"), f"{view.objective_words}{_('，')}{view.status_words}"),
        (_("建设时间"), f"{view.start.words} – {view.finish_words}" if view.finish else ""),
        (_("依据"), identity.source_words),
        (_("生成时间"), timezone.localtime().strftime("%Y-%m-%d %H:%M")),
    )
    for label, text in facts:
        if text:
            paper.labelled(label, text)
    if cover and cover.issuer:
        paper.labelled(_("编制单位"), cover.issuer)
    for line in cover.contact if cover else ():
        paper.text(line, "Zhiping Small")
    if identity.live:
        paper.text(_("草稿"), bold=True)
    paper.text(f"{identity.disclaimer} {identity.status_note}".strip(), "Zhiping Small")


def _decision(paper: WordPaper, view: RoadmapView) -> None:
    paper.heading(_("供决策的一页"), new_page=True)
    paper.text(view.headline, "Zhiping Lead")
    if not view.feasible:
        return _impossible(paper, view)
    if view.rows:
        paper.table(
            [
                WordColumn("", 0.2),
                WordColumn(_("低估"), 0.26, True),
                WordColumn(_("可能"), 0.28, True),
                WordColumn(_("高估"), 0.26, True),
            ],
            [
                (
                    _("工作量（人周）"),
                    view.effort.low_words,
                    view.effort.likely_words,
                    view.effort.high_words,
                ),
                (_("费用（元）"), view.cost.low_words, view.cost.likely_words, view.cost.high_words),
            ],
            caption=_("工作量与费用"),
        )
    paper.bullets(
        [*(view.brief if view.rows else view.summary), *([view.ready_words] if view.ready_words else [])]
    )
    if view.decisions:
        paper.heading(_("需要决定的事"), 2)
        paper.table(
            [WordColumn("", 0.05), WordColumn(_("事项"), 0.73), WordColumn(_("意见"), 0.22)],
            [
                (str(number), sentence, f"□ {_('批准')}　□ {_('调整')}")
                for number, sentence in enumerate(view.decisions, start=1)
            ],
        )
    paper.heading(_("这一方案怎样得出"), 2)
    paper.labelled(view.objective_words, view.objective_meaning)
    paper.text(view.optimal_words, bold=True)
    paper.chart(view.climb, width=105)


def _impossible(paper: WordPaper, view: RoadmapView) -> None:
    paper.text(view.optimal_words)
    paper.table(
        [
            WordColumn(_("级别"), 0.1),
            WordColumn(_("条件"), 0.16),
            WordColumn(_("原因"), 0.44),
            WordColumn(_("涉及的项目"), 0.3),
        ],
        [(row.level_words, row.gate_words, row.text, _names(row.items)) for row in view.blocked],
        caption=_("哪些条件达不到"),
    )
    if view.relaxations:
        paper.table(
            [WordColumn(_("办法"), 0.22), WordColumn(_("内容"), 0.48), WordColumn(_("涉及的项目"), 0.3)],
            [(f"□ {row.kind_words}", row.text, _names(row.items)) for row in view.relaxations],
            caption=_("最小的放宽办法（任选一种）"),
        )
    for sentence in view.decisions:
        paper.text(sentence)


def _plan(paper: WordPaper, view: RoadmapView) -> None:
    paper.heading(_("方案总表"), new_page=True)
    paper.table(
        [
            WordColumn(_("项目"), 0.19),
            WordColumn(_("级别"), 0.08),
            WordColumn(_("选入理由"), 0.12),
            WordColumn(_("依赖"), 0.09),
            WordColumn(_("工作量（人周）"), 0.12, True),
            WordColumn(_("费用（元）"), 0.17, True),
            WordColumn(_("时间"), 0.1),
            WordColumn(_("责任部门"), 0.13),
        ],
        [
            *(_plan_row(row) for row in view.rows),
            (
                _("合计"),
                "",
                "",
                "",
                f"{view.effort.likely_words}\n{view.effort.low_words}–{view.effort.high_words}",
                f"{view.cost.likely_words}\n{view.cost.low_words}–{view.cost.high_words}",
                "",
                "",
            ),
        ],
        caption=_("方案总表：项目、理由、依赖、工作量、费用、时间和责任部门"),
        total=True,
    )


def _plan_row(row: ActionRow) -> tuple[str, ...]:
    sign = {"basic": "■ ", "optional": "○ "}.get(row.category, "")
    return (
        f"{sign}{row.code} {row.name}",
        row.levels_short,
        row.why_words,
        " ".join(item.code for item in row.depends_on) or "—",
        f"{row.effort.likely_words}\n{row.effort.low_words}–{row.effort.high_words}",
        f"{row.cost.likely_words}\n{row.cost.low_words}–{row.cost.high_words}",
        row.start.key if row.start == row.finish else f"{row.start.key}\n–{row.finish.key}",
        row.department,
    )


def _pictures(paper: WordPaper, view: RoadmapView) -> None:
    paper.heading(_("进度、费用与人力"), new_page=True)
    paper.chart(view.gantt)
    paper.chart(view.cost_curve, width=140)
    paper.chart(view.load, width=140)
    paper.table(
        [
            WordColumn(_("季度"), 0.1),
            WordColumn(_("投入（人周）"), 0.12, True),
            WordColumn(_("可用（人周）"), 0.12, True),
            WordColumn(_("费用（元）"), 0.15, True),
            WordColumn(_("累计（元）"), 0.15, True),
            WordColumn(_("总评分"), 0.1, True),
            WordColumn(_("级别"), 0.1),
            WordColumn(_("完成的项目"), 0.16),
        ],
        [
            (
                row.quarter.key,
                row.effort_words,
                row.capacity_words,
                row.money.likely_words,
                row.so_far.likely_words,
                row.total,
                row.level_words,
                " ".join(item.code for item in row.finished),
            )
            for row in view.quarters
        ],
        caption=_("各季度的投入、费用和期末级别"),
    )


def _phases(paper: WordPaper, view: RoadmapView) -> None:
    paper.heading(_("分期建设内容"), new_page=True)
    for phase in view.phases:
        paper.heading(phase.title, 2)
        paper.text(phase.sentence)
        if phase.continued:
            paper.text(
                f"{_('继续进行：')}{_('、').join(item.code for item in phase.continued)}", "Zhiping Small"
            )
        for row in phase.actions:
            _project(paper, row)


def _project(paper: WordPaper, row: ActionRow) -> None:
    paper.heading(f"{row.code} {row.name}　{row.levels_words}", 3)
    department = row.department or "________________"
    paper.text(
        f"{row.quarters_words} · {row.effort.words}{_('（')}{row.effort.range_words}{_('）')} · {row.cost.words} · "
        f"{_('责任部门')}{_('：')}{department}",
        "Zhiping Small",
    )
    paper.text(f"{_('；').join(row.what)}{_('。')}{row.why_words}{_('：')}{row.why_sentence}")
    if row.depends_words:
        paper.text(f"{_('先完成：')}{row.depends_words}", "Zhiping Small")
    if row.quotation:
        parts = " · ".join(f"{label} {words}" for label, _money, words in row.quotation.parts)
        names = " ".join(
            one for one in (row.quotation.system, row.quotation.vendor, row.quotation.contract) if one
        )
        paper.text(
            f"{_('报价')}{_('：')}{names} · {parts} · {_('合计')} {row.quotation.total_words}",
            "Zhiping Small",
        )
    if row.clauses:
        paper.table(
            [
                WordColumn(_("条款"), 0.13),
                WordColumn(_("满足的要求（非原文）"), 0.6),
                WordColumn(_("条款性质"), 0.13),
                WordColumn(_("现状"), 0.14),
            ],
            [(one.code, one.text, one.nature_words, one.state_words or "—") for one in row.clauses],
        )


def _order(paper: WordPaper, view: RoadmapView) -> None:
    paper.heading(_("先后关系与任务"), new_page=True)
    paper.bullets(view.rules)
    paper.table(
        [
            WordColumn(_("任务"), 0.36),
            WordColumn(_("工作性质"), 0.14),
            WordColumn(_("工作量（人周）"), 0.13, True),
            WordColumn(_("时间"), 0.18),
            WordColumn(_("须先完成"), 0.19),
        ],
        [
            (
                f"{task.item} {task.item_name} · {task.level}",
                task.nature_words,
                task.effort.likely_words,
                task.start.key if task.start == task.finish else f"{task.start.key} – {task.finish.key}",
                task.after_words or "—",
            )
            for task in view.tasks
        ],
        caption=_("任务：项目、级别和工作性质，以及须先完成的任务"),
    )


def _risks(paper: WordPaper, view: RoadmapView) -> None:
    paper.heading(_("风险与应对"))
    paper.table(
        [WordColumn(_("风险"), 0.2), WordColumn(_("情况"), 0.48), WordColumn(_("应对"), 0.32)],
        [
            (
                risk.title,
                "\n".join(part for part in (risk.text, " ".join(item.code for item in risk.items)) if part),
                risk.answer,
            )
            for risk in view.risks
        ],
        caption=_("从方案本身读出的风险"),
    )


def _rests_on(paper: WordPaper, view: RoadmapView) -> None:
    paper.heading(_("假设与约束"), new_page=True)
    paper.text(_("方案只在这些假设下成立。数字都可以按本院情况修改；修改后须重新计算。"))
    paper.table(
        [
            WordColumn(_("类别"), 0.26),
            WordColumn(_("假设"), 0.42),
            WordColumn(_("数值"), 0.16, True),
            WordColumn(_("单位"), 0.16),
        ],
        [
            (
                row.group,
                row.label,
                f"{row.value}\n{_('默认%(value)s') % {'value': row.default}}" if row.changed else row.value,
                row.unit,
            )
            for row in view.assumptions
        ],
        caption=_("假设"),
    )
    paper.heading(_("本院设定的约束"), 2)
    if view.constraints:
        paper.table(
            [WordColumn(_("约束"), 0.2), WordColumn(_("项目"), 0.35), WordColumn(_("内容"), 0.45)],
            [(row.kind_words, row.item_words or "—", row.text) for row in view.constraints],
            caption=_("计算方案之前由医院作出的决定"),
        )
    else:
        paper.text(_("没有设定约束。"))
    if view.sensitivity:
        paper.heading(_("敏感性"))
        paper.table(
            [
                WordColumn(_("提高的工作量"), 0.28),
                WordColumn(_("总工作量（人周）"), 0.13, True),
                WordColumn(_("增加"), 0.1, True),
                WordColumn(_("选择"), 0.1),
                WordColumn(_("换下"), 0.13),
                WordColumn(_("换上"), 0.13),
                WordColumn(_("程度有变"), 0.13),
            ],
            [
                (
                    row.what_words,
                    row.effort_words,
                    row.more_words,
                    row.changed_words,
                    *(
                        " ".join(item.code for item in items) or "—"
                        for items in (row.dropped, row.added, row.altered)
                    ),
                )
                for row in view.sensitivity
            ],
            caption=_("一项工作量提高三成后的方案"),
        )


def _ending(paper: WordPaper, view: RoadmapView, identity: Identity) -> None:
    paper.heading(_("审批签署"))
    paper.table(
        [
            WordColumn(_("职责"), 0.26),
            WordColumn(_("意见"), 0.34),
            WordColumn(_("签名"), 0.22),
            WordColumn(_("日期"), 0.18),
        ],
        [(duty, "", "", "") for duty in signing_duties()],
        least_height=12,
    )
    paper.heading(_("说明与声明"))
    paper.text(
        _("级别和总评分由同一评分程序按标准计算：每个季度末的状态都重新评分。工作量和费用是估算，不是报价。")
    )
    paper.text(view.optimal_words)
    paper.text(f"{identity.disclaimer} {identity.status_note}".strip(), bold=True)
    paper.text(
        f"{_('版本标识')}{_('：')}{identity.edition_key} · {identity.engine_version} · {identity.edition_hash}",
        "Zhiping Small",
    )


def _names(items: tuple[ItemName, ...]) -> str:
    return _("、").join(item.words for item in items)
