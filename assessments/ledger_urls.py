"""Addresses of the rectification ledger, and of a person's deadlines as a calendar."""

from django.urls import URLPattern, path

from assessments.views import deadlines
from assessments.views.ledger import entries, pages

HERE = "assessments/<uuid:assessment>/ledger/"
ONE = f"{HERE}<int:number>/"

urlpatterns: list[URLPattern] = [
    path(HERE, pages.ledger, name="ledger"),
    path(f"{HERE}proposals/", pages.ledger_proposals, name="ledger-proposals"),
    path(f"{HERE}new/", pages.ledger_new, name="ledger-new"),
    path(f"{HERE}assign/", pages.ledger_assign, name="ledger-assign"),
    path(f"{HERE}export/", pages.ledger_export, name="ledger-export"),
    path(ONE, entries.ledger_entry, name="ledger-entry"),
    path(f"{ONE}step/", entries.ledger_step, name="ledger-step"),
    path("deadlines.ics", deadlines.deadlines, name="deadlines"),
    path("calendar/<str:token>.ics", deadlines.calendar, name="calendar"),
    path("account/calendar/", deadlines.calendar_feed, name="calendar-feed"),
    path("account/calendar/revoke/", deadlines.calendar_revoke, name="calendar-revoke"),
]
