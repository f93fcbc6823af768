"""A closed loop against its thresholds: node coverage, order and complete instances must all hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from engine.evidence import wording
from engine.evidence.catalogue.values import Loop
from engine.evidence.counts import LoopCount
from engine.evidence.judging import Status
from engine.evidence.policy import STANDARD, Policy
from engine.rubric.values import Category, Text

#: Clauses of these roles use the rows of one care setting; the others use all rows.
SETTING_OF_ROLE: Mapping[str, str] = {"01": "inpatient", "02": "inpatient", "03": "outpatient"}


@dataclass(frozen=True, slots=True)
class LoopFinding:
    """What a loop says; ``numerator`` of ``denominator`` instances are complete and in order."""

    loop: str
    setting: str
    status: Status
    reason: Text
    numerator: int = 0
    denominator: int = 0
    share: Decimal | None = None


def setting_of(loop: Loop, role: str) -> str:
    """The care setting whose counts speak for clauses of a role."""
    return SETTING_OF_ROLE.get(role, "all") if loop.setting == "all" else loop.setting


def judge_loop(
    loop: Loop,
    count: LoopCount | None,
    *,
    category: Category | None,
    nodes: Sequence[str] = (),
    policy: Policy = STANDARD,
    setting: str = "",
) -> LoopFinding:
    """What ``count`` says for a clause of ``category``; ``nodes``: further nodes the clause needs."""
    if count is None:
        return LoopFinding(loop.id, setting, "could_not_check", wording.NOT_COUNTED)
    present = {node.node: node for node in count.nodes}
    mandatory = [node.id for node in loop.nodes if node.mandatory]
    blocked = count.blocked or next(
        (
            present[node].blocked
            for node in (*mandatory, *nodes)
            if node in present and present[node].blocked is not None
        ),
        None,
    )
    if blocked is not None:
        return LoopFinding(loop.id, count.setting, "could_not_check", blocked.text)
    total = count.instances
    if total == 0:
        return LoopFinding(loop.id, count.setting, "not_applicable", wording.NOT_APPLICABLE)
    least = policy.enough(loop.min_rows)
    share = wording.four(count.complete, total)
    if total < least:
        return LoopFinding(
            loop.id,
            count.setting,
            "could_not_check",
            wording.too_few(total, least),
            count.complete,
            total,
            share,
        )
    failures = list(_missing(loop, count, mandatory, loop.node_coverage))
    failures += _missing(loop, count, nodes, loop.optional_node_coverage)
    failures += _disorder(loop, count)
    need = policy.of_category(category, loop.complete_loop["basic"], loop.complete_loop["optional"])
    whole = wording.shares(count.complete, total, need, Decimal(count.complete) >= need * total)
    if Decimal(count.complete) < need * total:
        failures.append(whole)
    reason = whole
    if failures:
        reason = Text("".join(each.zh for each in failures), " ".join(each.en for each in failures))
    status: Status = "refuted" if failures else "supported"
    return LoopFinding(loop.id, count.setting, status, reason, count.complete, total, share)


def _missing(loop: Loop, count: LoopCount, nodes: Sequence[str], need: Decimal) -> list[Text]:
    """A sentence for every node that too few instances have."""
    labels = {node.id: node.label for node in loop.nodes}
    present = {node.node: node.present for node in count.nodes}
    found: list[Text] = []
    for node in nodes:
        have = present.get(node, 0)
        if Decimal(have) >= need * count.instances:
            continue
        part = wording.percent(have, count.instances)
        found.append(
            Text(
                f"{count.instances:,}例中只有{have:,}例有“{labels[node].zh}”（{part}），要求{wording.as_percent(need)}。",
                f'Only {have:,} of {count.instances:,} have "{labels[node].en}" ({part}); {wording.as_percent(need)} is needed.',
            )
        )
    return found


def _disorder(loop: Loop, count: LoopCount) -> list[Text]:
    comparable = sum(order.comparable for order in count.orders)
    conforming = sum(order.conforming for order in count.orders)
    if Decimal(conforming) >= loop.order_conformity * comparable:
        return []
    part, need = wording.percent(conforming, comparable), wording.as_percent(loop.order_conformity)
    return [
        Text(
            f"可比较的{comparable:,}对环节中只有{conforming:,}对先后正确（{part}），要求{need}。",
            f"Of {comparable:,} pairs of steps only {conforming:,} are in the right order ({part}); {need} is needed.",
        )
    ]
