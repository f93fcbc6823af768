"""The fields of an item's answers by path: what may stand in each, and how it is read and written.

Paths are those of the autosave protocol: ``clauses.3.2``, ``numerators.3``, ``denominators.3``,
``denominator``, ``in_use``, ``data_quality.3``, ``no_such_service``, ``note``. Values are plain JSON in
one normal form, so that two of them can be compared. Figures may be typed as people type them:
full-width digits, separators for thousands, a percent sign on an index.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from assessments.models import ItemAnswer
from engine.rubric.values import Item, Rubric
from engine.scoring.answers import STATES, Problem
from engine.scoring.checking import DIMENSIONS

LONGEST_REASON = 500
LONGEST_NOTE = 4000

_PATH = re.compile(
    r"(?P<clauses>clauses)\.(?P<level>[1-9]\d?)\.(?P<n>[1-9]\d?)"
    r"|(?P<per_level>numerators|denominators|data_quality)\.(?P<at>[1-9]\d?)"
    r"|(?P<whole>denominator|in_use|no_such_service|note)",
    re.ASCII,
)
_SEPARATORS = re.compile(r"[\s,，'’_]")
_WHOLE = re.compile(r"-?\d{1,18}", re.ASCII)
_DECIMAL = re.compile(r"(?P<sign>-?)(?P<whole>\d{0,9})(?:\.(?P<part>\d{0,12}))?(?P<percent>%?)", re.ASCII)


class Unreadable(ValueError):
    """A typed value that is not of the field's kind; the text says what to type."""


@dataclass(frozen=True, slots=True)
class Place:
    """One field: its kind, the level where it has one, and the number of the clause."""

    kind: str
    level: int = 0
    n: int = 0

    @property
    def path(self) -> str:
        parts = (self.kind, *((self.level,) if self.level else ()), *((self.n,) if self.n else ()))
        return ".".join(str(part) for part in parts)

    @property
    def is_figure(self) -> bool:
        return self.kind in ("numerators", "denominators", "denominator")


def find_place(item: Item, path: str) -> Place | None:
    """The field of ``item`` that a path names; None when the edition asks no such thing."""
    match = _PATH.fullmatch(path)
    if match is None:
        return None
    if whole := match["whole"]:
        return Place(whole)
    level = int(match["level"] or match["at"])
    asked = item.by_level.get(level)
    if asked is None:
        return None
    if match["clauses"]:
        n = int(match["n"])
        return Place("clauses", level, n) if n <= len(asked.clauses) else None
    return Place(match["per_level"], level)


def places_of(item: Item) -> list[Place]:
    """Every field the page offers for an item, level by level."""
    ratio = item.application.kind == "ratio"
    places = [Place("no_such_service"), Place("denominator") if ratio else Place("in_use"), Place("note")]
    for asked in item.asked_levels:
        places.extend(Place("clauses", asked.level, clause.n) for clause in asked.clauses)
        if ratio:
            places.extend((Place("numerators", asked.level), Place("denominators", asked.level)))
        if asked.has_index:
            places.append(Place("data_quality", asked.level))
    return places


def values_of(item: Item, row: ItemAnswer) -> dict[str, object]:
    """Path -> stored value, of the fields that hold something."""
    found = {place.path: read(row, place) for place in places_of(item)}
    return {path: value for path, value in found.items() if value not in (None, "", "not_answered")}


def read(row: ItemAnswer, place: Place) -> Any:
    """The stored value in its normal form: a state, a whole number, a text, an index, or nothing."""
    if place.kind == "clauses":
        states = row.clauses.get(str(place.level), ())
        return states[place.n - 1] if place.n <= len(states) else "not_answered"
    held = getattr(row, place.kind)
    return held.get(str(place.level)) if place.level else held


def write(row: ItemAnswer, item: Item, place: Place, value: Any) -> None:
    """Put a value in its normal form into the row; an empty one leaves nothing behind."""
    level = str(place.level)
    if place.kind == "clauses":
        count = len(item.by_level[place.level].clauses)
        states = [*row.clauses.get(level, ()), *["not_answered"] * count][:count]
        states[place.n - 1] = value
        kept = {**row.clauses, level: states}
        if set(states) == {"not_answered"}:
            del kept[level]
        row.clauses = kept
    elif place.level:
        held = {key: figure for key, figure in getattr(row, place.kind).items() if key != level}
        setattr(row, place.kind, held if value is None else {**held, level: value})
    else:
        setattr(row, place.kind, value)


def path_of(problem: Problem) -> str:
    """The field a refusal of the engine is about, as a path (of a clause: its level)."""
    return Place(problem.field, problem.level or 0).path


def sentence_of(problem: Problem) -> str:
    """The engine's sentence without the item it starts with: it stands beside the field."""
    said = problem.message.in_language(get_language() or "")
    _where, _colon, rest = said.partition("：" if "：" in said else ": ")
    return f"{rest[0].upper()}{rest[1:]}" if rest else said


def normal(rubric: Rubric, item: Item, place: Place, value: object) -> Any:
    """The normal form of what a person typed. Raises Unreadable with one sentence."""
    if place.kind == "clauses":
        if value in (None, ""):
            return "not_answered"
        if value not in STATES:
            raise Unreadable(_("请选择“符合”“部分符合”或“不符合”。"))
        return value
    if place.is_figure:
        return whole_number(value)
    if place.kind == "in_use":
        if value is not None and not isinstance(value, bool):
            raise Unreadable(_("请选择“已在用”或“未在用”。"))
        return value
    if place.kind == "data_quality":
        return _index(rubric, item, place.level, value)
    return _text(value, LONGEST_REASON if place.kind == "no_such_service" else LONGEST_NOTE)


def whole_number(value: object) -> int | None:
    """4765, "4,765", "４７６５" -> 4765; nothing -> None. Negative numbers are left to the engine's checks."""
    if value is None or (isinstance(value, int) and not isinstance(value, bool)):
        return value if value is None or len(str(value)) <= 19 else _refuse_number()
    if not isinstance(value, str):
        return _refuse_number()
    typed = plain_figure(value)
    if not typed:
        return None
    return int(typed) if _WHOLE.fullmatch(typed) else _refuse_number()


def share_text(value: object) -> str | None:
    """ "0.93", "０．９３", ".93", "93%" -> "0.93"; nothing -> None. The range is the engine's to check."""
    if value is None:
        return None
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    match = _DECIMAL.fullmatch(typed := plain_figure(value)) if isinstance(value, str) else None
    if match is None or (typed and not (match["whole"] or match["part"])):
        raise Unreadable(_("请填写0至1之间的小数，如 0.93，也可填 93%。"))
    if not typed:
        return None
    whole, part = match["whole"] or "0", match["part"] or ""
    if match["percent"]:
        whole, part = whole.zfill(3)[:-2], whole.zfill(3)[-2:] + part
    part = part.rstrip("0") if match["percent"] else part
    return f"{match['sign']}{whole.lstrip('0') or '0'}{'.' + part if part else ''}"


def plain_figure(typed: str) -> str:
    """What was typed without separators, full-width signs as plain ones."""
    return _SEPARATORS.sub("", unicodedata.normalize("NFKC", typed)).replace("．", ".").replace("−", "-")


def _refuse_number() -> int:
    raise Unreadable(_("请填写整数，不带小数和单位，如 4210。"))


def _index(rubric: Rubric, item: Item, level: int, value: object) -> Any:
    if not isinstance(value, Mapping):
        return share_text(value)
    if "rules" not in value:
        for dimension in value:
            if dimension not in DIMENSIONS:
                raise Unreadable(_("没有“%(name)s”这个数据质量维度。") % {"name": str(dimension)[:40]})
        given = {str(key): share_text(part) for key, part in value.items()}
        return {key: given[key] for key in DIMENSIONS if given.get(key) is not None} or None
    rules = value["rules"]
    if not isinstance(rules, Mapping) or len(value) != 1:
        raise Unreadable(_("逐条规则的计数无法识别，请刷新页面后再试。"))
    active = rubric.active_rules.get((item.code, level), ())
    counts: dict[str, dict[str, int]] = {}
    for rule, pair in rules.items():
        if rule not in active:
            raise Unreadable(_("规则“%(rule)s”不是本级现行的数据质量规则。") % {"rule": str(rule)[:60]})
        given_pair = pair if isinstance(pair, Mapping) else {}
        numerator, denominator = (whole_number(given_pair.get(key)) for key in ("numerator", "denominator"))
        if (numerator is None) != (denominator is None):
            raise Unreadable(_("规则%(rule)s只填了分子或分母，请两个都填。") % {"rule": rule})
        if numerator is not None and denominator is not None:
            counts[rule] = {"numerator": numerator, "denominator": denominator}
    return {"rules": {rule: counts[rule] for rule in active if rule in counts}} if counts else None


def _text(value: object, longest: int) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Unreadable(_("请填写文字。"))
    if "\x00" in value:
        raise Unreadable(_("文字中有不能保存的控制字符，请重新输入。"))
    if len(value) > longest:
        raise Unreadable(_("文字最多%(n)s个字，现有%(have)s个。") % {"n": longest, "have": len(value)})
    return value.replace("\r\n", "\n").strip()
