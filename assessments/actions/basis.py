"""The statistical basis (统计口径与公共分母): counts typed once, feeding every item that divides by them."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.actions.merging import Change, Conflict, Merge, refuse_unknown_path
from assessments.answer_fields import plain_figure
from assessments.models import Assessment, BaseFigure
from assessments.permissions import check_can_fill_basis
from assessments.trail import record_work
from engine.rubric.values import Rubric
from engine.scoring.checking import LARGEST_COUNT
from rubrics.queries import get_rubric

LONGEST_SQL = 20_000
_WHOLE = re.compile(r"-?[0-9]+", re.ASCII)


class WrongValue(ValueError):
    """A value that cannot be stored; the text says why and what to type."""


@dataclass(frozen=True, slots=True)
class BasisMerge(Merge):
    """``figures``: the rows that the request touched; ``touched``: base keys whose value changed."""

    figures: dict[str, BaseFigure]
    touched: tuple[str, ...]


@dataclass(slots=True)
class BasisDraft:
    """The rows while changes are tried on them; ``dirty``: those that would be stored."""

    rows: dict[str, BaseFigure]
    dirty: dict[str, BaseFigure] = field(default_factory=dict)
    applied: list[str] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    problems: list[tuple[str, str]] = field(default_factory=list)
    facts: list[dict[str, object]] = field(default_factory=list)
    touched: set[str] = field(default_factory=set)

    def save(self, by: User) -> None:
        for row in self.dirty.values():
            row.version += 1
            row.updated_by, row.updated_at = by, timezone.now()
            row.save()


@transaction.atomic
def save_basis(*, by: User, assessment: Assessment, changes: list[Change]) -> BasisMerge:
    """Merge changes of base figures; paths are ``bases.<key>.<field>``.

    Fields: value (whole number or null), sql_text, database_name, owner (texts), run_at (local
    time, ISO). A value that leaves a numerator above it is saved all the same: the items show the
    problem and submitting is refused until it is solved, because a figure is never silently lost.
    Raises Refusal when nothing may be saved.
    """
    locked = (
        Assessment.objects.select_for_update(of=("self",))
        .select_related("hospital", "edition")
        .get(pk=assessment.pk)
    )
    check_can_fill_basis(by, locked)
    rows = {row.key: row for row in locked.base_figures.select_related("updated_by")}
    draft = draft_basis(get_rubric(locked.edition), locked, rows, changes)
    draft.save(by)
    if draft.facts:
        record_work(verb="basis.changed", by=by, assessment=locked, facts={"changes": draft.facts})
    mentioned = {_place(change.path)[0] for change in changes}
    return BasisMerge(
        tuple(draft.applied),
        tuple(draft.conflicts),
        tuple(draft.problems),
        {key: draft.rows[key] for key in mentioned if key in draft.rows},
        tuple(sorted(draft.touched)),
    )


def draft_basis(
    rubric: Rubric, assessment: Assessment, rows: Mapping[str, BaseFigure], changes: list[Change]
) -> BasisDraft:
    """Try changes on copies of the rows. No query."""
    known = {base.key for base in rubric.statistical_bases}
    draft = BasisDraft({key: copy.copy(row) for key, row in rows.items()})
    for change in changes:
        key, field_name = _place(change.path)
        if key not in known or field_name not in FIELDS:
            draft.problems.append((change.path, refuse_unknown_path(change.path)))
            continue
        try:
            to = FIELDS[field_name](change.to, rubric)
        except WrongValue as wrong:
            draft.problems.append((change.path, str(wrong)))
            continue
        row = draft.rows.setdefault(key, BaseFigure(assessment=assessment, key=key))
        stored = getattr(row, field_name)
        if stored == to:
            draft.applied.append(change.path)
            continue
        if stored != _as_shown(field_name, change.before, rubric):
            draft.conflicts.append(
                Conflict(change.path, change.to, as_json(stored), str(row.updated_by or ""), row.updated_at)
            )
            continue
        setattr(row, field_name, to)
        draft.dirty[key] = row
        draft.applied.append(change.path)
        draft.facts.append({"path": change.path, "from": as_json(stored), "to": as_json(to)})
        if field_name == "value":
            draft.touched.add(key)
    return draft


def as_json(value: object) -> object:
    """A stored value as the page holds it: moments as local time to the minute."""
    if isinstance(value, datetime):
        return timezone.localtime(value).strftime("%Y-%m-%dT%H:%M")
    return value


def _place(path: str) -> tuple[str, str]:
    parts = path.split(".")
    return (parts[1], parts[2]) if len(parts) == 3 and parts[0] == "bases" else ("", "")


def _as_shown(field: str, before: object, rubric: Rubric) -> object:
    try:
        return FIELDS[field](before, rubric)
    except WrongValue:
        return object()  # equal to nothing that can be stored: the page and the database differ


def _count(value: object, rubric: Rubric) -> int | None:
    if value is None or value == "":
        return None
    if isinstance(value, str) and _WHOLE.fullmatch(plain := plain_figure(value.strip())):
        value = int(plain) if len(plain) <= 20 else LARGEST_COUNT + 1
    if isinstance(value, bool) or not isinstance(value, int):
        raise WrongValue(_("请填写整数，如 4765。"))
    if value < 0:
        raise WrongValue(_("计数不能为负数。请填写正整数。"))
    if value > LARGEST_COUNT:
        raise WrongValue(_("这个数过大，不可能是一家医院的计数。请核对。"))
    if value == 0 and not rubric.thresholds.zero_denominator_scores_zero:
        raise WrongValue(
            _("分母为0无法计算比例。确无此业务的，请留空，并在相关项目选择“无此项业务”并写明理由。")
        )
    return value


def _text(longest: int) -> Callable[[object, Rubric], str]:
    def read(value: object, rubric: Rubric) -> str:
        if value is None:
            return ""
        if not isinstance(value, str):
            raise WrongValue(_("请填写文字。"))
        if "\x00" in value:
            raise WrongValue(_("文字中有不能保存的控制字符，请重新输入。"))
        if len(value) > longest:
            raise WrongValue(_("文字最多%(n)s个字，现有%(have)s个。") % {"n": longest, "have": len(value)})
        return value.replace("\r\n", "\n").strip()

    return read


def _moment(value: object, rubric: Rubric) -> datetime | None:
    if value is None or value == "":
        return None
    try:
        moment = parse_datetime(value) if isinstance(value, str) else None
    except ValueError:
        moment = None
    if moment is None:
        raise WrongValue(_("请填写日期和时间，如 2026-10-08 09:30。"))
    if timezone.is_naive(moment):
        moment = timezone.make_aware(moment)
    moment = moment.replace(second=0, microsecond=0)
    if moment > timezone.now() + timedelta(minutes=5):
        raise WrongValue(_("执行时间在将来。请核对日期和时间。"))
    return moment


FIELDS: dict[str, Callable[[Any, Rubric], Any]] = {
    "value": _count,
    "sql_text": _text(LONGEST_SQL),
    "database_name": _text(120),
    "run_at": _moment,
    "owner": _text(80),
}
