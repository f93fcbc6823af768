"""What reading a message file yields: rows of canonical records, and places that could not be read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from engine.rubric.values import Text


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows of one record type from one sending system, as columns.

    ``columns``: each field the mapping table can fill and its text, without blanks at its ends; null
    where a message said nothing or a word for nothing. Times with an offset are turned into local time (UTC+8), written ``YYYY-MM-DD HH:MM:SS``;
    what is no time stays as it was. ``places[i]`` is the place of row ``i`` in the file, from 1: the
    message (HL7 v2), the line (NDJSON) or the entry (Bundle).
    """

    record: str
    columns: Mapping[str, pa.Array]
    system: str | None
    places: Sequence[int]

    @property
    def rows(self) -> list[dict[str, str]]:
        """The rows one by one, an empty string for what was not said; made anew at every call."""
        names = list(self.columns)
        texts = (pc.fill_null(column, "").to_pylist() for column in self.columns.values())
        return [dict(zip(names, row, strict=True)) for row in zip(*texts, strict=True)]


@dataclass(frozen=True, slots=True)
class Malformed:
    """A message, line or entry that could not be read, by its place from 1; never its content.

    Codes: no_header, no_type, undecodable, too_long, segment_missing, stray_text, wrong_count,
    not_json, not_fhir, too_deep.
    """

    place: int
    code: str
    reason: Text


REASONS: dict[str, Text] = {
    "no_header": Text(
        zh="消息头MSH不完整，认不出分隔符。",
        en="The MSH header is incomplete, so the separators are unknown.",
    ),
    "no_type": Text(zh="消息头没有消息类型（MSH-9）。", en="The header names no message type (MSH-9)."),
    "undecodable": Text(
        zh="消息中有按所声明字符集（MSH-18）及GB18030、UTF-8都解不出的字节。",
        en="Some bytes cannot be decoded, neither as the character set declared in MSH-18 nor as UTF-8 or GB18030.",
    ),
    "too_long": Text(
        zh="消息超过长度上限，已跳过。", en="The message is longer than the limit and was skipped."
    ),
    "segment_missing": Text(
        zh="缺少该类消息必有的段，只记入接口日志。",
        en="A segment this kind of message must have is missing; only the interface log has it.",
    ),
    "stray_text": Text(
        zh="第一条消息之前有不属于任何消息的内容。",
        en="There is text before the first message that belongs to none.",
    ),
    "wrong_count": Text(
        zh="批次尾声明的消息数与实际不一致。",
        en="The number of messages the batch trailer states is not the number found.",
    ),
    "not_json": Text(zh="不是有效的JSON。", en="This is not valid JSON."),
    "not_fhir": Text(
        zh="没有resourceType，不是FHIR资源。", en="There is no resourceType, so this is no FHIR resource."
    ),
    "too_deep": Text(zh="嵌套层次过深，已跳过。", en="The nesting is too deep; it was skipped."),
}


def malformed(place: int, code: str) -> Malformed:
    return Malformed(place, code, REASONS[code])
