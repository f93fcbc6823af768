"""Levels that hospitals of a grade are to reach: of the bureau's own cycle, else the national ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from assessments.models import CampaignTarget
from engine.rubric.values import Text
from hospitals.models import Organisation
from reports.regional.national import levels_of
from rubrics.models import Edition


@dataclass(frozen=True, slots=True)
class Targets:
    """``levels``: grade -> level; ``source``: where they come from, in words."""

    levels: Mapping[str, int]
    source: Text


def targets_of(bureau: Organisation, edition: Edition, year: int) -> Targets:
    """Targets of the newest cycle of the bureau, or of one above it, that is not a draft; else the national
    ones; else none. One query."""
    above = [int(part) for part in bureau.path.split("/") if part]
    rows = (
        CampaignTarget.objects.filter(
            campaign__bureau__in=above, campaign__year=year, edition__key=edition.key
        )
        .exclude(campaign__state="draft")
        .select_related("campaign__bureau")
        .order_by("campaign__bureau__path", "campaign__id")
    )
    own: dict[str, int] = {}
    title = ""
    for row in rows:  # the bureau nearest to the hospitals comes last and counts
        own[row.grade], title = row.level, row.campaign.title
    if own:
        return Targets(own, Text(title, title))
    national = levels_of(edition.key)
    return Targets(*national) if national else Targets({}, Text(_("没有设定目标"), _("没有设定目标")))
