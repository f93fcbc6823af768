"""A process that never worked on a job can hand one over."""

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.factories.commands import ROOT

HAND_OVER = """
import django
django.setup()
from celery import current_app
from assessments import jobs
print(jobs.VERIFY in current_app.tasks)
jobs.enqueue(jobs.SCREEN, 1)
jobs.enqueue(jobs.VERIFY, 1)
jobs.enqueue(jobs.MAIL_NOTICES)
jobs.enqueue(jobs.FILL_YEARS, [1])
"""


def test_a_web_process_hands_over_the_jobs_of_every_app(tmp_path: Path) -> None:
    for folder in ("queue", "queue-control"):
        (tmp_path / folder).mkdir()
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("DJANGO_", "ZHIPING_"))}
    environment = {**kept, "ZHIPING_VAR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "config.settings.dev"}
    words = [sys.executable, "-c", HAND_OVER]
    done = subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False", "the tasks were loaded before; this test says nothing"
    messages = [json.loads(file.read_text("utf-8")) for file in (tmp_path / "queue").iterdir()]
    assert {message["headers"]["task"] for message in messages} == {
        "assessments.screen_bundle", "assessments.verify", "assessments.mail_notices", "reports.fill_years"
    }, done.stderr  # fmt: skip
