from django.urls import path

from reports.api import comparing, documents, jobs, results

ONE = "api/v1/assessments/<uuid:assessment>/"
REGION = "api/v1/comparisons/"

urlpatterns = [
    path(f"{ONE}card/", results.Card.as_view(), name="api-card"),
    path(f"{ONE}gaps/", results.Gaps.as_view(), name="api-gaps"),
    path(f"{ONE}reports/", documents.Reports.as_view(), name="api-reports"),
    path(f"{ONE}reports/<uuid:report>/", documents.OneReport.as_view(), name="api-report"),
    path(f"{ONE}reports/<uuid:report>/file/", documents.ReportFile.as_view(), name="api-report-file"),
    path("api/v1/jobs/", jobs.Jobs.as_view(), name="api-jobs"),
    path("api/v1/jobs/<uuid:job>/", jobs.OneJob.as_view(), name="api-job"),
    path(f"{REGION}bureaus/", comparing.Bureaus.as_view(), name="api-bureaus"),
    path(f"{REGION}figures/", comparing.Region.as_view(), name="api-region"),
    path(f"{REGION}ranking/", comparing.Ranking.as_view(), name="api-ranking"),
    path(f"{REGION}results/", comparing.Results.as_view(), name="api-results"),
    path(f"{REGION}views/", comparing.Views.as_view(), name="api-views"),
    path(f"{REGION}views/<uuid:view>/", comparing.OneView.as_view(), name="api-view"),
]
