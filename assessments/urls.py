from django.urls import URLPattern, path

from assessments.api.answers import AnswersOfItem
from assessments.api.basis import BasisFigures, OverallConfirmations
from assessments.views import (
    assigning,
    attachments,
    basis,
    comments,
    home,
    item,
    lifecycle,
    listing,
    overview,
    starting,
    workbook,
)
from assessments.views.verification import attestations, desk, figures, items, mapping, sql

HERE = "assessments/<uuid:assessment>/"
HOSPITAL = "organisations/<uuid:organisation>/"
API = "api/v1/assessments/<uuid:assessment>/"

urlpatterns: list[URLPattern] = [
    path("", home.home, name="home"),
    path("assessments/", listing.assessments, name="assessments"),
    path("assessments/start/", starting.start, name="assessment-start"),
    path(HERE, overview.assessment, name="assessment"),
    path(f"{HERE}items/<str:item>/", item.item, name="item"),
    path(f"{HERE}items/<str:item>/done/", assigning.done, name="item-done"),
    path(f"{HERE}basis/", basis.basis, name="basis"),
    path(f"{HERE}overall/", basis.overall, name="overall"),
    path(f"{HERE}assignments/", assigning.assignments, name="assignments"),
    path(f"{HERE}history/", overview.history, name="history"),
    path(f"{HERE}export.json", workbook.as_json, name="json-export"),
    path(f"{HERE}workbook/export/", workbook.export, name="workbook-export"),
    path(f"{HERE}workbook/import/", workbook.importing, name="workbook-import"),
    path(f"{HERE}workbook/import/apply/", workbook.apply, name="workbook-apply"),
    path(f"{HERE}submit/", lifecycle.submit, name="submit"),
    path(f"{HERE}return/", lifecycle.returned, name="return"),
    path(f"{HERE}accept/", lifecycle.accepted, name="accept"),
    path(f"{HERE}archive/", lifecycle.archived, name="archive"),
    path(f"{HERE}reopen/", lifecycle.withdrawn, name="reopen"),
    path(f"{HERE}attachments/add/", attachments.add, name="attachment-add"),
    path(f"{HERE}attachments/<uuid:attachment>/", attachments.download, name="attachment"),
    path(f"{HERE}attachments/<uuid:attachment>/remove/", attachments.remove, name="attachment-remove"),
    path(f"{HERE}comments/add/", comments.add, name="comment-add"),
    path(f"{HERE}comments/<int:comment>/resolve/", comments.resolve, name="comment-resolve"),
    path(f"{HERE}verification/", desk.desk, name="verification"),
    path(f"{HERE}verification/bundles/", desk.bundle_upload, name="bundle-upload"),
    path(f"{HERE}verification/bundles/<uuid:bundle>/remove/", desk.bundle_remove, name="bundle-remove"),
    path(f"{HERE}verification/runs/", desk.run_start, name="run-start"),
    path(f"{HERE}verification/runs/<int:number>/", desk.run, name="run"),
    path(f"{HERE}verification/runs/<int:number>/cancel/", desk.run_cancel, name="run-cancel"),
    path(f"{HERE}verification/absences/", desk.absence_add, name="absence-add"),
    path(f"{HERE}verification/absences/remove/", desk.absence_remove, name="absence-remove"),
    path(f"{HERE}verification/bundles/use/", items.bundle_use, name="bundle-use"),
    path(f"{HERE}verification/items/<str:item>/", items.verification_item, name="verification-item"),
    path(f"{HERE}verification/decisions/", items.decision_add, name="decision-add"),
    path(
        f"{HERE}verification/decisions/<int:decision>/withdraw/",
        items.decision_withdraw,
        name="decision-withdraw",
    ),
    path(f"{HERE}verification/anchors/<uuid:attachment>/", items.anchor_set, name="anchor-set"),
    path(f"{HERE}verification/mapping/", mapping.mapping, name="mapping"),
    path(f"{HERE}verification/mapping/preview/", mapping.mapping_preview, name="mapping-preview"),
    path(f"{HERE}verification/figures/", figures.figures, name="figures"),
    path(f"{HERE}verification/figures/<int:figure>/accept/", items.figure_accept, name="figure-accept"),
    path(f"{HERE}verification/sql/<str:rule>/<str:dialect>/", sql.rule_sql, name="rule-sql"),
    path(f"{HOSPITAL}keys/", attestations.keys, name="attestation-keys"),
    path(f"{HOSPITAL}keys/<int:key>/revoke/", attestations.key_revoke, name="attestation-key-revoke"),
    path(f"{HOSPITAL}attestations/", attestations.attestations, name="attestation-import"),
    path(f"{HOSPITAL}attestations/<uuid:attestation>/", attestations.attestation, name="attestation"),
    path(f"{API}items/<str:item>/answers/", AnswersOfItem.as_view(), name="api-answers"),
    path(f"{API}basis/", BasisFigures.as_view(), name="api-basis"),
    path(f"{API}overall/", OverallConfirmations.as_view(), name="api-overall"),
]
