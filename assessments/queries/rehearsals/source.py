"""What a rehearsal can draw from: the newest run, as long as the files it read are still there."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.utils.translation import gettext as _

from assessments.models import Assessment, EvidenceBundle, VerificationRun
from assessments.queries.verification.wanted import records_of
from engine.evidence.catalogue.values import Catalogue
from engine.evidence.sampling import can_be_drawn, most_used


@dataclass(frozen=True, slots=True)
class DrawSource:
    """``run`` None: nothing can be drawn now, ``why_not`` says why and what to do first.

    ``partly``: some bundles of the run are destroyed, the others can be drawn from.
    """

    run: VerificationRun | None
    why_not: str = ""
    partly: bool = False


def source_of(assessment: Assessment) -> DrawSource:
    """The newest finished run and whether its raw data still exist. Two queries."""
    run = (
        assessment.verification_runs.filter(state=VerificationRun.State.DONE)
        .select_related("mapping")
        .defer("counts")
        .first()
    )
    if run is None:
        return DrawSource(None, _("还没有做过核验，没有可抽取的记录。请先交数据并核验，或手工录入病例。"))
    states = list(run.bundles.values_list("state", flat=True))
    if not states:
        return DrawSource(
            None,
            _(
                "最近一次核验没有用数据文件（数据在院内核验或只填了统计数字），这里没有可抽取的记录。请上传数据后核验，或手工录入病例。"
            ),
        )
    kept = sum(state == EvidenceBundle.State.KEPT for state in states)
    if not kept:
        return DrawSource(
            None,
            _(
                "最近一次核验的原始数据已经销毁，不能再抽取；以前抽好的样本仍在。请重新上传数据并核验，或手工录入病例。"
            ),
        )
    return DrawSource(run, partly=kept < len(states))


def records_to_draw(catalogue: Catalogue, rubric: str, item: str) -> tuple[str, ...]:
    """Record types a rehearsal of this item looks at, the most checked first; empty: none can be drawn."""
    counts: Counter[str] = Counter()
    for rule in catalogue.rules_of(rubric):
        named = {rule.item} if rule.item else {code[:5] for code in rule.supports}
        if rule.active and rule.check is not None and item in named:
            counts.update(
                record
                for record in records_of(rule)
                if record in catalogue.records and can_be_drawn(catalogue.records[record])
            )
    return most_used(counts)
