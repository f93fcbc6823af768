"""What happened to an assessment, in words: steps of its life cycle, and its trail of events."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, cast

from django.core.paginator import Page, Paginator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.models import Assessment
from assessments.pages.wording import changed_fields
from assessments.queries.frame import AssessmentFrame, read_frame, said
from assessments.queries.history import about_item
from assessments.queries.verification.span_chip import FROZEN, SpanChip, chip_of
from assessments.trail import SUBJECT
from audit.models import Event
from engine.rubric.values import Rubric
from hospitals.access import Person
from rubrics.queries import get_rubric

PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class Happening:
    """One line: when, who, what, and the reason or detail if there is one. ``kind`` picks the sign."""

    at: datetime
    actor: str
    what: str
    detail: str
    item: str
    kind: str


def steps_of(assessment: Assessment, *, since_submission: bool = False) -> tuple[Happening, ...]:
    """Steps of the life cycle, newest first. One query.

    ``since_submission``: without what happened before the first submission, for a bureau.
    """
    changes = list(assessment.status_changes.select_related("by"))
    if since_submission:
        first = min(
            (change.at for change in changes if change.after == Assessment.Status.SUBMITTED), default=None
        )
        changes = [change for change in changes if first is not None and change.at >= first]
    return tuple(
        Happening(
            at=change.at,
            actor=str(change.by),
            what=_step(change.before, change.after),
            detail=change.reason,
            item="",
            kind=change.after,
        )
        for change in changes
    )


def _step(before: str, after: str) -> str:
    if not before:
        return _("发起自评")
    return {
        "submitted": _("提交自评"),
        "returned": _("退回或撤回，重新开放填报"),
        "accepted": _("接收自评"),
        "archived": _("归档"),
    }.get(after, after)


def history_of(assessment: Assessment, rubric: Rubric, *, item: str = "", page: int = 1) -> Page[Happening]:
    """A page of the trail in words, newest first; of one item when a code is given. Two queries."""
    events = Event.objects.filter(subject_kind=SUBJECT, subject_id=str(assessment.public_id)).order_by(
        "-at", "-sequence"
    )
    if item:
        events = events.filter(about_item(item))
    found = Paginator(events, PER_PAGE).get_page(page)
    lines: Any = found  # the same position and count, with lines in place of events
    lines.object_list = [_happening(event, rubric) for event in found.object_list]
    return cast("Page[Happening]", lines)


@dataclass(frozen=True, slots=True)
class SnapshotLine:
    """One submission as it was frozen."""

    number: int
    level: int
    total: Decimal
    taken_at: datetime
    taken_by: str
    edition_hash: str
    engine_version: str
    span: SpanChip


def snapshots_of(assessment: Assessment) -> tuple[SnapshotLine, ...]:
    """Submissions, newest first, without their answers and cards. One query."""
    found = (
        assessment.snapshots.defer("answers", "card", "basis", "verified")
        .annotate(**FROZEN)
        .select_related("taken_by")
    )
    return tuple(
        SnapshotLine(
            row.number,
            row.level,
            row.total,
            row.taken_at,
            str(row.taken_by),
            row.edition_hash,
            row.engine_version,
            chip_of(row),
        )
        for row in found
    )


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """``item``: the code the list is narrowed to, or nothing."""

    frame: AssessmentFrame
    lines: Page[Happening]
    item: str
    organisation_name: str
    search_edition: str


def history_page(assessment: Assessment, user: Person, *, item: str = "", page: int = 1) -> HistoryPage:
    """Five queries: flags in force, frame, and those of history_of. An unknown item shows everything."""
    rubric = get_rubric(assessment.edition)
    item = item if item in rubric.by_code else ""
    return HistoryPage(
        frame=read_frame(assessment, user, rubric),
        lines=history_of(assessment, rubric, item=item, page=page),
        item=item,
        organisation_name=assessment.hospital.label,
        search_edition=rubric.id,
    )


def _happening(event: Event, rubric: Rubric) -> Happening:
    facts = event.facts
    item = str(facts.get("item", ""))
    what, detail = _words(event.verb, facts, rubric)
    return Happening(event.at, event.actor_name, what, detail, item, event.verb.partition(".")[2])


def _words(verb: str, facts: Mapping[str, Any], rubric: Rubric) -> tuple[str, str]:
    reason = str(facts.get("reason", ""))
    match verb:
        case "assessment.started":
            return _("发起自评，目标%(level)s级") % {"level": facts.get("target", "")}, str(
                facts.get("title", "")
            )
        case "assessment.submitted":
            words = _("提交自评，第%(n)s次快照：%(level)s级，总分%(total)s")
            return words % {
                "n": facts.get("snapshot"),
                "level": facts.get("level"),
                "total": facts.get("total"),
            }, ""
        case "assessment.returned":
            return _("退回自评"), reason
        case "assessment.withdrawn":
            return _("撤回自评"), reason
        case "assessment.accepted":
            return _("接收自评"), reason
        case "assessment.archived":
            return _("归档"), reason
        case "items.assigned":
            return _("分配项目%(items)s") % {"items": _listed(facts.get("items", []))}, _assigned(facts)
        case "item.done":
            return _("标记完成"), ""
        case "item.reopened":
            return _("取消完成标记"), ""
        case "item.answered":
            item = rubric.by_code.get(str(facts.get("item", "")))
            paths = [str(change.get("path", "")) for change in facts.get("changes", [])]
            return _("修改答案"), changed_fields(item, paths) if item else _listed(paths)
        case "basis.changed":
            return _("修改统计口径"), _bases(facts, rubric)
        case "overall.answered":
            places = [
                ".".join(str(change.get("path", "")).split(".")[1:]) for change in facts.get("changes", [])
            ]
            return _("确认总体要求"), _listed([place.replace(".", "-") for place in places])
        case "workbook.imported":
            count = facts.get("count", 0)
            words = ngettext("导入工作簿，写入%(n)s处", "导入工作簿，写入%(n)s处", count) % {"n": count}
            return words, str(facts.get("file", ""))
        case "attachment.added":
            return _("上传附件"), str(facts.get("name", ""))
        case "attachment.removed":
            return _("移除附件"), str(facts.get("name", ""))
        case "attachment.moved":
            return _("调整附件顺序"), str(facts.get("name", ""))
        case "picture.saved":
            masked = facts.get("boxes", 0)
            words = ngettext("%(n)s处遮盖", "%(n)s处遮盖", masked) % {"n": masked}
            return _("保存编辑过的截图"), f"{facts.get('name', '')} · {words}"
        case "comment.added":
            mentions = facts.get("mentions", [])
            return _("发表评论"), _("点名：%(names)s") % {"names": _listed(mentions)} if mentions else ""
        case "comment.resolved":
            return _("评论标记为已解决"), ""
        case "comment.reopened":
            return _("重新打开评论"), ""
    return verb, ""


def _listed(values: Any) -> str:
    words = [str(value) for value in values] if isinstance(values, list) else []
    if len(words) > 6:
        return _("%(first)s等%(n)s个") % {"first": _("、").join(words[:3]), "n": len(words)}
    return _("、").join(words)


def _assigned(facts: Mapping[str, Any]) -> str:
    parts = []
    if "department" in facts:
        parts.append(_("科室：%(name)s") % {"name": facts["department"] or _("（空）")})
    if "person" in facts:
        parts.append(_("责任人：%(name)s") % {"name": facts["person"] or _("（空）")})
    if "due_on" in facts:
        parts.append(_("期限：%(day)s") % {"day": facts["due_on"] or _("（空）")})
    return _("；").join(parts)


def _bases(facts: Mapping[str, Any], rubric: Rubric) -> str:
    names = {base.key: said(base.name) for base in rubric.statistical_bases}
    lines = []
    for change in facts.get("changes", []):
        _prefix, key, field = [*str(change.get("path", "")).split("."), "", ""][:3]
        if field == "value":
            words = _("%(base)s：%(before)s → %(after)s")
            before, after = change.get("from"), change.get("to")
            lines.append(
                words
                % {
                    "base": names.get(key, key),
                    "before": _("未填") if before is None else before,
                    "after": _("未填") if after is None else after,
                }
            )
        else:
            lines.append(_("%(base)s的来源说明") % {"base": names.get(key, key)})
    return _listed(list(dict.fromkeys(lines)))
