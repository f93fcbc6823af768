"""A bureau keeps its medical consortia: a hospital that leads and those that belong to it."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from hospitals.models import Consortium, ConsortiumMember, Organisation
from hospitals.permissions import check_can_keep_consortia
from hospitals.refusals import Refusal
from hospitals.trail import record_here

LONGEST_NAME = 120
MOST_MEMBERS = 200


@transaction.atomic
def keep_consortium(
    *,
    by: User,
    bureau: Organisation,
    consortium: Consortium | None = None,
    name: str,
    name_en: str = "",
    lead: Organisation,
    members: Sequence[Organisation],
) -> Consortium:
    """Found a consortium of the bureau, or change it to this. The lead is no member of its own; members named twice
    count once. Raises Refusal."""
    bureau = Organisation.objects.select_for_update().get(pk=bureau.pk)
    check_can_keep_consortia(by, bureau)
    name, name_en = (text.replace("\x00", "").strip() for text in (name, name_en))
    if not name or len(name) > LONGEST_NAME or len(name_en) > LONGEST_NAME:
        raise Refusal(_("请填写医联体名称，不超过%(n)s字。") % {"n": LONGEST_NAME})
    others = Consortium.objects.filter(bureau=bureau, name=name)
    if others.exclude(pk=consortium.pk if consortium and consortium.pk else 0).exists():
        raise Refusal(_("已有名为“%(name)s”的医联体。") % {"name": name})
    wanted = {one.pk: one for one in members if one.pk != lead.pk}
    if not wanted:
        raise Refusal(_("医联体除牵头医院外，至少要有一家成员医院。"))
    if len(wanted) > MOST_MEMBERS:
        raise Refusal(_("一个医联体最多%(n)s家成员医院。") % {"n": MOST_MEMBERS})
    for one in (lead, *wanted.values()):
        if one.kind != Organisation.Kind.HOSPITAL or not one.path.startswith(bureau.path):
            raise Refusal(_("“%(name)s”不是本辖区的医院。") % {"name": one.label})
    if consortium is None:
        consortium = Consortium(bureau=bureau)
    elif consortium.bureau_id != bureau.pk:
        raise Refusal(_("这个医联体由另一机构管理。"))
    consortium.name, consortium.name_en, consortium.lead = name, name_en, lead
    consortium.save()
    consortium.members.exclude(hospital__in=wanted).delete()
    there = set(consortium.members.values_list("hospital", flat=True))
    ConsortiumMember.objects.bulk_create(
        ConsortiumMember(consortium=consortium, hospital_id=pk) for pk in wanted if pk not in there
    )
    record_here(
        verb="consortium.kept",
        by=by,
        subject=bureau,
        facts={"consortium": name, "lead": lead.name, "members": len(wanted)},
    )
    return consortium


@transaction.atomic
def remove_consortium(*, by: User, consortium: Consortium) -> None:
    """Only the grouping goes; hospitals and results stay. Raises Refusal."""
    check_can_keep_consortia(by, consortium.bureau)
    facts = {"consortium": consortium.name, "lead": consortium.lead.name}
    bureau = consortium.bureau
    consortium.delete()
    record_here(verb="consortium.removed", by=by, subject=bureau, facts=facts)
