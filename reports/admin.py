"""Jobs in the back office: how they are doing, without the documents and without any result."""

from django.contrib import admin

from accounts.back_office import BackOfficeModel
from reports.models import IssuedReport


@admin.register(IssuedReport)
class JobAdmin(BackOfficeModel):
    list_display = (
        "public_id",
        "kind",
        "state",
        "progress",
        "attempts",
        "requested_at",
        "heard_at",
        "finished_at",
    )
    list_filter = ("state", "kind")
    fields = (
        "public_id",
        "kind",
        "language",
        "state",
        "progress",
        "step",
        "error",
        "attempts",
        "requested_at",
        "started_at",
        "heard_at",
        "finished_at",
        "size",
    )
    ordering = ("-requested_at",)
    list_per_page = 50
