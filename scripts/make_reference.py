#!/usr/bin/env python
"""Write docs/reference/records.md and docs/reference/checks.md from the catalogue.

With --check nothing is written; the exit status is 1 when a page is not what the catalogue says.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from engine.evidence.catalogue.load import load_catalogue  # noqa: E402
from engine.evidence.catalogue.values import Catalogue, RecordType  # noqa: E402
from engine.rubric.load import load_library  # noqa: E402
from scripts.reference_checks import checks_page  # noqa: E402
from scripts.reference_words import NOTICE, SETTINGS, both, codes, table  # noqa: E402

LIBRARY = ROOT / "rubrics" / "library"
FOLDER = ROOT / "docs" / "reference"


def records_page(catalogue: Catalogue) -> str:
    """Every record type with its fields, and the dictionaries."""
    fields = {key for record in catalogue.records.values() for key in record.fields}
    lines = [
        "# 记录类型 Record types",
        "",
        NOTICE,
        f"共{len(catalogue.records)}种记录、{len(fields)}个字段；一个字段名在各处含义相同。"
        f"{len(catalogue.records)} record types, {len(fields)} fields; a field name has one meaning everywhere.",
        "",
        "任何记录都可另带 `campus`（院区）与 `department`（部门）两列，用于分组；文本字段可用 `<字段>__length` 只给字数。"
        "Any record may carry `campus` and `department` for the split; a text may be replaced by its length in `<field>__length`.",
        "",
        "标“身份”的字段可以是脱敏后的代号。Fields marked 身份 (identity) may be tokens.",
    ]
    for source in dict.fromkeys(record.source for record in catalogue.records.values()):
        lines += ["", f"## {source}"]
        for record in catalogue.records.values():
            if record.source == source:
                lines += ["", *_record(record)]
    lines += ["", "## 字典 Dictionaries", ""]
    lines += table(
        ("名称 name", "说明 meaning"),
        ((f"`{key}`", both(text)) for key, text in catalogue.dictionaries.items()),
    )
    return "\n".join(lines) + "\n"


def _record(record: RecordType) -> list[str]:
    said = [
        both(record.grain),
        f"自然键 key {codes(record.natural_key)}",
        f"时段依据 window on `{record.window_on}`" if record.window_on else "不按时段 no window",
        f"来源系统 systems {'、'.join(record.systems)}",
        f"就诊类型 setting {both(SETTINGS[record.setting])}",
    ]
    if record.aliases:
        said.append(f"又名 also {'、'.join(record.aliases)}")
    lines = [f"### {record.key} {both(record.label)}", "", " · ".join(said)]
    if record.note:
        lines += ["", both(record.note)]
    rows = (
        (
            f"`{field.key}`",
            both(field.label),
            field.type,
            "、".join(
                filter(
                    None,
                    (
                        f"取值 {', '.join(field.values)}" if field.values else "",
                        f"字典 {field.dictionary}" if field.dictionary else "",
                        "身份" if field.phi else "",
                    ),
                )
            ),
        )
        for field in record.fields.values()
    )
    return [*lines, "", *table(("字段 field", "含义 meaning", "类型 type", "取值、字典 values"), rows)]


def pages() -> dict[Path, str]:
    """The generated pages by where they belong."""
    rubrics = load_library(LIBRARY)
    catalogue = load_catalogue(LIBRARY, rubrics=rubrics)
    return {
        FOLDER / "records.md": records_page(catalogue),
        FOLDER / "checks.md": checks_page(catalogue, rubrics),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, only compare")
    check = parser.parse_args().check
    stale = 0
    for path, text in pages().items():
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            stale += 1
            print(f"{'stale' if check else 'written'}: {path.relative_to(ROOT)}")
            if not check:
                path.write_text(text, encoding="utf-8")
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
