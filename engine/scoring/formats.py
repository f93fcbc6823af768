"""zhiping-assessment/1: the answers of one assessment as a JSON document, both ways, nothing lost.

Unknown keys are refused with their path, and so are floating-point numbers: what enters
arithmetic is a string or a whole number, so that 0.1 means a tenth on every machine.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import NoReturn, TypeVar

from engine.rubric.values import Rubric, Text
from engine.scoring.answers import (
    STATES,
    Answers,
    DimensionIndex,
    DirectIndex,
    IndexAnswer,
    ItemAnswers,
    RuleCounts,
    State,
)

ASSESSMENT_FORMAT = "zhiping-assessment/1"

_DOCUMENT_KEYS = ("format", "rubric", "hospital", "window", "items", "overall")
_ITEM_KEYS = (
    "clauses",
    "denominator",
    "denominators",
    "numerators",
    "in_use",
    "data_quality",
    "no_such_service",
)
_HOSPITAL_KEYS = ("name", "beds", "grade", "region")
_LEVEL = re.compile(r"0|[1-9][0-9]?", re.ASCII)
_WHOLE = re.compile(r"-?[0-9]{1,18}", re.ASCII)
_DECIMAL = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,18})?", re.ASCII)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)

T = TypeVar("T")


class FormatError(ValueError):
    """A document that is not a zhiping-assessment/1: where (``path``) and why, in both languages."""

    def __init__(self, path: str, message: Text) -> None:
        self.path = path
        self.message = message
        super().__init__(f"{path}: {message.en}" if path else message.en)

    def in_language(self, language: str) -> str:
        """Path and sentence in the language asked for."""
        sentence = self.message.in_language(language)
        return f"{self.path}: {sentence}" if self.path else sentence


def parse_document(text: str) -> dict[str, object]:
    """The JSON object in ``text``; refuses malformed JSON, a repeated key, NaN and other values."""
    try:
        data = json.loads(text, object_pairs_hook=_no_repeated_key, parse_constant=_no_constant)
    except FormatError:
        raise
    except json.JSONDecodeError as error:
        _refuse(
            f"line {error.lineno}",
            f"不是有效的JSON文件（第{error.lineno}行第{error.colno}列）。请检查文件是否完整。",
            f"not valid JSON (line {error.lineno}, column {error.colno}). Check that the file is complete.",
        )
    except (RecursionError, ValueError):  # nested too deeply, or a number of thousands of digits
        _refuse("", "JSON嵌套过深或数字过长。", "the JSON is nested too deeply or holds an endless number.")
    if not isinstance(data, dict):
        _refuse("", "文件内容应是一个JSON对象。", "the document must be one JSON object.")
    return data


def rubric_of(data: Mapping[str, object]) -> str:
    """The edition id that a document names, so that the caller can load the rubric.

    Raises FormatError when the document has another format or names no rubric.
    """
    if not isinstance(data, Mapping):
        _refuse("", "文件内容应是一个JSON对象。", "the document must be one JSON object.")
    if data.get("format") != ASSESSMENT_FORMAT:
        given = data.get("format")
        _refuse(
            "format",
            f"格式是“{given}”，应为“{ASSESSMENT_FORMAT}”。" if given else f"缺少格式“{ASSESSMENT_FORMAT}”。",
            f'the format is "{given}", expected "{ASSESSMENT_FORMAT}".'
            if given
            else f'the format "{ASSESSMENT_FORMAT}" is missing.',
        )
    return _string(data.get("rubric"), "rubric")


def answers_from_json(rubric: Rubric, data: Mapping[str, object]) -> Answers:
    """The answers in a zhiping-assessment/1 document.

    Raises FormatError with the path of the first thing that is not in the format. What is in the
    format but cannot be true (a numerator over its denominator) is left to ``check_answers``.
    """
    given = rubric_of(data)
    _known_keys(data, _DOCUMENT_KEYS, "")
    if given != rubric.id:
        _refuse(
            "rubric",
            f"这份文件属于“{given}”，不是“{rubric.id}”。请选用对应的标准版本。",
            f'the document belongs to "{given}", not to "{rubric.id}". Choose the matching edition.',
        )
    items: dict[str, ItemAnswers] = {}
    for code, entry in _mapping(data.get("items", {}), "items").items():
        path = f"items.{code}"
        if code not in rubric.by_code:
            _refuse(path, f"{rubric.title.zh}没有项目“{code}”。", f'{rubric.title.en} has no item "{code}".')
        items[code] = _item_answers(_mapping(entry, path), path)
    return Answers(
        rubric=given,
        items=items,
        overall=_by_level(data.get("overall", {}), "overall", _states),
        hospital=_hospital(data.get("hospital", {})),
        window=_window(data["window"]) if "window" in data else None,
    )


def answers_to_json(rubric: Rubric, answers: Answers) -> dict[str, object]:
    """``answers`` as a zhiping-assessment/1 document, items in the rubric's order, empty parts left out."""
    document: dict[str, object] = {"format": ASSESSMENT_FORMAT, "rubric": answers.rubric}
    if answers.hospital:
        document["hospital"] = dict(answers.hospital)
    if answers.window is not None:
        document["window"] = {"from": answers.window[0].isoformat(), "to": answers.window[1].isoformat()}
    order = {item.code: place for place, item in enumerate(rubric.items)}
    codes = sorted(answers.items, key=lambda code: (order.get(code, len(order)), code))
    document["items"] = {code: _item_to_json(answers.items[code]) for code in codes}
    if answers.overall:
        document["overall"] = _levels_to_json(answers.overall, list)
    return document


def _item_to_json(item: ItemAnswers) -> dict[str, object]:
    entry: dict[str, object] = {}
    if item.clauses:
        entry["clauses"] = _levels_to_json(item.clauses, list)
    if item.denominator is not None:
        entry["denominator"] = item.denominator
    if item.denominators:
        entry["denominators"] = _levels_to_json(item.denominators, int)
    if item.numerators:
        entry["numerators"] = _levels_to_json(item.numerators, int)
    if item.in_use is not None:
        entry["in_use"] = item.in_use
    if item.data_quality:
        entry["data_quality"] = _levels_to_json(item.data_quality, _index_to_json)
    if item.no_such_service:
        entry["no_such_service"] = item.no_such_service
    return entry


def _levels_to_json(values: Mapping[int, T], write: Callable[[T], object]) -> dict[str, object]:
    return {str(level): write(values[level]) for level in sorted(values)}


def _index_to_json(index: IndexAnswer) -> object:
    if isinstance(index, DirectIndex):
        return format(index.value, "f")
    if isinstance(index, DimensionIndex):
        return {dimension: format(value, "f") for dimension, value in index.values.items()}
    return {
        "rules": {
            rule: {"numerator": numerator, "denominator": denominator}
            for rule, (numerator, denominator) in index.counts.items()
        }
    }


def _item_answers(entry: Mapping[str, object], path: str) -> ItemAnswers:
    _known_keys(entry, _ITEM_KEYS, path)
    in_use = entry.get("in_use")
    if "in_use" in entry and not isinstance(in_use, bool):
        _refuse(f"{path}.in_use", "应为true或false。", "expected true or false.")
    reason = ""
    if "no_such_service" in entry:
        reason = _string(entry["no_such_service"], f"{path}.no_such_service")
    return ItemAnswers(
        clauses=_by_level(entry.get("clauses", {}), f"{path}.clauses", _states),
        denominator=_whole(entry["denominator"], f"{path}.denominator") if "denominator" in entry else None,
        denominators=_by_level(entry.get("denominators", {}), f"{path}.denominators", _whole),
        numerators=_by_level(entry.get("numerators", {}), f"{path}.numerators", _whole),
        in_use=in_use if isinstance(in_use, bool) else None,
        data_quality=_by_level(entry.get("data_quality", {}), f"{path}.data_quality", _index),
        no_such_service=reason,
    )


def _index(value: object, path: str) -> IndexAnswer:
    if not isinstance(value, Mapping):
        return DirectIndex(_decimal(value, path))
    if "rules" not in value:
        return DimensionIndex({str(key): _decimal(part, f"{path}.{key}") for key, part in value.items()})
    _known_keys(value, ("rules",), path)
    counts: dict[str, tuple[int, int]] = {}
    for rule, entry in _mapping(value["rules"], f"{path}.rules").items():
        here = f"{path}.rules.{rule}"
        pair = _mapping(entry, here)
        _known_keys(pair, ("numerator", "denominator"), here)
        for key in ("numerator", "denominator"):
            if key not in pair:
                _refuse(f"{here}.{key}", "缺少这个数。", "this figure is missing.")
        counts[rule] = (
            _whole(pair["numerator"], f"{here}.numerator"),
            _whole(pair["denominator"], f"{here}.denominator"),
        )
    return RuleCounts(counts)


def _hospital(value: object) -> Mapping[str, object]:
    hospital = _mapping(value, "hospital")
    _known_keys(hospital, _HOSPITAL_KEYS, "hospital")
    for key, entry in hospital.items():
        path = f"hospital.{key}"
        if key == "beds":
            _whole(entry, path)
        else:
            _string(entry, path)
    return dict(hospital)


def _window(value: object) -> tuple[date, date]:
    window = _mapping(value, "window")
    _known_keys(window, ("from", "to"), "window")
    return _date(window.get("from"), "window.from"), _date(window.get("to"), "window.to")


def _by_level(value: object, path: str, read: Callable[[object, str], T]) -> dict[int, T]:
    by_level: dict[int, T] = {}
    for key, entry in _mapping(value, path).items():
        here = f"{path}.{key}"
        if not _LEVEL.fullmatch(key):
            _refuse(here, f"“{key}”不是级别，应为“3”这样的数字。", f'"{key}" is not a level such as "3".')
        by_level[int(key)] = read(entry, here)
    return by_level


def _states(value: object, path: str) -> tuple[State, ...]:
    if not isinstance(value, list | tuple):
        _refuse(path, "应为条款状态的列表。", "expected a list of clause states.")
    for n, state in enumerate(value, start=1):
        if not isinstance(state, str) or state not in STATES:
            _refuse(
                f"{path}[{n}]",
                f"条款状态“{state}”无法识别。请用：{', '.join(STATES)}。",
                f'clause state "{state}" is unknown. Use one of: {", ".join(STATES)}.',
            )
    return tuple(value)


def _whole(value: object, path: str) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and _WHOLE.fullmatch(value):
        return int(value)
    if isinstance(value, float):
        _refuse(
            path,
            f"{value}是浮点数。请写成整数。",
            f"{value} is a floating-point number. Write a whole number.",
        )
    _refuse(path, f"“{value}”不是整数。", f'"{value}" is not a whole number.')


def _decimal(value: object, path: str) -> Decimal:
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    if isinstance(value, str) and _DECIMAL.fullmatch(value):
        return Decimal(value)
    if isinstance(value, float):
        _refuse(
            path,
            f'{value}是浮点数。请加引号写成字符串，如"0.93"。',
            f'{value} is a floating-point number. Write it as a string in quotes, such as "0.93".',
        )
    _refuse(path, f'“{value}”不是小数，应如"0.93"。', f'"{value}" is not a decimal such as "0.93".')


def _date(value: object, path: str) -> date:
    try:
        if isinstance(value, str) and _DATE.fullmatch(value):
            return date.fromisoformat(value)
    except ValueError:
        pass
    _refuse(path, f"“{value}”不是日期，应如“2026-07-01”。", f'"{value}" is not a date such as "2026-07-01".')


def _string(value: object, path: str) -> str:
    if isinstance(value, str) and value.strip():
        return value
    _refuse(path, "应为非空文字。", "expected a text that is not empty.")


def _mapping(value: object, path: str) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        _refuse(path, "应为JSON对象。", "expected a JSON object.")
    for key in value:
        if not isinstance(key, str):
            _refuse(f"{path}.{key}", "键应为文字。", "keys must be strings.")
    return value


def _known_keys(value: Mapping[str, object], known: tuple[str, ...], path: str) -> None:
    for key in value:
        if key not in known:
            _refuse(
                f"{path}.{key}" if path else key,
                f"没有“{key}”这个键。可用的键：{', '.join(known)}。",
                f'unknown key "{key}". Known keys here: {", ".join(known)}.',
            )


def _no_repeated_key(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for key, value in pairs:
        if key in found:
            _refuse(key, f"键“{key}”出现两次。请删去一个。", f'the key "{key}" appears twice. Remove one.')
        found[key] = value
    return found


def _no_constant(name: str) -> NoReturn:
    _refuse("", f"{name}不是数。", f"{name} is not a number.")


def _refuse(path: str, zh: str, en: str) -> NoReturn:
    raise FormatError(path, Text(zh, en))
