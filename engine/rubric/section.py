"""Typed reading of one mapping of a rubric file; every refusal names file, line and field."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, NoReturn

from engine.rubric.errors import RubricError
from engine.rubric.marked import MarkedList, MarkedMap
from engine.rubric.values import Text

_ABSENT = object()


def plain(value: Any) -> Any:
    """``value`` as ordinary dicts, lists and scalars that JSON can hold; decimals as strings."""
    if isinstance(value, dict):
        return {key: plain(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [plain(entry) for entry in value]
    if isinstance(value, Decimal):
        return str(value)
    return value if value is None or isinstance(value, (str, int, bool)) else str(value)


class Section:
    """One mapping that is being read. :meth:`finish` refuses every key that nobody asked for."""

    def __init__(self, file: str, name: str, value: Any, line: int) -> None:
        if not isinstance(value, MarkedMap):
            raise RubricError(file, line, f"{name} must be a mapping")
        self.file = file
        self.name = name
        self.map = value
        self.line = value.line
        self._read: set[str] = set()

    def __contains__(self, key: str) -> bool:
        return key in self.map

    def line_of(self, key: str) -> int:
        return self.map.line_of.get(key, self.line)

    def refuse(self, sentence: str, key: str = "") -> NoReturn:
        raise RubricError(self.file, self.line_of(key), f"{self.name}: {sentence}")

    def finish(self) -> None:
        for key in self.map:
            if key not in self._read:
                self.refuse(f"the field “{key}” is not known", key)

    def _get(self, key: str, default: Any = _ABSENT) -> Any:
        self._read.add(key)
        if key in self.map:
            return self.map[key]
        if default is _ABSENT:
            self.refuse(f"the field “{key}” is missing")
        return default

    def string(self, key: str) -> str:
        value = self._get(key)
        if not isinstance(value, str) or not value.strip():
            self.refuse(f"“{key}” must be a text that is not empty", key)
        return value

    def string_or_none(self, key: str) -> str | None:
        return None if self._get(key, None) is None else self.string(key)

    def one_of(self, key: str, allowed: tuple[str, ...]) -> str:
        value = self.string(key)
        if value not in allowed:
            self.refuse(f"“{key}” is {value}; it must be one of {', '.join(allowed)}", key)
        return value

    def integer(self, key: str, least: int = 0) -> int:
        value = self._get(key)
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            self.refuse(f"“{key}” must be a whole number of at least {least}", key)
        return value

    def integer_or_none(self, key: str, least: int = 0) -> int | None:
        return None if self._get(key, None) is None else self.integer(key, least)

    def boolean(self, key: str, default: bool | None = None) -> bool:
        value = self._get(key) if default is None else self._get(key, default)
        if not isinstance(value, bool):
            self.refuse(f"“{key}” must be true or false", key)
        return value

    def number(self, key: str) -> Decimal:
        """A whole or decimal number."""
        value = self._get(key)
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            self.refuse(f"“{key}” must be a number", key)
        return Decimal(value)

    def share(self, key: str) -> Decimal:
        """A number from 0 to 1."""
        value = self._get(key)
        if isinstance(value, int) and not isinstance(value, bool):
            value = Decimal(value)
        if not isinstance(value, Decimal) or not 0 <= value <= 1:
            self.refuse(f"“{key}” must be a number from 0 to 1", key)
        return value

    def share_or_none(self, key: str) -> Decimal | None:
        return None if self._get(key, None) is None else self.share(key)

    def own_text(self) -> Text:
        """The two languages that stand in this mapping itself, as ``zh`` and ``en``."""
        return Text(zh=self._language("zh"), en=self._language("en"))

    def _language(self, language: str) -> str:
        value = self._get(language, None)
        if value is None or (isinstance(value, str) and not value.strip()):
            self.refuse(f"the text lacks its language “{language}”", language)
        if not isinstance(value, str):
            self.refuse(f"the text in “{language}” must be a text, not {value!r}", language)
        return value

    def text(self, key: str) -> Text:
        inner = self.section(key)
        text = inner.own_text()
        inner.finish()
        return text

    def text_or_none(self, key: str) -> Text | None:
        return None if self._get(key, None) is None else self.text(key)

    def section(self, key: str) -> Section:
        return Section(self.file, f"{self.name}, {key}", self._get(key), self.line_of(key))

    def section_or_none(self, key: str) -> Section | None:
        return None if self._get(key, None) is None else self.section(key)

    def _list(self, key: str, *, required: bool = True) -> MarkedList:
        value = self._get(key) if required else self._get(key, MarkedList(self.line))
        if not isinstance(value, MarkedList):
            self.refuse(f"“{key}” must be a list", key)
        return value

    def entries(self, key: str, *, required: bool = True) -> tuple[tuple[Any, int], ...]:
        """The entries of a list as they are, each with the line it stands on."""
        entries = self._list(key, required=required)
        return tuple(zip(entries, entries.lines, strict=True))

    def sections(self, key: str, *, required: bool = True) -> Iterator[Section]:
        entries = self._list(key, required=required)
        for number, (entry, line) in enumerate(zip(entries, entries.lines, strict=True), start=1):
            yield Section(self.file, f"{self.name}, {key} {number}", entry, line)

    def strings(self, key: str, *, required: bool = True) -> tuple[str, ...]:
        entries = self._list(key, required=required)
        for entry, line in zip(entries, entries.lines, strict=True):
            if not isinstance(entry, str) or not entry.strip():
                raise RubricError(self.file, line, f"{self.name}: “{key}” must list texts, not {entry!r}")
        return tuple(entries)

    def integers(self, key: str) -> tuple[int, ...]:
        entries = self._list(key)
        for entry, line in zip(entries, entries.lines, strict=True):
            if not isinstance(entry, int) or isinstance(entry, bool):
                raise RubricError(self.file, line, f"{self.name}: “{key}” must list numbers, not {entry!r}")
        return tuple(entries)

    def texts(self, key: str, *, required: bool = True) -> tuple[Text, ...]:
        texts = []
        for entry in self.sections(key, required=required):
            texts.append(entry.own_text())
            entry.finish()
        return tuple(texts)

    def kept(self, key: str) -> Any:
        """A part that is kept as it is and shown, but not interpreted; None when absent."""
        return plain(self._get(key, None))

    def passed_over(self, *keys: str) -> None:
        """Keys that another reader of this file interprets."""
        self._read.update(keys)
