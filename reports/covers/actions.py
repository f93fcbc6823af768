"""An organisation sets the cover of its documents."""

from __future__ import annotations

from typing import Any, BinaryIO, cast

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from hospitals import access
from hospitals.access import Person, Role
from hospitals.models import Organisation
from hospitals.permissions import lead_role
from hospitals.refusals import Refusal
from hospitals.trail import record_here
from reports.covers.colours import readable
from reports.covers.logos import drawn
from reports.models import Cover

LINES, LONGEST_LINE = 4, 80
TEXTS = {"title": 60, "title_en": 80, "subtitle": 100, "subtitle_en": 120}
#: standing texts: one line is one paragraph
STANDING = {"foreword": 3000, "foreword_en": 6000, "disclaimer": 2000, "disclaimer_en": 4000}


def check_can_set_cover(user: Person, organisation: Organisation) -> None:
    """The lead of the organisation; in a consultancy every consultant of its own."""
    roles = [lead_role(organisation)]
    if organisation.kind == Organisation.Kind.CONSULTANCY:
        roles.append(Role.CONSULTANT)
    if not access.holds(user, organisation, *roles):
        raise Refusal(_("报告封面由本单位的负责人设置；咨询机构的由其咨询顾问设置。"))


@transaction.atomic
def set_cover(
    *,
    by: User,
    organisation: Organisation,
    texts: dict[str, str],
    contact: str,
    accent: str = "",
    logo: UploadedFile[Any] | None = None,
    without_logo: bool = False,
) -> Cover:
    """What is empty leaves the document as it comes. Documents made before stay as they are. Raises Refusal."""
    check_can_set_cover(by, organisation)
    limits = TEXTS | STANDING
    kept = {name: texts.get(name, "").replace("\x00", "").strip() for name in limits}
    for name, most in limits.items():
        if len(kept[name]) > most:
            raise Refusal(_("“%(text)s…”过长，最多%(most)s个字。") % {"text": kept[name][:12], "most": most})
    lines = [line.strip() for line in contact.replace("\x00", "").splitlines() if line.strip()]
    if len(lines) > LINES or any(len(line) > LONGEST_LINE for line in lines):
        raise Refusal(
            _("联系方式最多%(lines)s行，每行最多%(most)s个字。") % {"lines": LINES, "most": LONGEST_LINE}
        )
    colour = readable(accent)
    picture = drawn(cast("BinaryIO", logo), logo.name or "", logo.size or 0) if logo else None
    row, _new = Cover.objects.select_for_update().get_or_create(
        organisation=organisation, defaults={"changed_by": by}
    )
    for name, text in kept.items():
        setattr(row, name, text)
    row.contact, row.accent = "\n".join(lines), colour
    if picture is not None or without_logo:
        row.logo = picture
    row.changed_by, row.changed_at = by, timezone.now()
    row.save()
    facts: dict[str, object] = {"title": row.title}
    if logo:
        facts["file"] = (logo.name or "")[:120]
    record_here(verb="cover.changed", by=by, subject=organisation, facts=facts)
    return row
