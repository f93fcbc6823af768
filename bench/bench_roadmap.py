#!/usr/bin/env python
"""How long a plan takes to its proven optimum, on every assessment of the golden corpus.

Per edition and objective: median and slowest CPU seconds of ``make_plan`` to the next level, its parts (options,
solver and the rest), what an infeasible question with relaxations, budgets that are too low and a whole sensitivity
take, and how often the answer was proven. Compared with the naive planner of the tests on problems small enough for it, in the same run.
The last line is JSON for machines.

    python bench/bench_roadmap.py [--only emr]
"""

from __future__ import annotations

import argparse
import json
import sys
from decimal import Decimal
from pathlib import Path
from random import Random
from statistics import median
from time import process_time
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from engine.roadmap.model import problem_of  # noqa: E402
from engine.roadmap.plan import make_plan  # noqa: E402
from engine.roadmap.quarters import Quarter  # noqa: E402
from engine.roadmap.sensitivity import find_sensitivity  # noqa: E402
from engine.roadmap.solve import choose  # noqa: E402
from engine.roadmap.values import OBJECTIVES, Constraints, Objective  # noqa: E402
from engine.rubric.values import Rubric  # noqa: E402
from engine.scoring.formats import answers_from_json, parse_document  # noqa: E402
from engine.scoring.score import score  # noqa: E402
from tests.engine.library import library  # noqa: E402
from tests.engine.naive_planner import combinations, least_effort  # noqa: E402
from tests.engine.plan_cases import START, assumptions, plan_case  # noqa: E402

GOLDEN = ROOT / "tests" / "golden" / "assessments"
BEDS = 800


def timed(work: Any) -> tuple[Any, float]:
    began = process_time()
    found = work()
    return found, process_time() - began


def corpus(only: str) -> dict[str, list[tuple[str, Any, int]]]:
    cases: dict[str, list[tuple[str, Any, int]]] = {}
    for file in sorted(GOLDEN.glob(f"{only}*.json")):
        document = parse_document(file.read_text(encoding="utf-8"))
        rubric = library()[str(document["rubric"])]
        answers = answers_from_json(rubric, document)
        level = score(rubric, answers).level
        if level < rubric.top_level:
            cases.setdefault(rubric.id, []).append((file.stem, answers, level + 1))
    return cases


def of_edition(key: str, cases: list[tuple[str, Any, int]]) -> dict[str, Any]:
    rubric, figures = library()[key], dict[str, Any]()
    how = {"assumptions": assumptions(), "start": START, "beds": BEDS}
    make_plan(rubric, cases[0][1], cases[0][2], "cheapest", **how)  # loads the solver
    for objective in OBJECTIVES:
        plans = [timed(lambda a=a, t=t, o=objective: make_plan(rubric, a, t, o, **how)) for _n, a, t in cases]  # type: ignore[misc]
        seconds = [taken for _plan, taken in plans]
        proven = sum(plan.status == "optimal" for plan, _taken in plans)
        figures[objective] = {
            "median_s": round(median(seconds), 3),
            "slowest_s": round(max(seconds), 3),
            "proven": f"{proven}/{len(plans)}",
        }
    parts = []
    for _name, answers, target in cases:
        problem, options = timed(
            lambda a=answers, t=target: problem_of(
                rubric, a, t, "cheapest", assumptions(), Constraints(), BEDS
            )  # type: ignore[misc]
        )
        _chosen, solving = timed(lambda p=problem: choose(p))  # type: ignore[misc]
        parts.append((options, solving))
    figures["options_s"] = round(median(one for one, _two in parts), 3)
    figures["solver_s"] = round(median(two for _one, two in parts), 3)
    _name, answers, target = cases[-1]
    hurried = Constraints(finish_by=START)
    figures["infeasible_s"] = round(
        timed(lambda: make_plan(rubric, answers, target, "cheapest", constraints=hurried, **how))[1], 3
    )
    figures["budgets"] = with_budgets(rubric, cases, how)
    lines, taken = timed(lambda: find_sensitivity(rubric, answers, target, "cheapest", **how))
    figures["sensitivity"] = {"lines": len(lines), "s": round(taken, 2)}
    return figures


def with_budgets(rubric: Rubric, cases: list[tuple[str, Any, int]], how: dict[str, Any]) -> dict[str, Any]:
    """Too little money: seconds, how many have a plan all the same, and how many of the others are offered money."""
    found: dict[str, list[tuple[Any, float]]] = {}
    low = {START.year + n: Decimal(100_000) for n in range(6)}
    for _name, answers, target in cases:
        finish = make_plan(rubric, answers, target, "fastest", **how).finish
        nothing = {START.year: Decimal(0)}
        asked: dict[str, tuple[Objective, Constraints]] = {
            "fastest, nothing in the first year": ("fastest", Constraints(budget=nothing)),
            "fastest, nothing in the first year, in the time of the fastest": (
                "fastest",
                Constraints(budget=nothing, finish_by=finish),
            ),
            "cheapest, nothing in the first year, in the time of the fastest": (
                "cheapest",
                Constraints(budget=nothing, finish_by=finish),
            ),
            "fastest, six low years, to the end of the sixth": (
                "fastest",
                Constraints(budget=low, finish_by=Quarter(START.year + 5, 4)),
            ),
        }
        for name, (objective, limits) in asked.items():
            one = timed(
                lambda a=answers, t=target, o=objective, c=limits: make_plan(  # type: ignore[misc]
                    rubric, a, t, o, constraints=c, **how
                )
            )
            found.setdefault(name, []).append(one)
    return {
        name: {
            "median_s": round(median(taken for _plan, taken in plans), 2),
            "slowest_s": round(max(taken for _plan, taken in plans), 2),
            "possible": sum(plan.status != "infeasible" for plan, _taken in plans),
            "offered_money": sum(
                any(one.kind == "budget" for one in plan.relaxations) for plan, _taken in plans
            ),
            "not_proven": sum(plan.status == "infeasible" and not plan.proven for plan, _taken in plans),
            "of": len(plans),
        }
        for name, plans in found.items()
    }


def against_naive(problems: int) -> dict[str, Any]:
    ours = naive = 0.0
    tried, seed = 0, 0
    while tried < problems:
        seed += 1
        rubric, answers = plan_case(Random(seed), items=3)
        target = rubric.top_level
        if not 2_000 < combinations(rubric, answers, target) < 60_000:
            continue
        plan, taken = timed(
            lambda r=rubric, a=answers, t=target: make_plan(  # type: ignore[misc]
                r, a, t, "cheapest", assumptions=assumptions(), start=START
            )
        )
        least, slow = timed(lambda r=rubric, a=answers, t=target: least_effort(r, a, t, 1))  # type: ignore[misc]
        assert (least is None) == (plan.status == "infeasible")
        assert least is None or plan.effort == least
        ours, naive, tried = ours + taken, naive + slow, tried + 1
    return {
        "problems": problems,
        "ours_s": round(ours, 2),
        "naive_s": round(naive, 2),
        "ratio": round(naive / ours, 1),
    }


def main() -> None:
    reader = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    reader.add_argument("--only", default="", help="files of the corpus whose name begins so")
    given = reader.parse_args()
    found: dict[str, Any] = {key: of_edition(key, cases) for key, cases in corpus(given.only).items()}
    found["naive"] = against_naive(10)
    for key, figures in found.items():
        print(key, json.dumps(figures, ensure_ascii=False))
    print(json.dumps(found))


if __name__ == "__main__":
    main()
