"""package.yaml: what a package says about itself. Unknown keys and wrong values are refused with a line."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import yaml

from assessments.probes.refusals import PackageRefused
from assessments.probes.values import Manifest, StatedFigure, StatedFile, Window
from engine.evidence.catalogue.values import Catalogue

NAME = "package.yaml"
NAMES = frozenset({"package.yaml", "package.yml"})
LONGEST = 1_000_000
_KEYS = ("format", "hospital", "window", "discharges", "files", "not_applicable", "supplied")
FORMAT = "zhiping-package/1"


def read_manifest(path: Path, catalogue: Catalogue) -> Manifest:
    """The manifest in ``path``; raises PackageRefused (``bad_manifest``) with the line."""
    return _Reading(catalogue).manifest(_document(path))


class _Lines(dict[str, Any]):
    """A mapping that knows the line of each key."""

    lines: dict[str, int]
    line: int


class _Loader(yaml.SafeLoader):
    """Safe, without aliases (a few lines of them can grow without bound), with lines and unique keys."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            event = self.peek_event()  # type: ignore[no-untyped-call]
            _fail(event.start_mark.line + 1, "不能使用别名（*）", "aliases (*) are not allowed")
        return super().compose_node(parent, index)


def _mapping(loader: _Loader, node: yaml.MappingNode) -> _Lines:
    found = _Lines()
    found.lines, found.line = {}, node.start_mark.line + 1
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, yaml.ScalarNode) or key_node.tag.endswith(":merge"):
            _fail(line, "键必须是一个词", "a key must be one word")
        key = str(key_node.value)
        if key in found:
            _fail(line, f"{key}出现两次", f"{key} stands there twice")
        found.lines[key] = line
        found[key] = loader.construct_object(value_node, deep=True)
    return found


_Loader.add_constructor("tag:yaml.org,2002:map", _mapping)


def _fail(line: int, zh: str, en: str) -> None:
    raise PackageRefused("bad_manifest", NAME, line=line, zh=zh, en=en)


def _document(path: Path) -> _Lines:
    if path.stat().st_size > LONGEST:
        _fail(1, "文件过大", "the file is too large")
    try:
        found = yaml.load(path.read_bytes().decode("utf-8-sig"), _Loader)
    except UnicodeDecodeError:
        _fail(1, "不是UTF-8编码", "it is not UTF-8")
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        _fail(mark.line + 1 if mark else 1, "不是有效的YAML", "this is no valid YAML")
    if found is None:
        found = _Lines()
        found.lines, found.line = {}, 1
    if not isinstance(found, _Lines):
        _fail(1, "应为“键: 值”", "it must consist of keys and values")
    return found  # type: ignore[no-any-return]


class _Reading:
    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue

    def manifest(self, found: _Lines) -> Manifest:
        self._only(found, _KEYS)
        if found.get("format") not in (None, FORMAT):
            self._fail(found, "format", f"format应为{FORMAT}", f"format must be {FORMAT}")
        return Manifest(
            hospital=self._text(found, "hospital"),
            window=self._window(found),
            discharges=self._count(found, "discharges") if found.get("discharges") is not None else None,
            files={
                str(one["path"]).replace("\\", "/"): self._file(one)
                for one in self._list(found, "files")
                if self._has_path(one)
            },
            not_applicable=self._absences(found),
            supplied={
                rule: self._figure(rule, part, found) for rule, part in self._map(found, "supplied").items()
            },
        )

    def _window(self, found: _Lines) -> Window | None:
        part = self._map(found, "window")
        if not part:
            return None
        self._only(part, ("from", "to"))
        first, last = self._day(part, "from"), self._day(part, "to")
        if last < first:
            self._fail(part, "to", "window的to早于from", "the window ends before it begins")
        return first, last

    def _absences(self, found: _Lines) -> Mapping[str, str]:
        part = self._map(found, "not_applicable")
        for record, reason in part.items():
            if record not in self.catalogue.records:
                self._fail(part, record, f"没有记录类型{record}", f"there is no record type {record}")
            if not isinstance(reason, str) or not reason.strip():
                self._fail(part, record, f"{record}要写明原因", f"{record} needs a reason")
        return {record: str(reason).strip() for record, reason in part.items()}

    def _has_path(self, one: _Lines) -> bool:
        if not isinstance(one, _Lines):
            _fail(1, "files的每一项应有path", "every entry of files needs a path")
        self._only(one, ("path", "record", "source_system", "exported_at"))
        if self._text(one, "path") is None:
            self._fail(one, "path", "files的每一项应有path", "every entry of files needs a path")
        return True

    def _file(self, one: _Lines) -> StatedFile:
        record = self._text(one, "record")
        if record is not None and record not in self.catalogue.records:
            self._fail(one, "record", f"没有记录类型{record}", f"there is no record type {record}")
        exported = one.get("exported_at")
        if exported is not None and not isinstance(exported, str | date | datetime):
            self._fail(one, "exported_at", "exported_at应为时间", "exported_at must be a time")
        return StatedFile(
            record, self._text(one, "source_system"), None if exported is None else str(exported)
        )

    def _figure(self, rule: str, part: Any, found: _Lines) -> StatedFigure:
        if rule not in self.catalogue.rules:
            self._fail(found["supplied"], rule, f"没有规则{rule}", f"there is no rule {rule}")
        if not isinstance(part, _Lines):
            self._fail(
                found["supplied"],
                rule,
                f"{rule}应有numerator、denominator、how",
                f"{rule} needs numerator, denominator and how",
            )
        self._only(part, ("numerator", "denominator", "how"))
        numerator, denominator = self._count(part, "numerator"), self._count(part, "denominator")
        if numerator > denominator:
            self._fail(part, "numerator", "分子大于分母", "the numerator is larger than the denominator")
        how = self._text(part, "how")
        if how is None:
            self._fail(part, "how", f"{rule}要写明how（如何得出）", f"{rule} must say how it was counted")
        return StatedFigure(numerator, denominator, str(how))

    # single values

    def _only(self, part: _Lines, known: tuple[str, ...]) -> None:
        for key in part:
            if key not in known:
                allowed = ", ".join(known)
                self._fail(
                    part, key, f"不认识的键{key}（可用：{allowed}）", f"unknown key {key} (known: {allowed})"
                )

    def _map(self, found: _Lines, key: str) -> _Lines:
        part = found.get(key)
        if part is None:
            part = _Lines()
            part.lines, part.line = {}, found.lines.get(key, found.line)
        if not isinstance(part, _Lines):
            self._fail(found, key, f"{key}应为“键: 值”", f"{key} must consist of keys and values")
        return part

    def _list(self, found: _Lines, key: str) -> list[_Lines]:
        part = found.get(key)
        if part is None:
            return []
        if not isinstance(part, list):
            self._fail(found, key, f"{key}应为列表", f"{key} must be a list")
        paths = [one.get("path") for one in part if isinstance(one, _Lines)]
        if len(set(map(str, paths))) < len(paths):
            self._fail(found, key, f"{key}里有重复的path", f"a path stands in {key} twice")
        return part  # type: ignore[no-any-return]

    def _text(self, part: _Lines, key: str) -> str | None:
        value = part.get(key)
        if value is None:
            return None
        if not isinstance(value, str | int | float) or isinstance(value, bool) or not str(value).strip():
            self._fail(part, key, f"{key}应为文字", f"{key} must be text")
        return str(value).strip()

    def _count(self, part: _Lines, key: str) -> int:
        value = part.get(key)
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            self._fail(part, key, f"{key}应为非负整数", f"{key} must be a whole number from 0")
        return int(value)  # type: ignore[arg-type]

    def _day(self, part: _Lines, key: str) -> date:
        value = part.get(key)
        if isinstance(value, str):
            try:
                value = date.fromisoformat(value.strip())
            except ValueError:
                value = None
        if not isinstance(value, date) or isinstance(value, datetime):
            self._fail(part, key, f"{key}应为日期，例如2026-07-01", f"{key} must be a day such as 2026-07-01")
        return value  # type: ignore[return-value]

    def _fail(self, part: _Lines, key: str, zh: str, en: str) -> None:
        _fail(part.lines.get(key, part.line), zh, en)
