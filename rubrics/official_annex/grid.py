"""The tables of a document as grids of text, with merged cells resolved.

python-docx resolves a vertical merge by walking upwards from every cell, which is quadratic and
recursive on long merges; one pass down a table needs neither. Text that tracked changes inserted
counts, text they deleted does not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from docx.document import Document as DocumentType
from docx.oxml.ns import qn


@dataclass(slots=True)
class Cell:
    """One visible cell; rows that share it by a vertical merge hold the same object."""

    text: str
    first_row: int


@dataclass(slots=True)
class Row:
    number: int  # from 1, as a person counts
    cells: list[Cell | None] = field(default_factory=list)  # one per grid column; a wide cell repeats

    @property
    def texts(self) -> list[str]:
        return [cell.text if cell else "" for cell in self.cells]

    @property
    def is_one_cell(self) -> bool:
        return len({id(cell) for cell in self.cells}) == 1


@dataclass(slots=True)
class Table:
    number: int  # from 1, in the order of the document
    rows: list[Row]


def tables_of(document: DocumentType) -> Iterator[Table]:
    """The tables that stand in the body, in order; tables inside cells count as text of the cell."""
    body = document.element.body
    for number, table in enumerate(_outer_tables(body), start=1):
        yield Table(number, list(_rows(table)))


def _outer_tables(element: Any) -> Iterator[Any]:
    for child in element:
        if child.tag == qn("w:tbl"):
            yield child
        elif child.tag in (qn("w:sdt"), qn("w:sdtContent"), qn("w:ins"), qn("w:customXml")):
            yield from _outer_tables(child)


def _rows(table: Any) -> Iterator[Row]:
    above: list[Cell | None] = []
    number = 0
    for element in _each(table, "w:tr"):
        if element.find(f"{qn('w:trPr')}/{qn('w:del')}") is not None:
            continue
        number += 1
        row = Row(number)
        properties = element.find(qn("w:trPr"))
        row.cells.extend([None] * _number(properties, "w:gridBefore", 0))
        for cell in _each(element, "w:tc"):
            settings = cell.find(qn("w:tcPr"))
            span = _number(settings, "w:gridSpan", 1)
            merge = settings.find(qn("w:vMerge")) if settings is not None else None
            column = len(row.cells)
            continued = merge is not None and merge.get(qn("w:val")) in (None, "continue")
            shared = above[column] if continued and column < len(above) else None
            row.cells.extend([shared or Cell(_text(cell), number)] * span)
        yield row
        above = row.cells


def _each(element: Any, name: str) -> Iterator[Any]:
    """Rows or cells, also those wrapped in content controls or tracked insertions."""
    for child in element:
        if child.tag == qn(name):
            yield child
        elif child.tag in (qn("w:sdt"), qn("w:sdtContent"), qn("w:ins"), qn("w:customXml")):
            yield from _each(child, name)


def _number(properties: Any, name: str, otherwise: int) -> int:
    found = properties.find(qn(name)) if properties is not None else None
    value = found.get(qn("w:val")) if found is not None else None
    return min(int(value), 60) if value and value.isdigit() else otherwise


_BREAKS = {qn("w:p"), qn("w:br"), qn("w:cr")}


def _text(cell: Any) -> str:
    """Paragraphs and line breaks become lines; empty lines fall away."""
    pieces: list[str] = []
    for node in cell.iter():
        if node.tag == qn("w:t"):
            pieces.append(node.text or "")
        elif node.tag == qn("w:tab"):
            pieces.append(" ")
        elif node.tag in _BREAKS:
            pieces.append("\n")
    lines = (line.strip() for line in "".join(pieces).split("\n"))
    return "\n".join(line for line in lines if line)
