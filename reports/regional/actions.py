"""Keeping the filters of a regional page under a name."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from audit.actions import record
from hospitals import access
from hospitals.refusals import Refusal
from reports.models import SavedView

MOST = 40
LONGEST_NAME = 60
#: addresses whose filters can be kept: every page of a region takes part
PAGES = (
    "region", "region-distribution", "region-trend", "region-ranking", "region-doubts", "region-scatter", "region-inflation",
    "region-dual-track", "region-heatmap", "region-difficulty", "region-consortia", "region-pair", "bulletins",
)  # fmt: skip


@transaction.atomic
def save_view(*, by: User, page: str, query: str, name: str) -> SavedView:
    """Keep ``query`` of a page under a name; a name used before is overwritten. Raises Refusal."""
    if not access.organisations_where(by, access.BUREAU_STAFF):
        raise Refusal(_("视图由卫生健康行政部门的人员保存。"))
    name = name.replace("\x00", "").strip()
    if not name or len(name) > LONGEST_NAME:
        raise Refusal(_("请为视图写一个不超过%(n)s个字的名称。") % {"n": LONGEST_NAME})
    if page not in PAGES or "\x00" in query:
        raise Refusal(_("这个页面不能保存为视图。"))
    if SavedView.objects.filter(user=by).exclude(name=name).count() >= MOST:
        raise Refusal(_("最多保存%(n)s个视图，请先删除不用的。") % {"n": MOST})
    view, _made = SavedView.objects.update_or_create(
        user=by, name=name, defaults={"page": page, "query": query}
    )
    _record("view.saved", by, view)
    return view


@transaction.atomic
def delete_view(*, by: User, view: SavedView) -> None:
    _record("view.deleted", by, view)
    view.delete()


def _record(verb: str, by: User, view: SavedView) -> None:
    record(
        verb=verb,
        by=by,
        subject_kind="view",
        subject_id=view.public_id,
        chain=access.home_chain_of(by),
        facts={"name": view.name},
    )
