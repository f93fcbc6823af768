"""Made-up rows to compare: any hospital with any nested claims."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from reports.comparing.rows import Compared


def a_row(hospital: int = 1, **fields: Any) -> Compared:
    values: dict[str, Any] = {
        "hospital": hospital, "city": None, "grade": "3A", "hospital_type": "general", "beds": 800, "discharges": 9000, "target": 4, "claimed": 4,
        "total": Decimal(120), "at_most": None, "strict": None, "total_at_most": None, "coverage": None, "awarded": None,
        "passes": b"", "left": b"", "held": b"",
    }  # fmt: skip
    return Compared(**(values | fields))


@st.composite
def rows(draw: st.DrawFn, items: int, most: int = 6, top: int = 8) -> list[Compared]:
    """Some hospitals; about half were verified. What is held lies in what is left, and that in what is claimed."""
    masks = st.binary(min_size=items, max_size=items).map(
        lambda given: bytes(byte & ((1 << top) - 1) for byte in given)
    )
    made = []
    for hospital in range(1, draw(st.integers(0, most)) + 1):
        passes = draw(masks)
        checked = draw(st.booleans())
        left = bytes(a & b for a, b in zip(passes, draw(masks), strict=True)) if checked else b""
        held = bytes(a & b for a, b in zip(left, draw(masks), strict=True)) if checked else b""
        made.append(
            a_row(
                hospital,
                passes=passes,
                left=left,
                held=held,
                at_most=draw(st.integers(0, 4)) if checked else None,
                strict=0 if checked else None,
                coverage=Decimal("0.5") if checked else None,
            )
        )
    return made
