from django.urls import path

from rubrics.api import views

urlpatterns = [
    path("api/v1/rubrics/", views.Rubrics.as_view(), name="api-rubrics"),
    path("api/v1/rubrics/<slug:edition>/", views.OneRubric.as_view(), name="api-rubric"),
    path(
        "api/v1/rubrics/<slug:edition>/items/<str:item>/", views.RubricItem.as_view(), name="api-rubric-item"
    ),
]
