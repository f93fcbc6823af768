"""What inviting a list would do: who is new, who comes back, who changes zone, and what does not fit."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Literal

from django.utils.translation import gettext as _

from assessments.campaigns.reading import InviteRow
from assessments.models import Campaign, CampaignZone, Participation
from hospitals.models import Organisation

Kind = Literal["new", "again", "moved", "same", "problem"]


@dataclass(frozen=True, slots=True)
class ExaminedRow:
    """``before``: the participation there is already, for "again" (taken out earlier), "moved" and "same"."""

    row: InviteRow
    kind: Kind
    hospital: Organisation | None
    zone: CampaignZone | None
    before: Participation | None
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Known:
    by_pk: Mapping[int, Organisation]
    by_code: Mapping[str, list[Organisation]]
    by_name: Mapping[str, list[Organisation]]


def examine(
    campaign: Campaign, rows: Sequence[InviteRow], zone: CampaignZone | None
) -> tuple[ExaminedRow, ...]:
    """Every row held against the hospitals beneath the bureau of the cycle. Three queries, whatever the
    number of rows. ``zone``: for rows that name none.

    A hospital of another bureau and one that does not exist are the same to whoever asks.
    """
    known = _known(campaign)
    zones = {"".join(one.name.split()): one for one in campaign.zones.all()}
    invited = {
        row.hospital_id: row for row in Participation.objects.filter(campaign=campaign).select_related("zone")
    }
    seen: dict[int, str] = {}
    found = []
    for row in rows:
        problems = list(row.problems)
        hospital = None if problems else _hospital(row, known, problems)
        own = _zone(row, zones, zone, problems)
        if hospital is not None:
            if hospital.pk in seen:
                problems.append(_("与%(place)s是同一家医院。") % {"place": _place(seen[hospital.pk])})
            seen.setdefault(hospital.pk, row.place)
        before = invited.get(hospital.pk) if hospital is not None else None
        kind: Kind = "problem" if problems else _kind(before, own, named=bool(row.zone) or zone is not None)
        if kind == "same" and before is not None:
            own = before.zone
        found.append(ExaminedRow(row, kind, hospital, own, before, tuple(problems)))
    return tuple(found)


def _known(campaign: Campaign) -> _Known:
    hospitals = (
        Organisation.objects.hospitals()
        .filter(path__startswith=campaign.bureau.path)
        .only("pk", "name", "name_en", "code", "grade", "path")
    )
    by_pk: dict[int, Organisation] = {}
    by_code: dict[str, list[Organisation]] = {}
    by_name: dict[str, list[Organisation]] = {}
    for each in hospitals:
        by_pk[each.pk] = each
        if each.code:
            by_code.setdefault(each.code.upper(), []).append(each)
        for name in {_plain(each.name), _plain(each.name_en)} - {""}:
            by_name.setdefault(name, []).append(each)
    return _Known(by_pk, by_code, by_name)


def _kind(before: Participation | None, zone: CampaignZone | None, *, named: bool) -> Kind:
    """``named``: a zone was asked for; a hospital that is invited already keeps its own otherwise."""
    if before is None:
        return "new"
    if before.withdrawn_at is not None:
        return "again"
    if named and before.zone_id != (zone.pk if zone else None):
        return "moved"
    return "same"


def _hospital(row: InviteRow, known: _Known, problems: list[str]) -> Organisation | None:
    if row.pk:
        chosen = known.by_pk.get(row.pk)
        if chosen is None:
            problems.append(_("本单位辖区内没有这家医院，请核对机构代码或名称。"))
        return chosen
    if not row.code and not row.hospital:
        problems.append(_("没有写机构代码或医院名称。"))
        return None
    coded = known.by_code.get(row.code.upper(), []) if row.code else []
    if len(coded) == 1:
        if row.hospital and _plain(row.hospital) not in (_plain(coded[0].name), _plain(coded[0].name_en)):
            problems.append(_("机构代码属于“%(name)s”，与所写的医院名称不同。") % {"name": coded[0].label})
            return None
        return coded[0]
    if len(coded) > 1:
        problems.append(_("有%(n)s家医院用这个机构代码，请先更正机构信息。") % {"n": len(coded)})
        return None
    named = known.by_name.get(_plain(row.hospital or row.code), [])
    if len(named) == 1:
        if row.code and row.hospital and named[0].code:
            problems.append(
                _("“%(name)s”的机构代码是%(code)s，与所写的不同。")
                % {"name": named[0].label, "code": named[0].code}
            )
            return None
        return named[0]
    if len(named) > 1:
        problems.append(_("有%(n)s家医院叫这个名称，请填写机构代码。") % {"n": len(named)})
    else:
        problems.append(_("本单位辖区内没有这家医院，请核对机构代码或名称。"))
    return None


def _zone(
    row: InviteRow, zones: Mapping[str, CampaignZone], default: CampaignZone | None, problems: list[str]
) -> CampaignZone | None:
    if not row.zone:
        return default
    found = zones.get("".join(row.zone.split()))
    if found is None:
        problems.append(_("没有名为“%(zone)s”的分批，请先新增分批，或改名单。") % {"zone": row.zone})
    return found


def _plain(name: str) -> str:
    return "".join(name.split()).casefold()


def _place(place: str) -> str:
    if not place:
        return _("前面的一行")
    return _("第%(n)s行") % {"n": place} if place.isdecimal() else place


def digest_of(rows: Sequence[ExaminedRow]) -> str:
    """Of what a preview shows: the rows, what each would do, and to which row of before."""
    told = [
        [
            asdict(one.row),
            one.kind,
            one.hospital.pk if one.hospital else None,
            one.zone.pk if one.zone else None,
            [one.before.pk, one.before.zone_id] if one.before else None,
        ]
        for one in rows
    ]
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()
