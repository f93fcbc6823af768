"""The form of one table's mapping, read as it was typed."""

from __future__ import annotations

from dataclasses import replace

from django.http import QueryDict
from django.utils.translation import gettext as _

from assessments.queries.verification.mapping import Draft
from engine.evidence.mapping import MappingDocument, SourceMapping
from hospitals.refusals import Refusal

MOST = 400  # columns, codes or constants of one table
LONGEST = 200


def draft_of(data: QueryDict) -> Draft:
    """A table from the fields ``source``, ``record``, ``system``, ``datetime_format`` and the lists
    ``theirs``/``field``, ``value_field``/``value_theirs``/``value_code``, ``constant_field``/``constant_value``.
    """
    theirs = _texts(data, "theirs")
    pairs = [pair for pair in zip(theirs, _texts(data, "field"), strict=False) if pair[0]]
    columns = {name: key for name, key in pairs if key}
    values: dict[str, dict[str, str]] = {}
    triples = zip(
        _texts(data, "value_field"), _texts(data, "value_theirs"), _texts(data, "value_code"), strict=False
    )
    for key, code, ours in triples:
        if key in columns.values() and code and ours:
            values.setdefault(key, {})[code] = ours
    constants = {
        key: value
        for key, value in zip(_texts(data, "constant_field"), _texts(data, "constant_value"), strict=False)
        if key and value
    }
    return Draft(
        SourceMapping(
            source=_text(data, "source"),
            record=_text(data, "record"),
            columns=columns,
            system=_text(data, "system") or None,
            values=values,
            constants=constants,
            datetime_format=_text(data, "datetime_format") or None,
        ),
        was_source=_text(data, "was_source"),
        was_record=_text(data, "was_record"),
        headers=tuple(dict.fromkeys(name for name in theirs if name)),
        file=_text(data, "file"),
    )


def with_table(document: MappingDocument, draft: Draft, hospital: str) -> MappingDocument:
    """The document with the table in the place of what it was before, or at its end."""
    mapping = draft.mapping
    if not mapping.source or not mapping.record:
        raise Refusal(_("请填写文件名（可用*代替任意字符）并选择数据类型。"))
    was = (draft.was_source, draft.was_record)
    sources = [mapping if (one.source, one.record) == was else one for one in document.sources]
    if mapping not in sources:
        sources.append(mapping)
    return replace(document, hospital=document.hospital or hospital, sources=tuple(sources))


def without_table(document: MappingDocument, source: str, record: str) -> MappingDocument:
    left = tuple(one for one in document.sources if (one.source, one.record) != (source, record))
    if len(left) == len(document.sources):
        raise Refusal(_("映射里没有这张表，可能已被移除。请刷新页面。"))
    return replace(document, sources=left)


def headers_in(text: str) -> tuple[str, ...]:
    """Column names out of a pasted header row: by tab, comma, semicolon, bar or line."""
    line = text.replace("\x00", "").strip()
    for mark in ("\t", ",", "，", ";", "|"):
        if mark in line:
            parts = line.replace("\n", mark).split(mark)
            break
    else:
        parts = line.splitlines()
    names = [part.strip().strip("\"'").strip()[:60] for part in parts]
    return tuple(dict.fromkeys(name for name in names if name))[:MOST]


def _text(data: QueryDict, name: str) -> str:
    return data.get(name, "").replace("\x00", "").strip()[:LONGEST]


def _texts(data: QueryDict, name: str) -> list[str]:
    return [text.replace("\x00", "").strip()[:LONGEST] for text in data.getlist(name)[:MOST]]
