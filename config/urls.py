"""Addresses: each app names its own; nothing else lives here."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("accounts.urls")),
    path("", include("accounts.api_urls")),
    path("", include("hospitals.urls")),
    path("", include("hospitals.api_urls")),
    path("", include("audit.urls")),
    path("rubrics/", include("rubrics.urls")),
    path("", include("rubrics.api_urls")),
    path("", include("assessments.urls")),
    path("", include("assessments.api_urls")),
    path("", include("assessments.offline_urls")),
    path("", include("reports.urls")),
    path("", include("reports.api_urls")),
    path("back-office/", admin.site.urls),
]

handler400 = "config.errors.bad_request"
handler403 = "config.errors.forbidden"
handler404 = "config.errors.not_found"
handler500 = "config.errors.failed"
