"""Statistics, topics, authenticity and fragmentation counted row by row, as the library words them.

Slow on purpose and written apart from the engine: plain Python over lists of dicts.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

Row = dict[str, Any]
PLACE = ("zp_file", "zp_row")


class Blocked(Exception):
    """The naive way of saying: could not check."""


@dataclass
class Hospital:
    """Rows as plain Python values; a record type that is not in ``rows`` was not supplied."""

    rows: dict[str, list[Row]]
    supplied: dict[str, frozenset[str]]
    not_applicable: Mapping[str, str] = field(default_factory=dict)
    dictionaries: frozenset[str] = frozenset()
    window: tuple[date, date] | None = None
    lengths: dict[str, frozenset[str]] = field(default_factory=dict)


def meets(row: Row, where: Any) -> bool:
    return not where or any(
        all(row[c.field] is not None and row[c.field] == c.value for c in g) for g in where
    )


def raw_meets(row: Row, raw: Any) -> bool:
    if not raw:
        return True
    if "any_of" in raw:
        return any(raw_meets(row, one) for one in raw["any_of"])
    return all(row[key] is not None and row[key] == value for key, value in raw.items())


def raw_fields(raw: Any) -> list[str]:
    if not raw:
        return []
    return [key for one in raw["any_of"] for key in raw_fields(one)] if "any_of" in raw else list(raw)


def pick(
    data: Hospital,
    catalogue: Any,
    record: str,
    *,
    fields: Sequence[str] = (),
    where: Any = (),
    raw: Any = None,
    setting: str = "all",
) -> list[Row] | None:
    """Rows that count; None: the hospital has none of these records and says so."""
    if record not in data.rows:
        if record in data.not_applicable:
            return None
        raise Blocked("file_absent")
    by_setting = setting != "all" and "care_setting" in catalogue.records[record].fields
    needed = [*fields, *(c.field for g in where for c in g), *raw_fields(raw)]
    if by_setting:
        needed.append("care_setting")
    if any(name not in data.supplied[record] for name in needed):
        raise Blocked("column_absent")
    allowed = {"inpatient": ["inpatient"], "outpatient": ["outpatient", "emergency"]}.get(setting)
    return [
        row
        for row in data.rows[record]
        if meets(row, where) and raw_meets(row, raw) and (not by_setting or row["care_setting"] in allowed)
    ]


def one_width(text: str) -> str:
    """Full width to half width, white space out."""
    kept = (chr(ord(c) - 0xFEE0) if 0xFF01 <= ord(c) <= 0xFF5E else c for c in text)
    return "".join(c for c in kept if not c.isspace() and c != "\u200b")


def concept_name(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).upper()
    return "".join(c for c in plain if not c.isspace() and c not in "-()[]{}【】_.。·+")


@dataclass
class Found:
    """A share: the rows that count and those of them that hold."""

    numerator: int = 0
    denominator: int = 0
    value: Decimal | None = None
    splits: dict[tuple[str, str], list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))
    wrong: list[tuple[int, int, tuple[str, ...]]] = field(default_factory=list)


def shares(units: list[tuple[Row, tuple[str, ...], bool]], lower_is_better: bool) -> Found:
    found = Found()
    places: dict[tuple[int, int], list[str]] = {}
    for row, names, held in units:
        found.denominator += 1
        found.numerator += held
        split = found.splits[row["campus"] or "", row["department"] or ""]
        split[0] += held
        split[1] += 1
        if held == lower_is_better:
            places.setdefault((row["zp_file"], row["zp_row"]), []).extend(names)
    found.wrong = [(*place, tuple(names)) for place, names in sorted(places.items())][:20]
    if found.denominator:
        found.value = Decimal(found.numerator) / Decimal(found.denominator)
    return found


def statistic(rule: Any, data: Hospital, catalogue: Any) -> Found:
    kind, given = rule.check.kind, rule.check.parameters
    lower = rule.check.pass_when.op in ("<", "<=")
    if kind == "distinct_count":
        rows = pick(
            data,
            catalogue,
            given["record"],
            fields=[given["field"]],
            raw=given.get("where"),
            setting=rule.setting,
        )
        volumes = Counter(row[given["field"]] for row in rows or [] if row[given["field"]] is not None)
        enough = {value: n for value, n in volumes.items() if n >= given.get("min_rows_per_value", 1)}
        total = sum(volumes.values())
        return Found(sum(enough.values()), total, Decimal(len(enough)) if total else None)
    if kind == "share":
        rows = pick(
            data,
            catalogue,
            given["record"],
            fields=raw_fields(given["of"]),
            raw=given.get("where"),
            setting=rule.setting,
        )
        names = tuple(raw_fields(given["of"]))
        return shares([(row, names, raw_meets(row, given["of"])) for row in rows or []], lower)
    if kind in ("pattern_share", "placeholder_share", "han_character_share"):
        units = []
        for one in given["fields"]:
            name = one["field"]
            for row in pick(data, catalogue, one["record"], fields=[name], setting=rule.setting) or []:
                if row[name] is not None:
                    units.append((row, (name,), text_test(kind, given, row[name])))
        return shares(units, lower)
    return shares(code_name_units(kind, given, data, catalogue, rule.setting), lower)


def text_test(kind: str, given: Any, value: str) -> bool:
    if kind == "pattern_share":
        if given.get("normalise") == "icd":
            value = value[:1].upper() + value[1:]
        return re.search(given["pattern"], value) is not None
    if kind == "placeholder_share":
        return value.upper() in {str(one).upper() for one in given["values"]}
    return any("CJK UNIFIED IDEOGRAPH" in unicodedata.name(c, "") for c in value)


def code_name_units(kind: str, given: Any, data: Hospital, catalogue: Any, setting: str) -> Any:
    units: list[tuple[int, Row, str, str, str]] = []
    applicable = 0
    for number, pair in enumerate(given["pairs"]):
        fields = [pair["code"], pair["name"]]
        rows = pick(data, catalogue, pair["record"], fields=fields, setting=setting)
        applicable += rows is not None
        for row in rows or []:
            if row[fields[0]] is None or row[fields[1]] is None:
                continue
            exact = kind == "same_name_across_records"
            name = row[fields[1]] if exact else one_width(row[fields[1]])
            if name:
                failing = fields[0] if kind == "one_code_per_name" else fields[1]
                units.append((number, row, row[fields[0]], name, failing))
    if kind == "same_name_across_records":
        if applicable < 2:
            return []
        kept = [u for u in units if any(o[2] == u[2] and o[0] != u[0] for o in units)]
        return [(u[1], (u[4],), any(o[2:4] == u[2:4] and o[0] != u[0] for o in units)) for u in kept]
    by, other = (2, 3) if kind == "one_name_per_code" else (3, 2)
    return [(u[1], (u[4],), len({o[other] for o in units if o[by] == u[by]}) == 1) for u in units]


def days_of(window: tuple[date, date]) -> list[date]:
    return [window[0] + timedelta(days=n) for n in range((window[1] - window[0]).days + 1)]


def authenticity(check: Any, data: Hospital, catalogue: Any, record: str, name: str) -> tuple[Any, int]:
    """(value, rows) of one check on one field. Raises Blocked."""
    kind, given = check.kind, check.parameters
    key = catalogue.records[record].natural_key
    needed = {
        "key_reuse_share": list(key),
        "duplicate_row_share": [],
        "same_endpoint_share": ["sender_system", "receiver_system"],
    }.get(kind, [name])
    rows = pick(data, catalogue, record, fields=needed)
    if rows is None:
        return None, 0
    if kind in ("day_coverage", "weekday_variation", "end_loaded_ratio"):
        if data.window is None:
            raise Blocked("no_window")
        return over_days(kind, given, [row[name] for row in rows if row[name] is not None], data.window)
    if kind == "hour_entropy":
        hours = Counter(row[name].hour for row in rows if row[name] is not None)
        total = sum(hours.values())
        if not total:
            return None, 0
        entropy = -sum(n / total * math.log(n / total) for n in hours.values()) / math.log(24)
        return round(Decimal(entropy), 6), total
    if kind == "duplicate_row_share":
        compared = sorted(
            (set(data.supplied[record]) | {f"{f}__length" for f in data.lengths.get(record, ())}) - set(key)
        )
        if not compared:
            raise Blocked("no_figure")
        groups = Counter(tuple(row[c] for c in compared) for row in rows)
        return part(sum(n - 1 for n in groups.values()), len(rows))
    if kind == "key_reuse_share":
        keys = Counter(tuple(row[k] for k in key) for row in rows if all(row[k] is not None for k in key))
        return part(sum(n for n in keys.values() if n > 1), sum(keys.values()))
    if kind == "same_endpoint_share":
        both = [(r["sender_system"], r["receiver_system"]) for r in rows]
        both = [pair for pair in both if None not in pair]
        return part(sum(a == b for a, b in both), len(both))
    values = [row[name] for row in rows if row[name] is not None]
    if kind == "identical_timestamp_share":
        groups = Counter(values)
        return part(sum(n for n in groups.values() if n >= given["group_min"]), len(values))
    if kind == "round_time_share":
        modulus = given["modulus_seconds"]
        return part(
            sum((v.hour * 3600 + v.minute * 60 + v.second) % modulus == 0 for v in values), len(values)
        )
    if kind == "top_actor_share":
        return part(sum(n for _, n in Counter(values).most_common(given["top"])), len(values))
    assert kind == "round_number_share"
    amounts = [
        Decimal(row[name])
        for row in rows
        if row[name] is not None
        and re.fullmatch(r"[+-]?\d{1,15}(\.\d*)?", row[name])
        and not (
            record == "payment"
            and "payment_kind" in data.supplied[record]
            and row["payment_kind"] in ("registration", "deposit")
        )
    ]
    return part(sum(a % given["modulus"] == 0 for a in amounts), len(amounts))


def part(numerator: int, denominator: int) -> tuple[Any, int]:
    return (Decimal(numerator) / Decimal(denominator) if denominator else None), denominator


def over_days(kind: str, given: Any, times: list[datetime], window: tuple[date, date]) -> tuple[Any, int]:
    days = days_of(window)
    inside = [t.date() for t in times if window[0] <= t.date() <= window[1]]
    if kind == "day_coverage":
        return Decimal(len(set(inside))) / Decimal(len(days)), len(inside)
    if kind == "end_loaded_ratio":
        if not inside:
            return None, 0
        last = days[-given["days"] :]
        late = Fraction(sum(d in last for d in inside), len(last))
        ratio = late / Fraction(len(inside), len(days))
        return Decimal(ratio.numerator) / Decimal(ratio.denominator), len(inside)
    if len({d.weekday() for d in days}) < 7:
        raise Blocked("no_figure")
    if not inside:
        return None, 0
    means = [sum(d.weekday() == w for d in inside) / sum(d.weekday() == w for d in days) for w in range(7)]
    middle = sum(means) / 7
    return round(Decimal(math.sqrt(sum((m - middle) ** 2 for m in means) / 7) / middle), 6), len(inside)


def modal_gap(pair: Any, bin_seconds: int, data: Hospital, catalogue: Any) -> tuple[Any, int]:
    start, end, keys = pair["from"], pair["to"], pair["join_on"]
    if start["record"] == end["record"]:
        rows = pick(data, catalogue, start["record"], fields=[start["field"], end["field"]])
        gaps = [
            row[end["field"]] - row[start["field"]]
            for row in rows or []
            if row[start["field"]] is not None and row[end["field"]] is not None
        ]
    else:
        sides = []
        for side in (start, end):
            earliest: dict[Any, datetime] = {}
            for row in pick(data, catalogue, side["record"], fields=[side["field"], *keys]) or []:
                link, time = tuple(row[k] for k in keys), row[side["field"]]
                if time is not None and None not in link:
                    earliest[link] = min(time, earliest.get(link, time))
            sides.append(earliest)
        gaps = [sides[1][link] - sides[0][link] for link in sides[0] if link in sides[1]]
    bins = Counter(math.floor(gap.total_seconds() / bin_seconds) for gap in gaps)
    return part(max(bins.values(), default=0), len(gaps))


def volume_ratio(given: Any, data: Hospital, catalogue: Any) -> tuple[Any, int]:
    of, to, window = given["of"], given["to"], data.window
    fields = [*of["distinct_on"], *([of["window_on"]] if window else [])]
    rows = pick(data, catalogue, of["record"], fields=fields)
    if rows is None:
        return None, 0
    keys = {
        tuple(row[k] for k in of["distinct_on"])
        for row in rows
        if window is None
        or row[of["window_on"]] is None
        or window[0] <= row[of["window_on"]].date() <= window[1]
    }
    actual = sum(None not in key for key in keys)
    declared = 0
    for row in pick(data, catalogue, to["record"], fields=[to["sum_on"]], raw=to.get("where")) or []:
        if row[to["sum_on"]] is None or not re.fullmatch(r"[+-]?\d{1,15}(\.0*)?", row[to["sum_on"]]):
            continue
        month = re.match(r"(\d{4})[-/.年]?(\d{1,2})", row["period_month"] or "")
        if window and month and "period_month" in data.supplied[to["record"]]:
            at = (int(month[1]), int(month[2]))
            if not (window[0].year, window[0].month) <= at <= (window[1].year, window[1].month):
                continue
        declared += int(Decimal(row[to["sum_on"]]))
    if not declared:
        raise Blocked("no_figure")
    return Decimal(actual) / Decimal(declared), actual


def equal_coefficients(counts: Any, decimals: int) -> tuple[Any, int]:
    step = Decimal(1).scaleb(-decimals)
    found = Counter(
        (Decimal(c.numerator) / Decimal(c.denominator)).quantize(step, rounding=ROUND_HALF_UP)
        for c in counts
        if c.blocked is None and c.denominator and c.value is None
    )
    return part(max(found.values(), default=0), sum(found.values()))


def topics(data: Hospital, catalogue: Any) -> dict[str, dict[str, Counter[str]]]:
    """topic -> care setting -> alerts by target."""
    record = catalogue.decision_support.record
    rows = pick(data, catalogue, record, fields=["knowledge_topic"]) or []
    found: dict[str, dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    for row in rows:
        settings = {"inpatient": ["inpatient"], "outpatient": ["outpatient"], "emergency": ["outpatient"]}
        for setting in ["all", *settings.get(row["care_setting"] or "", [])]:
            found[row["knowledge_topic"]][setting][row["alert_target"] or ""] += 1
    return found
