"""The page docs/reference/checks.md, written by scripts/make_reference.py."""

from __future__ import annotations

from engine.evidence.catalogue.checks import (
    CompletenessCheck,
    DefinitionCheck,
    DictionaryCheck,
    IntegrationCheck,
    Key,
    StatisticCheck,
    TimelinessCheck,
    Where,
)
from engine.evidence.catalogue.values import Catalogue, Rule
from engine.rubric.values import Rubric, Text
from scripts.reference_words import DIMENSIONS, NOTICE, SETTINGS, both, codes, table


def checks_page(catalogue: Catalogue, rubrics: dict[str, Rubric]) -> str:
    """Every rule with what it counts and proves, loops, metrics, authenticity checks and doubts."""
    lines = ["# 核验规则 Checks", "", NOTICE]
    if catalogue.notice:
        lines += [
            "数据质量规则改写自官方数据质量评估项目表；其余核验是自行分析。"
            "The data-quality rules paraphrase the official table; all other checks are our own analysis.",
            "",
            f"> {catalogue.notice.zh}",
            f"> {catalogue.notice.en}",
        ]
    lines += ["", "## 怎样计数 How things are counted", ""]
    lines += [f"- `{key}` {both(text)}" for key, text in catalogue.formulas.items()]
    lines += ["", "## 约定 Conventions", ""]
    lines += [f"- `{key}` {both(text)}" for key, text in catalogue.conventions]
    lines += ["", "## 数据质量规则 Data-quality rules"]
    for rubric in rubrics.values():
        lines += _table_rules(catalogue, rubric)
    for family, title in (
        ("facade_checks", "门面核验 Façade checks"),
        ("semantic_checks", "语义核验 Semantic checks"),
        ("decision_support", "决策支持核验 Decision-support checks"),
    ):
        lines += ["", f"## {title}"]
        for rule in catalogue.rules.values():
            if rule.family == family:
                lines += ["", *_rule(rule, catalogue)]
    for part in (_topics, _loops, _metrics, _fragmentation, _authenticity, _capability, _gaps):
        lines += ["", *part(catalogue)]
    return "\n".join(lines) + "\n"


def _table_rules(catalogue: Catalogue, rubric: Rubric) -> list[str]:
    lines: list[str] = []
    for item in rubric.items:
        rules = [
            r
            for r in catalogue.rules.values()
            if r.family == "dq_rules" and r.rubric == rubric.id and r.item == item.code
        ]
        if rules:
            lines += ["", f"### {item.code} {both(item.name)}", ""]
            lines += table(
                ("规则 rule", "级别 level", "维度 dimension", "要求 what it asks", "怎样查 how"),
                (
                    (
                        f"`{rule.id}`",
                        str(rule.level),
                        both(DIMENSIONS[rule.dimension]),
                        both(rule.label) + ("" if rule.active else "（不参与计算 not computed）"),
                        how(rule, catalogue),
                    )
                    for rule in rules
                ),
            )
    return lines


def _rule(rule: Rule, catalogue: Catalogue) -> list[str]:
    said: list[tuple[str, Text | None]] = [
        ("含义 meaning", rule.meaning),
        ("证明什么 proves", rule.proves),
        ("不能证明 does not prove", rule.does_not_prove),
        ("正当的不合格 honest reasons to fail", rule.honest_failure),
        ("怎样改进 remedy", rule.remedy),
    ]
    facts = [f"{rule.rubric}", both(DIMENSIONS[rule.dimension]), both(SETTINGS[rule.setting])]
    if rule.threshold is not None:
        facts.append(f"阈值 threshold {rule.threshold}")
    if rule.two_sided:
        facts.append("两侧须出自两个系统 both sides from two systems")
    lines = [
        f"### {rule.id} {both(rule.label)}",
        "",
        " · ".join(facts),
        "",
        f"- 怎样查 how: {how(rule, catalogue)}",
    ]
    if rule.supports:
        marked = (f"{code}（部分 partly）" if code in rule.partial_for else code for code in rule.supports)
        lines.append(f"- 支持条款 supports: {'、'.join(marked)}")
    return lines + [f"- {name}: {both(text)}" for name, text in said if text]


def how(rule: Rule, catalogue: Catalogue) -> str:
    """The check in a short notation with the keys of records and fields."""
    check = rule.check
    if check is None:
        return (
            f"须人工提供 supplied by people: {both(rule.note)}"
            if rule.note
            else "须人工提供 supplied by people"
        )
    if isinstance(check, IntegrationCheck):
        link = f"，连接 link {_keys(check.link_on)}" if check.link_on else ""
        return (
            f"`{check.left}`{_where(check.left_where)} → `{check.right}`{_where(check.right_where)}："
            f"{_keys(check.keys)}{link}"
        )
    if isinstance(check, TimelinessCheck):
        steps = [f"`{m.record}.{m.field}`{_where(m.where)}" for m in check.moments]
        signs = [
            f"相差不到{sign.minutes}分钟 within {sign.minutes} min" if sign.op == "gap<" else f"`{sign.op}`"
            for sign in check.signs
        ]
        return steps[0] + "".join(f" {sign} {step}" for sign, step in zip(signs, steps[1:], strict=True))
    if isinstance(check, StatisticCheck):
        bound = check.pass_when
        values = " – ".join(map(str, bound.value))
        return f"{both(catalogue.statistic_kinds[check.kind])} `{bound.op} {values}`"
    fields = "、".join("或".join(f"`{name}`" for name in choice) for choice in check.fields)
    start = f"`{check.record}`{_where(check.where)}：{fields}"
    if isinstance(check, DictionaryCheck):
        return f"{start} 在字典中 in the dictionary"
    if isinstance(check, DefinitionCheck):
        return f"{start} 在 `{check.definition}` 中有定义 defined there"
    assert isinstance(check, CompletenessCheck)
    more = " 非空 filled"
    if check.length:
        more += f"，字数 length `{check.length.op} {check.length.chars}`"
    if check.unique:
        more += "，不重复 not repeated"
    if check.exists_in:
        more += f"，见于 found in `{check.exists_in}`"
    return start + more


def _where(where: Where) -> str:
    if not where:
        return ""
    groups = (" 且 ".join(f"{c.field}={str(c.value).lower()}" for c in group) for group in where)
    return f"［{' 或 '.join(groups)}］"


def _keys(keys: tuple[Key, ...]) -> str:
    def pair(left: str, right: str) -> str:
        return f"`{left}`" if left == right else f"`{left}`＝`{right}`"

    return "、".join("或".join(pair(p.left, p.right) for p in key) for key in keys)


def _topics(catalogue: Catalogue) -> list[str]:
    support = catalogue.decision_support
    rows = ((f"`{t.key}`", both(t.label), "、".join(t.supports)) for t in support.topics)
    return [
        "## 知识主题 Knowledge topics",
        "",
        both(support.note),
        "",
        *table(("主题 topic", "名称 name", "支持条款 supports"), rows),
    ]


def _loops(catalogue: Catalogue) -> list[str]:
    lines = ["## 闭环 Closed loops"]
    for loop in catalogue.loops.values():
        lines += ["", f"### {loop.id} {both(loop.name)}", ""]
        rows = (
            (
                node.id,
                both(node.label),
                f"`{node.record}.{node.field}`{_where(node.where)}",
                "必需 mandatory" if node.mandatory else "可选 optional",
                f"{node.link_to}：{codes(node.link_on)}" if node.link_to else "起点 anchor",
            )
            for node in loop.nodes
        )
        lines += table(("节点 node", "名称 name", "时间 time", "要求", "连接 link"), rows)
        lines += ["", "次序 order: " + "、".join(f"{o.before} {o.op} {o.after}" for o in loop.order)]
        lines += ["", f"支持条款 supports: {'、'.join((*loop.supports, *loop.supports_with_nodes))}"]
        if loop.note:
            lines += ["", both(loop.note)]
    return lines


def _metrics(catalogue: Catalogue) -> list[str]:
    kinds = {"exact": "精确 exact", "declared": "申报 declared", "proxy": "代理 proxy (warns only)"}
    rows = (
        (
            f"`{m.id}`",
            f"{m.rubric} {m.item}",
            "应用比例 ratio" if m.kind == "ratio" else f"在用 in use（{m.min_days_with_rows}天 days）",
            kinds[m.fidelity],
            f"`{m.counted.record}`{_where(m.counted.where)}",
            both(m.note) if m.note else "",
        )
        for m in catalogue.metrics.values()
    )
    return [
        "## 应用指标 Application metrics",
        "",
        *table(
            ("指标 metric", "项目 item", "类别 kind", "口径 fidelity", "计数对象 counted", "说明 note"), rows
        ),
    ]


def _fragmentation(catalogue: Catalogue) -> list[str]:
    index = catalogue.fragmentation
    steps = [f"{n}. {both(step)}" for n, step in enumerate(index.steps, 1)]
    rows = (
        (f"`{a.key}`", both(a.label), a.specimen, "、".join(a.synonyms), ", ".join(a.loinc))
        for a in index.analytes
    )
    heads = ("分析物 analyte", "名称 name", "标本 specimen", "同义词 synonyms", "LOINC")
    return [
        "## 语义碎片指数 Semantic fragmentation",
        "",
        both(index.label),
        "",
        *steps,
        "",
        *table(heads, rows),
    ]


def _authenticity(catalogue: Catalogue) -> list[str]:
    rows = (
        (
            f"`{check.id}`",
            both(check.label),
            f"{both(catalogue.statistic_kinds[check.kind])} `{check.warn_when.op} "
            f"{' – '.join(map(str, check.warn_when.value))}`",
            both(check.suggests),
            both(check.innocent),
        )
        for check in catalogue.authenticity.values()
    )
    note = [both(catalogue.authenticity_note), ""] if catalogue.authenticity_note else []
    heads = (
        "检查 check",
        "名称 name",
        "何时提示 warns when",
        "可能说明 may mean",
        "正常原因 innocent reasons",
    )
    return ["## 真实性检查 Authenticity checks", "", *note, *table(heads, rows)]


def _capability(catalogue: Catalogue) -> list[str]:
    rows = (
        (
            f"`{nature.nature}` {both(nature.label)}",
            "支持 supported" if nature.max_status == "supported" else "部分支持 partly",
            "；".join(
                f"{route.family} {route.route}"
                + (f"（{', '.join(route.dimensions)}）" if route.dimensions else "")
                for route in nature.routes
            ),
            both(nature.note) if nature.note else "",
        )
        for nature in catalogue.capability.values()
    )
    rules = [f"- `{key}` {both(text)}" for key, text in catalogue.capability_rules]
    heads = ("条款性质 nature", "最高判定 at most", "由什么核验 by", "说明 note")
    return ["## 核验能力表 Capability map", "", *rules, "", *table(heads, rows)]


def _gaps(catalogue: Catalogue) -> list[str]:
    rows = ((each.rubric, each.clause, both(each.reason)) for each in catalogue.not_covered)
    none = ((rubric, item, both(text)) for (rubric, item), text in catalogue.not_computable.items())
    return [
        "## 没有核验的条款 Clauses without a check",
        "",
        *table(("标准 rubric", "条款 clause", "原因 reason"), rows),
        "",
        "## 不能计算的应用比例 Ratios that cannot be computed",
        "",
        *table(("标准 rubric", "项目 item", "原因 reason"), none),
        "",
        "## 存疑之处 Doubts",
        "",
        *(f"- `{ref}` {both(text)}" for ref, text in catalogue.doubts),
    ]
