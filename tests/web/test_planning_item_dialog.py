"""The dialog about one item of a plan: its forms carry what the page was made from, as those of the board do."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from hospitals.models import Organisation
from tests.factories.adopted_plans import partly_answered
from tests.factories.assessments import make_assessment

pytestmark = pytest.mark.django_db
PARTS = {"HX-Request": "true"}


def test_every_form_of_the_dialog_says_which_answers_it_was_made_from(
    hospital: Organisation, owner: User
) -> None:
    assessment = make_assessment(hospital, owner)
    partly_answered(assessment)
    client = Client()
    client.force_login(owner)
    mark = client.get(reverse("plan", args=[assessment.public_id])).context["page"].answers_mark
    dialog = client.get(reverse("plan-item", args=[assessment.public_id, "05.01"]), headers=PARTS)
    words = dialog.content.decode()
    forms = words.count("<form ")
    assert forms and words.count(f'name="answers" value="{mark}"') == forms
