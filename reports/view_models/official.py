"""Drafts in official-document form: what they say, before anything is set. Word writes them, pages link them.

They are drafts: the office reads, numbers, signs and seals them outside this product.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.templatetags.display import level_name
from assessments.models import AwardedLevel, Objection, Review, ReviewMark
from engine.rubric.values import Rubric
from hospitals.models import Organisation
from reports.view_models.region.bulletin import Bulletin
from reports.view_models.words import lang
from rubrics.models import Edition

BLANK = "＿＿＿＿"


@dataclass(frozen=True, slots=True)
class DraftTable:
    """``widths``: share of each column, adding up to one or so."""

    caption: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """``heading`` empty: paragraphs alone."""

    heading: str
    paragraphs: tuple[str, ...] = ()
    table: DraftTable | None = None


@dataclass(frozen=True, slots=True)
class OfficialDraft:
    """``kind``: notice, objections, correction or bulletin. ``to``: whom it addresses, or nobody. ``wide``: a
    register lies on its side."""

    kind: str
    title: str
    to: str
    sections: tuple[Section, ...]
    signed: str
    day: date | None  # None: room to write it
    name: str  # of the file, without its ending
    wide: bool = False
    final: bool = False  # to be signed and sealed as it is, not a draft of an office


def day_in_words(day: date | None) -> str:
    """A day as official documents write it, or room to write it."""
    if day is None:
        return _("%(blank)s年%(blank)s月%(blank)s日") % {"blank": "＿＿"}
    return _("%(y)s年%(m)s月%(d)s日") % {"y": day.year, "m": day.month, "d": day.day}


def public_notice(
    bureau: Organisation, edition: Edition, year: int, awards: Sequence[AwardedLevel]
) -> OfficialDraft:
    """公示: levels that were decided and are not yet published. ``awards`` with hospital, review and snapshot."""
    begins = min((one.notice_from for one in awards if one.notice_from), default=None)
    ends = max((one.notice_until for one in awards if one.notice_until), default=None)
    words = {"year": year, "edition": edition.title, "n": len(awards)}
    rows = tuple(
        (
            str(number),
            one.hospital.label,
            one.hospital.get_grade_display(),
            level_name(one.review.snapshot.level) if one.review else "—",
            level_name(one.level),
        )
        for number, one in enumerate(awards, start=1)
    )
    return OfficialDraft(
        kind="notice",
        title=_("关于%(year)s年度%(edition)s评审结果的公示") % words,
        to="",
        sections=(
            Section(
                "",
                (
                    ngettext(
                        "按照%(edition)s和有关管理办法，经医院自评、逐级评审，现将%(year)s年度%(n)s家医疗机构的拟定级别予以公示。",
                        "按照%(edition)s和有关管理办法，经医院自评、逐级评审，现将%(year)s年度%(n)s家医疗机构的拟定级别予以公示。",
                        len(awards),
                    )
                    % words,
                    _("公示时间：%(begins)s至%(ends)s。")
                    % {"begins": day_in_words(begins), "ends": day_in_words(ends)},
                    _("对公示内容有异议的，请在公示期内以书面形式提出，注明事实、依据和联系方式；以单位名义提出的，须加盖公章。"),
                    _("联系人：%(blank)s　电话：%(blank)s　地址：%(blank)s") % {"blank": BLANK},
                ),
                DraftTable(
                    _("拟定级别名单"),
                    (_("序号"), _("医疗机构名称"), _("医院等级"), _("申报级别"), _("拟定级别")),
                    rows,
                    (0.08, 0.44, 0.16, 0.16, 0.16),
                ),
            ),
        ),
        signed=bureau.label,
        day=timezone.localdate(),
        name=_("公示-%(key)s-%(year)s") % {"key": edition.key, "year": year},
    )  # fmt: skip


def objection_register(
    bureau: Organisation, edition: Edition, year: int, objections: Iterable[Objection]
) -> OfficialDraft:
    """异议登记表: every objection of the year in the order it was raised. With award and hospital."""
    rows = tuple(
        (
            str(number),
            one.award.hospital.label,
            level_name(one.award.level),
            one.from_whom,
            one.filed_on.isoformat(),
            one.text,
            one.get_outcome_display(),
            one.answer,
            timezone.localtime(one.answered_at).date().isoformat() if one.answered_at else "",
        )
        for number, one in enumerate(objections, start=1)
    )
    return OfficialDraft(
        kind="objections",
        title=_("%(year)s年度%(edition)s评审结果异议登记表") % {"year": year, "edition": edition.title},
        to="",
        sections=(
            Section(
                "",
                () if rows else (_("公示期内没有收到异议。"),),
                DraftTable(
                    "",
                    (
                        _("序号"), _("医疗机构名称"), _("拟定级别"), _("异议人"), _("提出日期"), _("异议内容"),
                        _("办理结果"), _("处理意见"), _("答复日期"),
                    ),
                    rows,
                    (0.05, 0.14, 0.07, 0.1, 0.1, 0.22, 0.08, 0.14, 0.1),
                ) if rows else None,
            ),
        ),
        signed=bureau.label,
        day=timezone.localdate(),
        name=_("异议登记表-%(key)s-%(year)s") % {"key": edition.key, "year": year},
        wide=True,
    )  # fmt: skip


def correction_notice(
    review: Review, rubric: Rubric, office: Organisation, reason: str, marks: Iterable[ReviewMark]
) -> OfficialDraft:
    """整改通知书: why a submission went back, and every clause a reviewer doubted or disagreed with."""
    hospital, edition = review.assessment.hospital, review.assessment.edition
    names = {item.code: lang(item.name) for item in rubric.items}
    said: dict[tuple[str, str], list[str]] = {}
    for mark in marks:  # several reviewers may have doubted one clause, or one in several steps
        reasons = said.setdefault((mark.clause_code, mark.item_code), [])
        if mark.reason not in reasons:
            reasons.append(mark.reason)
    rows = tuple(
        (str(number), clause, names.get(item, item), _("；").join(reasons))
        for number, ((clause, item), reasons) in enumerate(said.items(), start=1)
    )
    sections = [
        Section(
            "",
            (
                _("贵院提交的“%(title)s”（%(edition)s，申报%(level)s）经评审，需要整改后重新提交。")
                % {
                    "title": review.assessment.title,
                    "edition": edition.title,
                    "level": level_name(review.snapshot.level),
                },
            ),
        ),
        Section(_("一、退回理由"), (reason or BLANK,)),
    ]
    if rows:
        sections.append(
            Section(
                _("二、需要整改的条款"),
                (),
                DraftTable(
                    "",
                    (_("序号"), _("条款"), _("评价项目"), _("问题")),
                    rows,
                    (0.08, 0.16, 0.24, 0.52),
                ),
            )
        )
    sections.append(
        Section(
            _("三、整改要求") if rows else _("二、整改要求"),
            (
                _("请逐条核对，补充证据或更正答案，于%(day)s前重新提交，并附整改情况说明。")
                % {"day": day_in_words(None)},
                _("对上述问题有不同意见的，可在评审页面的问答中说明。"),
            ),
        )
    )
    return OfficialDraft(
        kind="correction",
        title=_("整改通知书"),
        to=_("%(hospital)s：") % {"hospital": hospital.label},
        sections=tuple(sections),
        signed=office.label,
        day=timezone.localdate(),
        name=_("整改通知书-%(hospital)s") % {"hospital": hospital.label},
    )


def bulletin_draft(found: Bulletin) -> OfficialDraft:
    """通报 in words and tables, of the same figures as the PDF."""
    numerals = _("一二三四五六七八九十")
    sections: list[Section] = []

    def add(heading: str, paragraphs: Sequence[str] = (), table: DraftTable | None = None) -> None:
        number = numerals[len(sections)] if len(numerals) == 10 else str(len(sections) + 1)
        numbered = _("%(n)s、%(heading)s") % {"n": number, "heading": heading}
        sections.append(Section(numbered, tuple(paragraphs), table))

    add(_("总体情况"), found.summary)
    for one in found.tables:
        columns = len(one.headings)
        cells = tuple((line.name, *(line.cells or ("—",) * columns)) for line in one.lines)
        small = any(not line.cells for line in one.lines)
        note = [_("家数少的分组不单列（“—”）。")] if small else []
        first = max(0.22, 1 - 0.13 * columns)
        widths = (first, *((1 - first) / columns,) * columns)
        add(one.title, note, DraftTable("", (_("分组"), *one.headings), cells, widths))
    if found.hardest:
        add(
            _("各项目通过情况"),
            [
                _("下一步多数医院要达到%(level)s，在这一级通过的医院最少的项目：")
                % {"level": level_name(found.hard_level)}
            ],
            DraftTable(
                "",
                (_("项目代码"), _("项目名称"), _("自评通过")),
                tuple((one.code, one.name, one.share) for one in found.hardest),
                (0.2, 0.56, 0.24),
            ),
        )
    if found.funding:
        add(
            _("建议优先支持"),
            [],
            DraftTable(
                "",
                (_("项目代码"), _("项目名称"), _("需要补的医院"), _("每家要补（件）"), _("所缺")),
                tuple((one.code, one.name, one.hospitals, one.things, one.lacking) for one in found.funding),
                (0.13, 0.27, 0.16, 0.16, 0.28),
            ),
        )
    add(_("主张与核验"), found.evidence)
    add(
        _("统计方法与声明"),
        [_("%(what)s：%(how)s") % {"what": name, "how": text} for name, text in found.method],
    )
    return OfficialDraft(
        kind="bulletin",
        title=found.title,
        to="",
        sections=tuple(sections),
        signed=found.bureau,
        day=timezone.localdate(),
        name=_("通报-%(key)s-%(year)s") % {"key": found.edition_key, "year": found.year},
    )
