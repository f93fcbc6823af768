"""The catalogue of the library: complete, consistent, and the same for everybody who loads it."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from functools import cache

import pytest

from engine.evidence.catalogue.checks import (
    CompletenessCheck,
    Condition,
    DefinitionCheck,
    DictionaryCheck,
    IntegrationCheck,
    Pair,
    Sign,
    StatisticCheck,
    TimelinessCheck,
)
from engine.evidence.catalogue.load import load_catalogue
from engine.rubric.values import Rubric
from engine.rubric.vocabulary import NATURES
from tests.engine.evidence.library import catalogue
from tests.engine.library import FOLDER, library


@cache
def rubric(name: str) -> Rubric:
    return library()[name]


def test_the_library_holds_what_it_says_it_holds() -> None:
    found = catalogue()
    sources = Counter(record.source for record in found.records.values())
    assert sources == {"emr-2018-dq.yaml": 57, "integration-checks.yaml": 55}
    fields = {key for r in found.records.values() if r.source == "emr-2018-dq.yaml" for key in r.fields}
    assert len(fields) == 271
    assert Counter(rule.family for rule in found.rules.values()) == {
        "dq_rules": 269,
        "facade_checks": 50,
        "semantic_checks": 15,
        "decision_support": 10,
    }
    assert (len(found.loops), len(found.metrics), len(found.authenticity)) == (10, 48, 14)
    assert len(found.fragmentation.analytes) == 112
    assert len(found.dictionaries) == 27
    assert set(found.capability) == set(NATURES)
    assert (len(found.conventions), len(found.doubts), len(found.statistic_kinds)) == (36, 11, 22)
    assert found.data_quality_table_year == rubric("emr-2018").data_quality_table_year


def test_the_hash_is_the_same_every_time_and_moves_with_any_change() -> None:
    again = load_catalogue(FOLDER, rubrics=library())
    assert again == catalogue() and again.content_hash == catalogue().content_hash
    assert len(again.content_hash) == 64


def test_every_rule_that_can_be_mechanised_has_the_check_of_its_dimension() -> None:
    kinds = {
        "consistency": (DictionaryCheck, DefinitionCheck, StatisticCheck),
        "completeness": (CompletenessCheck, StatisticCheck),
        "integration": (IntegrationCheck,),
        "timeliness": (TimelinessCheck,),
    }
    for rule in catalogue().rules.values():
        assert (rule.check is not None) == rule.mechanisable, rule.id
        if rule.check is not None:
            assert isinstance(rule.check, kinds[rule.dimension]), rule.id
    assert sum(not rule.mechanisable for rule in catalogue().rules.values()) == 4


def test_the_data_quality_rules_are_those_of_the_rubric_in_its_order() -> None:
    ours = [rule for rule in catalogue().rules_of("emr-2018") if rule.family == "dq_rules"]
    theirs = rubric("emr-2018").rules
    assert [(r.id, r.item, r.level, r.dimension, r.label, r.active) for r in ours] == [
        (r.id, r.item, r.level, r.dimension, r.label, r.active) for r in theirs
    ]


def test_only_table_rules_lack_a_threshold_or_a_figure_of_their_own() -> None:
    for rule in catalogue().rules.values():
        own = rule.threshold is not None or isinstance(rule.check, StatisticCheck)
        assert own == (rule.family != "dq_rules"), rule.id


def test_every_facade_check_says_what_it_proves_and_what_it_does_not() -> None:
    for rule in catalogue().rules.values():
        if rule.family in ("facade_checks", "decision_support"):
            assert rule.proves and rule.does_not_prove and rule.honest_failure and rule.remedy
            for language in ("zh", "en"):
                proved = rule.proves.in_language(language)
                assert proved != rule.does_not_prove.in_language(language), rule.id
        elif rule.family == "semantic_checks":
            assert rule.meaning and rule.honest_failure and rule.remedy


def test_a_rule_is_read_with_all_it_says() -> None:
    rule = catalogue().rules["FC-01.01-1"]
    assert (rule.rubric, rule.item, rule.level, rule.setting) == ("smart-service-2019", "01.01", None, "all")
    assert rule.two_sided and rule.threshold == Decimal("0.95") and rule.min_rows == 30
    assert rule.supports == ("01.01.3.2", "01.01.3.4")
    assert rule.supports_where == {"01.01.3.2": ((Condition("own_device", True),),)}
    check = rule.check
    assert isinstance(check, IntegrationCheck)
    assert (check.left, check.right) == ("online_appointment", "registration")
    assert check.left_where == (
        (Condition("appointment_kind", "visit"), Condition("appointment_status", "attended")),
    )
    assert check.keys[0] == (Pair("appointment_no", "appointment_no"),)
    assert check.link_on == ((Pair("appointment_no", "appointment_no"),),)


def test_alternatives_filters_and_different_names_on_both_sides_are_read() -> None:
    twice = catalogue().rules["FC-01.01-2"].check
    assert isinstance(twice, CompletenessCheck) and twice.unique and len(twice.where) == 2
    late = catalogue().rules["FC-01.01-3"].check
    assert isinstance(late, TimelinessCheck)
    assert late.signs == (Sign("gap<", 2),)
    assert late.join_on == ({"online_appointment": "appointment_no", "slot_event": "appointment_no"},)
    renamed = catalogue().rules["DS-08"].check
    assert isinstance(renamed, TimelinessCheck)
    assert renamed.join_on == ({"decision_alert": "order_no", "e_signature": "signed_content_id"},)
    scheduled = catalogue().rules["FC-01.01-4"].check
    assert isinstance(scheduled, IntegrationCheck)
    assert (Pair("slot_start_at", "scheduled_at"),) in scheduled.keys


def test_a_look_up_in_the_dictionary_needs_no_link() -> None:
    lookups = [
        rule.check
        for rule in catalogue().rules.values()
        if isinstance(rule.check, IntegrationCheck) and not rule.check.link_on
    ]
    assert len(lookups) == 10 and all(check.right == "dictionary" for check in lookups)


def test_times_are_compared_with_times_and_windows_are_times() -> None:
    records = catalogue().records
    for rule in catalogue().rules.values():
        if isinstance(rule.check, TimelinessCheck):
            for moment in rule.check.moments:
                assert records[moment.record].fields[moment.field].type == "datetime"
    for loop in catalogue().loops.values():
        assert all(records[node.record].fields[node.field].type == "datetime" for node in loop.nodes)
    for record in records.values():
        assert record.window_on is None or record.fields[record.window_on].type == "datetime"


def test_every_clause_a_check_supports_exists_in_its_rubric() -> None:
    clauses = {
        name: {
            f"{item.code}.{level.level}.{clause.n}"
            for item in found.items
            for level in item.levels
            for clause in level.clauses
        }
        for name, found in library().items()
    }
    for rule in catalogue().rules.values():
        assert set(rule.supports) <= clauses[rule.rubric]
        assert {*rule.partial_for, *rule.supports_where} <= set(rule.supports)
    for loop in catalogue().loops.values():
        assert {*loop.supports, *loop.supports_with_nodes} <= clauses[loop.rubric]
    for topic in catalogue().decision_support.topics:
        assert set(topic.supports) <= clauses["emr-2018"]
    for each in catalogue().not_covered:
        assert each.clause in clauses[each.rubric]


def test_every_backend_clause_of_the_services_has_a_check_or_a_reason_for_none() -> None:
    found = catalogue()
    supported = {c for rule in found.rules_of("smart-service-2019") for c in rule.supports}
    excused = {each.clause for each in found.not_covered if each.rubric == "smart-service-2019"}
    backend = {
        f"{item.code}.{level.level}.{clause.n}"
        for item in rubric("smart-service-2019").items
        for level in item.levels
        for clause in level.clauses
        if clause.backend
    }
    assert len(excused) == 54
    assert backend <= supported | excused
    assert not supported & excused


def test_every_ratio_item_has_a_metric_or_a_reason_for_none() -> None:
    found = catalogue()
    have = {(m.rubric, m.item) for m in found.metrics.values()} | set(found.not_computable)
    for name in ("emr-2018", "smart-service-2019"):
        ratios = {(name, i.code) for i in rubric(name).items if i.application.kind == "ratio"}
        assert ratios <= have


def test_metrics_loops_and_topics_are_read_with_their_conditions() -> None:
    found = catalogue()
    family = found.metrics["AM-SS-03.04"]
    assert [r.exists_in for r in family.require] == [None, "contracted_family_patient"]
    inventory = found.metrics["AM-SS-05.01"]
    assert inventory.cross_check is not None and inventory.cross_check.exists_in == "login_event"
    assert inventory.cross_check_note is not None
    use = found.metrics["AM-SS-01.02"]
    assert (use.kind, use.min_days_with_rows, use.counted.distinct_on) == ("in_use", 20, ())
    loop = found.loops["CL-01"]
    assert [node.id for node in loop.nodes if node.link_to is None] == [loop.anchor]
    assert loop.supports_with_nodes == {"02.02.6.1": ("scanned",)}
    assert loop.complete_loop == {"basic": Decimal("0.8"), "optional": Decimal("0.5")}
    assert found.decision_support.checks_needed == ("DS-01", "DS-02", "DS-03", "DS-04")
    assert any(r.loop for m in found.metrics.values() for r in m.require)


def test_statistics_keep_their_parameters_and_bounds() -> None:
    check = catalogue().rules["DS-05"].check
    assert isinstance(check, StatisticCheck)
    assert check.kind == "distinct_count"
    assert check.parameters == {
        "record": "decision_alert",
        "where": {"alert_target": "order"},
        "field": "knowledge_topic",
        "min_rows_per_value": 5,
    }
    assert check.pass_when.holds(Decimal(4)) and not check.pass_when.holds(Decimal(3))
    volume = catalogue().authenticity["AU-10"]
    assert volume.warn_when.value == (Decimal("0.9"), Decimal("1.1"))
    assert volume.warn_when.holds(Decimal("0.89")) and not volume.warn_when.holds(Decimal("0.9"))
    assert catalogue().authenticity["AU-09"].applies_to == ()


def test_a_synonym_names_one_analyte_of_a_specimen() -> None:
    seen: dict[tuple[str, str], str] = {}
    shared = catalogue().fragmentation.shared_abbreviations
    for analyte in catalogue().fragmentation.analytes:
        for name in {analyte.key, analyte.label.zh, *analyte.synonyms}:
            other = seen.setdefault((analyte.specimen, name.upper()), analyte.key)
            assert other == analyte.key or name in shared, (name, analyte.key, other)


def test_both_languages_are_there_and_differ_in_their_letters() -> None:
    for rule in catalogue().rules.values():
        assert any("一" <= c <= "鿿" for c in rule.label.zh), rule.id
        assert not any("一" <= c <= "鿿" for c in rule.label.en), rule.id


@pytest.mark.parametrize("dimension", ["consistency", "completeness", "integration", "timeliness"])
def test_every_dimension_has_its_formula_in_words(dimension: str) -> None:
    formula = catalogue().formulas[dimension]
    assert "分子：" in formula.zh and "Denominator:" in formula.en
