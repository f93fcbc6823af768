"""How counts are judged: thresholds and ways of combining, as data handed in when results are looked at.

Counts know nothing of these; another policy over the same counts needs no new run.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from engine.evidence.catalogue.checks import Comparison
from engine.rubric.values import Category, Text

IndexPolicy = Literal["mean", "by_denominator", "minimum"]

INDEX_POLICIES: Mapping[IndexPolicy, Text] = {
    "mean": Text("各规则系数的平均值", "mean of the coefficients of the rules"),
    "by_denominator": Text(
        "各规则分子之和除以分母之和", "sum of the numerators over sum of the denominators"
    ),
    "minimum": Text("各规则系数中最低的一个", "the lowest coefficient of the rules"),
}


@dataclass(frozen=True, slots=True)
class Policy:
    """Everything a bureau may set; what is empty or None follows the library.

    ``thresholds`` (shares 0-1) and ``pass_when`` by rule id. ``basic`` and ``optional`` stand in for
    the thresholds of rules that have none of their own. ``proxy_points``: from how many points
    between a claimed ratio and a proxy a warning is due.
    """

    index: IndexPolicy = "mean"
    thresholds: Mapping[str, Decimal] = field(default_factory=dict)
    pass_when: Mapping[str, Comparison] = field(default_factory=dict)
    basic: Decimal | None = None
    optional: Decimal | None = None
    min_rows: int | None = None
    min_alerts: int | None = None
    proxy_points: int = 10

    def of_category(self, category: Category | None, basic: Decimal, optional: Decimal) -> Decimal:
        """The item threshold of a level: that of optional levels only where the level is optional."""
        if category == "optional":
            return optional if self.optional is None else self.optional
        return basic if self.basic is None else self.basic

    def enough(self, min_rows: int) -> int:
        """The least number of units that is judged."""
        return min_rows if self.min_rows is None else self.min_rows


STANDARD = Policy()
