"""Addresses of the pages that compare hospitals."""

from __future__ import annotations

from django.urls import URLPattern, path

from reports.views.comparing import bulletins, groups, items, truth

urlpatterns: list[URLPattern] = [
    path("region/heatmap/", items.region_heatmap, name="region-heatmap"),
    path("region/difficulty/", items.region_difficulty, name="region-difficulty"),
    path("region/scatter/", truth.region_scatter, name="region-scatter"),
    path("region/inflation/", truth.region_inflation, name="region-inflation"),
    path("region/dual-track/", truth.region_dual_track, name="region-dual-track"),
    path("region/dual-track/ask/", truth.region_dual_track_ask, name="region-dual-track-ask"),
    path("dual-track/<uuid:question>/", truth.dual_track_answer, name="dual-track-answer"),
    path("region/consortia/", groups.region_consortia, name="region-consortia"),
    path("region/consortia/new/", groups.consortium_new, name="consortium-new"),
    path("region/consortia/<uuid:consortium>/", groups.consortium, name="consortium"),
    path("region/consortia/<uuid:consortium>/remove/", groups.consortium_remove, name="consortium-remove"),
    path("region/find/", groups.region_find, name="region-find"),
    path("region/bulletins/", bulletins.bulletins, name="bulletins"),
    path("region/bulletins/ask/", bulletins.bulletin_ask, name="bulletin-request"),
    path("region/bulletins/<uuid:report>/progress/", bulletins.bulletin_progress, name="bulletin-progress"),
    path("region/bulletins/<uuid:report>/download/", bulletins.bulletin_download, name="bulletin-download"),
    path("region/pair/", groups.region_pair, name="region-pair"),
]
