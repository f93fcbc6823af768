"""Addresses of screenshots: drafts of the person who made them, editing a stored picture again, the order of files."""

from django.urls import URLPattern, path

from assessments.views import pictures

HERE = "assessments/<uuid:assessment>/"
DRAFT = f"{HERE}pictures/<uuid:draft>/"

urlpatterns: list[URLPattern] = [
    path(f"{HERE}pictures/add/", pictures.add, name="picture-add"),
    path(DRAFT, pictures.draft, name="picture-draft"),
    path(f"{DRAFT}file/", pictures.file, name="picture-draft-file"),
    path(f"{DRAFT}proposals/", pictures.proposals, name="picture-proposals"),
    path(f"{DRAFT}give-up/", pictures.give_up, name="picture-give-up"),
    path(f"{HERE}attachments/<uuid:attachment>/edit/", pictures.edit, name="picture-edit"),
    path(f"{HERE}attachments/<uuid:attachment>/move/", pictures.move, name="attachment-move"),
]
