"""The mapping of a hospital's tables to canonical records: zhiping-mapping/1, read, written, known by its hash."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import NoReturn

from engine.evidence.catalogue.values import Catalogue, RecordType
from engine.evidence.mapping.proposing import EXTRA
from engine.rubric.canonical import content_hash, to_plain
from engine.rubric.errors import RubricError
from engine.rubric.marked import MarkedList, MarkedMap, first_not_plain, parse_marked, write_plain
from engine.rubric.values import Text

FORMAT = "zhiping-mapping/1"
LARGEST = 1_000_000  # characters
DEEPEST = 8
LENGTH_SUFFIX = "__length"
_DIRECTIVES = frozenset("YymdHIMSfpbBjTFDzZ%")


@dataclass(frozen=True, slots=True)
class SourceMapping:
    """How one table becomes one record type. A table may stand several times, once per record type.

    ``source``: a file name, a pattern (``*`` and ``?``) or a table name, compared without case.
    ``columns``: theirs -> canonical field, ``<field>__length``, ``campus`` or ``department``; columns
    that are not listed are never read. ``values``: canonical field -> their code -> normalised code.
    ``constants``: canonical field -> the same value in every row.
    """

    source: str
    record: str
    columns: Mapping[str, str]
    system: str | None = None
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    datetime_format: str | None = None


@dataclass(frozen=True, slots=True)
class MappingDocument:
    """A hospital's mapping, whole."""

    hospital: str
    sources: tuple[SourceMapping, ...]

    def sources_for(self, name: str) -> tuple[SourceMapping, ...]:
        """The mappings of a file (with or without its folder and extension) or of a table."""
        path = name.replace("\\", "/").lower()
        base = path.rsplit("/", 1)[-1]
        names = {path, base, base.rsplit(".", 1)[0]}
        return tuple(s for s in self.sources if any(fnmatchcase(n, s.source.lower()) for n in names))


class MappingRefused(ValueError):
    """A mapping that cannot be used: the line, and one sentence that says what to change."""

    def __init__(self, line: int, sentence: Text) -> None:
        self.line = line
        self.sentence = Text(zh=f"第{line}行：{sentence.zh}", en=f"Line {line}: {sentence.en}")
        super().__init__(self.sentence.en)


def read_mapping(text: str, catalogue: Catalogue | None = None) -> MappingDocument:
    """The document in ``text``; checked against the record types where a catalogue is given.

    Raises MappingRefused with the line and a sentence in both languages.
    """
    top = _Reading(_parsed(text), 1)
    top.known("format", "hospital", "sources")
    if top.text("format") != FORMAT:
        top.refuse("format", f"“format”必须是{FORMAT}。", f"“format” must be {FORMAT}.")
    sources: list[SourceMapping] = []
    for part in top.list("sources"):
        source = _read_source(part, catalogue)
        if any((s.source.lower(), s.record) == (source.source.lower(), source.record) for s in sources):
            part.refuse(
                "source",
                f"{source.source}到{source.record}的对应写了两次。",
                f"{source.source} is mapped to {source.record} twice.",
            )
        sources.append(source)
    return MappingDocument(top.text_or_none("hospital") or "", tuple(sources))


def write_mapping(document: MappingDocument) -> str:
    """The document as YAML; reading it gives an equal one."""
    sources = []
    for each in document.sources:
        entry: dict[str, object] = {"source": each.source, "record": each.record}
        if each.system is not None:
            entry["system"] = each.system
        entry["columns"] = dict(each.columns)
        if each.values:
            entry["values"] = {key: dict(codes) for key, codes in each.values.items()}
        if each.constants:
            entry["constants"] = dict(each.constants)
        if each.datetime_format is not None:
            entry["datetime_format"] = each.datetime_format
        sources.append(entry)
    data = {"format": FORMAT, "hospital": document.hospital, "sources": sources}
    return write_plain(data)


def mapping_hash(document: MappingDocument) -> str:
    """SHA-256 of the canonical form: comments, spacing and the order of columns do not move it."""
    return content_hash({"format": FORMAT, **to_plain(document)})


def _parsed(text: str) -> object:
    if len(text) > LARGEST:
        raise MappingRefused(1, Text(zh="映射文件太大。", en="The mapping is too large."))
    try:
        found = first_not_plain(text, DEEPEST)
        if found is None:
            return parse_marked(text, "mapping")
    except RubricError as error:
        raise MappingRefused(
            error.line, Text(zh=f"不是有效的YAML（{error.sentence}）。", en=f"{error.sentence}.")
        ) from None
    line, kind = found
    if kind == "anchor":
        sentence = Text(
            zh="不能使用锚点和别名（& 与 *）。", en="Anchors and aliases (& and *) cannot be used."
        )
    else:
        sentence = Text(zh="层次太深。", en="This is nested too deeply.")
    raise MappingRefused(line, sentence)


class _Reading:
    """One mapping of the document with its lines."""

    def __init__(self, value: object, line: int) -> None:
        if not isinstance(value, MarkedMap):
            raise MappingRefused(
                line, Text(zh="这里应是“键: 值”的列表。", en="A list of “key: value” is expected here.")
            )
        self.map = value

    def line(self, key: str) -> int:
        return self.map.line_of.get(key, self.map.line)

    def refuse(self, key: str, zh: str, en: str) -> NoReturn:
        raise MappingRefused(self.line(key), Text(zh=zh, en=en))

    def known(self, *keys: str) -> None:
        for key in self.map:
            if key not in keys:
                self.refuse(key, f"不认识“{key}”这一项。", f"The entry “{key}” is not known.")

    def text_or_none(self, key: str) -> str | None:
        value = self.map.get(key)
        if value is None:
            return None
        if not isinstance(value, str):
            self.refuse(
                key, f"“{key}”应是文字，数字请加引号。", f"“{key}” must be a text; put numbers in quotes."
            )
        return value.strip()

    def text(self, key: str) -> str:
        value = self.text_or_none(key)
        if not value:
            self.refuse(key, f"缺少“{key}”。", f"“{key}” is missing.")
        return value

    def list(self, key: str) -> list[_Reading]:
        value = self.map.get(key)
        if not isinstance(value, MarkedList):
            self.refuse(key, f"“{key}”应是列表。", f"“{key}” must be a list.")
        return [_Reading(entry, line) for entry, line in zip(value, value.lines, strict=True)]

    def inner(self, key: str) -> _Reading | None:
        value = self.map.get(key)
        return None if value is None else _Reading(value, self.line(key))


def _read_source(part: _Reading, catalogue: Catalogue | None) -> SourceMapping:
    part.known("source", "record", "system", "columns", "values", "constants", "datetime_format")
    name = part.text("record")
    record = None
    if catalogue is not None:
        record = catalogue.records.get(name)
        if record is None:
            part.refuse("record", f"没有记录类型{name}。", f"There is no record type {name}.")
    columns = _read_columns(part, record)
    constants = _read_constants(part, record, frozenset(columns.values()))
    if not columns and not constants:
        part.refuse("columns", "没有任何列的对应。", "No column is mapped.")
    return SourceMapping(
        source=part.text("source"),
        record=name,
        columns=columns,
        system=part.text_or_none("system") or None,
        values=_read_values(part, record, frozenset(columns.values())),
        constants=constants,
        datetime_format=_read_format(part),
    )


def _read_columns(part: _Reading, record: RecordType | None) -> dict[str, str]:
    inner = part.inner("columns")
    if inner is None:
        return {}
    found: dict[str, str] = {}
    for theirs in inner.map:
        field = inner.text(theirs)
        _check_field(inner, theirs, field, record, extra=True)
        if field in found.values():
            inner.refuse(
                theirs,
                f"有两列都对应到{field}，请只保留一列。",
                f"Two columns are mapped to {field}; keep one.",
            )
        found[theirs] = field
    return found


def _check_field(
    inner: _Reading, key: str, name: str, record: RecordType | None, *, extra: bool = False
) -> None:
    if record is None or name in record.fields or (extra and name in EXTRA):
        return
    base = name.removesuffix(LENGTH_SUFFIX)
    if extra and base != name and base in record.fields:
        if record.fields[base].type == "string":
            return
        inner.refuse(key, f"{base}不是文本，没有长度。", f"{base} is no text and has no length.")
    inner.refuse(
        key, f"{record.label.zh}没有字段{name}。", f"The record type {record.key} has no field {name}."
    )


def _code(inner: _Reading, key: str, name: str, record: RecordType | None) -> str:
    """The normalised code under ``key``; truth values are written true and false."""
    value = inner.map[key]
    text = ("true" if value else "false") if isinstance(value, bool) else inner.text(key)
    known = record.fields.get(name) if record else None
    allowed = ("true", "false") if known and known.type == "bool" else known.values if known else ()
    if allowed and text not in allowed:
        inner.refuse(
            key,
            f"{name}的归一化取值里没有{text}，可用：{'、'.join(allowed)}。",
            f"{text} is not a normalised value of {name}; use one of {', '.join(allowed)}.",
        )
    return text


def _read_values(
    part: _Reading, record: RecordType | None, mapped: frozenset[str]
) -> dict[str, dict[str, str]]:
    inner = part.inner("values")
    if inner is None:
        return {}
    found: dict[str, dict[str, str]] = {}
    for name in inner.map:
        _check_field(inner, name, name, record)
        if name not in mapped:
            inner.refuse(
                name,
                f"{name}没有对应的列，取值对照用不上。",
                f"No column is mapped to {name}, so its values cannot be mapped.",
            )
        codes = inner.inner(name)
        found[name] = {theirs: _code(codes, theirs, name, record) for theirs in codes.map} if codes else {}
    return {name: codes for name, codes in found.items() if codes}


def _read_constants(part: _Reading, record: RecordType | None, mapped: frozenset[str]) -> dict[str, str]:
    inner = part.inner("constants")
    if inner is None:
        return {}
    found: dict[str, str] = {}
    for name in inner.map:
        _check_field(inner, name, name, record, extra=True)
        if name in mapped:
            inner.refuse(
                name,
                f"{name}已有对应的列，不能再写固定值。",
                f"{name} has a column already and cannot be constant too.",
            )
        found[name] = _code(inner, name, name, record)
    return found


def _read_format(part: _Reading) -> str | None:
    text = part.text_or_none("datetime_format")
    if not text:
        return None
    pieces = text.split("%")[1:] if "%%" not in text else []
    if "%" not in text or any(not piece or piece[0] not in _DIRECTIVES for piece in pieces):
        part.refuse(
            "datetime_format",
            f"时间格式“{text}”不能用，请写成如 %Y%m%d%H%M%S 的样子。",
            f"The time format “{text}” cannot be used; write it like %Y%m%d%H%M%S.",
        )
    return text
