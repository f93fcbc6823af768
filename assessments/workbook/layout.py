"""Which sheets, rows and input cells a workbook has: one plan for writing and for reading.

Rows are known by hidden keys, never by position. Labels are in the language that is active.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from assessments.pages.wording import dimensions
from assessments.queries.answers import denominators_from
from assessments.queries.frame import said
from assessments.workbook.content import BASES, OVERALL
from engine.rubric.values import Item, ItemLevel, Rubric
from engine.scoring.checking import DIMENSIONS


@dataclass(frozen=True, slots=True)
class Input:
    """A cell that a person fills. ``part``: which part of the field, where a field has several cells."""

    field: str
    kind: str  # state | confirmed | use | count | share | text | moment
    part: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One row. ``kind``: item | reason | use | base | note | clause | ratio | index | rule | basis | overall."""

    key: str
    kind: str
    place: str  # item code, "bases" or "overall"
    code: str = ""
    level: int | None = None
    category: str = ""  # basic | optional, or a word
    confirmed: bool = True
    text: str = ""
    inputs: Mapping[str, Input] = field(default_factory=dict)
    cells: Mapping[str, str] = field(default_factory=dict)  # further words, by column


@dataclass(frozen=True, slots=True)
class Column:
    key: str
    heading: str
    width: float
    figure: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    key: str
    title: str
    heading: str
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]


def lay_out(
    rubric: Rubric, *, bases: Mapping[str, int] | None = None, notes: bool = True
) -> tuple[Sheet, ...]:
    """The sheets in their order. ``bases``: counts of the statistical basis, shown beside the ratios."""
    known = bases or {}
    sheets = [_role(rubric, role.code, said(role.name), known, notes) for role in rubric.roles]
    if any(rule.active for rule in rubric.rules):
        sheets.append(_rules(rubric))
    if rubric.statistical_bases:
        sheets.append(_basis(rubric))
    if any(level.level > 0 and level.overall for level in rubric.levels):
        sheets.append(_overall(rubric))
    return tuple(sheets)


def inputs_of(sheets: tuple[Sheet, ...]) -> dict[tuple[str, str], Input]:
    """(row key, column key) -> the input there."""
    return {
        (line.key, column): entry
        for sheet in sheets
        for line in sheet.lines
        for column, entry in line.inputs.items()
    }


def _role(rubric: Rubric, code: str, name: str, bases: Mapping[str, int], notes: bool) -> Sheet:
    measured = any(level.has_index for item in rubric.items for level in item.asked_levels)
    words = dimensions()
    columns = [
        Column("code", _("代码"), 13),
        Column("level", _("级别"), 8),
        Column("category", _("类别"), 13),
        Column("text", _("内容"), 64),
        Column("value", _("填写"), 17),
        Column("denominator", _("分母（自有）"), 13, figure=True),
        *(Column(key, _capital(words[key]), 13, figure=True) for key in DIMENSIONS if measured),
    ]
    lines = [line for item in rubric.items_of(code) for line in _item(rubric, item, bases, notes)]
    return Sheet(f"role.{code}", f"{code} {name}", f"{code} {name}", tuple(columns), tuple(lines))


def _capital(word: str) -> str:
    return word[:1].upper() + word[1:]


def _item(rubric: Rubric, item: Item, bases: Mapping[str, int], notes: bool) -> Iterator[Line]:
    here = item.code
    yield Line(f"{here}/item", "item", here, here, text=said(item.name))
    yield Line(
        f"{here}/no_such_service",
        "reason",
        here,
        text=_("本院无此项业务的，写明理由（填写后本项目计0分，不需其他数据）"),
        inputs={"value": Input(f"{here}/no_such_service", "text")},
    )
    if item.application.kind == "implemented":
        condition = said(item.application.condition)
        words = _("是否已在用：%(condition)s") % {"condition": condition} if condition else _("是否已在用")
        yield Line(
            f"{here}/in_use", "use", here, text=words, inputs={"value": Input(f"{here}/in_use", "use")}
        )
    else:
        yield Line(
            f"{here}/denominator",
            "base",
            here,
            text=_base_words(rubric, item, bases),
            inputs={"denominator": Input(f"{here}/denominator", "count")},
        )
    for level in item.asked_levels:
        yield from _level(rubric, item, level, bases)
    if notes:
        yield Line(
            f"{here}/note", "note", here, text=_("备注"), inputs={"value": Input(f"{here}/note", "text")}
        )


def _level(rubric: Rubric, item: Item, level: ItemLevel, bases: Mapping[str, int]) -> Iterator[Line]:
    here, at = item.code, level.level
    category, confirmed = level.category or "", level.category_confirmed
    for clause in level.clauses:
        name = f"{here}/clauses.{at}.{clause.n}"
        yield Line(
            name,
            "clause",
            here,
            f"{here}.{at}-{clause.n}",
            at,
            category,
            confirmed,
            said(clause.text),
            {"value": Input(name, "state")},
        )
    if item.application.kind == "ratio":
        yield Line(
            f"{here}/ratio.{at}",
            "ratio",
            here,
            "",
            at,
            category,
            confirmed,
            _ratio_words(rubric, item, at, bases),
            {
                "value": Input(f"{here}/numerators.{at}", "count"),
                "denominator": Input(f"{here}/denominators.{at}", "count"),
            },
        )
    if level.has_index:
        name = f"{here}/data_quality.{at}"
        wanted = said(level.data_quality)
        words = (
            _("数据质量指数，0至1：%(wanted)s") % {"wanted": wanted} if wanted else _("数据质量指数，0至1")
        )
        yield Line(
            f"{here}/index.{at}",
            "index",
            here,
            "",
            at,
            category,
            confirmed,
            words,
            {"value": Input(name, "share"), **{key: Input(name, "share", key) for key in DIMENSIONS}},
        )


def _base_words(rubric: Rubric, item: Item, bases: Mapping[str, int]) -> str:
    definition = said(item.application.denominator)
    words = _("分母：%(definition)s") % {"definition": definition} if definition else _("分母")
    feeding = [base for base in rubric.statistical_bases if item.code in base.feeds]
    if feeding:
        names = _("、").join(said(base.name) for base in feeding)
        words += _("。留空则取统计口径“%(names)s”") % {"names": names}
        if (common := denominators_from(rubric, item.code, bases)[0]) is not None:
            words += _("：%(figure)s") % {"figure": f"{common:,}"}
    return words


def _ratio_words(rubric: Rubric, item: Item, level: int, bases: Mapping[str, int]) -> str:
    numerator = said(item.application.numerator)
    words = _("%(level)s级分子：%(numerator)s") % {"level": level, "numerator": numerator}
    for base in rubric.statistical_bases:
        if level in base.feeds.get(item.code, ()):
            words += _("；分母取“%(name)s”") % {"name": said(base.name)}
            if base.key in bases:
                words += _("：%(figure)s") % {"figure": f"{bases[base.key]:,}"}
    return words


def _rules(rubric: Rubric) -> Sheet:
    words = dimensions()
    columns = (
        Column("code", _("规则"), 26),
        Column("level", _("级别"), 8),
        Column("category", _("维度"), 13),
        Column("text", _("检查内容"), 70),
        Column("value", _("符合数（分子）"), 16, figure=True),
        Column("denominator", _("检查数（分母）"), 16, figure=True),
    )
    lines = []
    for rule in rubric.rules:
        if not rule.active:
            continue
        name = f"{rule.item}/data_quality.{rule.level}"
        lines.append(
            Line(
                f"{rule.item}/rule.{rule.id}",
                "rule",
                rule.item,
                rule.id,
                rule.level,
                _capital(words.get(rule.dimension, rule.dimension)),
                text=said(rule.label),
                inputs={
                    "value": Input(name, "count", f"{rule.id}:numerator"),
                    "denominator": Input(name, "count", f"{rule.id}:denominator"),
                },
            )
        )
    return Sheet("rules", _("数据质量计数"), _("数据质量规则计数（可代替指数）"), columns, tuple(lines))


def _basis(rubric: Rubric) -> Sheet:
    columns = (
        Column("code", _("统计口径"), 20),
        Column("text", _("口径说明"), 50),
        Column("level", _("单位"), 13),
        Column("category", _("用于项目"), 18),
        Column("value", _("数值"), 14, figure=True),
        Column("sql_text", _("统计SQL"), 48),
        Column("database_name", _("数据库"), 16),
        Column("run_at", _("执行时间"), 18),
        Column("owner", _("责任人"), 14),
    )
    kinds = {
        "value": "count",
        "sql_text": "text",
        "database_name": "text",
        "run_at": "moment",
        "owner": "text",
    }
    lines = tuple(
        Line(
            f"{BASES}/{base.key}",
            "basis",
            BASES,
            said(base.name),
            text=said(base.definition),
            category=_("、").join(code for code in base.feeds if code in rubric.by_code),
            inputs={part: Input(f"{BASES}/{base.key}.{part}", kind) for part, kind in kinds.items()},
            cells={"level": said(base.unit)},
        )
        for base in rubric.statistical_bases
    )
    return Sheet("basis", _("统计口径"), _("统计口径与公共分母"), columns, lines)


def _overall(rubric: Rubric) -> Sheet:
    columns = (
        Column("level", _("级别"), 9),
        Column("text", _("总体要求"), 90),
        Column("value", _("填写"), 17),
    )
    lines = tuple(
        Line(
            f"{OVERALL}/{level.level}.{n}",
            "overall",
            OVERALL,
            level=level.level,
            text=said(text),
            inputs={"value": Input(f"{OVERALL}/{level.level}.{n}", "confirmed")},
        )
        for level in rubric.levels
        if level.level > 0
        for n, text in enumerate(level.overall, start=1)
    )
    return Sheet("overall", _("总体要求"), _("总体要求（由人确认，不计入分数）"), columns, lines)
