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
