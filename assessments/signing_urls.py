"""Addresses of signing."""

from django.urls import URLPattern, path

from assessments.views import signing

HERE = "assessments/<uuid:assessment>/signing/"

urlpatterns: list[URLPattern] = [
    path(HERE, signing.signing, name="signing"),
    path(f"{HERE}departments/<uuid:department>/", signing.signing_confirm, name="signing-confirm"),
    path(f"{HERE}consolidate/", signing.signing_consolidate, name="signing-consolidate"),
    path(f"{HERE}approve/", signing.signing_approve, name="signing-approve"),
    path(f"{HERE}signatures/<uuid:signature>/withdraw/", signing.signing_withdraw, name="signing-withdraw"),
    path(f"{HERE}rule/", signing.signing_rule, name="signing-rule"),
    path(f"{HERE}scans/", signing.signing_scan_add, name="signing-scan-add"),
    path(f"{HERE}scans/<uuid:scan>/", signing.signing_scan, name="signing-scan"),
]
