#!/usr/bin/env python
"""How fast scoring is: one assessment, 10,000 in columns under two lenses, what-if and gaps.

Everything is measured against the naive second scorer of the tests in the same run, because a
ratio of two programs on one machine says more than milliseconds on another. Times are CPU time of
this process. The last line is JSON for machines.

    python bench/bench_scoring.py [--assessments 10000] [--repeat 30]
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from random import Random
from statistics import median
from time import process_time

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from engine.rubric.load import load_library  # noqa: E402
from engine.rubric.values import Rubric  # noqa: E402
from engine.scoring import ENGINE_VERSION  # noqa: E402
from engine.scoring.answers import Answers  # noqa: E402
from engine.scoring.checking import check_answers  # noqa: E402
from engine.scoring.columns import AnswerColumns, columns_of, score_columns  # noqa: E402
from engine.scoring.formats import answers_from_json, parse_document  # noqa: E402
from engine.scoring.gap import find_gaps  # noqa: E402
from engine.scoring.score import score  # noqa: E402
from engine.scoring.whatif import Switch, score_with  # noqa: E402
from tests.engine.naive_scorer import naive_score  # noqa: E402
from tests.engine.random_cases import random_answers  # noqa: E402

GOLDEN = ROOT / "tests" / "golden" / "assessments"
SAMPLE = 200  # different assessments that the large set repeats


def times(work: Callable[[], object], repeat: int) -> float:
    """Median seconds of CPU time of one call."""
    work()  # the first call fills the caches of the rubric
    measured = []
    for _ in range(repeat):
        start = process_time()
        work()
        measured.append(process_time() - start)
    return median(measured)


def repeated(columns: AnswerColumns, count: int) -> AnswerColumns:
    """The columns again and again until they hold ``count`` assessments."""
    places = np.arange(count) % len(columns)
    fields = {}
    for field in dataclasses.fields(columns):
        values = getattr(columns, field.name)
        fields[field.name] = np.take(values, places, axis=1 if values.ndim == 3 else 0)
    return AnswerColumns(**fields)


def typical(rubric: Rubric) -> Answers:
    """A believable tertiary hospital at level 3, of the golden corpus."""
    text = (GOLDEN / "emr-tertiary-level-3.json").read_text(encoding="utf-8")
    return answers_from_json(rubric, parse_document(text))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--assessments", type=int, default=10_000)
    parser.add_argument("--repeat", type=int, default=30)
    options = parser.parse_args()

    rubric = load_library(ROOT / "rubrics" / "library")["emr-2018"]
    answers = typical(rubric)
    sample = [random_answers(Random(seed), rubric) for seed in range(SAMPLE)]
    few = sample[:20]

    one = times(lambda: score(rubric, answers), options.repeat)
    naive = times(lambda: naive_score(rubric, answers, try_every_assignment=False), options.repeat)
    random_one = times(lambda: [score(rubric, given) for given in few], 5) / len(few)
    naive_each = times(
        lambda: [naive_score(rubric, given, try_every_assignment=False) for given in few], 3
    ) / len(few)
    check = times(lambda: check_answers(rubric, answers), options.repeat)
    build = times(lambda: columns_of(rubric, [answers] * 100), 5) / 100
    build_random = times(lambda: columns_of(rubric, sample), 3) / SAMPLE
    many = repeated(columns_of(rubric, sample), options.assessments)
    lenses = times(lambda: (score_columns(rubric, many), score_columns(rubric, many)), 5)
    switches = [Switch("01.05", to_level=4, application=Decimal("0.8"), data_quality=Decimal("0.5"))]
    what_if = times(lambda: score_with(rubric, answers, switches), options.repeat)
    gaps = times(lambda: find_gaps(rubric, answers, 5), options.repeat)

    naive_lenses = naive_each * options.assessments * 2
    rows = [
        ("one assessment (a level 3 hospital)", one, naive / one),
        ("one assessment (made up, every form of index)", random_one, naive_each / random_one),
        ("of which checking the answers", check, None),
        ("naive scorer, one assessment", naive, 1.0),
        (f"columns, {options.assessments} assessments x 2 lenses", lenses, naive_lenses / lenses),
        ("building columns from answers, per assessment", build, None),
        ("the same, made up, every form of index", build_random, None),
        ("what-if with one switch", what_if, None),
        ("gap list for level 5", gaps, None),
    ]
    print(f"emr-2018, engine {ENGINE_VERSION}")
    for name, seconds, ratio in rows:
        against = "" if ratio is None else f"   {ratio:8.1f} x the naive scorer"
        print(f"{name:48} {seconds * 1000:10.3f} ms{against}")
    print(
        json.dumps(
            {
                "bench": "scoring",
                "engine_version": ENGINE_VERSION,
                "one_ms": round(one * 1000, 3),
                "one_random_ms": round(random_one * 1000, 3),
                "naive_ms": round(naive * 1000, 3),
                "check_ms": round(check * 1000, 3),
                "columns_assessments": options.assessments,
                "columns_two_lenses_s": round(lenses, 3),
                "columns_build_ms_each": round(build * 1000, 3),
                "what_if_ms": round(what_if * 1000, 3),
                "gap_ms": round(gaps * 1000, 3),
                "one_faster_than_naive": round(naive / one, 2),
                "columns_faster_than_naive": round(naive_lenses / lenses, 1),
            }
        )
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
