from django.urls import path

from hospitals.views import departments, engagements, members, organisations

ONE = "organisations/<uuid:organisation>/"
DEPARTMENT = f"{ONE}departments/<uuid:department>/"
MEMBER = f"{ONE}members/<uuid:membership>/"

urlpatterns = [
    path("organisations/", organisations.show_organisations, name="organisations"),
    path("organisations/add/", organisations.add_organisation, name="organisation-add"),
    path(ONE, organisations.show_organisation, name="organisation"),
    path(f"{ONE}edit/", organisations.edit_organisation, name="organisation-edit"),
    path(f"{ONE}departments/add/", departments.add, name="department-add"),
    path(DEPARTMENT, departments.edit, name="department-edit"),
    path(f"{DEPARTMENT}close/", departments.close, name="department-close"),
    path(f"{DEPARTMENT}reopen/", departments.reopen, name="department-reopen"),
    path(f"{ONE}engagements/add/", engagements.grant, name="engagement-grant"),
    path(f"{ONE}engagements/<uuid:engagement>/end/", engagements.end, name="engagement-end"),
    path(f"{ONE}members/invite/", members.invite, name="member-invite"),
    path(MEMBER, members.edit, name="member-edit"),
    path(f"{MEMBER}revoke/", members.revoke, name="member-revoke"),
    path(f"{MEMBER}password/", members.new_password, name="member-password"),
]
