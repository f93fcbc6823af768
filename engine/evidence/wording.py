"""Counts in sentences: a share never stands without its counts, and never looks better than it is."""

from __future__ import annotations

from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal

from engine.evidence.catalogue.checks import Comparison
from engine.rubric.values import Text

_FOUR = Decimal("0.0001")
_SIGNS = {"<": "<", "<=": "≤", ">": ">", ">=": "≥"}
_CHINESE = {"<": "低于", "<=": "不高于", ">": "高于", ">=": "不低于"}


def counted(n: int, noun: str, several: str = "") -> str:
    """``1 row``, ``1,280 rows``; ``several`` where an s does not make it more than one."""
    return f"{n:,} {noun if n == 1 else several or noun + 's'}"


def percent(numerator: int, denominator: int) -> str:
    """A share as 94.12%, cut off rather than rounded, so that 0.99999 is never shown as 100%."""
    hundredths = 10_000 * numerator // denominator
    return f"{hundredths // 100}.{hundredths % 100:02d}%"


def as_percent(threshold: Decimal) -> str:
    """A threshold as 80% or 98.5%."""
    return f"{format((threshold * 100).normalize(), 'f')}%"


def four(numerator: int, denominator: int) -> Decimal:
    """A share with four decimals, half up, decided on the exact fraction."""
    return Decimal((20_000 * numerator + denominator) // (2 * denominator)).scaleb(-4)


def figure(value: Decimal) -> str:
    """The figure of a statistic with at most four decimals."""
    rounded = value.quantize(_FOUR, rounding=ROUND_HALF_UP if value == value.to_integral() else ROUND_FLOOR)
    return format(rounded.normalize(), "f")


def bound(comparison: Comparison) -> Text:
    """不低于0.98 and ≥ 0.98, or outside 0.2-0.8."""
    values = [format(value.normalize(), "f") for value in comparison.value]
    if comparison.op == "outside":
        return Text(f"在{values[0]}至{values[1]}之外", f"outside {values[0]} to {values[1]}")
    return Text(f"{_CHINESE[comparison.op]}{values[0]}", f"{_SIGNS[comparison.op]} {values[0]}")


def shares(numerator: int, denominator: int, threshold: Decimal, holds: bool) -> Text:
    """What was counted against what is needed, exceptions included."""
    part, need = percent(numerator, denominator), as_percent(threshold)
    if holds and numerator == denominator:
        return Text(
            f"{denominator:,}条全部相符，达到{need}的要求。",
            f"All {denominator:,} conform; the {need} needed is reached.",
        )
    if holds:
        rest = denominator - numerator
        return Text(
            f"{denominator:,}条中{numerator:,}条相符（{part}），达到{need}的要求，{rest:,}条例外。",
            f"{numerator:,} of {denominator:,} conform ({part}); the {need} needed is reached, with {counted(rest, 'exception')}.",
        )
    return Text(
        f"{denominator:,}条中只有{numerator:,}条相符（{part}），未达到{need}的要求。",
        f"Only {numerator:,} of {denominator:,} conform ({part}); the {need} needed is not reached.",
    )


def statistic(value: Decimal, rows: int, comparison: Comparison, holds: bool) -> Text:
    """The figure of a statistic against its bound, with the rows behind it."""
    need, shown = bound(comparison), figure(value)
    zh = "达到" if holds else "未达到"
    en = "reached" if holds else "not reached"
    return Text(
        f"统计值{shown}（依据{rows:,}条），要求{need.zh}，{zh}。",
        f"The figure is {shown} (from {counted(rows, 'row')}), {need.en} is needed: {en}.",
    )


def too_few(denominator: int, least: int) -> Text:
    return Text(
        f"只有{denominator:,}条，少于{least:,}条，只报数值，不作判定。",
        f"Only {counted(denominator, 'row')}, fewer than {least:,}: the figure is shown and not judged.",
    )


NOT_APPLICABLE = Text(
    "时段内没有这类记录，本项不适用。", "There are no such records in the window: not applicable."
)
NOT_COUNTED = Text("这次核验没有计算本项。", "This run did not count it.")
INACTIVE = Text(
    "本条疑为原表排版残留，只列出，不参与计算。",
    "Probably a leftover of typesetting in the table: listed, never computed.",
)
NOT_ACCEPTED = Text(
    "数字由医院自行填报，尚未经评审人员采信。",
    "The hospital's people typed this figure and no reviewer has accepted it yet.",
)
