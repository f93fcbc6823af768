"""Random packages for every record type: small pools of values, so that keys meet, repeat and miss.

A row follows one of a few imaginary cases; most of its fields say what that case says, some say
something else, nothing, blanks or nonsense.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import datetime, timedelta

from engine.evidence.catalogue.checks import (
    CompletenessCheck,
    DefinitionCheck,
    DictionaryCheck,
    IntegrationCheck,
    TimelinessCheck,
    Where,
)
from engine.evidence.catalogue.values import Catalogue, Field, RecordType
from tests.engine.evidence.naive_reading import Package, Row

START = datetime(2026, 3, 1, 8)
AMOUNTS = ("12.005", "12.01", "12.0049", "12", "012.00", "-3.005", "-3.01", "x", "12.5元", ".5", "7.", "+12")
TEXTS = ("", "短", "十个字" * 4, "字" * 60, "𠮷" * 11, "字" * 101)


def wanted_values(catalogue: Catalogue) -> dict[tuple[str, str], list[str | bool]]:
    """Values that some rule filters on, so that filters find rows."""
    found: dict[tuple[str, str], list[str | bool]] = {}

    def note(record: str, where: Where) -> None:
        for part in where:
            for condition in part:
                found.setdefault((record, condition.field), []).append(condition.value)

    for rule in catalogue.rules.values():
        check = rule.check
        if isinstance(check, DictionaryCheck | DefinitionCheck | CompletenessCheck):
            note(check.record, check.where)
            first = check.record
        elif isinstance(check, IntegrationCheck):
            note(check.left, check.left_where)
            note(check.right, check.right_where)
            first = check.left
        elif isinstance(check, TimelinessCheck):
            for moment in check.moments:
                note(moment.record, moment.where)
            first = check.moments[0].record
        else:
            continue
        for where in rule.supports_where.values():
            note(first, where)
    return found


class Dice:
    """One seeded source of all that is random."""

    def __init__(self, seed: int, catalogue: Catalogue) -> None:
        self.chance = random.Random(seed)
        self.catalogue = catalogue
        self.wanted = wanted_values(catalogue)

    def value(self, record: str, field: Field, case: int) -> str | None:
        chance = self.chance
        roll = chance.random()
        if roll < 0.06:
            return chance.choice((None, "", "  "))
        if roll > 0.92:
            case = chance.randrange(4)
        wanted = self.wanted.get((record, field.key))
        if wanted and chance.random() < 0.8:
            chosen = chance.choice(wanted)
            if isinstance(chosen, bool):
                return chance.choice(("是", "Y", "TRUE", "1") if chosen else ("否", "n", "false", "0"))
            return f" {chosen}"
        return self._plain(record, field, case)

    def _plain(self, record: str, field: Field, case: int) -> str | None:
        chance = self.chance
        if field.key == "care_setting":
            return chance.choice(
                ("inpatient", "inpatient", "outpatient", "outpatient", "emergency", "checkup", "?")
            )
        if record == "dictionary" and field.key == "dictionary_name":
            return chance.choice(list(self.catalogue.dictionaries))
        if field.key == "value_domain":
            return chance.choice(("sex", "dept", "sex", "value_domain", ""))
        if field.values:
            return chance.choice(field.values)
        if field.type == "datetime":
            if chance.random() < 0.05:
                return chance.choice(("昨天", "2026-13-01 00:00:00"))
            moment = START + timedelta(
                hours=case, minutes=chance.choice((0, 0, 1, 2, 59, 60)), seconds=chance.choice((0, 0, 30, 59))
            )
            return moment.strftime("%Y-%m-%d %H:%M:%S")
        if field.type == "bool":
            return chance.choice(("是", "否", "true", "0", "maybe"))
        if field.type == "number":
            return chance.choice(AMOUNTS)
        if field.type == "date":
            return f"2026-03-0{case + 1}"
        if (
            field.dictionary is None
            and field.type == "string"
            and field.role is None
            and chance.random() < 0.7
        ):
            return chance.choice(TEXTS)
        stem = "n" if field.key.endswith("_name") else "c"
        return chance.choice(("{}", " {}", "{} ")).format(f"{stem}{case}")

    def rows(
        self, kind: RecordType, files: list[int], keep: Iterable[str], lengths: frozenset[str]
    ) -> list[Row]:
        chance = self.chance
        found = []
        for number in range(1, chance.randrange(4, 16)):
            case = chance.randrange(4)
            raw = {name: self.value(kind.key, kind.fields[name], case) for name in keep}
            raw |= {
                f"{name}__length": chance.choice((None, "0", "9", "11", "60", "101"))
                for name in sorted(lengths)
            }
            file = chance.choice(files)
            system = self.system(kind.key, file)
            places = chance.choice((("东院", "内科"), ("东院", None), (None, "外科"), ("西院", "内科")))
            found.append(Row(file, number + 100 * file, system, *places, raw))
        return found

    def system(self, record: str, file: int) -> str | None:
        """Mostly each record type has a system of its own; sometimes shared, sometimes unknown."""
        roll = self.chance.random()
        if roll < 0.004:
            return None
        return "HIS" if roll < 0.008 else f"{record}-{file}"


def random_package(seed: int, catalogue: Catalogue, *, whole: bool) -> Package:
    """``whole``: every file, column and dictionary is there; otherwise some of each are not."""
    dice = Dice(seed, catalogue)
    chance = dice.chance
    package = Package(
        [f"part{i}.csv" for i in range(4)], {}, {}, dictionary_names=frozenset(catalogue.dictionaries)
    )
    if not whole:
        package.dictionary_names = frozenset(n for n in catalogue.dictionaries if chance.random() < 0.9)
    for key, kind in catalogue.records.items():
        if not whole and key != "dictionary" and chance.random() < 0.1:
            if chance.random() < 0.5:
                package.not_applicable[key] = "没有这项业务"
            continue
        absent = set() if whole else {name for name in kind.fields if chance.random() < 0.08}
        keep = [name for name in kind.fields if name not in absent]
        lengths = frozenset(n for n in absent if kind.fields[n].type == "string" and chance.random() < 0.7)
        package.supplied[key] = frozenset(keep)
        if lengths:
            package.lengths[key] = lengths
        rows = [] if not whole and chance.random() < 0.06 else dice.rows(kind, [0, 1, 2, 3], keep, lengths)
        package.rows[key] = rows
    _dictionaries(package, chance)
    if not whole:
        package.supplied["dictionary"] = frozenset(catalogue.records["dictionary"].fields)
    return package


def _dictionaries(package: Package, chance: random.Random) -> None:
    """Each dictionary knows most codes and names; some entries pair them otherwise."""
    package.rows["dictionary"] = rows = []
    for name in sorted(package.dictionary_names):
        for case in range(4):
            if chance.random() < 0.85:
                other = case if chance.random() < 0.85 else chance.randrange(4)
                raw = {"dictionary_name": name, "entry_code": f"c{case}", "entry_name": f"n{other}"}
                rows.append(Row(0, 1000 + len(rows), "MDM", None, None, raw))
