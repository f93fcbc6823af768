"""What each check of a clause says, with the sentence that says why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from engine.evidence import wording
from engine.evidence.catalogue.values import Catalogue, Loop, NatureMap, Rule, Topic
from engine.evidence.counts import LoopCount, RunCounts, TopicCount
from engine.evidence.decision_support import check_of_target
from engine.evidence.judging import Finding, Status, judge
from engine.evidence.policy import Policy
from engine.evidence.verdicts.capability import Checks
from engine.evidence.verdicts.combining import combined
from engine.evidence.verdicts.loops import SETTING_OF_ROLE, judge_loop, setting_of
from engine.evidence.verdicts.values import Outcome, Route, Spoke
from engine.rubric.values import Item, ItemLevel, Rubric, Text


class Speaker:
    """Asks every check of a clause, over the counts of one run."""

    def __init__(self, rubric: Rubric, catalogue: Catalogue, counts: RunCounts, policy: Policy) -> None:
        self.rubric, self.catalogue, self.counts, self.policy = rubric, catalogue, counts, policy
        self._loops: Mapping[tuple[str, str], LoopCount] = {
            (count.loop, count.setting): count for count in counts.loops
        }
        self._targets = check_of_target(catalogue)
        self._said: dict[tuple[str, Route, Decimal, bool, str | None], Spoke] = {}

    def explicit(self, checks: Checks, item: Item, entry: ItemLevel, clause: str) -> tuple[Spoke, ...]:
        """The checks that name the clause."""
        at = _threshold(checks.nature, entry, self.policy)
        whole = checks.nature is None or checks.nature.max_status == "supported"
        return (
            *(
                self._rule(
                    rule, "explicit", at, clause=clause, partly=not whole or clause in rule.partial_for
                )
                for rule in checks.rules
            ),
            *(
                self._loop(loop, "explicit", item, entry, nodes=nodes, partly=not whole)
                for loop, nodes in checks.loops
            ),
            *(self._topic(topic, item, partly=not whole) for topic in checks.topics),
        )

    def family(self, checks: Checks, item: Item, entry: ItemLevel) -> tuple[tuple[Spoke, ...], ...]:
        """Per family route, the checks of the item that may show matching data."""
        at = _threshold(checks.nature, entry, self.policy)
        return tuple(
            tuple(
                self._rule(check, "family", at, partly=True)
                if isinstance(check, Rule)
                else self._loop(check, "family", item, entry, partly=True)
                for check in group
            )
            for group in checks.family
        )

    def _rule(
        self, rule: Rule, route: Route, threshold: Decimal, *, partly: bool, clause: str | None = None
    ) -> Spoke:
        """The same for every clause that asks the same, so it is worked out once."""
        key = (rule.id, route, threshold, partly, clause if clause in rule.supports_where else None)
        if key not in self._said:
            self._said[key] = self._judged(rule, route, threshold, partly, clause)
        return self._said[key]

    def _judged(
        self, rule: Rule, route: Route, threshold: Decimal, partly: bool, clause: str | None
    ) -> Spoke:
        count = self.counts.rules.get(rule.id)
        finding = judge(rule, count, self.rubric, policy=self.policy, threshold=threshold, clause=clause)
        outcome = _outcome(finding.status, route, partly)
        unaccepted = finding.supplied and not finding.accepted
        return Spoke(
            "rule",
            rule.id,
            rule.label,
            route,
            outcome,
            "could_not_check" if unaccepted and outcome in ("supported", "matching_data") else outcome,
            _with_doubt(finding),
            finding.numerator,
            finding.denominator,
            finding.share,
            rule.remedy,
            rule.honest_failure,
            finding.supplied,
            finding.status == "refuted",
        )

    def _loop(
        self,
        loop: Loop,
        route: Route,
        item: Item,
        entry: ItemLevel,
        *,
        partly: bool,
        nodes: tuple[str, ...] = (),
    ) -> Spoke:
        setting = setting_of(loop, item.role)
        found = judge_loop(
            loop,
            self._loops.get((loop.id, setting)),
            category=entry.category,
            nodes=nodes,
            policy=self.policy,
            setting=setting,
        )
        outcome = _outcome(found.status, route, partly)
        return Spoke(
            "loop",
            loop.id,
            loop.name,
            route,
            outcome,
            outcome,
            found.reason,
            found.numerator,
            found.denominator,
            found.share,
            honest_failure=loop.note,
            below=found.status == "refuted",
        )

    def _topic(self, topic: Topic, item: Item, *, partly: bool) -> Spoke:
        """Enough alerts, and alerts of every kind that occurs refer to real business."""
        silent = Spoke(
            "topic",
            topic.key,
            topic.label,
            "explicit",
            "could_not_check",
            "could_not_check",
            wording.NOT_COUNTED,
        )
        count = self.counts.topics.get(topic.key)
        if count is None:
            return silent
        if count.blocked is not None:
            return replace(silent, reason=count.blocked.text)
        targets = self._targets_of(count, SETTING_OF_ROLE.get(item.role, "all"))
        if targets is None:
            return replace(silent, reason=_NO_SETTING)
        alerts = sum(targets.values())
        if alerts == 0:
            return replace(
                silent,
                outcome="not_applicable",
                strict_outcome="not_applicable",
                reason=wording.NOT_APPLICABLE,
            )
        support = self.catalogue.decision_support
        least = support.min_alerts if self.policy.min_alerts is None else self.policy.min_alerts
        if alerts < least:
            return replace(silent, reason=wording.too_few(alerts, least), denominator=alerts)
        needed = support.checks_needed if "" in targets else self._kinds(targets)
        about = [self._finding(rule) for rule in needed]
        # A kind of alert without a check of its own: the alerts are there, nothing ties them to business.
        outcome = combined(_outcome(each.status, "explicit", partly) for each in about)
        if outcome is None:
            outcome = "could_not_check" if about else "matching_data"
        typed = any(each.supplied and not each.accepted for each in about)
        passed = outcome in ("supported", "matching_data")
        return replace(
            silent,
            outcome=outcome,
            strict_outcome="could_not_check" if typed and passed else outcome,
            reason=_about(topic, alerts, about, outcome),
            denominator=alerts,
            below=outcome == "refuted",
        )

    def _targets_of(self, count: TopicCount, setting: str) -> Mapping[str, int] | None:
        """Alerts by target; a target nobody named stands under "". None: the setting is unknown."""
        if not count.targets:
            return {"": count.alerts} if count.alerts else {}
        if setting not in count.targets:
            return None if count.alerts else {}
        return {target: alerts for target, alerts in count.targets[setting].items() if alerts}

    def _kinds(self, targets: Mapping[str, int]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self._targets[name] for name in targets if name in self._targets))

    def _finding(self, rule_id: str) -> Finding:
        rule = self.catalogue.rules[rule_id]
        return judge(rule, self.counts.rules.get(rule_id), self.rubric, policy=self.policy)


_NO_SETTING = Text(
    "提示记录没有注明门诊或住院，无法判断属于哪一类业务。",
    "The alerts do not say whether they belong to outpatients or inpatients.",
)


def _threshold(nature: NatureMap | None, entry: ItemLevel, policy: Policy) -> Decimal:
    """The item threshold at the clause's level, for rules without one of their own."""
    basic = nature.threshold_basic if nature else Decimal("0.8")
    optional = nature.threshold_optional if nature else Decimal("0.5")
    return policy.of_category(entry.category, basic, optional)


def _outcome(status: Status, route: Route, partly: bool) -> Outcome:
    if status == "supported":
        return "matching_data" if partly else "supported"
    if status == "refuted" and route == "family":
        return "could_not_check"
    return status


def _with_doubt(finding: Finding) -> Text:
    if not finding.supplied or finding.accepted or finding.status != "supported":
        return finding.reason
    doubt = wording.NOT_ACCEPTED
    return Text(finding.reason.zh + doubt.zh, f"{finding.reason.en} {doubt.en}")


def _about(topic: Topic, alerts: int, about: list[Finding], outcome: Outcome) -> Text:
    """How many alerts, and what the checks of their kinds say."""
    kinds_zh = "".join(f"{each.rule}：{each.reason.zh}" for each in about)
    kinds_en = " ".join(f"{each.rule}: {each.reason.en}" for each in about)
    if not about:
        kinds_zh = "这类提示没有与业务记录对照的核验，只算相符数据。"
        kinds_en = "No check ties alerts of this kind to business records: matching data only."
    return Text(
        f"“{topic.label.zh}”时段内有{alerts:,}条提示。{kinds_zh}",
        f'"{topic.label.en}" fired {alerts:,} times in the window. {kinds_en}',
    )
