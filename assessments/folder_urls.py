"""Addresses of last year's work: folders of screenshots, workbooks that were not exported from here, what was carried."""

from django.urls import URLPattern, path

from assessments.views import carried, folders, merging, older_workbook

HERE = "assessments/<uuid:assessment>/folders/"
ONE = f"{HERE}<uuid:folder>/"
OLDER = "assessments/<uuid:assessment>/workbook/older/"
MERGE = "assessments/<uuid:assessment>/workbook/merge/"
CARRIED = "assessments/<uuid:assessment>/carried/"

urlpatterns: list[URLPattern] = [
    path(HERE, folders.folders, name="folders"),
    path(ONE, folders.folder, name="folder"),
    path(f"{ONE}places/", folders.places, name="folder-places"),
    path(f"{ONE}confirm/", folders.confirm, name="folder-confirm"),
    path(f"{ONE}drop/", folders.drop, name="folder-drop"),
    path(f"{ONE}undo/", folders.undo, name="folder-undo"),
    path(CARRIED, carried.carried, name="carried"),
    path(f"{CARRIED}<str:item>/confirm/", carried.confirm, name="carried-confirm"),
    path(MERGE, merging.merge, name="workbook-merge"),
    path(f"{MERGE}apply/", merging.merge_apply, name="workbook-merge-apply"),
    path(OLDER, older_workbook.older, name="older-workbook"),
    path(f"{OLDER}columns/", older_workbook.older_map, name="older-workbook-map"),
    path(f"{OLDER}apply/", older_workbook.older_apply, name="older-workbook-apply"),
    path(f"{OLDER}<uuid:imported>/undo/", older_workbook.older_undo, name="older-workbook-undo"),
]
