from django.urls import URLPattern, URLResolver, include, path

from reports.views import (
    checking,
    comparison,
    compendium,
    covers,
    explanation,
    gap,
    library,
    region,
    result,
    what_if,
)
from reports.views.verified import pages as verified
from reports.views.verified import replaying

HERE = "assessments/<uuid:assessment>/verified/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("reports.comparing_urls")),
    path("", include("reports.official_urls")),
    path("", include("reports.batch_urls")),
    path("", include("reports.roadmap_urls")),
    path("organisations/<uuid:organisation>/cover/", covers.cover, name="cover"),
    path("organisations/<uuid:organisation>/cover/logo/", covers.cover_logo, name="cover-logo"),
    path("check/", checking.report_check, name="report-check"),
    path("region/", region.region, name="region"),
    path("region/distribution/", region.region_distribution, name="region-distribution"),
    path("region/trend/", region.region_trend, name="region-trend"),
    path("region/ranking/", region.region_ranking, name="region-ranking"),
    path("region/peers/share/", region.peers_share, name="peers-share"),
    path("region/doubts/", region.region_doubts, name="region-doubts"),
    path("region/export/", region.region_export, name="region-export"),
    path("region/views/save/", region.view_save, name="view-save"),
    path("region/views/<uuid:view>/delete/", region.view_delete, name="view-delete"),
    path("assessments/<uuid:assessment>/result/", result.result, name="result"),
    path("assessments/<uuid:assessment>/gap/", gap.gap, name="gap"),
    path("assessments/<uuid:assessment>/what-if/", what_if.try_switches, name="what-if"),
    path("assessments/<uuid:assessment>/comparison/", comparison.comparison, name="comparison"),
    path("assessments/<uuid:assessment>/why/<str:item>/", explanation.explanation, name="explanation"),
    path("assessments/<uuid:assessment>/material/", compendium.material, name="material"),
    path(
        "assessments/<uuid:assessment>/material/export/", compendium.material_export, name="material-export"
    ),
    path("assessments/<uuid:assessment>/material/ask/", compendium.ask, name="compendium-request"),
    path("assessments/<uuid:assessment>/reports/", library.library, name="reports"),
    path("assessments/<uuid:assessment>/reports/ask/", library.ask, name="report-request"),
    path("assessments/<uuid:assessment>/reports/ask-roadmap/", library.ask_roadmap, name="roadmap-request"),
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
    path(f"{HERE}replay/", replaying.verified_replay, name="verified-replay"),
]
