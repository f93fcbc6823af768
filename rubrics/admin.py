"""Editions in the back office: which are loaded. Read-only, as the database itself insists."""

from django.contrib import admin

from accounts.back_office import BackOfficeModel
from rubrics.models import Edition


@admin.register(Edition)
class EditionAdmin(BackOfficeModel):
    list_display = ("key", "revision", "status", "title_zh", "loaded_at", "published_at")
    list_filter = ("status",)
    fields = (
        "key",
        "revision",
        "status",
        "title_zh",
        "title_en",
        "document_number",
        "content_hash",
        "loaded_at",
        "published_at",
    )
