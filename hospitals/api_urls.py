from django.urls import path

from hospitals.api import views

urlpatterns = [
    path("api/v1/me/", views.OwnAccount.as_view(), name="api-me"),
    path("api/v1/organisations/", views.Organisations.as_view(), name="api-organisations"),
    path(
        "api/v1/organisations/<uuid:organisation>/", views.OneOrganisation.as_view(), name="api-organisation"
    ),
    path(
        "api/v1/organisations/<uuid:organisation>/departments/",
        views.Departments.as_view(),
        name="api-departments",
    ),
]
