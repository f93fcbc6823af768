"""An adopted plan as the roadmap of an issued document keeps it."""

from __future__ import annotations

from typing import Any

from assessments.models import AdoptedPlan


def basis_of(adopted: AdoptedPlan) -> dict[str, Any]:
    """Plan, constraints, the hospital's own numbers and the mark of the answers, as they were when it was adopted.

    Adopted are all numbers, issued are those of the hospital's own: a factor of its own replaces the table of beds.
    """
    numbers = dict(adopted.assumptions)
    table = numbers.pop("size_factors", [])
    if len(table) == 1 and table[0]["up_to_beds"] is None:
        numbers["size_factor"] = table[0]["factor"]
    return {
        "plan": adopted.plan,
        "constraints": adopted.constraints,
        "changes": numbers,
        "answers": adopted.answers_digest,
    }
