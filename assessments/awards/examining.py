"""What a list of official results would change: which rows are new, which correct an earlier one, which do not fit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from assessments.awards.reading import AwardRow
from assessments.models import AwardedLevel
from hospitals import access
from hospitals.access import Person, Role
from hospitals.models import Organisation
from rubrics.models import Edition
from rubrics.queries import get_rubric

Kind = Literal["new", "changed", "same", "problem"]


@dataclass(frozen=True, slots=True)
class ExaminedRow:
    row: AwardRow
    kind: Kind
    hospital: Organisation | None
    edition: Edition | None
    before: AwardedLevel | None
    problems: tuple[str, ...]


def examine(user: Person, rows: Sequence[AwardRow]) -> tuple[ExaminedRow, ...]:
    """Every row held against the hospitals the person manages. Three queries, and the rubrics' top levels."""
    hospitals = list(
        Organisation.objects.hospitals()
        .filter(managed_by(user))
        .only("pk", "name", "name_en", "code", "path")
    )
    by_code = {hospital.code: hospital for hospital in hospitals if hospital.code}
    by_name: dict[str, list[Organisation]] = {}
    for each in hospitals:
        by_name.setdefault(_plain(each.name), []).append(each)
    editions = {edition.key: edition for edition in Edition.objects.current()}
    tops = {key: get_rubric(edition).top_level for key, edition in editions.items()}
    known = {
        (award.hospital_id, award.edition_id, award.year): award
        for award in AwardedLevel.objects.filter(
            hospital__in=[hospital.pk for hospital in hospitals],
            source=AwardedLevel.Source.IMPORTED,
            revoked_at__isnull=True,
        )
    }
    seen: dict[tuple[int, str, int], str] = {}
    found = []
    for row in rows:
        problems = list(row.problems)
        hospital = _hospital(row, by_code, by_name, problems)
        edition = editions.get(row.rubric)
        if edition is None and row.rubric:
            problems.append(_("本系统没有标准“%(key)s”。") % {"key": row.rubric})
        elif edition is not None and row.level > tops[edition.key]:
            problems.append(_("这个标准最高%(top)s级。") % {"top": tops[edition.key]})
        if hospital is not None and row.rubric:
            earlier = seen.setdefault((hospital.pk, row.rubric, row.year), row.place)
            if earlier != row.place:
                problems.append(_("与%(place)s是同一家医院、同一标准、同一年度。") % {"place": earlier})
        before = known.get((hospital.pk, edition.pk, row.year)) if hospital and edition else None
        kind: Kind = (
            "problem"
            if problems
            else "new"
            if before is None
            else "same"
            if _same(before, row)
            else "changed"
        )
        found.append(ExaminedRow(row, kind, hospital, edition, before, tuple(problems)))
    return tuple(found)


def managed_by(user: Person) -> Q:
    """Filter: hospitals beneath a bureau the person manages."""
    condition = Q(pk__in=[])
    for bureau in access.organisations_where(user, [Role.BUREAU_MANAGER]):
        condition |= Q(path__startswith=bureau.path)
    return condition


def _plain(name: str) -> str:
    return "".join(name.split())


def _hospital(
    row: AwardRow,
    by_code: dict[str, Organisation],
    by_name: dict[str, list[Organisation]],
    problems: list[str],
) -> Organisation | None:
    if row.code and row.code in by_code:
        coded = by_code[row.code]
        if row.hospital and _plain(row.hospital) != _plain(coded.name):
            problems.append(_("机构代码属于“%(name)s”，与所写的医院名称不同。") % {"name": coded.name})
        return coded
    named = by_name.get(_plain(row.hospital), []) if row.hospital else []
    if len(named) == 1:
        return named[0]
    if len(named) > 1:
        problems.append(_("有%(n)s家医院叫这个名称，请填写机构代码。") % {"n": len(named)})
    else:
        problems.append(_("本单位下没有这家医院，请核对机构代码或名称。"))
    return None


def _same(award: AwardedLevel, row: AwardRow) -> bool:
    published = timezone.localtime(award.published_at).date().isoformat() if award.published_at else ""
    return (
        award.level == row.level
        and (str(award.total) if award.total is not None else "") == row.total
        and (published == row.published_on or not row.published_on)
        and (award.valid_until.isoformat() if award.valid_until else "") == row.valid_until
        and award.note == row.note
    )


def day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
