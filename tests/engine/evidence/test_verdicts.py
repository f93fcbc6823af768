"""The table of routes in EVIDENCE.md, row by row, and how checks are combined."""

from __future__ import annotations

from decimal import Decimal

import pytest

from engine.evidence.catalogue.values import Catalogue, NotCovered, Rule, Topic
from engine.evidence.counts import RuleCount, RunCounts, TopicCount
from engine.evidence.decisions import Decision
from engine.evidence.verdicts import Verdict, verdicts_of
from engine.rubric.values import Text
from tests.engine.evidence.made_up_catalogue import (
    FILE_ABSENT,
    WORD,
    about,
    catalogue,
    clause,
    counts,
    item,
    loop,
    loop_count,
    rubric,
    rule,
)

CODE = "01.01.2.1"
NEED = Decimal("0.95")
GOOD, BAD, FEW = (99, 100), (50, 100), (10, 10)
VOID = (0, 0)


def decided(
    kind: str, *, verdict: str = "supported", at: str = "2026-10-08", level: bool = False
) -> Decision:
    return Decision("01.01", 2, None if level else 1, kind, verdict, "reviewer", at, "看过")  # type: ignore[arg-type]


ACCEPTED, ANCHORED = decided("accepted_evidence"), decided("anchored_evidence")
CONFIRMED = decided("confirmed_match", level=True)
VISITED, DENIED = decided("on_site"), decided("on_site", verdict="refuted")


def counted(id: str, pair: tuple[int, int] | None) -> RuleCount:
    return RuleCount(id, 0, 0, FILE_ABSENT) if pair is None else RuleCount(id, *pair)


def verdict(
    nature: str,
    library: Catalogue,
    known: RunCounts,
    *decisions: Decision,
    backend: bool = True,
    category: str = "basic",
    role: str = "01",
) -> Verdict:
    place = item(f"{role}.01", {2: (category, [clause(1, nature, backend=backend)])})
    return verdicts_of(rubric(place), library, known, decisions).at(f"{role}.01", 2, 1)


def said(found: Verdict) -> tuple[str, bool, bool]:
    return found.word, found.provisional, found.strict


def names(id: str = "FC-1", **further: object) -> Rule:
    return rule(id, supports=(CODE,), threshold=NEED, **further)


def of_item(id: str, level: int = 2, **further: object) -> Rule:
    return rule(id, "dq_rules", item="01.01", level=level, **further)


@pytest.mark.parametrize(
    ("pair", "decisions", "expected"),
    [
        (GOOD, (), ("supported", True, True)),
        (BAD, (), ("refuted", False, False)),
        (BAD, (ACCEPTED, ANCHORED, CONFIRMED), ("refuted", False, False)),
        (BAD, (VISITED,), ("supported", True, True)),
        (GOOD, (DENIED,), ("refuted", False, False)),
        (None, (), ("could_not_check", False, False)),
        (None, (ACCEPTED, ANCHORED), ("could_not_check", False, False)),
        (None, (VISITED,), ("supported", True, True)),
        (FEW, (), ("could_not_check", False, False)),
        (VOID, (), ("could_not_check", False, False)),
    ],
)
def test_a_check_that_names_the_clause(
    pair: tuple[int, int] | None, decisions: tuple[Decision, ...], expected: tuple[str, bool, bool]
) -> None:
    found = verdict("exchange", catalogue(names()), counts(counted("FC-1", pair)), *decisions)
    assert said(found) == expected


@pytest.mark.parametrize(
    ("decisions", "strict"), [((), False), ((CONFIRMED,), True), ((ACCEPTED,), True), ((ANCHORED,), True)]
)
@pytest.mark.parametrize("partly", ["partial_for", "max_status", "family"])
def test_matching_data_are_strict_once_a_person_confirms(
    partly: str, decisions: tuple[Decision, ...], strict: bool
) -> None:
    library, nature = catalogue(names(partial_for=(CODE,))), "exchange"
    if partly == "max_status":
        library, nature = catalogue(names()), "analytics"
    elif partly == "family":
        library = catalogue(of_item("FC-1"))
    found = verdict(nature, library, counts(counted("FC-1", GOOD)), *decisions)
    assert said(found) == ("matching_data", True, strict)


def test_one_confirmation_serves_every_clause_of_the_level() -> None:
    place = item("01.01", {2: ("basic", [clause(1), clause(2)])})
    found = verdicts_of(rubric(place), catalogue(of_item("a")), counts(RuleCount("a", *GOOD)), [CONFIRMED])
    assert [each.strict for each in found.clauses.values()] == [True, True]


@pytest.mark.parametrize(
    ("nature", "backend", "decisions", "expected"),
    [
        ("governance", True, (), ("needs_evidence", False, False)),
        ("governance", True, (ACCEPTED,), ("accepted_evidence", True, True)),
        ("exchange", False, (), ("needs_evidence", False, False)),
        ("exchange", False, (ACCEPTED,), ("accepted_evidence", True, True)),
        ("exchange", True, (), ("not_covered", False, False)),
        ("exchange", True, (ACCEPTED,), ("accepted_evidence", True, False)),
        ("exchange", True, (ANCHORED,), ("accepted_evidence", True, True)),
        ("exchange", True, (VISITED,), ("supported", True, True)),
        ("exchange", True, (CONFIRMED,), ("not_covered", False, False)),
    ],
)
def test_where_no_check_exists_people_decide(
    nature: str, backend: bool, decisions: tuple[Decision, ...], expected: tuple[str, bool, bool]
) -> None:
    assert said(verdict(nature, catalogue(), counts(), *decisions, backend=backend)) == expected


def test_a_family_below_its_threshold_is_no_matching_data_and_refutes_nothing() -> None:
    found = verdict("exchange", catalogue(of_item("a")), counts(RuleCount("a", *BAD)), ACCEPTED, ANCHORED)
    assert said(found) == ("could_not_check", False, False)
    assert found.spoke[0].below


def test_a_clause_that_may_be_looked_at_does_not_wait_for_its_family() -> None:
    found = verdict("exchange", catalogue(of_item("a")), counts(), ACCEPTED, backend=False)
    assert said(found) == ("accepted_evidence", True, True)


def test_a_typed_family_figure_takes_nothing_from_accepted_evidence() -> None:
    library, typed = catalogue(of_item("a")), counts(RuleCount("a", *GOOD, supplied=True))
    assert said(verdict("exchange", library, typed, backend=False)) == ("matching_data", True, False)
    assert said(verdict("exchange", library, typed, ACCEPTED, backend=False)) == (
        "accepted_evidence",
        True,
        True,
    )


@pytest.mark.parametrize(("category", "word"), [("basic", "could_not_check"), ("optional", "matching_data")])
def test_the_family_threshold_is_that_of_the_item_at_the_level(category: str, word: str) -> None:
    found = verdict("exchange", catalogue(of_item("a")), counts(RuleCount("a", 60, 100)), category=category)
    assert found.word == word


@pytest.mark.parametrize(
    ("further", "word"),
    [
        ({"level": 2}, "matching_data"),
        ({"level": 5}, "matching_data"),
        ({"level": 1}, "not_covered"),
        ({"level": 2, "dimension": "completeness"}, "not_covered"),
        ({"level": 2, "scope": "regional"}, "not_covered"),
        ({"level": 2, "active": False}, "not_covered"),
    ],
)
def test_only_rules_the_capability_map_names_speak_for_the_family(
    further: dict[str, object], word: str
) -> None:
    library = catalogue(of_item("a", **further))  # type: ignore[arg-type]
    assert verdict("exchange", library, counts(RuleCount("a", *GOOD))).word == word


def test_any_level_takes_rules_below_the_clause_too() -> None:
    library = catalogue(of_item("a", 1, dimension="completeness"))
    assert verdict("capture", library, counts(RuleCount("a", *GOOD))).word == "matching_data"


def test_the_data_of_far_higher_levels_are_not_needed_for_a_match() -> None:
    library = catalogue(of_item("a", 2), of_item("b", 7))
    assert verdict("exchange", library, counts(RuleCount("a", *GOOD))).word == "matching_data"
    assert verdict("exchange", library, counts(RuleCount("b", *GOOD))).word == "could_not_check"


@pytest.mark.parametrize(
    ("first", "second", "word"),
    [
        (GOOD, GOOD, "supported"),
        (GOOD, BAD, "refuted"),
        (None, BAD, "refuted"),
        (GOOD, None, "could_not_check"),
        (GOOD, VOID, "supported"),
        (BAD, VOID, "refuted"),
        (VOID, VOID, "could_not_check"),
    ],
)
def test_not_applicable_drops_out_and_refuted_beats_could_not_check_beats_supported(
    first: tuple[int, int] | None, second: tuple[int, int] | None, word: str
) -> None:
    known = counts(counted("FC-1", first), counted("FC-2", second))
    assert verdict("exchange", catalogue(names(), names("FC-2")), known).word == word


def test_among_passing_checks_supported_beats_matching_data() -> None:
    library = catalogue(names(), names("FC-2", partial_for=(CODE,)))
    known = counts(RuleCount("FC-1", *GOOD), RuleCount("FC-2", *GOOD))
    assert verdict("exchange", library, known).word == "supported"


def test_the_family_speaks_only_where_no_named_check_applies() -> None:
    library = catalogue(names(), of_item("a"))
    assert verdict("exchange", library, counts(counted("FC-1", None), RuleCount("a", *GOOD))).word == (
        "could_not_check"
    )
    assert verdict("exchange", library, counts(RuleCount("FC-1", *VOID), RuleCount("a", *GOOD))).word == (
        "matching_data"
    )
    assert verdict("exchange", library, counts(RuleCount("FC-1", *GOOD), RuleCount("a", *BAD))).word == (
        "supported"
    )


def test_a_corroborating_route_never_speaks() -> None:
    library = catalogue(of_item("a", dimension="consistency"))
    assert verdict("exchange", library, counts(RuleCount("a", *GOOD))).word == "not_covered"


def test_a_typed_figure_supports_strictly_only_once_accepted() -> None:
    typed = RuleCount("FC-1", *GOOD, supplied=True)
    assert said(verdict("exchange", catalogue(names()), counts(typed))) == ("supported", True, False)
    accepted = RuleCount("FC-1", *GOOD, supplied=True, accepted=True)
    assert said(verdict("exchange", catalogue(names()), counts(accepted))) == ("supported", True, True)


@pytest.mark.parametrize(("role", "setting"), [("01", "inpatient"), ("03", "outpatient"), ("05", "all")])
def test_a_loop_speaks_with_the_rows_of_the_role(role: str, setting: str) -> None:
    library = catalogue(loops=(loop(supports=(f"{role}.01.2.1",)),))
    known = counts(
        loops=tuple(
            loop_count("CL-1", each, complete=95 if each == setting else 5)
            for each in ("inpatient", "outpatient", "all")
        )
    )
    assert said(verdict("closed_loop", library, known, role=role)) == ("supported", True, True)


def test_a_loop_of_the_same_item_is_matching_data_for_exchange() -> None:
    library = catalogue(loops=(loop(supports=("01.01.6.4",)),))
    known = counts(loops=(loop_count("CL-1", "inpatient"),))
    assert verdict("exchange", library, known).word == "matching_data"


@pytest.mark.parametrize(
    ("targets", "order", "word"),
    [
        ({"order": 10}, GOOD, "supported"),
        ({"order": 9}, GOOD, "could_not_check"),
        ({"order": 10}, BAD, "refuted"),
        ({"order": 10}, None, "could_not_check"),
        ({"report": 10}, BAD, "matching_data"),
        ({"": 10}, GOOD, "could_not_check"),
        ({}, GOOD, "could_not_check"),
    ],
)
def test_a_topic_needs_alerts_and_real_business_behind_each_kind(
    targets: dict[str, int], order: tuple[int, int] | None, word: str
) -> None:
    """An alert whose kind nobody named may be of any kind, so every check is needed; DS-02 has no data."""
    library = catalogue(
        about("DS-01", "order"),
        about("DS-02", "prescription"),
        topics=(Topic("allergy", WORD, (CODE,)),),
    )
    topic = TopicCount("allergy", sum(targets.values()), {"all": targets, "inpatient": targets})
    known = counts(counted("DS-01", order), counted("DS-02", None), topics=(topic,))
    assert verdict("decision_support", library, known).word == word


def test_the_last_visit_holds() -> None:
    first, last = decided("on_site", at="2026-10-08"), decided("on_site", verdict="refuted", at="2026-10-09")
    for order in ((first, last), (last, first)):
        assert verdict("exchange", catalogue(), counts(), *order).refuted


def test_every_verdict_says_why_and_what_would_verify_it() -> None:
    remedy = Text("回写流水号。", "Write the number back.")
    library = catalogue(names(remedy=remedy), not_covered=(NotCovered("made-up", "01.01.2.1", WORD),))
    refuted = verdict("exchange", library, counts(RuleCount("FC-1", *BAD)))
    assert "50 of 100" in refuted.reason.en
    assert refuted.would_verify == remedy
    waiting = verdict("exchange", library, counts(counted("FC-1", None)))
    assert FILE_ABSENT.text.zh in waiting.reason.zh
    assert waiting.would_verify is not None
    assert FILE_ABSENT.text.zh in waiting.would_verify.zh
    uncovered = verdict("exchange", catalogue(not_covered=library.not_covered), counts())
    assert WORD.zh in uncovered.reason.zh
    assert verdict("exchange", library, counts(RuleCount("FC-1", *GOOD))).would_verify is None
