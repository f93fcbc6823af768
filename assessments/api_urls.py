"""Addresses of the interface that are about assessments. The autosave addresses stand in urls.py."""

from django.urls import path

from assessments.api.views import (
    assessments,
    attestations,
    campaigns,
    documents,
    evidence,
    plans,
    review_questions,
    reviews,
    runs,
    snapshots,
    steps,
)

ALL = "api/v1/assessments/"
ONE = f"{ALL}<uuid:assessment>/"
BUNDLE = f"{ONE}bundles/<uuid:bundle>/"
RUN = f"{ONE}runs/<int:number>/"
SNAPSHOT = f"{ONE}snapshots/<int:number>/"
CAMPAIGNS = "api/v1/campaigns/"
CAMPAIGN = f"{CAMPAIGNS}<uuid:campaign>/"
REVIEWS = "api/v1/reviews/"
REVIEW = f"{REVIEWS}<uuid:review>/"
QUESTION = f"{REVIEW}questions/<int:number>/"
HOSPITAL = "api/v1/organisations/<uuid:organisation>/"

urlpatterns = [
    path(ALL, assessments.Assessments.as_view(), name="api-assessments"),
    path(ONE, assessments.OneAssessment.as_view(), name="api-assessment"),
    path(f"{ONE}history/", assessments.History.as_view(), name="api-history"),
    path(f"{ONE}document/", documents.Document.as_view(), name="api-document"),
    path(f"{ONE}readiness/", steps.Readiness.as_view(), name="api-readiness"),
    path(f"{ONE}plans/", plans.Plans.as_view(), name="api-plans"),
    path(f"{ONE}plans/<uuid:plan>/", plans.OnePlan.as_view(), name="api-plan"),
    path(f"{ONE}plans/<uuid:plan>/tasks/", plans.Tasks.as_view(), name="api-plan-tasks"),
    path(f"{ONE}plans/<uuid:plan>/tasks/<uuid:task>/", plans.OneTask.as_view(), name="api-plan-task"),
    path(f"{ONE}submit/", steps.Submit.as_view(), name="api-submit"),
    path(f"{ONE}withdraw/", steps.Withdraw.as_view(), name="api-withdraw"),
    path(f"{ONE}archive/", steps.Archive.as_view(), name="api-archive"),
    path(f"{ONE}return/", steps.Return.as_view(), name="api-return"),
    path(f"{ONE}accept/", steps.Accept.as_view(), name="api-accept"),
    path(f"{ONE}snapshots/", snapshots.Snapshots.as_view(), name="api-snapshots"),
    path(SNAPSHOT, snapshots.OneSnapshot.as_view(), name="api-snapshot"),
    path(f"{SNAPSHOT}document/", snapshots.SnapshotDocument.as_view(), name="api-snapshot-document"),
    path(f"{SNAPSHOT}card/", snapshots.SnapshotCard.as_view(), name="api-snapshot-card"),
    path(f"{ONE}bundles/", evidence.Bundles.as_view(), name="api-bundles"),
    path(BUNDLE, evidence.OneBundle.as_view(), name="api-bundle"),
    path(f"{BUNDLE}confirm/", evidence.ConfirmBundle.as_view(), name="api-bundle-confirm"),
    path(f"{ONE}runs/", runs.Runs.as_view(), name="api-runs"),
    path(RUN, runs.OneRun.as_view(), name="api-run"),
    path(f"{RUN}cancel/", runs.CancelRun.as_view(), name="api-run-cancel"),
    path(f"{RUN}findings/", runs.Findings.as_view(), name="api-findings"),
    path(f"{ONE}decisions/", runs.Decisions.as_view(), name="api-decisions"),
    path(f"{HOSPITAL}attestations/", attestations.Attestations.as_view(), name="api-attestations"),
    path(
        f"{HOSPITAL}attestations/<uuid:attestation>/",
        attestations.OneAttestation.as_view(),
        name="api-attestation",
    ),
    path(CAMPAIGNS, campaigns.Campaigns.as_view(), name="api-campaigns"),
    path(CAMPAIGN, campaigns.OneCampaign.as_view(), name="api-campaign"),
    path(f"{CAMPAIGN}hospitals/", campaigns.Board.as_view(), name="api-campaign-hospitals"),
    path(f"{CAMPAIGN}enter/", campaigns.Enter.as_view(), name="api-campaign-enter"),
    path(REVIEWS, reviews.Reviews.as_view(), name="api-reviews"),
    path(REVIEW, reviews.OneReview.as_view(), name="api-review"),
    path(f"{REVIEW}items/", reviews.Items.as_view(), name="api-review-items"),
    path(f"{REVIEW}items/<str:item>/", reviews.Clauses.as_view(), name="api-review-clauses"),
    path(f"{REVIEW}marks/", reviews.Marks.as_view(), name="api-review-marks"),
    path(f"{REVIEW}pass/", reviews.Pass.as_view(), name="api-review-pass"),
    path(f"{REVIEW}return/", reviews.ReturnReview.as_view(), name="api-review-return"),
    path(f"{REVIEW}questions/", review_questions.Questions.as_view(), name="api-review-questions"),
    path(f"{QUESTION}messages/", review_questions.Messages.as_view(), name="api-review-messages"),
    path(f"{QUESTION}close/", review_questions.CloseQuestion.as_view(), name="api-review-question-close"),
    path("api/v1/awarded-levels/", reviews.Awards.as_view(), name="api-awarded-levels"),
]
