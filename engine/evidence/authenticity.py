"""Authenticity: how real the data look. Figures that warn a person and never change a verdict.

One count per record and field of a check. ``modal_gap_share`` has one per pair, named by its later
moment (the check's figure is the largest of them); ``volume_ratio`` and ``same_endpoint_share``
one in all, named by the first field they apply to; ``equal_coefficient_share`` one without record
and field.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

import ibis
import ibis.expr.types as ir

from engine.evidence.asking import Asking
from engine.evidence.catalogue.values import AuthenticityCheck, Catalogue
from engine.evidence.counts import AuthenticityCount, RuleCount
from engine.evidence.rules.reasons import probe_failed
from engine.evidence.selecting import CouldNotCheck, available, chosen, filled, no_figure, where_of
from engine.evidence.statistics import texts
from engine.evidence.statistics.figures import NOTHING, Figure, Window, ratio, share_of
from engine.evidence.statistics.gaps import modal_gap_share
from engine.evidence.statistics.of_field import DAY_KINDS, figure_of, in_window
from engine.evidence.tables import Tables

MONTH = "^[0-9]{4}[-/.年]?([0-9]{1,2})"
ONE_IN_ALL = frozenset(("same_endpoint_share",))


def count_authenticity(
    catalogue: Catalogue, tables: Tables, window: Window | None, rules: Mapping[str, RuleCount]
) -> tuple[AuthenticityCount, ...]:
    """All authenticity checks, in catalogue order. ``rules``: the counts of this run, for coefficients."""
    return tuple(
        count
        for check in catalogue.authenticity.values()
        for count in count_check(check, catalogue, tables, window, rules)
    )


def count_check(
    check: AuthenticityCheck,
    catalogue: Catalogue,
    tables: Tables,
    window: Window | None,
    rules: Mapping[str, RuleCount],
) -> tuple[AuthenticityCount, ...]:
    """The counts of one check; what could not be computed says why, an engine error included."""
    given: Mapping[str, Any] = check.parameters
    if check.kind == "equal_coefficient_share":
        return (_counted(check, "", "", lambda: equal_coefficients(rules, int(given["decimals"]))),)
    if check.kind == "volume_ratio":
        record, field = check.applies_to[0]
        return (_counted(check, record, field, lambda: volume_ratio(check, tables, catalogue, window)),)
    if check.kind == "modal_gap_share":
        return tuple(_of_pair(check, pair, tables, catalogue) for pair in given["pairs"])
    places = check.applies_to[:1] if check.kind in ONE_IN_ALL else check.applies_to
    return tuple(_of_field(check, record, field, tables, catalogue, window) for record, field in places)


def _of_pair(
    check: AuthenticityCheck, pair: Mapping[str, Any], tables: Tables, catalogue: Catalogue
) -> AuthenticityCount:
    width = int(check.parameters["bin_seconds"])  # type: ignore[call-overload]
    return _counted(
        check,
        pair["to"]["record"],
        pair["to"]["field"],
        lambda: modal_gap_share(
            pair,
            width,
            Asking(tables, catalogue, check.id, check, (pair["from"]["record"], pair["to"]["record"])),
            catalogue,
        ),
    )


def _of_field(
    check: AuthenticityCheck,
    record: str,
    field: str,
    tables: Tables,
    catalogue: Catalogue,
    window: Window | None,
) -> AuthenticityCount:
    given = [window] if check.kind in DAY_KINDS else []  # other questions do not depend on it
    return _counted(
        check,
        record,
        field,
        lambda: figure_of(
            check.kind,
            check.parameters,
            Asking(tables, catalogue, check.id, check, (record,), *given),
            catalogue,
            record,
            field,
            window,
        ),
    )


def _counted(
    check: AuthenticityCheck, record: str, field: str, compute: Callable[[], Figure]
) -> AuthenticityCount:
    try:
        figure = compute()
    except CouldNotCheck as stopped:
        return AuthenticityCount(check.id, record, field, None, 0, stopped.reason)
    except Exception as problem:
        return AuthenticityCount(check.id, record, field, None, 0, probe_failed(problem))
    return AuthenticityCount(check.id, record, field, figure.value, figure.rows)


def equal_coefficients(rules: Mapping[str, RuleCount], decimals: int) -> Figure:
    """Share of the most common coefficient, half up to ``decimals``, of rules counted row by row.

    Rules that could not be checked, do not apply or are judged by a statistic have no coefficient.
    """
    scale = 10**decimals
    coefficients = Counter(
        (2 * scale * count.numerator + count.denominator) // (2 * count.denominator)
        for count in rules.values()
        if count.blocked is None and count.denominator > 0 and count.value is None
    )
    if not coefficients:
        return NOTHING
    return share_of(max(coefficients.values()), sum(coefficients.values()))


def volume_ratio(
    check: AuthenticityCheck, tables: Tables, catalogue: Catalogue, window: Window | None
) -> Figure:
    """Distinct keys in the window over the declared sum of the months the window touches.

    As everywhere, a row without its time counts.
    """
    given: Mapping[str, Any] = check.parameters
    of, to = given["of"], given["to"]
    asking = Asking(tables, catalogue, check.id, check, (of["record"], to["record"]), window)
    time = str(of["window_on"]) if window and of.get("window_on") else None
    fields = (*of["distinct_on"], *((time,) if time else ()))
    if not available(tables, catalogue, of["record"], where=where_of(of.get("where")), fields=fields):
        return NOTHING
    where = where_of(to.get("where"))
    known = available(tables, catalogue, to["record"], where=where, fields=(str(to["sum_on"]),))
    declared = (
        int(asking.one("declared", lambda: _declared(to, tables, catalogue, window))["n"] or 0)
        if known
        else 0
    )
    if not declared:
        raise CouldNotCheck(
            no_figure(
                "没有可用的申报业务量，无法比较。",
                "There is no usable declared volume to compare with.",
            )
        )
    actual = int(asking.one("actual", lambda: _actual(of, tables, catalogue, time, window))["n"])
    return Figure(ratio(actual, declared), actual, actual)


def _actual(
    of: Mapping[str, Any], tables: Tables, catalogue: Catalogue, time: str | None, window: Window | None
) -> ir.Table:
    keys = [str(key) for key in of["distinct_on"]]
    rows = chosen(tables, catalogue, of["record"], where=where_of(of.get("where")))
    rows = rows.filter(filled(rows, keys))
    if time and window:
        rows = in_window(rows, time, window)
    distinct = rows.select(*keys).distinct()
    return distinct.aggregate(n=distinct.count())


def _declared(to: Mapping[str, Any], tables: Tables, catalogue: Catalogue, window: Window | None) -> ir.Table:
    """Declared whole numbers summed; a month that can be read (2026-01, 202601, 2026年1月) is in the window."""
    rows = chosen(tables, catalogue, to["record"], where=where_of(to.get("where")))
    if window is not None and "period_month" in tables.supplied[to["record"]]:
        period = rows["period_month"]
        readable = ibis.ifelse(period.re_search(MONTH), period, ibis.null("string"))
        month = readable.substr(0, 4).cast("int64") * 12 + readable.re_extract(MONTH, 1).cast("int64")
        first, last = (day.year * 12 + day.month for day in window)
        rows = rows.filter(month.between(first, last).fill_null(True))
    return rows.aggregate(n=texts.whole_number(rows[str(to["sum_on"])]).sum())
