"""What the generated reference pages share: words in both languages, cells and tables of Markdown."""

from __future__ import annotations

from collections.abc import Iterable

from engine.rubric.values import Text

NOTICE = (
    "由 `scripts/make_reference.py` 从核验目录生成，请勿手改。"
    "Generated from the catalogue by `scripts/make_reference.py`; do not edit.\n"
)
DIMENSIONS = {
    "consistency": Text("一致性", "consistency"),
    "completeness": Text("完整性", "completeness"),
    "integration": Text("整合性", "integration"),
    "timeliness": Text("及时性", "timeliness"),
}
SETTINGS = {
    "inpatient": Text("住院", "inpatient"),
    "outpatient": Text("门急诊", "outpatient"),
    "any": Text("不限", "any"),
    "all": Text("不限", "all"),
}


def both(text: Text) -> str:
    """Chinese, then English."""
    return f"{text.zh} {text.en}"


def cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> list[str]:
    heads = list(heads)
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    return lines + ["| " + " | ".join(cell(each) for each in row) + " |" for row in rows]


def codes(names: Iterable[str]) -> str:
    return "、".join(f"`{name}`" for name in names)
