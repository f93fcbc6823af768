"""The two figures of a level, claimed beside computed: application ratio (or real use) and index."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from assessments.queries.frame import said
from engine.evidence.lenses import Lenses
from engine.rubric.values import Item, ItemLevel


@dataclass(frozen=True, slots=True)
class LevelFigures:
    """Shares are two decimals, counts as text; empty where there is nothing.

    ``by_person``: no direct metric computes the ratio, so that a person may accept the claimed one.
    """

    kind: str  # ratio | implemented
    claimed: Decimal | None
    claimed_counts: str
    computed: Decimal | None
    computed_counts: str
    in_use: tuple[bool | None, bool | None]  # claimed, computed
    source: str
    by_person: bool
    warning: str
    index_asked: bool
    index_claimed: Decimal | None
    index_computed: Decimal | None
    index_strict: Decimal | None
    index_rules: str


def figures_of_level(item: Item, entry: ItemLevel, lenses: Lenses, *, few: int = 0) -> LevelFigures:
    """No query. ``few``: counts on a base under it are not written out."""
    application = lenses.applications[item.code]
    ratio = application.ratios.get(entry.level)
    claimed, computed = (ratio.claimed, ratio.computed) if ratio else (None, None)
    factors = lenses.cards["claimed"].items[item.code].factors.get(entry.level)
    index = lenses.indices.get((item.code, entry.level))
    has_index = index is not None and index.computed
    counted = [each for each in index.contributions if each.part == "counted"] if index else []
    return LevelFigures(
        kind=item.application.kind,
        claimed=ratio.claimed_share if ratio else None,
        claimed_counts=_counts(claimed, few),
        computed=ratio.computed_share if ratio and not _hidden(computed, few) else None,
        computed_counts=_counts(computed, few),
        in_use=(application.claimed_in_use, application.in_use),
        source=_source(application.fidelity),
        by_person=not application.direct,
        warning=next(
            (said(each.reason) for each in application.warnings if each.level in (entry.level, None)), ""
        )
        if not _hidden(computed, few)
        else "",
        index_asked=entry.has_index,
        index_claimed=factors.data_quality if factors is not None and factors.index_entered else None,
        index_computed=index.value if index is not None and has_index else None,
        index_strict=index.strict if index is not None and has_index else None,
        index_rules=_("%(counted)s / %(rules)s条规则已核对")
        % {"counted": len(counted), "rules": len(index.contributions)}
        if index is not None and index.contributions
        else "",
    )


def _hidden(counts: tuple[int, int] | None, few: int) -> bool:
    return counts is not None and 0 < counts[1] < few


def _counts(counts: tuple[int, int] | None, few: int) -> str:
    if counts is None:
        return ""
    if _hidden(counts, few):
        return _("少于%(few)s") % {"few": few}
    return f"{counts[0]:,} / {counts[1]:,}"


def _source(fidelity: str | None) -> str:
    return {
        "exact": _("由数据直接算出"),
        "declared": _("由医院声明的总量算出"),
        "proxy": _("由相近的数据估算，只作提示"),
    }.get(fidelity or "", "")
