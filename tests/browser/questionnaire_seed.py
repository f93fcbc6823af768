"""Makes an installation with one EMR assessment for the browser tests of the questionnaire.

Run as a module in a process of its own; prints JSON: the assessment and a session per person.
``python -m tests.browser.questionnaire_seed`` seeds; with words it does one thing: ``revoke NAME``,
``restore NAME``, ``session NAME``.
"""

from __future__ import annotations

import json
import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
django.setup()

from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.models import User  # noqa: E402
from assessments.actions.basis import save_basis  # noqa: E402
from assessments.actions.merging import Change  # noqa: E402
from hospitals.models import Membership, Organisation  # noqa: E402
from tests.factories.assessments import make_assessment  # noqa: E402

PEOPLE = {
    "lead": ("质控负责人（示例）", "quality_lead", "zh-hans"),
    "engineer": ("信息工程师（示例）", "data_engineer", "zh-hans"),
    "reader": ("Director (example)", "director", "en"),
}
READY = 26  # one untouched assessment for every test of the module


def seed() -> dict[str, object]:
    bureau = Organisation.objects.create(kind="province", name="示例省卫生健康委员会")
    hospital = Organisation.objects.create(kind="hospital", name="示例市人民医院", parent=bureau)
    for username, (name, role, language) in PEOPLE.items():
        user = User.objects.create_user(
            username, password="example-pass-phrase", name=name, language=language
        )
        Membership.objects.create(user=user, organisation=hospital, role=role)
    return {
        "sessions": {name: session(name) for name in PEOPLE},
        "assessments": [fresh(f"自评{number}") for number in range(1, READY + 1)],
    }


def fresh(title: str) -> str:
    lead = User.objects.get(username="lead")
    hospital = Organisation.objects.get(kind="hospital")
    made = make_assessment(hospital, lead, edition="emr-2018", title=title, target_level=4)
    save_basis(by=lead, assessment=made, changes=[Change("bases.discharges.value", None, 4765)])
    return str(made.public_id)


def session(username: str) -> str:
    client = Client()
    client.force_login(User.objects.get(username=username))
    return client.cookies["sessionid"].value


def revoke(username: str) -> str:
    Membership.objects.filter(user__username=username).update(revoked_at=timezone.now())
    return username


def restore(username: str) -> str:
    Membership.objects.filter(user__username=username).update(revoked_at=None)
    return username


if __name__ == "__main__":
    words = sys.argv[1:]
    does = {"session": session, "revoke": revoke, "restore": restore}
    sys.stdout.write(json.dumps(does[words[0]](words[1]) if words else seed()))
