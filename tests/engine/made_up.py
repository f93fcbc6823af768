"""A made-up standard of two items as YAML texts, and short ways to build items and answers."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

from engine.rubric.load import load_rubric
from engine.rubric.values import (
    Application,
    Category,
    Clause,
    Gate,
    HospitalLevel,
    Item,
    ItemLevel,
    Role,
    Rubric,
    Text,
    Thresholds,
)
from engine.scoring.answers import DirectIndex, ItemAnswers

LIBRARY = Path(__file__).resolve().parents[2] / "rubrics" / "library"

RUBRIC = """\
standard:
  id: made-up
  status: official
  title: {zh: 示例标准, en: Made-up standard}
  document_number: 示例〔2020〕1号
  data_quality_table_year: 2020
  structure: {categories: 1, items: 2, levels: 3, clauses: 5}
  scoring: {score_decimals: 2, absent_factor: 1, max_total: 4}
  levels:
  - {level: 0, name: {zh: 无, en: None}}
  - {level: 1, name: {zh: 一级, en: One}, overall: [{zh: 整体要求, en: Overall requirement}]}
  - {level: 2, name: {zh: 二级, en: Two}}
gates:
- {level: 1, basic: 1, optional_required: 1, optional_total: 1, min_total: 1}
- {level: 2, basic: 1, optional_required: 0, optional_total: 1, min_total: 2}
thresholds:
  ratio: {basic_min: 0.80, optional_min: 0.50, rule: {zh: 规则, en: Rule}}
  in_use:
    score_if_in_use: 1.0
    score_if_not: 0.0
    items: [{code: "01.02", condition: {zh: 在用, en: In use}}]
  data_quality: {basic_min: 0.50, optional_min: 0.50, earlier_levels_min: 0.50}
  window_months: 3
roles:
- {code: "01", name: {zh: 角色, en: Role}}
items:
- code: "01.01"
  seq: 1
  role: "01"
  name: {zh: 甲, en: First}
  application:
    kind: ratio
    numerator: {zh: 分子, en: Top}
    denominator: {zh: 分母, en: Base}
  data_quality: measured
  levels:
  - level: 0
    criteria:
    - {n: 1, zh: 零, en: Zero, nature: capture, backend: false, evidence: [screen]}
  - level: 1
    category: basic
    criteria:
    - {n: 1, zh: 一, en: One, nature: feature, backend: true, evidence: [data, screen]}
    - {n: 2, zh: 二, en: Two, nature: feature, backend: true, evidence: [data]}
  - level: 2
    category: optional
    category_confirmed: false
    dq: {zh: 一致, en: Consistent}
    criteria:
    - {n: 1, zh: 三, en: Three, nature: exchange, backend: true, evidence: [message]}
- code: "01.02"
  seq: 2
  role: "01"
  name: {zh: 乙, en: Second}
  application: {kind: implemented}
  data_quality: none
  levels:
  - level: 1
    category: optional
    no_requirement: true
    criteria: []
  - level: 2
    category: basic
    category_confirmed: false
    criteria:
    - {n: 1, zh: 四, en: Four, nature: governance, backend: false, evidence: [document]}
"""

TABLE = """\
meta: {document: 示例〔2020〕1号}
items:
- {code: "01.01", name: {zh: 甲, en: First}, levels: [2], rules: 2}
items_without_rules:
- {code: "01.02", name: {zh: 乙, en: Second}}
rules:
- {id: a, item: "01.01", code: "01.01.2", level: 2, dimension: consistency, label: {zh: 甲, en: A},
   mechanisable: true, check: {}}
- {id: b, item: "01.01", code: "01.01.2", level: 2, dimension: timeliness, label: {zh: 乙, en: B},
   mechanisable: false, active: false}
doubts:
- {ref: "01.01.2", kind: gap, zh: 存疑, en: Doubtful}
"""

DOUBTS = """\
doubts:
- {where: "01.01.1", field: category, zh: 存疑, en: Doubtful}
"""

BASES = """\
- rubric: made-up
  bases:
  - key: discharges
    name: {zh: 出院, en: Discharges}
    definition: {zh: 定义, en: Definition}
    unit: {zh: 人次, en: episodes}
    feeds: {"01.01": []}
"""


def write_files(
    folder: Path, *, rubric: str = RUBRIC, table: str = TABLE, doubts: str = DOUBTS, bases: str = BASES
) -> Path:
    """The four files of the made-up standard in ``folder``."""
    (folder / "made-up.yaml").write_text(rubric, encoding="utf-8")
    (folder / "made-up-dq.yaml").write_text(table, encoding="utf-8")
    (folder / "made-up-doubts.yaml").write_text(doubts, encoding="utf-8")
    (folder / "statistical-bases.yaml").write_text(bases, encoding="utf-8")
    return folder


def load_files(folder: Path) -> Rubric:
    return load_rubric(
        folder / "made-up.yaml",
        data_quality=folder / "made-up-dq.yaml",
        doubts=folder / "made-up-doubts.yaml",
        bases=folder / "statistical-bases.yaml",
    )


def text(word: str) -> Text:
    return Text(word, word)


def make_item(
    code: str,
    categories: Mapping[int, Category],
    *,
    indices: tuple[int, ...] = (),
    confirmed: bool = True,
    kind: str = "ratio",
    without_requirement: tuple[int, ...] = (),
) -> Item:
    """An item with one clause per level; ``indices`` are the levels with a data-quality index."""
    return Item(
        code=code,
        seq=int(code[-2:]),
        role="01",
        name=text(code),
        application=Application(kind, 3, text("n"), text("d")),  # type: ignore[arg-type]
        measured=bool(indices),
        levels=tuple(
            ItemLevel(
                level,
                category,
                confirmed,
                () if level in without_requirement else (Clause(1, text("c"), "feature", True, ("data",)),),
                no_requirement=level in without_requirement,
                has_index=level in indices,
            )
            for level, category in categories.items()
        ),
    )


def make_rubric(
    *items: Item,
    optional_required: Mapping[int, int] | None = None,
    min_totals: Mapping[int, int] | None = None,
) -> Rubric:
    """A rubric whose gate table agrees with its items."""
    top = max(level.level for item in items for level in item.levels)
    gates = []
    for level in range(1, top + 1):
        categories = [item.by_level[level].category for item in items if level in item.by_level]
        gates.append(
            Gate(
                level,
                categories.count("basic"),
                (optional_required or {}).get(level, 0),
                categories.count("optional"),
                (min_totals or {}).get(level, 0),
            )
        )
    return Rubric(
        id="made-up",
        status="official",
        title=text("made-up"),
        document_number=None,
        roles=(Role("01", text("role")),),
        items=items,
        levels=tuple(HospitalLevel(level, text(str(level))) for level in range(top + 1)),
        gates=tuple(gates),
        thresholds=Thresholds(Decimal("0.80"), Decimal("0.50"), Decimal("0.50"), Decimal("0.50")),
    )


def all_met(item: Item, up_to: int) -> dict[int, tuple[str, ...]]:
    """Every clause of every level up to ``up_to`` met."""
    return {
        level.level: ("met",) * len(level.clauses)
        for level in item.asked_levels
        if level.level <= up_to and level.clauses
    }


def answers_for(
    item: Item,
    function: int,
    ratio: str = "1.00",
    index: str | None = "1.00",
    *,
    ratios: Mapping[int, str] | None = None,
    indices: Mapping[int, str] | None = None,
) -> ItemAnswers:
    """Answers that give the item this function level, ratio (over 100) and index at every level."""
    numerators = {}
    for level in item.asked_levels:
        chosen = (ratios or {}).get(level.level, ratio)
        numerators[level.level] = int(Decimal(chosen) * 100)
    quality = {
        level.level: DirectIndex(Decimal((indices or {}).get(level.level, index or "0")))
        for level in item.asked_levels
        if level.has_index and (index is not None or level.level in (indices or {}))
    }
    if item.application.kind == "implemented":
        return ItemAnswers(
            clauses=all_met(item, function),  # type: ignore[arg-type]
            in_use=Decimal(ratio) == 1,
            data_quality=quality,
        )
    return ItemAnswers(
        clauses=all_met(item, function),  # type: ignore[arg-type]
        denominator=100,
        numerators=numerators,
        data_quality=quality,
    )
