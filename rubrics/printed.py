"""A rubric as lines of text for the shell."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.utils.translation import gettext as _

from engine.evidence.catalogue.values import Catalogue
from engine.rubric.values import Item, ItemLevel, Rubric
from rubrics.flags import changed_cells, flags_of
from rubrics.official_annex import Annex
from rubrics.rows import clause_code


def summary(rubric: Rubric) -> dict[str, Any]:
    flags = [level for item in rubric.items for level in item.asked_levels]
    return {
        "rubric": rubric.id,
        "status": rubric.status,
        "title": {"zh": rubric.title.zh, "en": rubric.title.en},
        "document_number": rubric.document_number,
        "roles": len(rubric.roles),
        "items": len(rubric.items),
        "clauses": sum(len(level.clauses) for item in rubric.items for level in item.levels),
        "top_level": rubric.top_level,
        "flags": len(flags),
        "flags_confirmed": sum(level.category_confirmed for level in flags),
        "content_hash": rubric.content_hash,
    }


def summary_line(row: dict[str, Any]) -> str:
    return _("%(rubric)s  %(title)s  %(items)s个项目，%(clauses)s条，最高%(top)s级  %(status)s  %(hash)s") % {
        "rubric": row["rubric"],
        "title": row["title"]["zh"],
        "items": row["items"],
        "clauses": row["clauses"],
        "top": row["top_level"],
        "status": row["status"],
        "hash": row["content_hash"][:12],
    }


def catalogue_summary(catalogue: Catalogue) -> dict[str, Any]:
    families = Counter(rule.family for rule in catalogue.rules.values())
    return {
        "records": len(catalogue.records),
        "dictionaries": len(catalogue.dictionaries),
        "rules": dict(families),
        "closed_loops": len(catalogue.loops),
        "application_metrics": len(catalogue.metrics),
        "analytes": len(catalogue.fragmentation.analytes),
        "authenticity_checks": len(catalogue.authenticity),
        "data_quality_table_year": catalogue.data_quality_table_year,
        "content_hash": catalogue.content_hash,
    }


def catalogue_line(row: dict[str, Any]) -> str:
    return _(
        "核验目录  %(records)s种记录，%(rules)s条规则，%(loops)s个闭环，%(metrics)s个应用指标  %(hash)s"
    ) % {
        "records": row["records"],
        "rules": sum(row["rules"].values()),
        "loops": row["closed_loops"],
        "metrics": row["application_metrics"],
        "hash": row["content_hash"][:12],
    }


def rubric_lines(rubric: Rubric, language: str) -> list[str]:
    lines = [rubric.title.in_language(language), summary_line(summary(rubric)), ""]
    for gate in rubric.gates:
        name = rubric.levels[gate.level].name.in_language(language)
        lines.append(
            _("%(level)s级  基本项%(basic)s  选择项%(required)s/%(total)s  总分%(min)s  %(name)s")
            % {
                "level": gate.level,
                "basic": gate.basic,
                "required": gate.optional_required,
                "total": gate.optional_total,
                "min": gate.min_total,
                "name": name,
            }
        )
    for role in rubric.roles:
        lines += ["", f"{role.code} {role.name.in_language(language)}"]
        lines += [
            f"  {item.code} {item.name.in_language(language)}  {levels_line(item)}"
            for item in rubric.items_of(role.code)
        ]
    return lines


def levels_line(item: Item) -> str:
    """Levels with ■ for basic, ○ for optional, ? where the flag is not confirmed."""
    return " ".join(f"{level.level}{mark(level)}" for level in item.asked_levels)


def mark(level: ItemLevel) -> str:
    sign = "■" if level.category == "basic" else "○"
    return sign if level.category_confirmed else f"{sign}?"


def item_lines(rubric: Rubric, item: Item, language: str) -> list[str]:
    role = rubric.role_by_code[item.role].name.in_language(language)
    lines = [f"{item.code} {item.name.in_language(language)}（{role}）"]
    application = item.application
    for label, text in (
        (_("分子"), application.numerator),
        (_("分母"), application.denominator),
        (_("应用条件"), application.condition),
    ):
        if text:
            lines.append(f"{label}：{text.in_language(language)}")
    for level in item.levels:
        lines += [
            "",
            f"{_('%(level)s级') % {'level': level.level}} {mark(level) if level.level else ''}".rstrip(),
        ]
        lines += [
            f"  {clause_code(item.code, level.level, clause.n)}  {clause.text.in_language(language)}"
            f"  [{clause.nature}{' backend' if clause.backend else ''}; {', '.join(clause.evidence)}]"
            for clause in level.clauses
        ]
        if level.data_quality:
            lines.append(f"  {_('数据质量')}：{level.data_quality.in_language(language)}")
        lines += [
            f"  {rule.id}  {rule.label.in_language(language)}"
            for rule in rubric.rules_of(item.code, level.level)
        ]
    return lines


def annex_lines(rubric: Rubric, annex: Annex) -> list[str]:
    """What confirming the annex would change."""
    old = flags_of(rubric)
    words = {"basic": _("基本项"), "optional": _("选择项")}
    changed = changed_cells(old, annex.flags)
    lines = [_("各级基本项与选择项数目与标准一致。"), _("与现有标志不同的有%(n)s处。") % {"n": len(changed)}]
    for code, level in changed:
        name = rubric.by_code[code].name.zh
        before, after = words[old[code][level]], words[annex.flags[code][level]]
        lines.append(f"  {code}.{level} {name}：{before} → {after}")
    total = sum(len(level.clauses) for item in rubric.items for level in item.levels)
    lines.append(_("官方原文与条款对应%(n)s条，共%(total)s条。") % {"n": len(annex.wordings), "total": total})
    lines += [
        _("  %(code)s：标准%(expected)s条，文档中分出%(found)s条，原文未采用。")
        % {"code": u.code, "expected": u.expected, "found": u.found}
        for u in annex.unmatched
    ]
    lines += [f"  {note}" for note in annex.notes]
    return lines
