"""Claimed against verified in the Word gap report: the tables and pictures of the PDF in their order."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.templatetags.display import level_name, percent, points
from reports.documents.word import WordColumn, WordPaper
from reports.view_models.verified.loops import LoopRow
from reports.view_models.verified.section import OpenGroup, VerifiedSection

SIGNS = {"holds": "√ ", "fails": "× "}
MOST_CONCEPTS = 6


def write_verified(paper: WordPaper, part: VerifiedSection | None) -> None:
    paper.heading(_("自评与核验"), new_page=part is not None)
    if part is None:
        paper.text(_("还没有用数据核验过，也没有采信过材料：本报告只反映自评，未核验不等于不符。"))
        return
    paper.text(part.headline, "Zhiping Lead")
    if part.why:
        paper.text(part.why)
    paper.table(
        [
            WordColumn(_("口径"), 0.12),
            WordColumn(_("级别"), 0.1),
            WordColumn(_("总评分"), 0.14, True),
            WordColumn(_("怎样理解"), 0.64),
        ],
        [(lens.name, level_name(lens.level), points(lens.total), lens.means) for lens in part.lenses],
        caption=_("同一份自评在四种口径下的级别和总评分"),
    )
    paper.labelled(_("核验覆盖率"), f"{part.coverage}　{_('自评得分中，证据已经查过的比例。')}")
    refuted = _("%(points)s分") % {"points": part.facade_gap}
    paper.labelled(_("核验不符"), f"{refuted}　{_('数据否定了的部分：界面有，后面没有接通。')}")
    waiting = _("%(points)s分") % {"points": part.not_yet}
    paper.labelled(_("未核验"), f"{waiting}　{_('还没有证据的部分，单列，不算不符。')}")
    if part.from_data:
        paper.text(part.from_data, "Zhiping Small")
    if not part.run:
        paper.text(_("这里只有人采信的材料，还没有用数据核验过。"), "Zhiping Small")
    _refuted(paper, part)
    _open(paper, part)
    paper.heading(_("逐个项目"), 2)
    paper.table(
        [
            WordColumn(_("项目"), 0.3),
            *(
                WordColumn(name, 0.1, True)
                for name in (_("自评"), _("至多"), _("暂定"), _("至少"), _("覆盖率"))
            ),
            WordColumn(_("不符条款"), 0.1, True),
            WordColumn(_("未核验条款"), 0.1, True),
        ],
        [
            (
                f"{row.code} {row.name}",
                *(points(value) for value in (row.claimed, row.at_most, row.provisional, row.at_least)),
                percent(row.coverage),
                str(row.refuted),
                str(row.not_verified),
            )
            for row in part.rows
        ],
        caption=_("逐个项目在各口径下的得分和覆盖率"),
    )
    if part.run:
        _checks(paper, part)
        _register(paper, part)


def _refuted(paper: WordPaper, part: VerifiedSection) -> None:
    paper.heading(_("核验不符的部分"), 2)
    if not part.refuted:
        paper.text(_("没有发现与数据不符的部分。"))
        return
    paper.table(
        [WordColumn(_("项目"), 0.2), WordColumn(_("少的分数"), 0.1, True), WordColumn(_("哪里不符"), 0.7)],
        [
            (
                f"{item.code} {item.name}",
                points(item.points),
                "\n".join((item.sentence, *(f"• {text}" for text in item.parts), *_more_parts(item.more))),
            )
            for item in part.refuted
        ],
        caption=_("数据否定的项目和理由"),
    )
    if part.more_refuted:
        paper.text(_more_items(part.more_refuted), "Zhiping Small")


def _more_parts(n: int) -> tuple[str, ...]:
    return (ngettext("另有%(n)s处", "另有%(n)s处", n) % {"n": n},) if n else ()


def _more_items(n: int) -> str:
    text = ngettext("另有%(n)s个项目，见系统中的核验结果。", "另有%(n)s个项目，见系统中的核验结果。", n)
    return text % {"n": n}


def _open(paper: WordPaper, part: VerifiedSection) -> None:
    paper.heading(_("未核验的部分"), 2)
    if not part.open_items:
        paper.text(_("声称达到的条款都已经有证据。"))
        return
    paper.text(
        ngettext(
            "医院声称达到、还没有证据的条款共%(n)s条，不算不符。下面写明怎样可以核验。",
            "医院声称达到、还没有证据的条款共%(n)s条，不算不符。下面写明怎样可以核验。",
            part.open_clauses,
        )
        % {"n": part.open_clauses}
    )
    paper.table(
        [WordColumn(_("项目"), 0.26), WordColumn(_("条款与怎样核验"), 0.74)],
        [(f"{item.code} {item.name}", _open_words(item)) for item in part.open_items],
        caption=_("还没有证据的条款，以及怎样核验"),
    )
    if part.more_open:
        paper.text(_more_items(part.more_open), "Zhiping Small")


def _open_words(item: OpenGroup) -> str:
    lines = []
    for clause in item.clauses:
        lines.append(f"{clause.code} {clause.text}")
        if clause.would:
            lines.append(f"→ {clause.would}")
    if item.more:
        lines.append(ngettext("另有%(n)s条", "另有%(n)s条", item.more) % {"n": item.more})
    return "\n".join(lines)


def _loop_words(row: LoopRow) -> str:
    return f"{SIGNS.get(row.verdict, '')}{row.sentence} {row.percent}".strip()


def _checks(paper: WordPaper, part: VerifiedSection) -> None:
    paper.heading(_("闭环、编码与真实性"))
    for picture in part.pictures:
        row = picture.row
        paper.heading(f"{row.name}{_('（')}{row.setting_word}{_('）')}", 2)
        paper.text(_loop_words(row))
        paper.chart(picture.chart, width=128, about=row.name)
    if part.other_loops:
        paper.table(
            [WordColumn(_("其他闭环"), 0.3), WordColumn(_("结果"), 0.7)],
            [
                (f"{row.name}{_('（')}{row.setting_word}{_('）')}", _loop_words(row))
                for row in part.other_loops
            ],
            caption=_("其他闭环的核验结果"),
        )
    if not part.pictures and not part.other_loops:
        paper.text(_("这次核验没有闭环数据。"))
    _meaning(paper, part)
    paper.heading(_("真实性提示"), 2)
    if part.warnings:
        paper.text(_("只提示，不改变任何结论，由人判断。"), "Zhiping Small")
        paper.bullets([f"{row.place}{_('：') if row.place else ''}{row.sentence}" for row in part.warnings])
        if part.more_warnings:
            more = ngettext("另有%(n)s条提示", "另有%(n)s条提示", part.more_warnings)
            paper.text(more % {"n": part.more_warnings}, "Zhiping Small")
    elif part.looked_at:
        paper.text(_("查过的数据没有需要留意的地方。"))
    else:
        paper.text(_("行数太少或没有数据，不判断。"))


def _meaning(paper: WordPaper, part: VerifiedSection) -> None:
    paper.heading(_("编码统一"), 2)
    meaning = part.meaning
    if meaning is None or meaning.index is None:
        blocked = meaning.blocked if meaning else ""
        paper.text(blocked or _("还没有检验报告数据，算不出语义碎片指数。"))
        return
    said = _("%(whole)s行检验报告中，%(part)s行的项目在院内有不止一个编码。") % {
        "whole": f"{meaning.volume:,}",
        "part": f"{meaning.fragmented:,}",
    }
    paper.text(f"{percent(meaning.index)} {meaning.band}{_('：')}{said}")
    if meaning.concepts:
        paper.table(
            [
                WordColumn(_("项目"), 0.3),
                WordColumn(_("报告行数"), 0.15, True),
                WordColumn(_("用到的编码"), 0.55),
            ],
            [
                (
                    one.label,
                    one.volume,
                    " · ".join(f"{code} {n} ({share}%)" for code, n, share in one.codes)
                    + (f" +{one.more}" if one.more else ""),
                )
                for one in meaning.concepts[:MOST_CONCEPTS]
            ],
            caption=_("同一检验项目在院内的不同编码"),
        )


def _register(paper: WordPaper, part: VerifiedSection) -> None:
    data, run = part.register, part.run
    if data is None or run is None:
        return
    paper.heading(_("所交数据登记"))
    facts = [
        (_("核验"), _("第%(n)s次核验") % {"n": run.number}),
        (_("统计时段"), f"{data.window[0]} – {data.window[1]}" if data.window else ""),
        (_("来源系统"), _("、").join(data.systems) or "—"),
        (_("核验引擎"), run.engine_version),
        (_("核验摘要码"), run.digest),
        (_("规则库"), data.catalogue),
        (_("数据对照"), data.mapping),
    ]
    for label, text in facts:
        if text:
            paper.labelled(label, text)
    if data.files:
        paper.table(
            [
                WordColumn(_("文件"), 0.24),
                WordColumn(_("数据类型"), 0.16),
                WordColumn(_("来源系统"), 0.12),
                WordColumn(_("行数"), 0.1, True),
                WordColumn("SHA-256", 0.38),
            ],
            [(file.name, file.record, file.system or "—", file.rows, file.sha256) for file in data.files],
            caption=_("本次核验读取的文件和指纹"),
        )
    if data.more:
        text = ngettext(
            "另有%(n)s个文件，一并计入核验摘要码。", "另有%(n)s个文件，一并计入核验摘要码。", data.more
        )
        paper.text(text % {"n": data.more}, "Zhiping Small")
    for heading, pairs in ((_("拒收的文件"), data.refused), (_("声明没有的数据"), data.declared)):
        if pairs:
            paper.heading(heading, 2)
            paper.bullets([f"{name}{_('：')}{said}" for name, said in pairs])
