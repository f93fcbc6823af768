"""Addresses of organisations, departments and people."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from tests.factories.people import make_consultancy
from tests.web.permissions.format import EVERYBODY, Ask, Row, expect
from tests.web.permissions.world import World


def here(w: World) -> dict[str, Any]:
    return {"organisation": w.hospital.public_id}


def above(w: World) -> dict[str, Any]:
    return {"organisation": w.bureau.public_id}


def beside(w: World) -> dict[str, Any]:
    return {"organisation": w.neighbour.public_id}


def member(w: World) -> dict[str, Any]:
    return {**here(w), "membership": w.colleague_membership.public_id}


def department(w: World) -> dict[str, Any]:
    return {**here(w), "department": w.department.public_id}


def a_hospital(w: World) -> dict[str, Any]:
    return {
        "kind": "hospital",
        "parent": w.bureau.public_id,
        "name": "新建医院",
        "grade": "3A",
        "ownership": "public",
    }


def an_engagement(w: World) -> dict[str, Any]:
    other = make_consultancy("另一示例咨询机构")
    return {"consultancy": other.public_id, "ends_on": timezone.localdate() + timedelta(30)}


def a_person(w: World) -> dict[str, Any]:
    return {"account": "new", "username": "new.person", "name": "新人", "role": "contributor"}


def a_lead(w: World) -> dict[str, Any]:
    return {"account": "new", "username": "new.lead", "name": "新人", "role": "quality_lead"}


#: of the hospital itself, and beneath a bureau of one's own
SEES = {
    **dict.fromkeys(("owner", "colleague", "director", "engineer", "consultant", "auditor", "security"), 200),
    **dict.fromkeys(("reviewer", "bureau_manager"), 200),
}
#: of the hospital, but not for the person
MAY_NOT = dict.fromkeys(SEES, 403)


def managing(status: int) -> dict[str, int | str]:
    """The quality lead and the security administrator do it, everybody else who sees the hospital is refused."""
    return expect(others=404, **{**MAY_NOT, "owner": status, "security": status})  # type: ignore[return-value]


ROWS = {
    "organisations": Row(get=Ask(EVERYBODY(200))),
    "organisation-add": Row(
        get=Ask(expect(others=403, bureau_manager=200)),
        post=Ask(expect(others=403, bureau_manager=302), data=a_hospital),
    ),
    "organisation": Row(
        kwargs=here,
        get=(
            Ask(expect(others=404, **SEES)),
            Ask(
                expect(others=404, bureau_manager=200, reviewer=200, system=200),
                kwargs=above,
                about="the bureau",
            ),
            Ask(expect(others=404, bureau_manager=200, reviewer=200), kwargs=beside, about="the neighbour"),
        ),
    ),
    "organisation-edit": Row(
        kwargs=here,
        get=Ask(expect(others=404, **{**MAY_NOT, "owner": 200, "bureau_manager": 200})),
        post=Ask(
            expect(others=404, **{**MAY_NOT, "owner": 302, "bureau_manager": 302}),
            data=lambda w: {"name": "改名医院", "grade": "3A", "ownership": "public", "beds": "900"},
        ),
    ),
    "department-add": Row(
        kwargs=here, get=Ask(managing(200)), post=Ask(managing(302), data=lambda w: {"name": "新科室"})
    ),
    "department-edit": Row(
        kwargs=department, get=Ask(managing(200)), post=Ask(managing(302), data=lambda w: {"name": "新名称"})
    ),
    "department-close": Row(kwargs=department, post=Ask(managing(302))),
    "department-reopen": Row(kwargs=department, post=Ask(managing(302))),
    "engagement-grant": Row(
        kwargs=here,
        get=Ask(expect(others=404, **{**MAY_NOT, "owner": 200})),
        post=Ask(expect(others=404, **{**MAY_NOT, "owner": 302}), data=an_engagement),
    ),
    "engagement-end": Row(
        kwargs=lambda w: {**here(w), "engagement": w.engagement.public_id},
        post=Ask(expect(others=404, **{**MAY_NOT, "owner": 302})),
    ),
    "member-invite": Row(
        kwargs=here,
        get=(
            Ask(managing(200)),
            Ask(
                expect(others=404, bureau_manager=200, reviewer=403),
                kwargs=beside,
                about="a hospital without a quality lead",
            ),
        ),
        post=(
            Ask(managing(200), data=a_person),
            Ask(
                expect(others=404, bureau_manager=200, reviewer=403),
                kwargs=beside,
                data=a_lead,
                about="the first quality lead",
            ),
        ),
    ),
    "member-edit": Row(
        kwargs=member,
        get=(
            Ask(managing(200)),
            Ask(
                expect(others=404),
                kwargs=lambda w: {**member(w), **beside(w)},
                about="under another hospital",
            ),
        ),
        post=Ask(managing(302), data=lambda w: {"role": "data_engineer"}),
    ),
    "member-revoke": Row(kwargs=member, post=Ask(managing(302))),
    "member-password": Row(kwargs=member, post=Ask(managing(200))),
}
