"""What the counts of statistics, loops, metrics and fragmentation mean, on a few rows each."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.evidence.authenticity import count_authenticity, count_check, equal_coefficients
from engine.evidence.counts import LoopCount, MetricCount, RuleCount
from engine.evidence.decision_support import check_of_target, count_topics, topic_facts
from engine.evidence.fragmentation import count_fragmentation
from engine.evidence.loops import count_loop
from engine.evidence.metrics import count_metric
from engine.evidence.rules.texts import TEXTS
from engine.evidence.statistics import count_statistic
from tests.engine.evidence.library import catalogue
from tests.engine.evidence.made_up_rows import hand_made

MARCH = (date(2026, 3, 1), date(2026, 3, 31))


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, 2, hour, minute)


def report(code: str, name: str, specimen: str | None = None) -> dict[str, Any]:
    return {"result_item_code": code, "result_item_name": name, "specimen_no": specimen}


def fragments(reports: list[dict[str, Any]], specimens: dict[str, str] | None = None) -> Any:
    rows = {"lab_report": reports}
    if specimens is not None:
        rows["specimen"] = [{"specimen_no": n, "specimen_name": name} for n, name in specimens.items()]
    return count_fragmentation(catalogue(), hand_made(catalogue(), rows)[1])


def test_two_spellings_of_one_analyte_under_two_codes_are_one_fragmented_concept() -> None:
    count = fragments(
        [report("A", "ＡＬＴ"), report("B", "谷丙转氨酶"), report("B", "alt "), report("C", "K")]
    )
    assert (count.fragmented, count.volume, count.off_main) == (3, 4, 1)
    assert [(c.concept, c.label, c.codes) for c in count.worst] == [
        ("ALT", "丙氨酸氨基转移酶", (("B", 2), ("A", 1)))
    ]


def test_a_shared_abbreviation_stays_apart_until_the_specimen_is_known() -> None:
    reports = [report("A", "PCT", "1"), report("B", "PCT", "2"), report("C", "降钙素原", "1")]
    assert fragments(reports).fragmented == 0
    assert fragments(reports, {"1": "静脉血", "2": "静脉血"}).fragmented == 0
    known = fragments(reports, {"1": "血清", "2": "EDTA全血"})
    assert [c.concept for c in known.worst] == ["PROCALCITONIN"]
    assert known.worst[0].specimens == ("serum",)


def test_a_serum_synonym_on_another_specimen_is_a_concept_of_its_own() -> None:
    reports = [report("A", "CREA", "1"), report("U", "CREA", "2")]
    assert fragments(reports, {"1": "血清", "2": "24小时尿"}).fragmented == 0
    assert fragments(reports, {"1": "血清", "2": "血清"}).fragmented == 2


def critical(**given: Any) -> dict[str, Any]:
    times = {"alarmed_at": at(8), "notified_at": at(8, 5), "acknowledged_at": at(8, 9), "handled_at": at(9)}
    return {"request_no": "R", "result_item_code": "K", "care_setting": "inpatient", **times, **given}


def loop_of(*rows: dict[str, Any], setting: str = "all") -> LoopCount:
    tables = hand_made(catalogue(), {"lab_critical_value": list(rows)})[1]
    return count_loop(catalogue().loops["CL-09"], tables, catalogue(), setting)


def test_a_loop_names_the_anchor_row_and_the_node_that_is_out_of_order() -> None:
    count = loop_of(critical(), critical(request_no="S", acknowledged_at=at(10), care_setting="emergency"))
    assert (count.instances, count.complete) == (2, 1)
    assert [(f.file, f.row, f.fields) for f in count.failing] == [
        ("lab_critical_value.csv", 2, ("lab_critical_value.handled_at",))
    ]
    assert {n.node: n.median_minutes for n in count.nodes}["notified"] == Decimal("5.00")
    assert loop_of(critical(care_setting="emergency"), setting="outpatient").instances == 1
    assert loop_of(critical(care_setting="emergency"), setting="inpatient").instances == 0


def test_a_node_on_the_anchor_row_is_found_although_its_link_is_empty() -> None:
    assert loop_of(critical(request_no=None)).complete == 1


def test_without_the_file_of_a_mandatory_node_the_loop_could_not_be_checked() -> None:
    surgery = {"surgery_request": [{"surgery_no": "1", "requested_at": at(8)}]}
    tables = hand_made(catalogue(), surgery)[1]
    count = count_loop(catalogue().loops["CL-06"], tables, catalogue(), "all")
    assert count.blocked is not None and count.blocked.code == "file_absent"
    assert {n.node for n in count.nodes if n.blocked is None} == {"requested"}


def test_an_optional_node_without_a_file_blocks_itself_and_what_hangs_below_it() -> None:
    treatment = {"request_no": "T", "requested_at": at(8)}
    rows = {
        "treatment_request": [treatment],
        "treatment_plan": [{"request_no": "T", "treatment_planned_at": at(9)}],
        "treatment_record": [{"request_no": "T", "treated_at": at(10)}],
    }
    count = count_loop(catalogue().loops["CL-08"], hand_made(catalogue(), rows)[1], catalogue(), "all")
    assert (count.blocked, count.complete) == (None, 1)
    assert {n.node for n in count.nodes if n.blocked is not None} == {"booked", "assessed"}


def metric_of(name: str, rows: dict[str, list[dict[str, Any]]], **given: Any) -> MetricCount:
    return count_metric(
        catalogue().metrics[name], hand_made(catalogue(), rows, **given)[1], catalogue(), MARCH
    )


def test_a_booking_without_number_is_a_unit_of_its_own() -> None:
    rows: list[dict[str, Any]] = [
        {"booking_no": "1", "electronic": True},
        {"booking_no": "1", "electronic": False},
    ]
    rows += [{"booking_no": None, "electronic": False}] * 2
    assert metric_of("AM-SS-01.01", {"booking_ledger": rows}).levels == dict.fromkeys(range(1, 6), (1, 3))


def test_a_missing_file_blocks_the_levels_from_its_requirement_on_and_no_lower_one() -> None:
    result = {"request_no": "R", "lab_item_code": "K", "care_setting": "inpatient"}
    rows = {"lab_result": [result], "lab_request": [result]}
    count = metric_of("AM-EMR-01.02", rows)
    assert count.levels == {1: (1, 1), 2: (1, 1)}
    assert {level: why.code for level, why in count.blocked_levels.items()} == dict.fromkeys(
        range(3, 9), "file_absent"
    )
    assert count.blocked is None


def test_records_the_hospital_does_not_have_ask_nothing() -> None:
    rows = {"system_inventory": [{"system_code": "HIS", "uses_authentication": True}]}
    assert metric_of("AM-SS-05.01", rows).cross_blocked is not None
    excused = metric_of("AM-SS-05.01", rows, not_applicable={"login_event": "没有登录日志"})
    assert (excused.cross_blocked, excused.levels[5]) == (None, (1, 1))


def test_days_outside_the_window_are_no_days_of_use() -> None:
    days = [datetime(2026, 3, 1), datetime(2026, 3, 1, 9), datetime(2026, 3, 31, 23), datetime(2026, 4, 1)]
    rows = {"triage_session": [{"triaged_at": day} for day in days]}
    assert metric_of("AM-SS-04.02", rows).days == 2


def test_alerts_of_a_topic_ask_only_for_the_checks_of_their_own_kinds() -> None:
    alert = {"knowledge_topic": "drug_allergy", "alert_target": "order", "care_setting": "inpatient"}
    rows = {
        "decision_alert": [alert] * 10 + [{**alert, "care_setting": "emergency", "alert_target": "report"}]
    }
    count = count_topics(catalogue(), hand_made(catalogue(), rows)[1])["drug_allergy"]
    assert check_of_target(catalogue())["order"] == "DS-01"
    inside = topic_facts(count, catalogue(), {"DS-01": True}, "inpatient")
    assert (inside.alerts, inside.enough, inside.checks, inside.real) == (10, True, ("DS-01",), True)
    assert topic_facts(count, catalogue(), {}, "inpatient").real is False
    outside = topic_facts(count, catalogue(), {}, "outpatient")
    assert (outside.alerts, outside.enough, outside.real) == (1, False, None)


def test_rows_that_pull_a_share_to_the_wrong_side_are_named() -> None:
    rows = {"decision_alert": [{"clinician_response": value} for value in ("overridden", "accepted", None)]}
    count = count_statistic(catalogue().rules["DS-07"], hand_made(catalogue(), rows)[1], catalogue())
    assert (count.numerator, count.denominator, count.value) == (1, 3, Decimal(1) / Decimal(3))
    assert [(f.row, f.fields) for f in count.failing] == [(1, ("clinician_response",))]


def test_figures_over_days_need_a_window() -> None:
    tables = hand_made(catalogue(), {"order": [{"order_no": "1", "ordered_at": at(8)}]})[1]
    counts = {(c.check, c.record): c for c in count_authenticity(catalogue(), tables, None, {})}
    blocked = counts["AU-01", "order"].blocked
    assert blocked is not None and blocked.code == "no_window"
    counts = {(c.check, c.record): c for c in count_authenticity(catalogue(), tables, MARCH, {})}
    assert counts["AU-01", "order"].value == Decimal(1) / Decimal(31)


def test_coefficients_are_compared_after_rounding_half_up() -> None:
    counts = {"A": RuleCount("A", 1, 8), "B": RuleCount("B", 13, 100), "C": RuleCount("C", 0, 0)}
    figure = equal_coefficients(counts, 2)
    assert (figure.value, figure.rows) == (Decimal(1), 2)


def test_a_second_hospital_of_the_same_layout_writes_no_sql_anew_and_gets_its_own_counts() -> None:
    assert loop_of(critical()).complete == 1
    written = TEXTS.written
    assert loop_of(critical(), critical(request_no="S")).complete == 2
    assert TEXTS.written == written


@given(
    st.lists(
        st.tuples(
            st.sampled_from([None, at(8), at(9)]),
            st.sampled_from([None, at(10), at(11)]),
            st.sampled_from([None, "甲", "乙"]),
        ),
        max_size=9,
    )
)
@settings(max_examples=25, deadline=None)
def test_copied_rows_are_found_whether_their_moments_are_crowded_alone_or_empty(
    drawn: list[tuple[Any, Any, Any]],
) -> None:
    same = {"patient_id": "P", "critical_value": "9", "care_setting": "inpatient", "report_no": "R"}
    rows = [
        {"request_no": f"N{n}", **same, "alarmed_at": alarmed, "handled_at": handled, "handler": who}
        for n, (alarmed, handled, who) in enumerate(drawn)
    ]
    tables = hand_made(catalogue(), {"lab_critical_value": rows})[1]
    check = replace(catalogue().authenticity["AU-08"], applies_to=(("lab_critical_value", "request_no"),))
    [count] = count_check(check, catalogue(), tables, None, {})
    assert count.value == (Decimal(len(drawn) - len(set(drawn))) / len(drawn) if drawn else None)
