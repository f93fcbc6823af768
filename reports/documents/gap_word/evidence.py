"""What the Word gap report says beyond the card: what is only shown, peers, and the evidence register."""

from __future__ import annotations

from django.utils.translation import gettext as _

from accounts.templatetags.display import points
from reports.documents.word import WordColumn, WordPaper
from reports.view_models.report.facade import FacadePart
from reports.view_models.report.peers import PeerPart
from reports.view_models.report.register import ExhibitRegister

REVIEW_SIGNS = {"accepted": "√ ", "rejected": "× ", "questioned": "? ", "not_looked_at": "○ "}


def write_facade(paper: WordPaper, part: FacadePart) -> None:
    paper.heading(_("只有界面、后面没有接通的应用"), new_page=part.state != "no_data")
    for sentence in part.said:
        paper.text(sentence, "Zhiping Lead")
    if part.state == "no_data":
        return
    paper.text(
        _(
            "“接通”指界面背后有真实业务留下的数据。下面的应用演示时看得到，数据里却查不到，现场核查时最容易被发现。"
        )
    )
    if part.rows:
        paper.table(
            [
                WordColumn(_("应用"), 0.17),
                WordColumn(_("看到的"), 0.12),
                WordColumn(_("数据里的"), 0.17),
                WordColumn(_("少的分数"), 0.09, True),
                WordColumn(_("哪里没有接通"), 0.45),
            ],
            [
                (
                    f"{row.code} {row.name}",
                    row.shown,
                    f"{row.behind}\n{'×' if row.hollow else '△'} {row.degree}",
                    points(row.points),
                    "\n".join(row.parts),
                )
                for row in part.rows
            ],
            caption=_("填报了功能、数据不支持的应用"),
        )
    if part.loops:
        paper.table(
            [
                WordColumn(_("闭环"), 0.24),
                WordColumn(_("数据说明什么"), 0.52),
                WordColumn(_("涉及条款"), 0.24),
            ],
            [(row.name, f"× {row.sentence}", " ".join(row.clauses)) for row in part.loops],
            caption=_("在途中断开的闭环"),
        )
    if part.warnings:
        paper.heading(_("数据本身的真实性提示"), 2)
        paper.text(_("只提示，不改变任何结论，由人判断。"), "Zhiping Small")
        paper.bullets(part.warnings)
    for note in part.notes:
        paper.text(note, "Zhiping Small")


def write_peers(paper: WordPaper, part: PeerPart) -> None:
    paper.heading(_("与同类医院比较"), new_page=bool(part.group))
    paper.text(part.said, "Zhiping Lead" if part.group else "Normal")
    if not part.group:
        return
    paper.text(part.group, "Zhiping Small")
    for note in part.notes:
        paper.text(note)
    paper.table(
        [WordColumn(name, 1 / len(part.levels), True) for name, _share in part.levels],
        [[share for _name, share in part.levels]],
        caption=_("同类医院（含本院已提交的）自评达到各级的比例"),
    )
    if part.items:
        paper.table(
            [
                WordColumn(_("项目"), 0.4),
                WordColumn(_("本院"), 0.15, True),
                WordColumn(_("同类中位数"), 0.15, True),
                WordColumn(_("差"), 0.15, True),
                WordColumn(_("高于本院的同类"), 0.15, True),
            ],
            [
                (
                    f"{one.code} {one.name}",
                    one.own or "—",
                    one.middle,
                    one.difference or "—",
                    one.better or "—",
                )
                for one in part.items
            ],
            caption=_("各项目得分与同类中位数，落后最多的在前"),
        )


def write_exhibits(paper: WordPaper, part: ExhibitRegister) -> None:
    paper.heading(_("证据登记册"), new_page=bool(part.rows))
    paper.text(part.said)
    if not part.rows:
        return
    paper.text(
        _("只列阅读本报告的人可以看到的证据。指纹为SHA-256全文：对原件重新计算，与此一致即未被改动。"),
        "Zhiping Small",
    )
    paper.table(
        [
            WordColumn("", 0.06),
            WordColumn(_("证据与指纹"), 0.4),
            WordColumn(_("支持"), 0.14),
            WordColumn(_("统计期"), 0.12),
            WordColumn(_("交来"), 0.12),
            WordColumn(_("评审"), 0.16),
        ],
        [
            (
                row.number,
                f"{row.kind} {row.name}\n{row.sha256 or '—'}",
                row.places,
                row.window or "—",
                row.handed_in,
                "\n".join(
                    part for part in (REVIEW_SIGNS.get(row.review, "") + row.review_words, row.note) if part
                ),
            )
            for row in part.shown
        ],
        caption=_("证据：名称、指纹、支持什么、统计期、交来的人和日期、评审状态"),
    )
    if part.more:
        paper.text(part.more, "Zhiping Small")
