"""Addresses of drafts in official-document form."""

from django.urls import URLPattern, path

from reports.views import official, statement

urlpatterns: list[URLPattern] = [
    path("region/drafts/notice/", official.draft_of_notice, name="draft-notice"),
    path("region/drafts/objections/", official.draft_of_objections, name="draft-objections"),
    path("region/drafts/bulletin/", official.draft_of_bulletin, name="draft-bulletin"),
    path("reviews/<uuid:review>/correction/", official.draft_of_correction, name="draft-correction"),
    path(
        "assessments/<uuid:assessment>/signing/statement/<str:form>/", statement.statement, name="statement"
    ),
]
