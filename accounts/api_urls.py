"""The interface as a whole: its description and the page to read it on. Each app adds its own addresses."""

from django.urls import path

from accounts.api.schema import DescriptionOfAll, docs

urlpatterns = [
    path("api/v1/schema", DescriptionOfAll.as_view(), name="api-schema"),
    path("api/v1/docs/", docs, name="api-docs"),
]
