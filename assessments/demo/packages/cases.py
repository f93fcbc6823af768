"""Values of a case, column by column: whatever two records must share is the same function of the case."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from assessments.demo.packages.dictionaries import Entries, entries_of
from assessments.demo.packages.plan import ALIKE, Assigned, Carried, Forced, Place, Plan
from engine.evidence.catalogue.checks import Where
from engine.evidence.catalogue.values import Field

Cases = np.ndarray
MANY = 20_000
LONG = "主诉明确，现病史完整，查体合作，辅助检查结果与临床表现相符，诊疗计划已向患者说明并取得同意，"
DEPARTMENTS = ("DEP01", "DEP02", "DEP03", "DEP04", "DEP05", "DEP06")
CAMPUSES = ("本部", "东院")
ORDERED = frozenset({"order_item_code", "order_item_name", "external_item_code"})
DICTIONARY_OF_CLASS = {
    "medication": "drug",
    "lab": "lab_item",
    "exam": "exam_item",
    "blood": "blood_product",
    "surgery": "surgery",
}
#: filter field -> (value, whether it belongs to inpatients, value for the others)
NOT_IN_HOSPITAL = {
    "issued_kind": ("prescription", False, "none"),
    "record_class": ("monitoring_record", True, "lab_report"),
}
BUSY = np.array([1, 1, 1, 1, 1, 2, 3, 6, 10, 10, 9, 6, 4, 6, 8, 8, 7, 5, 3, 3, 2, 2, 1, 1], float)
WEEK = np.array([1.25, 1.15, 1.1, 1.05, 1.0, 0.75, 0.7])


def mixed(cases: Cases, name: str, seed: int) -> Cases:
    """A number per case that looks random, differs by name and is the same every time (uint64)."""
    salt = np.uint64(
        int.from_bytes(hashlib.blake2b(f"{name}/{seed}".encode(), digest_size=8).digest(), "big")
    )
    with np.errstate(over="ignore"):
        x = cases.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) + salt
        x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


@dataclass(frozen=True)
class World:
    """A made-up hospital: ``size`` cases in a window; ``seed`` decides everything else."""

    plan: Plan
    size: int
    window: tuple[date, date]
    seed: int = 1
    prefix: str = ""  # in front of every number, so that two hospitals share none
    dictionaries: Entries | None = None

    @cached_property
    def entries(self) -> Entries:
        return self.dictionaries or entries_of(self.plan.catalogue)

    # -- cases ---------------------------------------------------------------------------------

    def setting(self, cases: Cases) -> Cases:
        """0 inpatient, 1 outpatient, 2 emergency."""
        return np.searchsorted([45, 90], mixed(cases, "setting", self.seed) % np.uint64(100), side="right")

    @cached_property
    def _kept(self) -> dict[tuple[int, str], tuple[Cases, Cases]]:
        """What was worked out for the same cases, which many columns of one record type ask for."""
        return {}

    def _once(self, name: str, cases: Cases, work: Callable[[Cases], Cases]) -> Cases:
        held = self._kept.get((id(cases), name))
        if held is None or held[0] is not cases:
            if len(self._kept) > 64:
                self._kept.clear()
            held = self._kept[id(cases), name] = (cases, work(cases))
        return held[1]

    def begins(self, cases: Cases) -> Cases:
        """When a case begins (seconds since 1970), busy on working days and in working hours."""
        return self._once("begins", cases, self._begins)

    def _begins(self, cases: Cases) -> Cases:
        first, last = self.window
        days = np.arange(np.datetime64(first), np.datetime64(last))[:-2]
        weight = WEEK[(days.astype("datetime64[D]").view("int64") + 3) % 7]
        day = days[np.searchsorted(np.cumsum(weight) / weight.sum(), self._unit(cases, "day"))]
        hour = np.searchsorted(np.cumsum(BUSY) / BUSY.sum(), self._unit(cases, "hour"))
        second = mixed(cases, "second", self.seed) % np.uint64(3600)
        return day.astype("datetime64[s]").view("int64") + hour * 3600 + second.astype(np.int64)

    def _unit(self, cases: Cases, name: str) -> Cases:
        return (mixed(cases, name, self.seed) >> np.uint64(11)).astype(float) / 2**53

    def meets(self, record: str, where: Where, cases: Cases) -> Cases:
        """Which cases' ordinary row of the record meets the filter."""
        if not where:
            return np.ones(len(cases), bool)
        result = np.zeros(len(cases), bool)
        for alternative in where:
            holds = np.ones(len(cases), bool)
            for condition in alternative:
                value = (
                    "true"
                    if condition.value is True
                    else "false"
                    if condition.value is False
                    else condition.value
                )
                column = self.column(record, condition.field, cases)
                holds &= pc.equal(column, value).to_numpy(zero_copy_only=False)
            result |= holds
        return result

    def cases_of(self, record: str) -> Cases:
        cases: Cases = np.arange(self.size, dtype=np.int64)
        if record in self.plan.inpatient_only:
            cases = cases[self.setting(cases) == 0]
        elif record in self.plan.outpatient_only:
            cases = cases[self.setting(cases) > 0]
        return cases

    # -- columns -------------------------------------------------------------------------------

    def column(self, record: str, key: str, cases: Cases, forced: Forced | None = None) -> pa.Array:
        """The column of one field; times as timestamps, truth values and the rest as text."""
        if forced is not None:
            if key in forced.fixed:
                fixed = forced.fixed[key]
                text = ("true" if fixed else "false") if isinstance(fixed, bool) else fixed
                return pa.array([text]).take(pa.array(np.zeros(len(cases), np.int64)))
            if key in forced.carried:
                return self.column(*forced.carried[key], cases)
            return self.plain(record, key, cases)
        values = self.plain(record, key, cases)
        for assigned in self._assigned.get((record, key), ()):
            mask = pa.array(self.meets(assigned.left, assigned.when, cases))
            text = str(assigned.value).lower() if isinstance(assigned.value, bool) else assigned.value
            values = pc.if_else(mask, text, values)
        for carried in self._carried.get((record, key), ()):
            mask = pa.array(self.meets(record, carried.when, cases))
            values = pc.if_else(mask, self.plain(carried.source[0], carried.source[1], cases), values)
        return values

    @cached_property
    def _assigned(self) -> Mapping[Place, tuple[Assigned, ...]]:
        found: dict[Place, list[Assigned]] = {}
        for assigned in self.plan.assigned:
            found.setdefault((assigned.record, assigned.field), []).append(assigned)
        return {place: tuple(those) for place, those in found.items()}

    @cached_property
    def _carried(self) -> Mapping[Place, tuple[Carried, ...]]:
        found: dict[Place, list[Carried]] = {}
        for carried in self.plan.carried:
            found.setdefault((carried.record, carried.field), []).append(carried)
        return {place: tuple(those) for place, those in found.items()}

    def plain(self, record: str, key: str, cases: Cases) -> pa.Array:
        record, key = ALIKE.get((record, key), (record, key))
        described = self.plan.catalogue.records[record].fields[key]
        if described.type == "datetime":
            return self._moment((record, key), cases)
        if described.type == "date" and key != "birth_date":
            day = self.begins(cases) // 86400 + 1
            return pc.cast(pa.array(day.astype("datetime64[D]")), pa.string())
        if key == "care_setting":
            return pa.array(["inpatient", "outpatient", "emergency"]).take(pa.array(self.setting(cases)))
        if key == "patient_id":
            return self._number("P", self._patient(cases))
        if key in ORDERED:
            return self._ordered(key, cases)
        if key in NOT_IN_HOSPITAL:
            return self._fitting(described, key, cases)
        if key in ("patient_name", "birth_date", "sex", "age"):
            return self._of_the_patient(key, self._patient(cases), described)
        if described.dictionary and described.dictionary != "value_domain":
            return self._entry(described, key, cases)
        if described.values:
            return self._pick(pa.array(described.values), key, cases)
        if described.type == "bool":
            return self._pick(pa.array(["true"] * 17 + ["false"] * 3), key, cases)
        if described.type == "number":
            cents = mixed(cases, key, self.seed) % np.uint64(90000) + np.uint64(137)
            return pc.cast(pa.array((cents // np.uint64(7)).astype(float) / 100), pa.string())
        if (record, key) in self.plan.long_texts:
            return pc.binary_join_element_wise(LONG * 3, pc.cast(pa.array(cases % 977), pa.string()), "")
        return self._other(described, key, cases)

    def _ordered(self, key: str, cases: Cases) -> pa.Array:
        """What an order is about: an entry of the dictionary of its class."""
        classes = self.plan.catalogue.records["order"].fields["order_class"].values
        chosen = mixed(cases, "order_class", self.seed) % np.uint64(len(classes))
        values = pa.nulls(len(cases), pa.string())
        for number, name in enumerate(classes):
            dictionary = DICTIONARY_OF_CLASS.get(name, "treatment_item")
            codes, names = self.entries.columns[dictionary]
            column = names if key.endswith("name") else codes
            which = mixed(cases, f"entry/{dictionary}", self.seed) % np.uint64(len(column))
            mask = pa.array(chosen == np.uint64(number))
            values = pc.if_else(mask, column.take(pa.array(which.astype(np.int64))), values)
        return values

    def _fitting(self, described: Field, key: str, cases: Cases) -> pa.Array:
        """A filter value that only makes sense in one setting, elsewhere the neutral one."""
        special, inpatient, neutral = NOT_IN_HOSPITAL[key]
        values = self._pick(pa.array(described.values), key, cases)
        elsewhere = (self.setting(cases) == 0) != inpatient
        mask = pc.and_(pc.equal(values, special), pa.array(elsewhere))
        return pc.if_else(mask, neutral, values)

    def _other(self, described: Field, key: str, cases: Cases) -> pa.Array:
        special = self.entries.special(key, cases)
        if special is not None:
            return special
        if described.role == "identifier" or key.endswith(("_no", "_id", "_uid")):
            return self._number(_initials(key), cases)
        if described.role == "person" or key.endswith(("physician", "nurse", "pharmacist", "signer", "_by")):
            return self._number(_initials(key), mixed(cases, key, self.seed) % np.uint64(60))
        return self._number(f"{_initials(key)}-", mixed(cases, key, self.seed) % np.uint64(40), width=2)

    def _patient(self, cases: Cases) -> Cases:
        return mixed(cases, "patient", self.seed) % np.uint64(max(1, self.size * 6 // 10))

    def _of_the_patient(self, key: str, patients: Cases, described: Field) -> pa.Array:
        if key == "patient_name":
            return self._number("tok", mixed(patients, "name", self.seed) % np.uint64(10**9))
        if key == "birth_date":
            days = (mixed(patients, "birth", self.seed) % np.uint64(29000)).astype(np.int64)
            return pc.cast(pa.array(days.astype("datetime64[D]")), pa.string())
        if key == "age":
            return pc.cast(pa.array(mixed(patients, "birth", self.seed) % np.uint64(90)), pa.string())
        return self._entry(described, key, patients.astype(np.int64))

    def _entry(self, described: Field, key: str, cases: Cases) -> pa.Array:
        codes, names = self.entries.columns[described.dictionary or ""]
        column = names if key.endswith("name") else codes
        which = mixed(cases, f"entry/{described.dictionary}", self.seed) % np.uint64(len(column))
        return column.take(pa.array(which.astype(np.int64)))

    def _pick(self, values: pa.Array, name: str, cases: Cases) -> pa.Array:
        return values.take(
            pa.array((mixed(cases, name, self.seed) % np.uint64(len(values))).astype(np.int64))
        )

    def _number(self, initials: str, numbers: Cases, width: int = 9) -> pa.Array:
        if len(numbers) and numbers.max() < MANY:
            digits = _padded(width).take(pa.array(numbers.astype(np.int64)))
        else:
            digits = pc.utf8_lpad(pc.cast(pa.array(numbers), pa.string()), width, "0")
        return pc.binary_join_element_wise(f"{self.prefix}{initials}", digits, "")

    def _moment(self, place: Place, cases: Cases) -> pa.Array:
        step, shift = self.plan.steps[place]
        return pa.array((self._after(step, cases) + shift).astype("datetime64[s]"))

    def _after(self, step: int, cases: Cases) -> Cases:
        """When a case has gone so many steps."""
        if step == 0:
            return self.begins(cases)

        def gone(cases: Cases) -> Cases:
            more = mixed(cases, f"step{step - 1}", self.seed) % np.uint64(1100)
            return self._after(step - 1, cases) + 75 + more.astype(np.int64)

        return self._once(f"step {step}", cases, gone)

    def department(self, cases: Cases) -> pa.Array:
        return self._pick(pa.array(DEPARTMENTS), "department", cases)

    def campus(self, cases: Cases) -> pa.Array:
        return self._pick(pa.array(CAMPUSES), "campus", cases)


@cache
def _padded(width: int) -> pa.Array:
    """The first numbers as text, written once."""
    return pa.array([f"{number:0{width}d}" for number in range(MANY)])


@cache
def _initials(key: str) -> str:
    return "".join(part[0] for part in key.split("_")).upper()
