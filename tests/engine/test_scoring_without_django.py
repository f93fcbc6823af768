"""The engine stands alone: it scores where Django and everything beyond its own needs cannot be imported."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

PROGRAM = """
import sys

class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {forbidden!r}:
            raise ImportError(name + " is not installed here")

sys.meta_path.insert(0, Absent())
{body}
assert not [name for name in sys.modules if name.split(".")[0] in {forbidden!r}]
"""

FRAMEWORKS = ("django", "rest_framework", "celery", "plotly", "weasyprint", "pandas", "socket", "requests")


def run(body: str, forbidden: tuple[str, ...]) -> None:
    program = PROGRAM.format(forbidden=forbidden, body=body)
    done = subprocess.run(
        [sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r})\n{program}"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_a_rubric_is_loaded_and_scored_where_django_is_not_installed() -> None:
    run(
        f"""
from engine.rubric.load import load_library
from engine.scoring.answers import Answers
from engine.scoring.card_json import card_to_json
from engine.scoring.explain import explain_level
from engine.scoring.score import score
rubric = load_library({str(ROOT / "rubrics" / "library")!r})["smart-service-2019"]
answers = Answers(rubric.id, {{}})
card = score(rubric, answers)
assert card_to_json(card)["level"] == 0
assert explain_level(rubric, answers, card, 1).holds is False
""",
        FRAMEWORKS,
    )


def test_scoring_needs_the_standard_library_alone() -> None:
    run(
        """
from engine.rubric.canonical import rubric_from_dict
from engine.rubric.flags import with_flags
from engine.scoring.card_json import card_from_json
from engine.scoring.explain import explain_item
from engine.scoring.score import score
""",
        (*FRAMEWORKS, "yaml", "numpy"),
    )


def test_the_guard_itself_notices_a_forbidden_import() -> None:
    try:
        run("import django", FRAMEWORKS)
    except AssertionError as noticed:
        assert "is not installed here" in str(noticed)
    else:
        raise AssertionError("the guard let Django through")
