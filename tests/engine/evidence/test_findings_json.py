"""zhiping-findings/1, stored counts and zhiping-decisions/1: both ways, strictly."""

from __future__ import annotations

import json
from copy import deepcopy
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from engine.evidence.counts import (
    AuthenticityCount,
    ConceptCodes,
    FailingRow,
    FileRead,
    FileRefused,
    FragmentationCount,
    MetricCount,
    RuleCount,
    RunCounts,
    Split,
    TopicCount,
)
from engine.evidence.decisions import check_decisions, decisions_from_json, decisions_to_json
from engine.evidence.findings_json import (
    canonical_bytes,
    counts_from_json,
    counts_to_json,
    differences,
    digest,
    findings_from_json,
    findings_to_json,
)
from engine.rubric.values import Text
from engine.scoring.formats import FormatError
from tests.engine.evidence.made_up_catalogue import (
    FILE_ABSENT,
    catalogue,
    clause,
    item,
    loop,
    loop_count,
    metric,
    rubric,
    rule,
)

RUBRIC = rubric(item("01.01", {1: ("basic", [clause(1)]), 2: ("basic", [clause(1)])}, indices=(2,)))
LIBRARY = catalogue(
    rule("01.01.2-a", "dq_rules", item="01.01", level=2),
    rule("FC-1", supports=("01.01.1.1",), threshold=Decimal("0.9")),
    loops=(loop(supports=("01.01.2.1",)),),
    metrics=(metric("01.01", "exact"),),
)
FULL = RunCounts(
    rubric="made-up",
    catalogue_hash="0" * 64,
    data_quality_table_year=2018,
    evidence_engine_version="1.0.0",
    window=(date(2026, 7, 1), date(2026, 9, 30)),
    rules={
        "01.01.2-a": RuleCount(
            "01.01.2-a",
            9412,
            10000,
            splits=(Split("东院", "心内科", 9000, 9500), Split("", "", 412, 500)),
            failing=(FailingRow("order.csv", 17, ("order_no", "dept")),),
        ),
        "FC-1": RuleCount("FC-1", 0, 0, FILE_ABSENT),
        "SEM-1": RuleCount("SEM-1", 3, 7, value=Decimal("0.42857142857142857143")),
        "typed": RuleCount("typed", 1, 2, narrowed={"01.01.1.1": (0, 1)}, supplied=True, accepted=True),
    },
    loops=(loop_count("CL-1", "inpatient"),),
    metrics={
        "AM-01.01": MetricCount(
            "AM-01.01",
            {1: (90, 100)},
            blocked_levels={2: FILE_ABSENT},
            cross_checked=(80, 90),
        ),
        "AM-use": MetricCount("AM-use", {}, days=20, cross_blocked=FILE_ABSENT),
    },
    topics={"allergy": TopicCount("allergy", 12, {"all": {"order": 12}})},
    fragmentation=FragmentationCount(
        5, 9, (ConceptCodes("glucose", "葡萄糖", 9, (("GLU", 5), ("G", 4)), ("serum",)),), None, 4
    ),
    authenticity=(AuthenticityCount("AU-1", "order", "ordered_at", Decimal("0.10"), 500),),
    files=(FileRead("order.csv", "order", "HIS", "a" * 64, 10000, 30, 2, 1, (Text("注意", "note"),)),),
    refused=(FileRefused("x.csv", "not_a_table", Text("不是表格。", "Not a table.")),),
    dictionaries={"drug": "b" * 64},
    mapping_hash="c" * 64,
    not_applicable_records={"blood_stock": "没有血库"},
    backend="postgres",
)


def document() -> dict[str, Any]:
    return findings_to_json(RUBRIC, LIBRARY, FULL)


def test_everything_a_run_counted_comes_back() -> None:
    through = json.loads(canonical_bytes(document()))
    assert findings_from_json(through) == FULL
    assert counts_from_json(json.loads(json.dumps(counts_to_json(FULL)))) == FULL


def test_the_document_has_the_published_keys_and_values() -> None:
    found = document()
    assert found["format"] == "zhiping-findings/1"
    first = found["findings"][0]
    assert first["coefficient"] == "0.9412"
    assert (first["rule"], first["status"], first["reason"]) == ("01.01.2-a", "supported", None)
    assert found["findings"][1]["reason"] == {"zh": FILE_ABSENT.text.zh, "en": FILE_ABSENT.text.en}
    assert found["indices"] == {"01.01": {"2": "0.94"}}
    assert found["applications"] == {"01.01": {"1": {"numerator": 90, "denominator": 100}}}
    assert found["verdicts"] == {"01.01": {"1": ["could_not_check"], "2": ["supported"]}}
    assert found["outside_window"] == [{"file": "order.csv", "record": "order", "rows": 10000, "outside": 30}]
    assert found["splits"][0] == {
        "rule": "01.01.2-a",
        "campus": "东院",
        "department": "心内科",
        "numerator": 9000,
        "denominator": 9500,
    }


def test_an_attestation_takes_no_places_of_rows() -> None:
    without = findings_to_json(RUBRIC, LIBRARY, FULL, failing=False)
    assert b"failing" not in canonical_bytes(without)
    assert differences(RUBRIC, LIBRARY, without) == ()


def test_the_same_counts_give_the_same_bytes_whatever_the_order_of_keys() -> None:
    shuffled = dict(reversed(document().items()))
    assert digest(shuffled) == digest(document())


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("findings", 0, "status"), "refuted"),
        (("findings", 0, "coefficient"), "0.9999"),
        (("indices", "01.01", "2"), "1.00"),
        (("verdicts", "01.01", "1"), ["supported"]),
        (("applications", "01.01", "1", "numerator"), 91),
        (("outside_window",), []),
    ],
)
def test_what_does_not_follow_from_the_counts_is_named(path: tuple[Any, ...], value: object) -> None:
    altered = deepcopy(document())
    inside = altered
    for key in path[:-1]:
        inside = inside[key]
    inside[path[-1]] = value
    found = differences(RUBRIC, LIBRARY, altered)
    assert len(found) == 1
    assert found[0].startswith(str(path[0]))


@pytest.mark.parametrize(
    ("path", "value", "where"),
    [
        (("extra",), 1, "extra"),
        (("findings", 0, "extra"), 1, "findings[0].extra"),
        (("findings", 1, "blocked", "extra"), 1, "findings[1].blocked.extra"),
        (("findings", 0, "numerator"), 10001, "findings[0]"),
        (("findings", 0, "numerator"), -1, "findings[0].numerator"),
        (("findings", 0, "numerator"), 1.5, "findings[0].numerator"),
        (("findings", 0, "numerator"), True, "findings[0].numerator"),
        (("findings", 2, "value"), 0.42, "findings[2].value"),
        (("findings", 1, "denominator"), 3, "findings[1]"),
        (("findings", 0, "accepted"), True, "findings[0].accepted"),
        (("findings", 1, "rule"), "01.01.2-a", "findings[1].rule"),
        (("splits", 0, "rule"), "nobody", "splits[0].rule"),
        (("window", "from"), "2026-7-1", "window.from"),
        (("dictionaries", "drug"), "short", "dictionaries.drug"),
        (("loops", 0, "complete"), 101, "loops[0].complete"),
        (("metrics", 0, "levels"), {"x": [1, 2]}, "metrics[0].levels"),
        (("semantic",), "x", "semantic"),
        (("rubric",), 7, "rubric"),
        (("format",), "zhiping-findings/2", "format"),
    ],
)
def test_what_is_not_in_the_format_is_refused_with_its_path(
    path: tuple[Any, ...], value: object, where: str
) -> None:
    altered = deepcopy(document())
    inside = altered
    for key in path[:-1]:
        inside = inside[key]
    inside[path[-1]] = value
    with pytest.raises(FormatError) as refused:
        findings_from_json(altered)
    assert refused.value.path == where


@pytest.mark.parametrize("key", ["rubric", "data_quality_table_year", "engine_version"])
def test_a_missing_key_is_named(key: str) -> None:
    altered = document()
    del altered[key]
    with pytest.raises(FormatError) as refused:
        findings_from_json(altered)
    assert refused.value.path == key


GIVEN = {
    "item": "01.01",
    "level": 1,
    "clause": 1,
    "kind": "on_site",
    "verdict": "refuted",
    "by": "评审专家",
    "at": "2026-10-08T09:30:00+08:00",
    "reason": "现场演示与数据不一致",
}


def test_decisions_come_back_as_they_were() -> None:
    level = GIVEN | {"kind": "accepted_figure", "clause": None, "verdict": "supported", "reason": ""}
    data = {"format": "zhiping-decisions/1", "rubric": "made-up", "decisions": [GIVEN, level]}
    decisions = decisions_from_json(data)
    assert decisions_to_json(decisions, rubric="made-up") == data
    assert decisions_from_json([GIVEN, level]) == decisions
    check_decisions(RUBRIC, decisions)


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"kind": "guessed"}, "decisions[0].kind"),
        ({"verdict": "maybe"}, "decisions[0].verdict"),
        ({"kind": "accepted_evidence"}, "decisions[0].verdict"),
        ({"clause": None}, "decisions[0].clause"),
        ({"clause": 0}, "decisions[0].clause"),
        ({"level": "1"}, "decisions[0].level"),
        ({"by": " "}, "decisions[0].by"),
        ({"at": "yesterday"}, "decisions[0].at"),
        ({"reason": ""}, "decisions[0].reason"),
        ({"extra": 1}, "decisions[0].extra"),
        ({"kind": "accepted_figure", "verdict": "supported"}, "decisions[0].clause"),
    ],
)
def test_a_decision_that_is_not_in_the_format_is_refused_with_its_path(
    change: dict[str, object], where: str
) -> None:
    with pytest.raises(FormatError) as refused:
        decisions_from_json({"format": "zhiping-decisions/1", "decisions": [GIVEN | change]})
    assert refused.value.path == where


@pytest.mark.parametrize(
    ("change", "where"), [({"item": "09.09"}, "item"), ({"level": 3}, "level"), ({"clause": 2}, "clause")]
)
def test_a_decision_about_a_place_the_rubric_does_not_have_is_refused(
    change: dict[str, object], where: str
) -> None:
    with pytest.raises(FormatError) as refused:
        check_decisions(RUBRIC, decisions_from_json([GIVEN | change]))
    assert refused.value.path == f"decisions[0].{where}"
