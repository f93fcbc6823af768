"""How many lies are believed: 200 made-up hospitals with known truth, ours beside column validators.

    python bench/bench_truthfulness.py                 200 hospitals, the reported seed
    python bench/bench_truthfulness.py --hospitals 40 --seed 7    for tuning, another seed

Each hospital claims every clause that some façade check, decision-support check or closed loop names
and its data can tell about. What it does wrong is drawn; which clauses are lies then follows from what
the wrong destroys. "believed" is a clause that ends as supported without an authenticity warning on the
records behind it. *recall*: lies that are not believed. *precision*: truths among what is believed.
*false acceptance*: lies that are believed. Beside it, on the same extracts: "stock" is what a column
validator checks by default (filled, in the list of codes, unique), run by pandera; "SQL by hand" adds
existence in the other table and the order of times, without systems, windows or authenticity.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from assessments.demo.packages import faults  # noqa: E402
from assessments.demo.packages.cases import World  # noqa: E402
from assessments.demo.packages.scenarios import plan_of  # noqa: E402
from assessments.demo.packages.write import Fault, Made, write_package  # noqa: E402
from assessments.probes import PackageRefused, open_package  # noqa: E402
from engine.evidence.authenticity import count_authenticity  # noqa: E402
from engine.evidence.catalogue.checks import (  # noqa: E402
    CompletenessCheck,
    DictionaryCheck,
    IntegrationCheck,
    TimelinessCheck,
)
from engine.evidence.catalogue.load import load_catalogue  # noqa: E402
from engine.evidence.catalogue.values import Catalogue, Rule  # noqa: E402
from engine.evidence.counts import RuleCount  # noqa: E402
from engine.evidence.judging import authenticity_warning, judge  # noqa: E402
from engine.evidence.rules import count_rule  # noqa: E402
from engine.rubric.load import load_library  # noqa: E402

LIBRARY = ROOT / "rubrics" / "library"
WINDOW = (date(2026, 7, 1), date(2026, 9, 30))
REPORTED_SEED, CASES, AREAS = 20261122, 2500, 8
WRONGS = (
    "honest", "feature without rows", "ids lost at the interface", "batch-stamped times", "free text for codes",
    "used only in the last two weeks", "data outside the window", "copied rows", "another hospital's data",
    "screenshot of another record",
)  # fmt: skip
FAULTS = {
    "feature without rows": faults.feature_without_rows,
    "ids lost at the interface": faults.ids_lost,
    "batch-stamped times": faults.batch_stamped,
    "free text for codes": faults.free_text,
    "used only in the last two weeks": faults.last_two_weeks,
    "data outside the window": faults.outside_window,
    "copied rows": faults.copied_rows,
}


@dataclass
class Told:
    """Per clause: whether it is true and who believed it."""

    wrong: str
    truths: dict[str, bool] = field(default_factory=dict)
    believed: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))


def records_of(rule: Rule) -> list[str]:
    """The record types of a rule, those it leans on last."""
    check = rule.check
    if isinstance(check, IntegrationCheck):
        return [check.left, check.right]
    if isinstance(check, TimelinessCheck):
        return [moment.record for moment in check.moments]
    if isinstance(check, CompletenessCheck):
        return [check.record, *([check.exists_in] if check.exists_in else [])]
    if isinstance(check, DictionaryCheck):
        return [check.record]
    return []


def destroyed(wrong: str, hit: set[str], rule: Rule, catalogue: Catalogue) -> bool:
    """Whether the wrong done to the records ``hit`` makes what the rule is about untrue."""
    check, touched = rule.check, hit & set(records_of(rule))
    if not touched:
        return False
    if wrong in (
        "feature without rows",
        "used only in the last two weeks",
        "data outside the window",
        "copied rows",
    ):
        return True
    if wrong == "ids lost at the interface":
        return any(_linked_by_number(check, record, catalogue) for record in touched)
    if wrong == "batch-stamped times":
        return isinstance(check, TimelinessCheck)
    if wrong == "free text for codes":
        return any(_reads_codes(check, record, catalogue) for record in touched)
    return False


def _linked_by_number(check: Any, record: str, catalogue: Catalogue) -> bool:
    fields = catalogue.records[record].fields
    if isinstance(check, IntegrationCheck):
        sides = [pair.left if record == check.left else pair.right for key in check.keys for pair in key]
        sides += [pair.left if record == check.left else pair.right for key in check.link_on for pair in key]
    elif isinstance(check, TimelinessCheck):
        sides = [entry[record] for entry in check.join_on if record in entry]
    elif isinstance(check, CompletenessCheck) and check.exists_in:
        sides = [pair.left if record == check.record else pair.right for pair in check.match_on]
    else:
        return False
    return any(
        fields[name].role == "identifier" and name not in ("patient_id", "institution_id") for name in sides
    )


def _reads_codes(check: Any, record: str, catalogue: Catalogue) -> bool:
    fields = catalogue.records[record].fields
    if isinstance(check, IntegrationCheck):
        names = [pair.left if record == check.left else pair.right for key in check.keys for pair in key]
    elif isinstance(check, DictionaryCheck):
        names = [name for choice in check.fields for name in choice]
    else:
        return False
    return any(fields[name].dictionary for name in names if name in fields)


def hospital(number: int, seed: int) -> Told:
    """Make one hospital, let everybody judge it."""
    catalogue, _rubrics = _loaded()
    rng = Random(seed * 1000 + number)
    wrong = WRONGS[number % len(WRONGS)]
    rules = [
        rule
        for rule in catalogue.rules.values()
        if rule.family in ("facade_checks", "decision_support")
        and rule.supports
        and records_of(rule)
        and isinstance(rule.check, IntegrationCheck | TimelinessCheck | CompletenessCheck | DictionaryCheck)
    ]
    chosen = rng.sample(rules, AREAS)
    chosen += [rule for rule in rules if rule.id in {one.companion for one in chosen} and rule not in chosen]
    records = frozenset(record for rule in chosen for record in records_of(rule)) - {"dictionary"}
    partners = {record for rule in chosen for record in records_of(rule)[1:]} - {"dictionary"}
    drawn_from = sorted(partners if wrong == "feature without rows" else records)
    hit = set(rng.sample(drawn_from, max(1, len(drawn_from) // 2)))
    done: tuple[Fault, ...] = (faults.noise(rng.choice((0.0, 0.0005, 0.001))),)
    if wrong in FAULTS:
        done = (FAULTS[wrong](hit), *done)
    world = World(plan_of(catalogue), CASES, WINDOW, seed=rng.randrange(10**6), prefix=f"H{number:03d}")
    name = f"示例医院{number:03d}"
    told = Told(wrong)
    for rule in chosen:
        for clause in rule.supports:
            lie = wrong in ("another hospital's data", "screenshot of another record") or destroyed(
                wrong, hit, rule, catalogue
            )
            told.truths[f"{rule.rubric}/{clause}"] = (
                told.truths.get(f"{rule.rubric}/{clause}", True) and not lie
            )
    stated = "示例医院999" if wrong == "another hospital's data" else name
    with tempfile.TemporaryDirectory(prefix="zhiping-truth-") as place:
        folder = write_package(
            Made(world, stated, done, records=records, format="parquet"), Path(place) / "p"
        )
        try:
            package = open_package(
                folder, catalogue=catalogue, work=Path(place) / "w", window=WINDOW, hospital=name
            )
        except PackageRefused:
            return told  # nobody of ours believes it; column validators never look at whose it is
        with package:
            _ours(told, chosen, package.tables, catalogue, wrong, rng)
    return told


def _ours(told: Told, chosen: list[Rule], tables: Any, catalogue: Catalogue, wrong: str, rng: Random) -> None:
    counts: dict[str, RuleCount] = {
        rule.id: count_rule(rule, tables, catalogue, splits=False) for rule in chosen
    }
    rubrics = _loaded()[1]
    warned = {
        count.record
        for count in count_authenticity(catalogue, tables, WINDOW, counts)
        if authenticity_warning(catalogue.authenticity[count.check], count) is not None
    }
    by_clause: dict[str, list[str]] = defaultdict(list)
    for rule in chosen:
        suspicious = bool(warned & set(records_of(rule)))
        for clause in rule.supports:
            status = judge(rule, counts[rule.id], rubrics[rule.rubric], clause=clause).status
            by_clause[f"{rule.rubric}/{clause}"].append(
                "warned" if suspicious and status == "supported" else status
            )
    for clause, states in by_clause.items():
        states = [state for state in states if state != "not_applicable"]
        anchored = wrong != "screenshot of another record" or _anchor_found(tables, rng)
        if states and all(state == "supported" for state in states) and anchored:
            told.believed[clause].add("ours")


def _anchor_found(tables: Any, rng: Random) -> bool:
    """The key that the screenshot is said to show, of a record of somewhere else, looked up in the extract."""
    record = sorted(tables.tables)[0]
    key = next(name for name in sorted(tables.supplied[record]) if name.endswith(("_no", "_id")))
    table = tables.tables[record]
    return int(tables.connection.execute(table.filter(table[key] == f"X{rng.randrange(10**9)}").count())) > 0


_KEPT: dict[str, Any] = {}


def _loaded() -> tuple[Catalogue, Any]:
    if not _KEPT:
        _KEPT["catalogue"], _KEPT["rubrics"] = load_catalogue(LIBRARY), load_library(LIBRARY)
    return _KEPT["catalogue"], _KEPT["rubrics"]


def figures(all_told: Iterable[Told], who: str) -> dict[str, float]:
    tally: Counter[str] = Counter()
    for told in all_told:
        for clause, true in told.truths.items():
            tally[f"{'true' if true else 'lie'} {'believed' if who in told.believed[clause] else 'not'}"] += 1
    lies = tally["lie believed"] + tally["lie not"]
    truths = tally["true believed"] + tally["true not"]
    believed = tally["lie believed"] + tally["true believed"]
    return {
        "lies": lies,
        "truths": truths,
        "recall": tally["lie not"] / lies if lies else 1.0,
        "false_acceptance": tally["lie believed"] / lies if lies else 0.0,
        "precision": tally["true believed"] / believed if believed else 1.0,
        "truths_believed": tally["true believed"] / truths if truths else 1.0,
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--hospitals", type=int, default=200)
    parser.add_argument("--seed", type=int, default=REPORTED_SEED)
    arguments = parser.parse_args()
    begun = time.perf_counter()
    with ProcessPoolExecutor(2) as pool:
        told = list(
            pool.map(
                hospital, range(arguments.hospitals), [arguments.seed] * arguments.hospitals, chunksize=5
            )
        )
    took = time.perf_counter() - begun
    print(f"{arguments.hospitals} hospitals in {took:.1f} s, seed {arguments.seed}")
    for wrong in WRONGS:
        those = figures([one for one in told if one.wrong == wrong], "ours")
        print(
            f"  {wrong:34} lies {those['lies']:4}  not believed {those['recall']:6.1%}   "
            f"truths {those['truths']:4}  believed {those['truths_believed']:6.1%}"
        )
    whole = figures(told, "ours")
    print(
        f"recall {whole['recall']:.3f}  precision {whole['precision']:.3f}  false acceptance "
        f"{whole['false_acceptance']:.3f}  honest claims believed {whole['truths_believed']:.3f}"
    )
    print(
        json.dumps(
            {"bench": "truthfulness", "hospitals": arguments.hospitals, "seconds": round(took, 1), **whole}
        )
    )


if __name__ == "__main__":
    main()
