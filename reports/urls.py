from django.urls import URLPattern, path

from reports.views import comparison, explanation, gap, library, result, what_if

urlpatterns: list[URLPattern] = [
    path("assessments/<uuid:assessment>/result/", result.result, name="result"),
    path("assessments/<uuid:assessment>/gap/", gap.gap, name="gap"),
    path("assessments/<uuid:assessment>/what-if/", what_if.try_switches, name="what-if"),
    path("assessments/<uuid:assessment>/comparison/", comparison.comparison, name="comparison"),
    path("assessments/<uuid:assessment>/why/<str:item>/", explanation.explanation, name="explanation"),
    path("assessments/<uuid:assessment>/reports/", library.library, name="reports"),
    path("assessments/<uuid:assessment>/reports/ask/", library.ask, name="report-request"),
    path(
        "assessments/<uuid:assessment>/reports/<uuid:report>/progress/",
        library.progress,
        name="report-progress",
    ),
    path(
        "assessments/<uuid:assessment>/reports/<uuid:report>/download/",
        library.download,
        name="report-download",
    ),
]
