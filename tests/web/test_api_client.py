"""The example client of the how-to, run as a user runs it, against a server; and how often a key may ask."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse

from accounts.api import rates
from accounts.models import User
from assessments.models import EvidenceBundle, ItemAnswer
from hospitals.models import Organisation
from tests.factories.assessments import make_assessment
from tests.factories.serving import served
from tests.factories.tokens import bearer, make_token

CLIENT = Path(__file__).resolve().parents[2] / "docs/how-to/zhiping_client.py"


def run(url: str, key: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(CLIENT), *arguments],
        env={**os.environ, "ZHIPING_URL": url, "ZHIPING_KEY": key},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_example_client_writes_answers_hands_in_data_and_reads_the_level(
    hospital: Organisation, owner: User, tmp_path: Path
) -> None:
    draft = make_assessment(hospital, owner)
    answers, data = tmp_path / "answers.json", tmp_path / "lab_report@LIS.csv"
    answers.write_text(
        json.dumps(
            {
                "format": "zhiping-assessment/1",
                "rubric": draft.edition.key,
                "items": {"01.01": {"clauses": {"1": ["met"]}}},
            }
        )
    )
    data.write_text("report_no,patient_id\n1,a\n")
    key = make_token(owner, ["assessments:read", "assessments:write", "evidence:read", "evidence:write"])[1]
    with served() as url:
        done = run(url, key, str(draft.public_id), str(answers), str(data))
        refused = run(url, "zhp_" + "x" * 43, str(draft.public_id), str(answers), str(data))
    assert done.returncode == 0, done.stderr
    first, second, third = done.stdout.splitlines()
    assert first == "1 answers written, 0 not taken"
    assert second == "data: done"
    assert third.startswith("level: 0 gaps: ")
    assert ItemAnswer.objects.get(assessment=draft, item_code="01.01").clauses["1"][0] == "met"
    assert EvidenceBundle.objects.filter(uses__assessment=draft).count() == 1
    assert refused.returncode == 1
    assert refused.stderr.startswith("401: ")


def test_a_key_that_asks_too_often_waits_until_the_minute_is_over(
    owner: User, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rates.time, "time", lambda: 6_000_000_010.0)
    settings.API_RATES = {"read": 2, "write": 1}
    first, second = make_token(owner)[1], make_token(owner)[1]
    url = reverse("api-me")
    assert [Client().get(url, headers=bearer(key)).status_code for key in (first, second)] == [200, 200]
    answer = Client().get(url, headers=bearer(first))
    assert answer.status_code == 429, "a person's keys are counted together"
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["Retry-After"] == "50"
    written = Client().post(reverse("api-assessments"), {}, "application/json", headers=bearer(first))
    assert written.status_code == 400, "writing is counted apart"
    monkeypatch.setattr(rates.time, "time", lambda: 6_000_000_070.0)
    assert Client().get(url, headers=bearer(first)).status_code == 200


def test_wrong_keys_from_one_network_are_not_answered_for_ever(db: None) -> None:
    url = reverse("api-me")
    answers = [
        Client().get(url, headers=bearer("zhp_wrong")).status_code for _number in range(rates.WRONG_KEYS + 1)
    ]
    assert answers == [401] * rates.WRONG_KEYS + [429]
