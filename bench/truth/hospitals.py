"""Hospitals with known truth: what each claims, what it does wrong, and which claims are lies because of it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from assessments.demo.packages import faults
from assessments.demo.packages.cases import World
from assessments.demo.packages.rows import Fault, Made
from assessments.demo.packages.scenarios import plan_of
from engine.evidence.catalogue.checks import (
    CompletenessCheck,
    DictionaryCheck,
    IntegrationCheck,
    TimelinessCheck,
)
from engine.evidence.catalogue.load import load_catalogue
from engine.evidence.catalogue.values import Catalogue, Rule
from engine.rubric.load import load_library

LIBRARY = Path(__file__).resolve().parents[2] / "rubrics" / "library"
WINDOW = (date(2026, 7, 1), date(2026, 9, 30))
CASES, AREAS = 4000, 8
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
#: wrongs that make every claim of the hospital untrue, whatever its rows say
WHOLE = ("another hospital's data", "screenshot of another record")


@dataclass
class Told:
    """Per claimed clause: whether it is true, and who believes it."""

    wrong: str
    truths: dict[str, bool] = field(default_factory=dict)
    believed: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))


@dataclass(frozen=True)
class Hospital:
    """``name``: whose assessment it is; ``stated``: whose data package.yaml says they are; ``hit``: the
    record types that something is wrong with."""

    number: int
    name: str
    stated: str
    wrong: str
    hit: frozenset[str]
    rules: tuple[Rule, ...]
    made: Made
    told: Told
    rng: Random


@cache
def library() -> tuple[Catalogue, Any]:
    return load_catalogue(LIBRARY), load_library(LIBRARY)


def hospital(number: int, seed: int) -> Hospital:
    """The hospital of this number; everything about it is drawn from the seed."""
    catalogue, _ = library()
    rng = Random(seed * 1000 + number)
    wrong = WRONGS[number % len(WRONGS)]
    rules = [rule for rule in catalogue.rules.values() if _can_be_claimed(rule)]
    chosen = rng.sample(rules, AREAS)
    chosen += [rule for rule in rules if rule.id in {one.companion for one in chosen} and rule not in chosen]
    records = frozenset(record for rule in chosen for record in records_of(rule)) - {"dictionary"}
    drawn_from = sorted(_can_be_hit(wrong, chosen, records, catalogue))
    hit = set(rng.sample(drawn_from, max(1, len(drawn_from) // 2))) if drawn_from else set()
    done: tuple[Fault, ...] = (faults.noise(rng.choice((0.0, 0.0005, 0.001))),)
    if wrong in FAULTS:
        done = (FAULTS[wrong](hit), *done)
    world = World(plan_of(catalogue), CASES, WINDOW, seed=rng.randrange(10**6), prefix=f"H{number:03d}")
    name = f"示例医院{number:03d}"
    stated = "示例医院999" if wrong == "another hospital's data" else name
    told = Told(wrong)
    for rule in chosen:
        lie = wrong in WHOLE or destroyed(wrong, hit, rule, catalogue)
        for clause in rule.supports:
            key = f"{rule.rubric}/{clause}"
            told.truths[key] = told.truths.get(key, True) and not lie
    made = Made(world, stated, done, records=records)
    return Hospital(number, name, stated, wrong, frozenset(hit), tuple(chosen), made, told, rng)


def _can_be_hit(wrong: str, rules: list[Rule], records: frozenset[str], catalogue: Catalogue) -> set[str]:
    """Record types this wrong can be done to: a feature's rows are missing where something else says
    they should be, and only what is dated can be of another time."""
    if wrong == "feature without rows":
        pairs = (records_of(rule) for rule in rules)
        return {other for first, *others in pairs for other in others if other != first} - {"dictionary"}
    if wrong in ("used only in the last two weeks", "data outside the window"):
        return {record for record in records if catalogue.records[record].window_on}
    return set(records)


def _can_be_claimed(rule: Rule) -> bool:
    checkable = isinstance(
        rule.check, IntegrationCheck | TimelinessCheck | CompletenessCheck | DictionaryCheck
    )
    families = ("facade_checks", "decision_support")
    return rule.family in families and bool(rule.supports) and checkable and bool(records_of(rule))


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
    if isinstance(check, IntegrationCheck) and check.left == check.right:
        return False  # both sides got the same new numbers
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
