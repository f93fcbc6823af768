from django.urls import URLPattern, path

from reports.views import comparison, explanation, gap, library, result, what_if
from reports.views.verified import pages as verified

HERE = "assessments/<uuid:assessment>/verified/"

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
    path(HERE, verified.verified, name="verified"),
    path(f"{HERE}rules/", verified.verified_rules, name="verified-rules"),
    path(f"{HERE}rules/<str:rule>/", verified.verified_rule, name="verified-rule"),
    path(f"{HERE}records/", verified.verified_records, name="verified-records"),
    path(f"{HERE}loops/", verified.verified_loops, name="verified-loops"),
    path(f"{HERE}meaning/", verified.verified_meaning, name="verified-meaning"),
    path(f"{HERE}authenticity/", verified.verified_authenticity, name="verified-authenticity"),
    path(f"{HERE}changes/", verified.verified_changes, name="verified-changes"),
]
