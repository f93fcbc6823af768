"""Addresses of the mock on-site review."""

from django.urls import URLPattern, path

from assessments.views.rehearsals import cases, pages, points, script

HERE = "assessments/<uuid:assessment>/rehearsals/"
ONE = f"{HERE}<int:number>/"
CASE = f"{ONE}cases/<int:case>/"

urlpatterns: list[URLPattern] = [
    path(HERE, pages.rehearsals, name="rehearsals"),
    path(f"{HERE}plan/", pages.rehearsal_plan, name="rehearsal-plan"),
    path(f"{HERE}points/", points.rehearsal_points, name="rehearsal-points"),
    path(f"{HERE}points/export/", points.rehearsal_points_export, name="rehearsal-points-export"),
    path(f"{HERE}script/", script.rehearsal_script, name="rehearsal-script"),
    path(f"{HERE}script/export/", script.rehearsal_script_export, name="rehearsal-script-export"),
    path(f"{HERE}script/<str:item>/", script.rehearsal_script_item, name="rehearsal-script-item"),
    path(ONE, pages.rehearsal, name="rehearsal"),
    path(f"{ONE}day/", script.rehearsal_day, name="rehearsal-day"),
    path(f"{ONE}close/", pages.rehearsal_close, name="rehearsal-close"),
    path(f"{ONE}cases/add/", pages.rehearsal_case_add, name="rehearsal-case-add"),
    path(CASE, cases.rehearsal_case, name="rehearsal-case"),
    path(f"{CASE}remove/", cases.rehearsal_case_remove, name="rehearsal-case-remove"),
    path(f"{CASE}settle/", points.rehearsal_case_settle, name="rehearsal-case-settle"),
    path(f"{CASE}photos/<uuid:photo>/", cases.rehearsal_photo, name="rehearsal-photo"),
    path(f"{CASE}photos/<uuid:photo>/remove/", cases.rehearsal_photo_remove, name="rehearsal-photo-remove"),
]
