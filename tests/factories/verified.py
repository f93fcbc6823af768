"""A run with everything the result pages tell: refuted and supported rules, a loop, codes, warnings, files."""

from __future__ import annotations

from decimal import Decimal

from accounts.models import User
from assessments.models import Assessment, VerificationRun
from engine.evidence.catalogue.checks import StatisticCheck
from engine.evidence.catalogue.values import Loop, Rule
from engine.evidence.counts import (
    AuthenticityCount,
    ConceptCodes,
    FileRead,
    FragmentationCount,
    LoopCount,
    NodeCount,
    OrderCount,
    RuleCount,
    RunCounts,
    Split,
)
from rubrics.queries import get_catalogue
from tests.factories.evidence import make_counts, make_run, refuted, supported

EDITION = "emr-2018"


def speaking_rules(edition: str = EDITION, up_to: int = 3) -> list[Rule]:
    """Active rules that are judged by a share, first those that name a clause up to level ``up_to``."""

    def speaks(rule: Rule) -> bool:
        return any(
            int(code.split(".")[2]) <= up_to and code not in rule.supports_where for code in rule.supports
        )

    shares = [
        rule
        for rule in get_catalogue().rules_of(edition)
        if rule.active and not isinstance(rule.check, StatisticCheck)
    ]
    return sorted(shares, key=lambda rule: not speaks(rule))


def a_loop(edition: str = EDITION) -> Loop:
    return next(loop for loop in get_catalogue().loops.values() if loop.rubric == edition)


def loop_count(loop: Loop, instances: int = 336, complete: int = 102) -> LoopCount:
    """The first step has every instance, each later one fewer; the last is often too early."""
    nodes = tuple(
        NodeCount(node.id, max(complete, instances - 40 * place), Decimal(12) if place else None)
        for place, node in enumerate(loop.nodes)
    )
    first, last = loop.nodes[0].id, loop.nodes[-1].id
    return LoopCount(
        loop.id,
        loop.setting,
        instances,
        complete,
        nodes,
        (OrderCount(first, last, complete, max(0, complete - 9)),),
    )


def facade_counts(edition: str = EDITION, *, small: bool = False) -> RunCounts:
    """One rule refuted (10 of 100) and one supported (98 of 100), with a loop where the edition has one.

    ``small``: the supported one has only 7 rows, the loop 7 instances, and there is a department of 4.
    """
    against, agrees = speaking_rules(edition)[:2]
    loops = [loop for loop in get_catalogue().loops.values() if loop.rubric == edition][:1]
    good = supported(agrees.id)
    if small:
        good = RuleCount(agrees.id, 6, 7, splits=(Split("东院", "内科", 40, 50), Split("", "外科", 4, 4)))
    record = next(iter(get_catalogue().records))
    check = next(iter(get_catalogue().authenticity.values()))
    remarkable = next(
        value for value in map(Decimal, ("0", "1", "-1", "1000")) if check.warn_when.holds(value)
    )
    return make_counts(
        edition,
        [refuted(against.id), good],
        loops=tuple(loop_count(loop, *((7, 2) if small else (336, 102))) for loop in loops),
        fragmentation=FragmentationCount(
            120,
            600,
            (ConceptCodes("glucose", "葡萄糖", 120, (("GLU", 100), ("BS01", 14), ("X9", 6)), ("血清",)),),
        ),
        authenticity=(AuthenticityCount(check.id, record, "", remarkable, max(1000, check.min_rows)),),
        files=(
            FileRead("lab_report.csv", "lab_report", "LIS", "2" * 64, 1200, 3),
            FileRead("orders.csv", "order", "HIS", "3" * 64, 5000, 0),
        ),
    )


def facade_run(assessment: Assessment, by: User, *, small: bool = False) -> VerificationRun:
    return make_run(assessment, by, counts=facade_counts(assessment.edition.key, small=small))
