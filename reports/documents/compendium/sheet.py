"""The list of missing material as a sheet: the rows of the page, one for every place."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _

from assessments.models import Assessment
from assessments.queries.missing_material import Missing
from reports.documents.sheets import Sheet
from reports.view_models.compendium.missing import place_words
from reports.view_models.compendium.words import kind_words


def missing_sheet(assessment: Assessment, missing: Sequence[Missing], today: date) -> Sheet:
    words = kind_words()
    return Sheet(
        _("缺材料清单"),
        (
            _("责任科室"),
            _("责任人"),
            _("期限"),
            _("逾期"),
            _("项目"),
            _("位置"),
            _("缺什么"),
            _("要求（非原文）"),
        ),
        [
            (
                one.keeper.department,
                one.keeper.person,
                one.keeper.due_on.isoformat() if one.keeper.due_on else "",
                _("逾期") if one.is_late(today) else "",
                one.item,
                place_words(one),
                _("、").join(words[kind] for kind in one.kinds),
                one.words,
            )
            for one in missing
        ],
        note=f"{assessment.hospital.label} · {assessment.title} · {today.isoformat()}",
    )
