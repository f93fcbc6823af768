"""zhiping-decisions/1: what people decided about evidence, so that a result can be reproduced."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal, NoReturn, get_args

from engine.rubric.values import Rubric, Text
from engine.scoring.formats import FormatError

DECISIONS_FORMAT = "zhiping-decisions/1"

Kind = Literal["accepted_evidence", "anchored_evidence", "confirmed_match", "on_site", "accepted_figure"]
KINDS: tuple[Kind, ...] = get_args(Kind)
OF_A_LEVEL: tuple[Kind, ...] = ("confirmed_match", "accepted_figure")
_KEYS = ("item", "level", "clause", "kind", "verdict", "by", "at", "reason")


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision. ``clause`` is the number inside the level; None: the whole item and level.

    ``at`` is ISO 8601. Only an on-site decision may say ``refuted``.
    """

    item: str
    level: int
    clause: int | None
    kind: Kind
    verdict: Literal["supported", "refuted"] = "supported"
    by: str = ""
    at: str = ""
    reason: str = ""

    @property
    def moment(self) -> datetime:
        """``at`` for ordering; times without a zone count as UTC, none at all as the beginning."""
        if not self.at:
            return datetime.min.replace(tzinfo=UTC)
        moment = datetime.fromisoformat(self.at)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


class Decided:
    """Decisions by place. Of several on-site decisions for a clause the latest holds."""

    def __init__(self, decisions: Iterable[Decision]) -> None:
        self._on_site: dict[tuple[str, int, int], Decision] = {}
        self._looked_at: dict[tuple[str, int, int], list[Decision]] = {}
        self._matches: dict[tuple[str, int], list[Decision]] = {}
        self._figures: dict[str, set[int]] = {}
        for decision in sorted(decisions, key=lambda each: each.moment):
            place = (decision.item, decision.level)
            if decision.kind == "accepted_figure":
                self._figures.setdefault(decision.item, set()).add(decision.level)
            elif decision.kind == "confirmed_match":
                self._matches.setdefault(place, []).append(decision)
            elif decision.clause is None:
                continue
            elif decision.kind == "on_site":
                self._on_site[*place, decision.clause] = decision
            else:
                self._looked_at.setdefault((*place, decision.clause), []).append(decision)

    def on_site(self, item: str, level: int, n: int) -> Decision | None:
        return self._on_site.get((item, level, n))

    def accepted(self, item: str, level: int, n: int) -> Decision | None:
        """Looked-at evidence that was accepted, anchored or not."""
        found = self._looked_at.get((item, level, n))
        return found[-1] if found else None

    def anchored(self, item: str, level: int, n: int) -> Decision | None:
        """Looked-at evidence whose record was found in the extract, and that was accepted."""
        found = self._looked_at.get((item, level, n), ())
        return next((each for each in reversed(found) if each.kind == "anchored_evidence"), None)

    def confirmed(self, item: str, level: int, n: int) -> Decision | None:
        """Somebody confirmed that the matching data concern the level (or this very clause)."""
        found = self._matches.get((item, level), ())
        return next((each for each in reversed(found) if each.clause in (None, n)), None)

    def figures(self, item: str) -> frozenset[int]:
        """The levels whose application figure was accepted."""
        return frozenset(self._figures.get(item, ()))


def decisions_from_json(data: object) -> tuple[Decision, ...]:
    """The decisions of a document, or of a bare list of them.

    Raises FormatError with the path of the first thing that is not in the format.
    """
    if isinstance(data, Mapping):
        _known(data, ("format", "rubric", "decisions"), "")
        if data.get("format") != DECISIONS_FORMAT:
            _refuse("format", f"应为“{DECISIONS_FORMAT}”。", f'expected "{DECISIONS_FORMAT}".')
        if "rubric" in data:
            _text(data["rubric"], "rubric")
        entries, path = data.get("decisions"), "decisions"
    else:
        entries, path = data, ""
    if not isinstance(entries, list | tuple):
        _refuse(path, "应为结论的列表。", "expected a list of decisions.")
    return tuple(_decision(entry, f"{path}[{number}]") for number, entry in enumerate(entries))


def decisions_to_json(decisions: Iterable[Decision], *, rubric: str | None = None) -> dict[str, Any]:
    """The document that :func:`decisions_from_json` reads."""
    named = {} if rubric is None else {"rubric": rubric}
    listed = [{key: getattr(each, key) for key in _KEYS} for each in decisions]
    return {"format": DECISIONS_FORMAT, **named, "decisions": listed}


def rubric_of_decisions(data: object) -> str | None:
    """The edition a document names, or None."""
    return str(data["rubric"]) if isinstance(data, Mapping) and data.get("rubric") else None


def check_decisions(rubric: Rubric, decisions: Iterable[Decision]) -> None:
    """Raises FormatError for the first place that the rubric does not have."""
    for number, decision in enumerate(decisions):
        path = f"decisions[{number}]"
        item = rubric.by_code.get(decision.item)
        if item is None:
            _refuse(
                f"{path}.item",
                f"{rubric.title.zh}没有项目“{decision.item}”。",
                f'{rubric.title.en} has no item "{decision.item}".',
            )
        entry = item.by_level.get(decision.level)
        if entry is None or decision.level < 1:
            _refuse(
                f"{path}.level",
                f"项目{item.code}没有{decision.level}级。",
                f"item {item.code} has no level {decision.level}.",
            )
        if decision.clause is not None and not 1 <= decision.clause <= len(entry.clauses):
            _refuse(
                f"{path}.clause",
                f"项目{item.code}的{decision.level}级没有第{decision.clause}条。",
                f"item {item.code} has no clause {decision.clause} at level {decision.level}.",
            )


def parse_decisions(text: str) -> tuple[tuple[Decision, ...], str | None]:
    """The decisions in a JSON text and the edition it names, if any."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise FormatError(
            "",
            Text(
                "不是有效的JSON文件。请检查文件是否完整。", "not valid JSON. Check that the file is complete."
            ),
        ) from error
    return decisions_from_json(data), rubric_of_decisions(data)


def _decision(entry: object, path: str) -> Decision:
    if not isinstance(entry, Mapping):
        _refuse(path, "应为JSON对象。", "expected a JSON object.")
    _known(entry, _KEYS, path)
    kind = entry.get("kind")
    if kind not in KINDS:
        _refuse(
            f"{path}.kind",
            f"没有“{kind}”这种结论。可用：{'、'.join(KINDS)}。",
            f'there is no kind "{kind}". Use one of: {", ".join(KINDS)}.',
        )
    level, clause = entry.get("level"), entry.get("clause")
    if not isinstance(level, int) or isinstance(level, bool) or level < 1:
        _refuse(f"{path}.level", "应为级别的整数。", "expected the number of a level.")
    if clause is not None and (not isinstance(clause, int) or isinstance(clause, bool) or clause < 1):
        _refuse(f"{path}.clause", "应为条款序号或null。", "expected the number of a clause, or null.")
    if clause is None and kind not in OF_A_LEVEL:
        _refuse(f"{path}.clause", "这种结论须指明条款。", "a decision of this kind names a clause.")
    if clause is not None and kind == "accepted_figure":
        _refuse(f"{path}.clause", "采信数字针对整个级别。", "a figure is accepted for the whole level.")
    verdict = entry.get("verdict", "supported")
    if verdict not in ("supported", "refuted"):
        _refuse(f"{path}.verdict", "应为supported或refuted。", "expected supported or refuted.")
    if verdict == "refuted" and kind != "on_site":
        _refuse(f"{path}.verdict", "只有现场核验可以判为不符。", "only an on-site decision can say refuted.")
    decision = Decision(
        _text(entry.get("item"), f"{path}.item"),
        level,
        clause,
        kind,
        verdict,
        _text(entry.get("by"), f"{path}.by"),
        _text(entry.get("at"), f"{path}.at"),
        _text(entry.get("reason", ""), f"{path}.reason", empty=kind != "on_site"),
    )
    try:
        _ = decision.moment
    except ValueError:
        _refuse(
            f"{path}.at",
            f"“{decision.at}”不是时间，应如“2026-10-08T09:30:00+08:00”。",
            f'"{decision.at}" is not a time such as "2026-10-08T09:30:00+08:00".',
        )
    return decision


def _text(value: object, path: str, *, empty: bool = False) -> str:
    if isinstance(value, str) and (empty or value.strip()):
        return value
    _refuse(path, "应为非空文字。", "expected a text that is not empty.")


def _known(value: Mapping[Any, Any], known: tuple[str, ...], path: str) -> None:
    for key in value:
        if key not in known:
            _refuse(
                f"{path}.{key}" if path else str(key),
                f"没有“{key}”这个键。可用的键：{', '.join(known)}。",
                f'unknown key "{key}". Known keys here: {", ".join(known)}.',
            )


def _refuse(path: str, zh: str, en: str) -> NoReturn:
    raise FormatError(path, Text(zh, en))
