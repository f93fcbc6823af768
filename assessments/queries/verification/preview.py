"""Twenty rows of a table as the mapping would read them, masked; nothing of it is kept."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from assessments.models import ExtractFile
from assessments.queries.frame import said
from assessments.queries.verification.headers import head_of_file, masked
from engine.evidence.catalogue.values import RecordType
from engine.evidence.mapping import SourceMapping
from rubrics.queries import get_catalogue


@dataclass(frozen=True, slots=True)
class PreviewPage:
    """At most twenty rows, masked; ``codes`` of the own vocabulary stand as they are."""

    columns: tuple[tuple[str, str], ...]  # field, label
    rows: tuple[tuple[str, ...], ...]
    unmapped: tuple[str, ...]  # values without a normalised code, masked
    problem: str = ""


def preview_page(mapping: SourceMapping, file: ExtractFile | None) -> PreviewPage:
    """No query. The rows are read, masked and forgotten."""
    record = get_catalogue().records.get(mapping.record)
    if file is None or not file.file or file.refusal:
        return PreviewPage((), (), (), _("没有可预览的数据：这张表还没有保存下来的文件。"))
    head = head_of_file(file)
    places = {name: place for place, name in enumerate(head.header)}
    picked = [(theirs, key) for theirs, key in mapping.columns.items() if theirs in places]
    if record is None or not picked:
        return PreviewPage((), (), (), _("没有一列对得上。请先为各列选择字段。"))
    unmapped: list[str] = []
    rows = []
    for row in head.rows:
        cells = [
            _cell(row[places[theirs]] if places[theirs] < len(row) else "", key, mapping, record, unmapped)
            for theirs, key in picked
        ]
        cells += [value for _key, value in mapping.constants.items()]
        rows.append(tuple(cells))
    return PreviewPage(
        columns=tuple(
            (key, said(record.fields[key].label) if key in record.fields else key)
            for key in (*(key for _theirs, key in picked), *mapping.constants)
        ),
        rows=tuple(rows),
        unmapped=tuple(dict.fromkeys(unmapped))[:20],
    )


def _cell(value: str, key: str, mapping: SourceMapping, record: RecordType, unmapped: list[str]) -> str:
    known = record.fields.get(key)
    if known is None or not value or not (known.values or known.type == "bool"):
        return masked(value)
    code = mapping.values.get(key, {}).get(value, value)
    if code in known.values or (known.type == "bool" and code in ("true", "false")):
        return code
    if known.values:
        unmapped.append(f"{key}: {masked(value)}")
    return masked(value)
