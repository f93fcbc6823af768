#!/usr/bin/env python
"""Writes the tables of docs/reference/messages.md out of hl7.yaml and fhir.yaml, between its two marks."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from assessments.probes.messages.fhir.tables import raw_table as raw_fhir  # noqa: E402
from assessments.probes.messages.hl7.tables import raw_table as raw_hl7  # noqa: E402

PAGE = ROOT / "docs" / "reference" / "messages.md"
MARK = "<!-- tables: written by scripts/write_message_tables.py -->"


def tables() -> str:
    parts = []
    for title, raw in (("HL7 v2", raw_hl7()), ("FHIR R4", raw_fhir())):
        for row in raw["rows"]:
            of = row["of"] if isinstance(row["of"], list) else [row["of"]]
            parts.append(f"### {title}: `{row['record']}`\n")
            parts.append(f"From {'every message' if of == ['*'] else ', '.join(of)}; {_when(row)}.\n")
            parts.append("| canonical field | read from |\n|---|---|")
            parts += [f"| {key} | {_source(source)} |" for key, source in row["fields"].items()]
            parts.append("")
    return "\n".join(parts)


def _source(source: str) -> str:
    return " else ".join(f"`{path.strip()}`" for path in source.split("|")) if source else "not carried"


def _when(row: dict[str, object]) -> str:
    said = [f"one row per {row.get('each', 'resource')}"]
    for name in ("class", "setting"):
        if name in row:
            values = row[name]
            assert isinstance(values, list)
            said.append(f"{name}: {', '.join(str(value) or 'not said' for value in values)}")
    for name, words in (("only", "only where"), ("unless", "not where")):
        conditions = row.get(name)
        if isinstance(conditions, dict):
            said += [
                f"{words} {path} is {', '.join(str(v) or 'empty' for v in values)}"
                for path, values in conditions.items()
            ]
    return "; ".join(said)


def page() -> str:
    before = PAGE.read_text(encoding="utf-8").split(MARK)[0]
    return f"{before}{MARK}\n\n{tables()}"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
