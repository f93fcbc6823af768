"""Addresses of proof material: facts of clauses, the list of what is missing, the compendium."""

from __future__ import annotations

from assessments.models import Assessment, CarriedPlace
from tests.web.permissions.format import Ask, Row, expect
from tests.web.permissions.reports import draft, staff, staff_and_bureau, submitted
from tests.web.permissions.world import World


def _item(w: World) -> dict[str, object]:
    return draft(w) | {"item": "01.01"}


def _submitted_item(w: World) -> dict[str, object]:
    return submitted(w) | {"item": "01.01"}


def _copied(w: World) -> dict[str, object]:
    """The draft as one that took something over, not confirmed yet."""
    Assessment.objects.filter(pk=w.draft.pk).update(copied_from=w.submitted)
    CarriedPlace.objects.get_or_create(
        assessment=w.draft, item_code="01.01", place="01.01.1-1", defaults={"facts": True}
    )
    return draft(w)


ROWS: dict[str, Row] = {
    "material": Row(kwargs=draft, get=(Ask(staff(200)), Ask(staff_and_bureau(200), kwargs=submitted))),
    "material-export": Row(kwargs=draft, get=(Ask(staff(200)), Ask(staff_and_bureau(200), kwargs=submitted))),
    "proof": Row(
        kwargs=_item,
        get=(
            Ask(staff(200)),
            Ask(staff(200) | {"reviewer": 403, "bureau_manager": 403}, kwargs=_submitted_item),
        ),
        post=(
            Ask(
                expect(others=404, owner=302, colleague=302, engineer=302, consultant=302, director=403),
                data=lambda w: {
                    "place": "clauses.01.01.1-1",
                    "before_owner": "",
                    "owner": "示例人员",
                },
            ),
        ),
    ),
    "carried": Row(kwargs=_copied, get=Ask(staff(200))),
    "carried-confirm": Row(
        kwargs=lambda w: _copied(w) | {"item": "01.01"},
        post=Ask(
            expect(others=404, owner=302, colleague=302, engineer=302, consultant=302, director=403),
            data=lambda w: {"place": "01.01.1-1"},
        ),
    ),
    "compendium-request": Row(
        kwargs=draft,
        post=(
            Ask(staff(302), data=lambda w: {"form": "docx", "scope": "01.01", "language": "en"}),
            Ask(staff_and_bureau(302), data=lambda w: {"form": "pdf"}, kwargs=submitted),
        ),
    ),
}
