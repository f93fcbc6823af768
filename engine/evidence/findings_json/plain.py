"""Reading plain JSON values strictly: every refusal names its path, and nothing unknown passes."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import NoReturn, TypeVar

from engine.rubric.values import Text
from engine.scoring.formats import FormatError

_TEXT = frozenset({str})
_DECIMAL = re.compile(r"-?[0-9]{1,30}(\.[0-9]{1,60})?", re.ASCII)
_SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)

T = TypeVar("T")


class Reader:
    """A JSON object and where it stands. A run has tens of thousands, so what is as it should be passes first."""

    __slots__ = ("path", "value")

    def __init__(self, value: Mapping[str, object], path: str) -> None:
        self.value = value
        self.path = path

    def at(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key

    def known(self, *keys: str) -> None:
        """Refuses the first key that the format does not have."""
        for key in self.value:
            if key not in keys:
                refuse(
                    self.at(key),
                    f"没有“{key}”这个键。可用的键：{', '.join(keys)}。",
                    f'unknown key "{key}". Known keys here: {", ".join(keys)}.',
                )

    def given(self, key: str) -> object:
        if key not in self.value:
            refuse(self.at(key), "缺少这个键。", "this key is missing.")
        return self.value[key]

    def text(self, key: str, *, default: str | None = None) -> str:
        value = self.value.get(key)
        if type(value) is str:
            return value
        if default is not None and key not in self.value:
            return default
        value = self.given(key)
        if not isinstance(value, str):
            refuse(self.at(key), "应为文字。", "expected a text.")
        return value

    def count(self, key: str, *, default: int | None = None) -> int:
        value = self.value.get(key)
        if type(value) is int and value >= 0:
            return value
        if default is not None and key not in self.value:
            return default
        return count(self.given(key), self.at(key))

    def truth(self, key: str, *, default: bool) -> bool:
        value = self.value.get(key, default)
        if not isinstance(value, bool):
            refuse(self.at(key), "应为true或false。", "expected true or false.")
        return value

    def decimal(self, key: str) -> Decimal | None:
        """A decimal written as a string; None where it is absent or null."""
        value = self.value.get(key)
        if value is None:
            return None
        if not isinstance(value, str) or not _DECIMAL.fullmatch(value):
            refuse(
                self.at(key),
                '应为加引号的小数，如"0.9412"。',
                'expected a decimal as a string, such as "0.9412".',
            )
        return Decimal(value)

    def date(self, key: str) -> date:
        value = self.text(key)
        try:
            if len(value) == 10:
                return date.fromisoformat(value)
        except ValueError:
            pass
        refuse(
            self.at(key),
            f"“{value}”不是日期，应如“2026-07-01”。",
            f'"{value}" is not a date such as "2026-07-01".',
        )

    def sentence(self, key: str) -> Text:
        inner = self.inside(key)
        inner.known("zh", "en")
        return Text(inner.text("zh"), inner.text("en"))

    def inside(self, key: str) -> Reader:
        return reader(self.given(key), self.at(key))

    def each(self, key: str, read: Callable[[Reader], T]) -> tuple[T, ...]:
        """The objects of a list; an absent list is empty."""
        return tuple(read(reader(entry, path)) for entry, path in self.entries(key))

    def entries(self, key: str) -> list[tuple[object, str]]:
        value = self.value.get(key, [])
        if not isinstance(value, list | tuple):
            refuse(self.at(key), "应为列表。", "expected a list.")
        return [(entry, f"{self.at(key)}[{number}]") for number, entry in enumerate(value)]

    def mapping(self, key: str, read: Callable[[object, str], T]) -> dict[str, T]:
        """The entries of an object; an absent one is empty."""
        inner = reader(self.value.get(key, {}), self.at(key))
        return {name: read(entry, inner.at(name)) for name, entry in inner.value.items()}


def reader(value: object, path: str) -> Reader:
    if type(value) is dict and set(map(type, value)) <= _TEXT:
        return Reader(value, path)
    if not isinstance(value, Mapping) or not all(isinstance(key, str) for key in value):
        refuse(path, "应为JSON对象。", "expected a JSON object.")
    return Reader(value, path)


def count(value: object, path: str) -> int:
    """A number of rows: whole and not negative."""
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        refuse(path, "应为不小于0的整数。", "expected a whole number of at least 0.")
    return value


def string(value: object, path: str) -> str:
    if not isinstance(value, str):
        refuse(path, "应为文字。", "expected a text.")
    return value


def pair(value: object, path: str) -> tuple[int, int]:
    """[numerator, denominator]."""
    if not isinstance(value, list | tuple) or len(value) != 2:
        refuse(path, "应为[分子, 分母]。", "expected [numerator, denominator].")
    return share_of(count(value[0], f"{path}[0]"), count(value[1], f"{path}[1]"), path)


def share_of(numerator: int, denominator: int, path: str) -> tuple[int, int]:
    """Counts of which the first cannot exceed the second."""
    if numerator > denominator:
        refuse(
            path,
            f"分子{numerator}大于分母{denominator}。",
            f"the numerator {numerator} is larger than the denominator {denominator}.",
        )
    return numerator, denominator


def level(value: str, path: str) -> int:
    if not re.fullmatch(r"[1-9][0-9]?", value, re.ASCII):
        refuse(path, f"“{value}”不是级别。", f'"{value}" is not a level.')
    return int(value)


def sha256(value: object, path: str) -> str:
    if not isinstance(value, str) or not _SHA256.fullmatch(value):
        refuse(path, "应为SHA-256（64位十六进制）。", "expected a SHA-256 of 64 hexadecimal digits.")
    return value


def refuse(path: str, zh: str, en: str) -> NoReturn:
    raise FormatError(path, Text(zh, en))
