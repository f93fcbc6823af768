"""The comment above a statement: what it proves, what to put in, how to read its answer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from engine.evidence.catalogue.checks import StatisticCheck
from engine.evidence.catalogue.values import Catalogue, Rule
from engine.evidence.sql_text.dialects import Dialect
from engine.evidence.sql_text.names import one_line
from engine.rubric.values import Text


def header(
    rule: Rule,
    catalogue: Catalogue,
    dialect: Dialect,
    window: tuple[date, date] | None,
    unmapped: tuple[str, ...],
    notes: tuple[Text, ...],
    counts_values: bool,
    mapping: str,
) -> list[str]:
    """Lines without the comment sign, each language on its own line."""
    found = []
    for text in _sentences(rule, catalogue, dialect, window, unmapped, counts_values, mapping):
        found += [one_line(text.zh), one_line(text.en)]
    for note in notes:
        found += [one_line(note.zh), one_line(note.en)]
    return found


def _sentences(
    rule: Rule,
    catalogue: Catalogue,
    dialect: Dialect,
    window: tuple[date, date] | None,
    unmapped: tuple[str, ...],
    counts_values: bool,
    mapping: str,
) -> Iterator[Text]:
    yield Text(f"规则 {rule.id}：{rule.label.zh}", f"Rule {rule.id}: {rule.label.en}")
    yield Text(
        f"规则集 {catalogue.content_hash[:16]}，数据质量评分表 {catalogue.data_quality_table_year} 年"
        + (f"，映射 {mapping[:16]}" if mapping else "，未用映射（表名和列名为标准名，请换成本院的）"),
        f"Rule set {catalogue.content_hash[:16]}, data-quality table of {catalogue.data_quality_table_year}"
        + (f", mapping {mapping[:16]}" if mapping else ", no mapping: put your own tables and columns"),
    )
    proves = rule.proves or catalogue.formulas.get(rule.dimension)
    if proves is not None:
        yield Text(f"证明：{proves.zh}", f"Proves: {proves.en}")
    if rule.does_not_prove is not None:
        yield Text(f"不证明：{rule.does_not_prove.zh}", f"Does not prove: {rule.does_not_prove.en}")
    yield Text(
        f"数据库：{dialect.label}。只读：只有SELECT，不写入任何数据。",
        f"Database: {dialect.label}. Read-only: nothing but SELECT, no data is written.",
    )
    yield _window(dialect, window)
    yield _reading(rule, counts_values)
    if rule.two_sided:
        yield Text(
            "两侧数据须来自两个系统；若两张表出自同一系统，结果不作数。",
            "The two sides must come from two systems; if both tables belong to one, the result says nothing.",
        )
    if unmapped:
        names = ", ".join(unmapped)
        yield Text(
            f"注意：映射中没有 {names}，对应的列按空值处理，结果不作数；请先补全映射。",
            f"Attention: the mapping has no {names}; those columns are read as empty and the result says "
            "nothing. Complete the mapping first.",
        )
    yield Text(
        "统计结果连同本语句、执行时间和数据库名称，填入“统计数字”页。",
        "Enter the result with this text, the time and the database on the page of supplied figures.",
    )


def _window(dialect: Dialect, window: tuple[date, date] | None) -> Text:
    if window is None:
        first, last = dialect.parameters
        return Text(
            f"统计时段：请给参数{first}、{last}赋值（如'2026-07-01'、'2026-09-30'，含首尾两日）；时间为空的行也计入。",
            f"Window: set the parameters {first} and {last} ('2026-07-01', '2026-09-30', both days "
            "included); rows without a time count too.",
        )
    first, last = (day.isoformat() for day in window)
    return Text(
        f"统计时段：{first}至{last}（含首尾两日）；时间为空的行也计入。",
        f"Window: {first} to {last}, both days included; rows without a time count too.",
    )


def _reading(rule: Rule, counts_values: bool) -> Text:
    zh = "结果一行：numerator为合格数，denominator为总数；denominator为0表示不适用，没有可统计的记录。"
    en = (
        "One row: numerator counts the conforming units, denominator all of them; a denominator of 0 means "
        "not applicable, there is nothing to count."
    )
    if counts_values:
        zh = "结果一行：counted_values为取值个数，numerator为这些取值的行数，denominator为有值的行数。"
        en = (
            "One row: counted_values is the number of values, numerator their rows, "
            "denominator all filled rows."
        )
    elif rule.supports_where:
        zh += "各条款的numerator_…、denominator_…只数与该条款有关的行。"
        en += " The columns numerator_… and denominator_… of a clause count only its own rows."
    if isinstance(rule.check, StatisticCheck):
        bounds = "、".join(format(value, "f") for value in rule.check.pass_when.value)
        of = ("counted_values", "counted_values") if counts_values else ("比值", "the share")
        zh += f"达标：{of[0]} {rule.check.pass_when.op} {bounds}。"
        en += f" Passes when {of[1]} {rule.check.pass_when.op} {bounds}."
    elif rule.threshold is not None:
        zh += f"达标：比值 >= {format(rule.threshold, 'f')}。"
        en += f" Passes when the share >= {format(rule.threshold, 'f')}."
    return Text(zh, en)
