"""Addresses of yearly cycles and of notices."""

from django.urls import URLPattern, path

from assessments.views import notices
from assessments.views.campaigns import entering, hospitals, pages, steering, zones

HERE = "campaigns/<uuid:campaign>/"
ONE = f"{HERE}hospitals/<uuid:participation>/"

urlpatterns: list[URLPattern] = [
    path("campaigns/", pages.campaigns, name="campaigns"),
    path("campaigns/start/", pages.campaign_start, name="campaign-start"),
    path(HERE, pages.campaign, name="campaign"),
    path(f"{HERE}edit/", pages.campaign_edit, name="campaign-edit"),
    path(f"{HERE}export/", pages.campaign_export, name="campaign-export"),
    path(f"{HERE}open/", steering.campaign_open, name="campaign-open"),
    path(f"{HERE}close/", steering.campaign_close, name="campaign-close"),
    path(f"{HERE}extend/", steering.campaign_extend, name="campaign-extend"),
    path(f"{HERE}reopen/", steering.campaign_reopen, name="campaign-reopen"),
    path(f"{HERE}remind/", steering.campaign_remind, name="campaign-remind"),
    path(f"{HERE}zones/", zones.campaign_zones, name="campaign-zones"),
    path(f"{HERE}zones/add/", zones.campaign_zone_add, name="campaign-zone-add"),
    path(f"{HERE}zones/assign/", zones.campaign_zone_assign, name="campaign-zone-assign"),
    path(f"{HERE}zones/<int:zone>/", zones.campaign_zone, name="campaign-zone"),
    path(f"{HERE}zones/<int:zone>/remove/", zones.campaign_zone_remove, name="campaign-zone-remove"),
    path(f"{HERE}invite/", hospitals.campaign_invite, name="campaign-invite"),
    path(f"{HERE}invite/apply/", hospitals.campaign_invite_apply, name="campaign-invite-apply"),
    path(ONE, hospitals.participation, name="participation"),
    path(f"{ONE}late/", hospitals.participation_late, name="participation-late"),
    path(f"{ONE}withdraw/", hospitals.participation_withdraw, name="participation-withdraw"),
    path(f"{HERE}enter/", entering.campaign_enter, name="campaign-enter"),
    path("notices/", notices.notices, name="notices"),
    path("notices/read/", notices.notices_read, name="notices-read"),
    path("notices/<int:notice>/read/", notices.notice_read, name="notice-read"),
]
