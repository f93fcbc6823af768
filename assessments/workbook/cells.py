"""Putting values into cells so that none can become a formula, whatever somebody typed."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from assessments.workbook.content import clean

MOST_DIGITS = 15  # what a spreadsheet keeps of a number
MOST_CHARACTERS = 32_000  # of one cell; the format ends at 32,767
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")


def put_text(cell: Any, text: str) -> None:
    """Text, as text: typed explicitly, and marked so that editing the cell keeps it text."""
    cleaned = clean(text)[:MOST_CHARACTERS]
    cell.value = cleaned
    cell.data_type = "s"  # after the value: a leading = would have made it a formula
    if cleaned.startswith(_DANGEROUS):
        cell.quotePrefix = True


def put_number(cell: Any, number: int | Decimal, form: str) -> None:
    """A number where a spreadsheet keeps every digit of it, else its digits as text."""
    digits = format(abs(number), "f").replace(".", "").lstrip("0")
    if len(digits) > MOST_DIGITS:
        put_text(cell, format(number, "f"))
        return
    cell.value = number
    cell.number_format = form


def put_moment(cell: Any, moment: datetime) -> None:
    """Local time without a zone, as spreadsheets know it."""
    cell.value = moment
    cell.number_format = "yyyy-mm-dd hh:mm"
