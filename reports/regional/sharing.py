"""A bureau decides whether reports of its hospitals hold figures of their peer group."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from audit.actions import record
from hospitals import access
from hospitals.models import Organisation
from hospitals.refusals import Refusal
from reports.models import PeerSharing


def check_can_share_peers(bureau: Organisation, by: access.Person) -> None:
    """The manager of the bureau or of one above it."""
    own = access.organisations_where(by, [access.Role.BUREAU_MANAGER])
    if not any(bureau.path.startswith(one.path) for one in own):
        raise Refusal(_("是否向医院提供同类数据由卫生健康行政部门的管理员决定。"))


def shares_peers(bureau: Organisation) -> bool:
    """No query for a bureau that was read with its switch, else one."""
    return hasattr(bureau, "peer_sharing") and bureau.peer_sharing.shared


@transaction.atomic
def share_peers(*, by: User, bureau: Organisation, shared: bool) -> None:
    """Turn it on or off; what stands already changes nothing. Reports that were made keep their figures.

    Raises Refusal."""
    check_can_share_peers(bureau, by)
    if shares_peers(Organisation.objects.select_for_update().get(pk=bureau.pk)) == shared:
        return
    PeerSharing.objects.update_or_create(
        bureau=bureau, defaults={"shared": shared, "changed_by": by, "changed_at": timezone.now()}
    )
    record(
        verb="peers.shared" if shared else "peers.kept-back",
        by=by,
        chain=str(bureau.public_id),
        subject_kind="organisation",
        subject_id=bureau.public_id,
        facts={"bureau": bureau.name},
    )
