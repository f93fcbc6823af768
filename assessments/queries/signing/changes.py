"""Why a signature no longer counts: which answers changed after it, by whom and when, as facts and as sentences."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from assessments.models import Assessment, Signature
from assessments.queries.signing.documents import Difference, differences, part_of, prints_of
from assessments.queries.signing.standing import SigningStanding, StepStanding

CLAUSES_IN_WORDS = 6
ITEMS_IN_WORDS = 8
Facts = dict[str, Any]


def differences_of(standing: SigningStanding, step: StepStanding) -> tuple[Difference, ...]:
    """Between what was signed at a step and what is said now. No query."""
    if step.signature is None:
        return ()
    now = part_of(standing.document, step.items) if step.department else standing.document
    rubric = standing.rubric
    return differences(prints_of(step.signature.document, rubric), prints_of(now, rubric), rubric)


def change_facts(assessment: Assessment, since: datetime, found: tuple[Difference, ...]) -> Facts:
    """Who changed it last and when, as far as a row says so. Three queries when something differs.

    An item whose own row is older was changed through the statistical basis that feeds it.
    """
    if not found:
        return {}
    people = ("updated_by__name", "updated_at")
    rows = {
        code: (name, at)
        for code, name, at in assessment.item_answers.filter(updated_at__gt=since).values_list(
            "item_code", *people
        )
    }
    base = (
        assessment.base_figures.filter(updated_at__gt=since)
        .order_by("-updated_at")
        .values_list(*people)
        .first()
    )
    overall = (
        assessment.overall_answers.filter(updated_at__gt=since)
        .order_by("-updated_at")
        .values_list(*people)
        .first()
    )
    lines: list[Facts] = []
    for one in found:
        name, at = rows.get(one.item, base or (None, None)) if one.item else (overall or (None, None))
        lines.append(
            {
                "item": one.item,
                "clauses": list(one.clauses),
                "by": name or "",
                "at": at.isoformat() if at else "",
                "basis": bool(one.item and one.item not in rows and base),
            }
        )
    return {"changes": lines}


def why_void(facts: Mapping[str, Any], kind: str) -> tuple[str, ...]:
    """In the language that is active, one sentence per item."""
    if kind == Signature.Void.WITHDRAWN:
        return (_("%(name)s撤回：%(reason)s") % {"name": facts["by"], "reason": facts["reason"]},)
    if kind == Signature.Void.BELOW:
        return (_("%(name)s需要重新签署，因此这里也要重新签署。") % {"name": facts.get("below", "")},)
    lines = list(facts.get("changes", ()))
    if not lines:
        return (_("分工在签署后有变动。"),)
    sentences = [_sentence(one) for one in lines[:ITEMS_IN_WORDS]]
    if len(lines) > ITEMS_IN_WORDS:
        sentences.append(_("另有%(n)s个项目也有修改。") % {"n": len(lines) - ITEMS_IN_WORDS})
    return tuple(sentences)


def words_of(found: tuple[Difference, ...]) -> str:
    """Items and clauses, without who: for a page that is out of date."""
    return _("；").join(_place(one.item, one.clauses) for one in found[:ITEMS_IN_WORDS]) or _("分工")


def _sentence(one: Mapping[str, Any]) -> str:
    clauses = [str(code) for code in one.get("clauses", ())]
    words = {"what": _what(str(one["item"]), bool(one.get("basis"))), "who": one.get("by", "")}
    at = parse_datetime(str(one.get("at", "")))
    if words["who"] and at is not None:
        words["at"] = timezone.localtime(at).strftime("%Y-%m-%d %H:%M")
        text = _("%(what)s在签署后由%(who)s于%(at)s修改") % words
    else:
        text = _("%(what)s在签署后有修改") % words
    if clauses:
        text = _("%(text)s（%(clauses)s）") % {"text": text, "clauses": _clauses(clauses)}
    return _("%(text)s。") % {"text": text}


def _what(item: str, basis: bool) -> str:
    if not item:
        return _("总体要求、统计期或医院信息")
    if basis:
        return _("%(item)s所用的统计口径") % {"item": item}
    return _("%(item)s的答案") % {"item": item}


def _place(item: str, clauses: tuple[str, ...]) -> str:
    if not item:
        return _("总体要求、统计期或医院信息")
    return _clauses(list(clauses)) if clauses else _("%(item)s的数据") % {"item": item}


def _clauses(codes: list[str]) -> str:
    shown = _("、").join(codes[:CLAUSES_IN_WORDS])
    if len(codes) > CLAUSES_IN_WORDS:
        return _("%(codes)s等%(n)s条") % {"codes": shown, "n": len(codes)}
    return shown
