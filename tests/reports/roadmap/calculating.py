"""A small reader of the formulas the roadmap's workbook uses: cells, ranges, names, SUM, SUMPRODUCT, IF.

Slow and naive on purpose: it shares nothing with the writer.
"""

from __future__ import annotations

import re
from typing import Any

from openpyxl.utils import range_boundaries
from openpyxl.workbook.workbook import Workbook

_RANGE = r"(?:'([^']+)'!)?\$?([A-Z]{1,2})\$?(\d+)(?::\$?([A-Z]{1,2})\$?(\d+))?"
Place = tuple[str, str]


def calculated(book: Workbook) -> dict[Place, float]:
    """The value of every formula by (sheet, cell)."""
    names = {name: str(one.attr_text).replace("$", "") for name, one in book.defined_names.items()}
    found: dict[Place, float] = {}

    def cell(sheet: str, place: str) -> Any:
        value = book[sheet][place].value
        if isinstance(value, str) and value.startswith("=") and book[sheet][place].data_type == "f":
            if (sheet, place) not in found:
                found[sheet, place] = evaluated(sheet, value[1:])
            return found[sheet, place]
        return value

    def cells(sheet: str, reference: str) -> list[Any]:
        first, top, last, bottom = range_boundaries(reference)
        return [
            cell(sheet, book[sheet].cell(row, column).coordinate)
            for row in range(top, bottom + 1)
            for column in range(first, last + 1)
        ]

    def evaluated(sheet: str, formula: str) -> float:
        for name, target in names.items():
            formula = re.sub(rf"\b{name}\b", target, formula)
        held: list[Any] = []

        def keep(match: re.Match[str]) -> str:
            named, column, row, column2, row2 = match.groups()
            where = named or sheet
            if column2:
                held.append(cells(where, f"{column}{row}:{column2}{row2}"))
            else:
                held.append(cell(where, f"{column}{row}"))
            return f"_[{len(held) - 1}]"

        text = re.sub(_RANGE, keep, formula)
        product = re.fullmatch(r"SUMPRODUCT\(\((_\[\d+\])=(_\[\d+\])\)\*(_\[\d+\])\)", text)
        if product:
            keys, key, amounts = (held[int(part[2:-1])] for part in product.groups())
            return float(sum(amount for one, amount in zip(keys, amounts, strict=True) if one == key))
        choice = re.fullmatch(r"IF\((_\[\d+\])=0,0,(.+)\)", text)
        if choice:
            text = "0" if not held[int(choice[1][2:-1])] else choice[2]
        total = re.fullmatch(r"SUM\(_\[(\d+)\]\)", text)
        if total:
            return float(sum(value or 0 for value in held[int(total[1])]))
        if not re.fullmatch(r"[_\[\]\d+*/.() -]+", text):
            raise AssertionError(f"a formula this reader does not know: {formula}")
        return float(eval(text, {"__builtins__": {}}, {"_": [one or 0 for one in held]}))

    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for one in row:
                if one.data_type == "f":
                    cell(sheet.title, one.coordinate)
    return found
