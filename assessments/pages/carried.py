"""What was taken over from an earlier assessment and what of it is still to be confirmed, as its page shows it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby

from django.utils.translation import gettext as _

from assessments.models import Assessment, Assignment, CarriedPlace, Carrying
from assessments.permissions import check_can_answer, reason
from assessments.queries.carried import unconfirmed
from assessments.queries.frame import AssessmentFrame, read_frame, said
from engine.rubric.values import Rubric
from hospitals.access import Person
from rubrics.queries import get_rubric


@dataclass(frozen=True, slots=True)
class CarriedItem:
    """Places of an item to be confirmed: code and anchor on the page of the item."""

    code: str
    name: str
    places: tuple[tuple[str, str], ...]
    why_not: str


@dataclass(frozen=True, slots=True)
class CarriedPage:
    """Context ``page`` of assessments/carried.html. ``left``: words, codes shown, how many more."""

    frame: AssessmentFrame
    source: str
    answers: str
    carried: tuple[tuple[str, int], ...]
    reset: tuple[str, ...]
    left: tuple[tuple[str, str, int], ...]
    items: tuple[CarriedItem, ...]
    waiting: int
    marked: int
    organisation_name: str
    search_edition: str


MOST_CODES = 60


def carried_page(assessment: Assessment, carrying: Carrying, user: Person) -> CarriedPage:
    """Eight queries at most, for any number of items and places."""
    rubric = get_rubric(assessment.edition)
    waiting = unconfirmed(assessment)
    assignments = {row.item_code: row for row in assessment.assignments.all()}
    source = assessment.copied_from
    names = _names_of(source)
    return CarriedPage(
        frame=read_frame(assessment, user, rubric),
        source=source.title if source else "",
        answers=_answers_words().get(carrying.answers, ""),
        carried=tuple(
            (words, carrying.carried[kind])
            for kind, words in _kind_words().items()
            if carrying.carried.get(kind)
        ),
        reset=_reset_words(carrying.answers),
        left=tuple(
            (
                words,
                _("、").join(names.get(code, code) for code in codes[:MOST_CODES]),
                max(0, len(codes) - MOST_CODES),
            )
            for kind, words in _left_words().items()
            if (codes := carrying.left.get(kind))
        ),
        items=tuple(_items(assessment, user, rubric, waiting, assignments)),
        waiting=len(waiting),
        marked=assessment.carried_places.count(),
        organisation_name=assessment.hospital.label,
        search_edition=rubric.id,
    )


def _items(
    assessment: Assessment,
    user: Person,
    rubric: Rubric,
    waiting: Iterable[CarriedPlace],
    assignments: Mapping[str, Assignment],
) -> Iterable[CarriedItem]:
    for code, rows in groupby(sorted(waiting, key=lambda row: row.place), key=lambda row: row.item_code):
        yield CarriedItem(
            code,
            said(rubric.by_code[code].name),
            tuple((row.place, _anchor(row.place)) for row in rows),
            reason(check_can_answer, user, assessment, code, assignment=assignments.get(code)),
        )


def _names_of(source: Assessment | None) -> dict[str, str]:
    """Statistical bases of the earlier standard by key: a key says nothing to a person."""
    if source is None:
        return {}
    return {base.key: said(base.name) for base in get_rubric(source.edition).statistical_bases}


def _anchor(place: str) -> str:
    if "-" in place:
        return f"c-{place}"
    return f"level-{place[6:]}" if len(place) > 5 else ""


def _answers_words() -> dict[str, str]:
    return {
        "draft": _("沿用为草稿"),
        "reset": _("全部重置为待确认"),
        "none": _("不带入"),
    }


def _kind_words() -> dict[str, str]:
    return {
        "answers": _("条款答案"),
        "notes": _("项目备注"),
        "facts": _("条款实证资料（菜单路径、上线日期、字典等）"),
        "queries": _("分子统计SQL"),
        "files": _("附件和截图（引用同一文件，不另存）"),
        "bases": _("统计口径定义（SQL、数据库、责任人）"),
        "people": _("项目分工"),
        "entries": _("未销号的整改事项"),
    }


def _reset_words(answers: str) -> tuple[str, ...]:
    always = (
        _("分子、分母、数据质量和统计口径的数值（统计期不同）"),
        _("SQL执行时间"),
        _("项目期限和完成标记"),
        _("总体要求的确认"),
        _("签字和真实性承诺"),
        _("评审结论、采信结论和评论"),
    )
    return always if answers == "draft" else (_("条款答案"), *always)


def _left_words() -> dict[str, str]:
    return {
        "items": _("新标准没有的项目"),
        "clauses": _("新标准没有或表述已变的条款"),
        "levels": _("新标准没有的级别"),
        "bases": _("新标准没有的统计口径"),
        "files": _("没有对应条款的附件"),
        "entries": _("留在原台账的整改事项（编号）"),
    }
