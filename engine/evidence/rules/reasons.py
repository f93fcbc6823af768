"""Why a rule could not be checked, in sentences that name the record, column or dictionary.

A sentence never carries a value from a row, only names from the catalogue and of source systems.
"""

from __future__ import annotations

from collections.abc import Iterable

from engine.evidence.catalogue.values import Catalogue
from engine.evidence.counts import Reason
from engine.rubric.values import Text


def file_absent(catalogue: Catalogue, records: Iterable[str]) -> Reason:
    """No rows of these record types were supplied."""
    keys = tuple(records)
    zh = "、".join(f"{catalogue.records[key].label.zh}（{key}）" for key in keys)
    en = ", ".join(f"{catalogue.records[key].label.en} ({key})" for key in keys)
    return Reason(
        "file_absent",
        Text(f"未提供{zh}的数据。", f"No data was supplied for: {en}."),
        {"records": ", ".join(keys)},
    )


def column_absent(catalogue: Catalogue, columns: Iterable[tuple[str, tuple[str, ...]]]) -> Reason:
    """Columns nobody supplied: (record, alternatives of which one is needed)."""
    zh, en, names = [], [], []
    for record, fields in columns:
        kind = catalogue.records[record]
        labels = [kind.fields[name].label if name in kind.fields else Text(name, name) for name in fields]
        zh.append(f"{kind.label.zh}的{'或'.join(label.zh for label in labels)}（{'|'.join(fields)}）")
        en.append(f"{' or '.join(label.en for label in labels)} ({'|'.join(fields)}) of {kind.label.en}")
        names.append(f"{record}.{'|'.join(fields)}")
    return Reason(
        "column_absent",
        Text(f"缺少所需的列：{'；'.join(zh)}。", f"Columns this rule needs are missing: {'; '.join(en)}."),
        {"columns": ", ".join(names)},
    )


def dictionary_absent(catalogue: Catalogue, names: Iterable[str]) -> Reason:
    """Dictionaries nobody supplied."""
    keys = tuple(names)
    labels = [catalogue.dictionaries.get(key, Text(key, key)) for key in keys]
    zh = "、".join(f"{label.zh}（{key}）" for key, label in zip(keys, labels, strict=True))
    en = ", ".join(f"{label.en} ({key})" for key, label in zip(keys, labels, strict=True))
    return Reason(
        "dictionary_absent",
        Text(f"未提供字典：{zh}。", f"Dictionaries were not supplied: {en}."),
        {"dictionaries": ", ".join(keys)},
    )


def nothing_joins(catalogue: Catalogue, left: str, right: str, fields: Iterable[str]) -> Reason:
    """Both sides have rows and no pair of them shares the linking fields."""
    names = "、".join(fields)
    one, other = catalogue.records[left].label, catalogue.records[right].label
    return Reason(
        "nothing_joins",
        Text(
            f"{one.zh}与{other.zh}都有记录，但按 {names} 一条也连不上。",
            f"{one.en} and {other.en} both have rows, but none of them join on {names.replace('、', ', ')}.",
        ),
        {"left": left, "right": right},
    )


def one_system(systems: Iterable[str]) -> Reason:
    """Both sides come out of the same system, so their agreement says nothing."""
    names = sorted(systems)
    return Reason(
        "one_system",
        Text(
            f"两侧数据出自同一系统（{'、'.join(names)}），须从两个系统分别导出。",
            f"Both sides come from the same system ({', '.join(names)}); export them from two systems.",
        ),
        {"systems": ", ".join(names)},
    )


def system_unknown(catalogue: Catalogue, records: Iterable[str]) -> Reason:
    """Rows whose source system nobody named."""
    keys = tuple(dict.fromkeys(records))
    zh = "、".join(catalogue.records[key].label.zh for key in keys)
    en = ", ".join(catalogue.records[key].label.en for key in keys)
    return Reason(
        "system_unknown",
        Text(
            f"{zh}没有注明来自哪个系统，无法判断两侧是否分别导出。",
            f"The source system of {en} is not stated, so it is unknown whether the two sides were exported apart.",
        ),
        {"records": ", ".join(keys)},
    )


def not_mechanisable() -> Reason:
    """The rule has no check a program could run."""
    return Reason(
        "not_mechanisable",
        Text(
            "本规则不能由程序计算，须由医院提供统计数。",
            "This rule cannot be computed; the hospital supplies its figure.",
        ),
    )


def probe_failed(error: BaseException) -> Reason:
    """The query engine failed; its message may hold values, so only the kind of error is told."""
    kind = type(error).__name__
    return Reason(
        "probe_failed",
        Text(f"计算中断（{kind}），结果不作数。", f"The computation broke off ({kind}); it says nothing."),
        {"error": kind},
    )
