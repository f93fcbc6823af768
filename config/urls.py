"""Addresses: each app names its own; nothing else lives here."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("accounts.urls")),
    path("", include("hospitals.urls")),
    path("", include("audit.urls")),
    path("rubrics/", include("rubrics.urls")),
    path("", include("assessments.urls")),
    path("", include("reports.urls")),
    path("back-office/", admin.site.urls),
]

handler400 = "config.errors.bad_request"
handler403 = "config.errors.forbidden"
handler404 = "config.errors.not_found"
handler500 = "config.errors.failed"
