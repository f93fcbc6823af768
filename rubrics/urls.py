"""``edition`` is a key (emr-2018: its newest revision) or a key with a revision (emr-2018_r1)."""

from django.urls import path

from rubrics import views

urlpatterns = [
    path("", views.rubrics, name="rubrics"),
    path("<slug:edition>/", views.rubric, name="rubric"),
    path("<slug:edition>/search/", views.rubric_search, name="rubric-search"),
    path("<slug:edition>/clauses/<str:clause>/", views.rubric_clause, name="rubric-clause"),
    path("<slug:edition>/flags/", views.rubric_flags, name="rubric-flags"),
    path("<slug:edition>/flags/withdraw/", views.rubric_flags_withdraw, name="rubric-flags-withdraw"),
    path("<slug:edition>/flags/import/", views.rubric_flags_import, name="rubric-flags-import"),
    path("<slug:edition>/tables/", views.figures_import, name="figures-import"),
    path("<slug:edition>/tables/<int:year>/", views.figures_export, name="figures-export"),
    path("<slug:edition>/<str:item>/", views.rubric_item, name="rubric-item"),
]
