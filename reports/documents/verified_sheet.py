"""The sheet 核验 of the gap workbook: every item under the four lenses, and which clauses were refuted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from accounts.templatetags.display import level_name, percent, points
from reports.view_models.report import GapReport
from reports.view_models.verified.section import VerifiedSection


@dataclass(frozen=True, slots=True)
class Column:
    heading: str
    width: float
    figure: bool = False


def verified_lines(report: GapReport) -> list[tuple[str, str]]:
    """What the summary sheet says: the four lenses, coverage, and what stands between them."""
    part = report.verified
    if part is None:
        return [(_("核验"), _("还没有用数据核验过，未核验不等于不符。"))]
    lines = [(_("核验"), part.headline)]
    lines += [
        (lens.name, f"{level_name(lens.level)}  {points(lens.total)}  {lens.means}") for lens in part.lenses
    ]
    lines += [
        (_("核验覆盖率"), part.coverage),
        (_("核验不符"), _("%(points)s分") % {"points": part.facade_gap}),
        (_("未核验"), _("%(points)s分") % {"points": part.not_yet}),
    ]
    if part.run is not None:
        lines.append((_("核验摘要码"), f"{part.run.digest} · {part.run.engine_version}"))
    return lines


def verified_columns() -> list[Column]:
    return [
        Column(_("项目"), 10),
        Column(_("名称"), 26),
        Column(_("自评"), 9, figure=True),
        Column(_("至多"), 9, figure=True),
        Column(_("暂定"), 9, figure=True),
        Column(_("至少"), 9, figure=True),
        Column(_("覆盖率"), 9, figure=True),
        Column(_("不符条款"), 10, figure=True),
        Column(_("未核验条款"), 11, figure=True),
        Column(_("哪里不符"), 90),
    ]


def verified_rows(part: VerifiedSection) -> Iterable[Sequence[Any]]:
    for row in part.rows:
        yield (
            row.code,
            row.name,
            points(row.claimed),
            points(row.at_most),
            points(row.provisional),
            points(row.at_least),
            percent(row.coverage),
            str(row.refuted),
            str(row.not_verified),
            "\n".join(part.against.get(row.code, ())),
        )
