"""The gap report as Word: the chapters and captions of the PDF from the same view, with tables that can be edited."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.templatetags.display import factor_name, level_name, state_name
from reports.covers.reading import OwnCover
from reports.documents.gap_word.evidence import write_exhibits, write_facade, write_peers
from reports.documents.gap_word.verified import write_verified
from reports.documents.word import WordColumn, WordPaper
from reports.view_models.report import GapReport, ItemSection

SIGNS = {"basic": "■ ", "optional": "○ "}


def write_gap_word(report: GapReport, cover: OwnCover | None = None) -> bytes:
    """A .docx file in the language that is active."""
    identity = report.identity
    paper = WordPaper(
        title=f"{report.title} {level_name(report.target)}",
        author=cover.issuer if cover and cover.issuer else identity.hospital,
        head=f"{identity.hospital} · {report.title}",
    )
    _cover(paper, report, cover)
    _summary(paper, report)
    paper.heading(_("目录"), new_page=True)
    paper.contents(_contents(report))
    paper.foreword(cover)
    write_facade(paper, report.facade)
    write_verified(paper, report.verified)
    _gates(paper, report)
    paper.heading(_("图表"), new_page=True)
    paper.chart(report.radar, width=128)
    paper.chart(report.points, width=128)
    paper.chart(report.heat_map)
    _gaps(paper, report)
    _items(paper, report)
    if report.peers:
        write_peers(paper, report.peers)
    write_exhibits(paper, report.exhibits)
    _ending(paper, report)
    paper.own_disclaimer(cover)
    return paper.content()


def _contents(report: GapReport) -> list[tuple[int, str]]:
    found = [(1, _("只有界面、后面没有接通的应用")), (1, _("自评与核验"))]
    if report.verified and report.verified.run:
        found.append((1, _("闭环、编码与真实性")))
    if report.verified and report.verified.register:
        found.append((1, _("所交数据登记")))
    found += [(1, _("达标条件")), (1, _("图表"))]
    if report.needed:
        found.append((1, _("差距清单")))
    if report.sections:
        found.append((1, _("逐项差距")))
        found += [(2, f"{one.item.code} {one.item.name}") for one in report.sections]
    found.append((1, _("全部项目")))
    if report.peers:
        found.append((1, _("与同类医院比较")))
    titles = (_("证据登记册"), _("提示"), _("计算方法与声明"), _("名词"))
    return [*found, *((1, title) for title in titles)]


def _cover(paper: WordPaper, report: GapReport, cover: OwnCover | None) -> None:
    identity = report.identity
    paper.logo(cover)
    paper.text((cover and cover.title) or _("差距分析报告"), "Subtitle")
    paper.text(identity.edition, "Title")
    if cover and cover.subtitle:
        paper.text(cover.subtitle, "Zhiping Small")
    paper.text(identity.hospital, "Zhiping Lead")
    way = [report.level, report.target] if report.target > report.level else [report.level]
    paper.text(" → ".join(level_name(level) for level in way), "Title")
    window = f"{identity.window[0]} – {identity.window[1]}" if identity.window else ""
    facts = (
        (_("自评"), identity.title),
        (_("文号"), identity.document_number),
        (_("统计期"), window),
        (_("目标等级"), level_name(report.target)),
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


def _summary(paper: WordPaper, report: GapReport) -> None:
    paper.heading(_("一页摘要"), new_page=True)
    total = _("总评分 %(total)s 分") % {"total": report.total}
    paper.text(f"{report.headline}{_('，')}{total}", "Zhiping Lead")
    paper.bullets([*report.summary, *(report.facade.said if report.facade.state == "found" else ())])
    paper.chart(report.gate_strip)
    if report.first:
        paper.heading(_("先做什么"), 2)
        paper.table(
            [
                WordColumn(_("项目"), 0.22),
                WordColumn(_("为了"), 0.18),
                WordColumn(_("缺什么"), 0.34),
                WordColumn(_("增加分数"), 0.11, True),
                WordColumn(_("责任部门"), 0.15),
            ],
            [
                (
                    f"{gap.code} {gap.name}",
                    gap.unlocks_words,
                    gap.summary,
                    gap.gain,
                    gap.assigned.department or "—",
                )
                for gap in report.first
            ],
            caption=_("最先要补齐的差距"),
        )


def _gates(paper: WordPaper, report: GapReport) -> None:
    paper.heading(_("达标条件"), new_page=True)
    paper.text(_("达到一个级别，本级和所有较低级别的三项条件都要满足。"))
    columns = [WordColumn(_("级别"), 0.19)]
    columns += [WordColumn(gate, 0.2) for gate in (_("基本项"), _("选择项"), _("总评分"))]
    rows = []
    for level in report.levels:
        gates = [
            "\n".join(
                part
                for part in (f"{'√' if gate.holds else '×'} {gate.figures}", gate.shortage, gate.borderline)
                if part
            )
            for gate in level.gates
        ]
        label = f"{level.label}{_('（目标）') if level.target else ''}\n{level.name}"
        verdict = f"{level.verdict}\n{_('取决于官方标识')}" if level.depends else level.verdict
        rows.append((label, *gates, verdict))
    paper.table([*columns, WordColumn(_("结论"), 0.21)], rows, caption=_("每个级别的三项条件：已有/需要"))
    for level in report.levels:
        for gate in level.gates if level.blocking or level.target else ():
            if gate.failing:
                paper.heading(f"{level.label} · {gate.name}{_('：未达标的项目')}", 2)
                paper.table(
                    [
                        WordColumn(_("项目"), 0.3),
                        WordColumn(_("类别"), 0.16),
                        WordColumn(_("未达标的因素"), 0.54),
                    ],
                    [
                        (
                            f"{one.code} {one.name}",
                            f"{SIGNS.get(one.category, '')}{_words(one.category)}{'' if one.confirmed else ' *'}",
                            "\n".join(f"{factor_name(f.factor)}{_('：')}{f.sentence}" for f in one.factors),
                        )
                        for one in gate.failing
                    ],
                    caption=_("%(level)s%(gate)s未达标的项目和因素")
                    % {"level": level.label, "gate": gate.name},
                )
    if report.identity.unconfirmed_flags:
        paper.text(f"* {_('基本项、选择项标识尚未与官方附件核对。')}", "Zhiping Small")


def _words(category: str | None) -> str:
    return {"basic": _("基本项"), "optional": _("选择项")}.get(category or "", "")


def _gaps(paper: WordPaper, report: GapReport) -> None:
    if report.needed:
        paper.heading(_("差距清单"), new_page=True)
        lead = _("按解决后最先打开的条件排序；带★的先做即可达到目标，其余为备选。")
        paper.text(f"{report.remaining} {lead}")
        paper.table(
            [
                WordColumn("", 0.05),
                WordColumn(_("项目"), 0.24),
                WordColumn(_("为了"), 0.17),
                WordColumn(_("缺条款"), 0.08, True),
                WordColumn(_("有效应用比例"), 0.11, True),
                WordColumn(_("数据质量指数"), 0.11, True),
                WordColumn(_("增加分数"), 0.09, True),
                WordColumn(_("责任部门、期限"), 0.15),
            ],
            [
                (
                    "★" if gap.suggested else "",
                    f"{SIGNS.get(gap.category or '', '')}{gap.code} {gap.name}",
                    gap.unlocks_words,
                    str(gap.clause_count or "—"),
                    gap.application or "—",
                    gap.data_quality or "—",
                    gap.gain,
                    f"{gap.assigned.department or '—'}\n{gap.assigned.due_on or ''}".strip(),
                )
                for gap in report.needed
            ],
            caption=_("差距清单：项目、为了什么、缺什么、增加多少分、由谁负责"),
        )
    if report.sections:
        paper.heading(_("逐项差距"), new_page=True)
        for section in report.sections:
            _section(paper, section)


def _section(paper: WordPaper, section: ItemSection) -> None:
    item, assigned = section.item, section.assigned
    sign = SIGNS.get(item.category or "", "")
    paper.heading(f"{sign}{item.code} {item.name}{' ★' if section.suggested else ''}", 2)
    facts = [
        item.role_name,
        f"{_('功能等级')} {level_name(item.function_level)}",
        f"{_('得分')} {item.score}{_('（')}{level_name(item.scored_level)}{_('）')}",
        assigned.department,
        assigned.person,
        f"{_('期限')} {assigned.due_on}" if assigned.due_on else "",
    ]
    under = paper.text(" · ".join(fact for fact in facts if fact), "Zhiping Small")
    under.paragraph_format.keep_with_next = True
    if section.clauses:
        paper.table(
            [WordColumn(_("条款"), 0.14), WordColumn(_("要求（非原文）"), 0.7), WordColumn(_("现状"), 0.16)],
            [(clause.code, clause.text, state_name(clause.state)) for clause in section.clauses],
            caption=_("%(code)s %(name)s：缺少的条款") % {"code": item.code, "name": item.name},
        )
    paper.text(_("要做的事"), bold=True).paragraph_format.keep_with_next = True
    paper.bullets([*section.steps, *([section.remedy] if section.remedy else [])])


def _items(paper: WordPaper, report: GapReport) -> None:
    paper.heading(_("全部项目"), new_page=True)
    paper.table(
        [
            WordColumn(_("项目"), 0.25),
            WordColumn(_("类别"), 0.13),
            WordColumn(_("功能等级"), 0.08, True),
            WordColumn(_("有效应用比例"), 0.11, True),
            WordColumn(_("数据质量指数"), 0.11, True),
            WordColumn(_("得分"), 0.08, True),
            WordColumn(_("达标级别"), 0.12),
            WordColumn(level_name(report.target), 0.12),
        ],
        [
            *(
                (
                    f"{item.code} {item.name}",
                    f"{SIGNS.get(item.category or '', '')}{_words(item.category)}"
                    f"{'' if item.category_confirmed else ' *'}",
                    str(item.function_level),
                    item.application,
                    item.data_quality,
                    item.score,
                    item.passes_words,
                    f"{'√' if item.passes_target else f'× {factor_name(item.factor)}'}{' ‖' if item.borderline else ''}",
                )
                for item in report.items
            ),
            (_("总评分"), "", "", "", "", report.total, "", ""),
        ],
        caption=_("全部项目的级别、比例、指数和得分"),
        total=True,
    )
    paper.text(
        f"■ {_('基本项')} · ○ {_('选择项')} · ‖ {_('正好在界限上')} · — {_('标准不设此项或尚未填写')}",
        "Zhiping Small",
    )


def _ending(paper: WordPaper, report: GapReport) -> None:
    identity = report.identity
    paper.heading(_("提示"))
    notes = (
        (_("数据自相矛盾，未计入"), report.problems),
        (_("取决于官方标识的结论"), report.robustness),
        (_("正好在界限上"), report.borderline),
        (
            _("尚未确认的整体要求"),
            tuple(f"{level_name(row.level)}{_('：')}{row.text}" for row in report.overall),
        ),
    )
    for heading, sentences in notes:
        if sentences:
            paper.heading(heading, 2)
            paper.bullets(sentences)
    if not any(sentences for _heading, sentences in notes):
        paper.text(_("没有需要特别留意的地方。"))
    paper.heading(_("计算方法与声明"))
    for paragraph in report.method:
        paper.labelled(paragraph.heading, paragraph.text)
    paper.text(f"{identity.disclaimer} {identity.status_note}".strip(), bold=True)
    paper.text(
        f"{_('版本标识')}{_('：')}{identity.edition_key} · {identity.engine_version} · {identity.edition_hash}",
        "Zhiping Small",
    )
    paper.heading(_("名词"))
    paper.table(
        [WordColumn(_("名词"), 0.2), WordColumn(_("英文"), 0.3), WordColumn(_("意思"), 0.5)],
        [(term.zh, term.en, term.meaning) for term in report.glossary],
        caption=_("本报告用到的名词"),
    )
