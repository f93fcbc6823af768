"""The first sheet: whose workbook, how to fill it, what the signs mean, which sheets there are."""

from __future__ import annotations

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from openpyxl.worksheet.worksheet import Worksheet

from assessments.workbook import styles, words
from assessments.workbook.cells import put_text
from assessments.workbook.content import Content
from assessments.workbook.layout import Sheet


def write_cover(target: Worksheet, content: Content, sheets: tuple[Sheet, ...]) -> None:
    rubric = content.rubric
    target.sheet_view.showGridLines = False
    for letter, width in (("A", 3), ("B", 20), ("C", 90)):
        target.column_dimensions[letter].width = width
    row = _line(target, 2, _("自评填报工作簿"), styles.TITLE, 30)
    row = _line(target, row, rubric.title.in_language(get_language() or ""), styles.SUBTITLE, 20) + 1
    for label, value in _facts(content):
        row = _pair(target, row, label, value)
    row = _line(target, row + 1, _("填写说明"), styles.SUBTITLE, 22)
    for number, sentence in enumerate(_instructions(content), start=1):
        row = _pair(target, row, f"{number}", sentence)
    row = _line(target, row + 1, _("图例"), styles.SUBTITLE, 22)
    target.cell(row, 2).fill, target.cell(row, 2).border = styles.INPUT_FILL, styles.BOX
    row = _pair(target, row, "", _("浅黄色单元格可以填写，其余受保护"))
    row = _pair(target, row, f"{words.SIGNS['basic']} {_('基本项')}", _("该级别必须达标的项目"))
    row = _pair(
        target,
        row,
        f"{words.SIGNS['optional']} {_('选择项')}",
        _("该级别达到规定个数即可的项目；斜体表示类别待与官方附件核对"),
    )
    for level in rubric.levels:
        if level.level > 0:
            cell = target.cell(row, 2)
            step = min(level.level, len(styles.LEVELS) - 1)
            row = _pair(
                target,
                row,
                _("%(level)s级") % {"level": level.level},
                level.name.in_language(get_language() or ""),
            )
            cell.fill, cell.font = styles.LEVEL_FILLS[step], styles.LEVEL_FONTS[step]
    row = _line(target, row + 1, _("工作表"), styles.SUBTITLE, 22)
    for sheet in sheets:
        asked = sum(len(line.inputs) for line in sheet.lines if line.kind in ("clause", "overall"))
        row = _pair(target, row, sheet.title, _("%(n)s条") % {"n": asked} if asked else sheet.heading)
    _line(target, row + 1, _("本工作簿用于自评，不是官方结论。"), styles.SMALL, 18)
    target.page_setup.orientation = "portrait"
    target.page_setup.paperSize = 9
    target.page_setup.fitToWidth, target.page_setup.fitToHeight = 1, 0
    target.sheet_properties.pageSetUpPr.fitToPage = True
    target.protection.sheet = True


def _facts(content: Content) -> list[tuple[str, str]]:
    passport, rubric = content.passport, content.rubric
    facts = [
        (_("医疗机构"), content.hospital or str(passport.hospital.get("name", ""))),
        (_("自评"), passport.title),
        (_("标准版本"), " ".join(part for part in (rubric.document_number or "", passport.edition) if part)),
        (
            _("统计期"),
            _("%(start)s 至 %(end)s") % {"start": passport.window[0], "end": passport.window[1]}
            if passport.window
            else "",
        ),
        (_("目标等级"), _("%(level)s级") % {"level": content.target} if content.target else ""),
        (_("导出时间"), passport.exported_at[:16].replace("T", " ")),
        (_("导出人"), content.by),
    ]
    return [(label, value) for label, value in facts if value]


def _instructions(content: Content) -> list[str]:
    sentences = [
        _("每个工作角色一张工作表。只填浅黄色单元格；条款从下拉列表选择“符合”“部分符合”“不符合”。"),
        _(
            "有效应用比例填各级分子。分母在“统计口径”表填一次，供各项目使用；只有与统计口径不同时才填项目自己的分母。"
        )
        if content.rubric.statistical_bases
        else _("有效应用比例填分母和各级分子；某一级按其他基数统计时，填该级自己的分母。"),
    ]
    if any(level.has_index for item in content.rubric.items for level in item.asked_levels):
        sentences.append(
            _(
                "数据质量指数三种填法任选一种：直接填指数；按维度填；或在“数据质量计数”表按规则填分子、分母。同一级别不能混用。"
            )
        )
    sentences += [
        _("可以调整列宽、行高。请不要删除隐藏的行、列和工作表：导入时靠它们认出每一行。"),
        _("不要填公式。需要计算的，请把结果粘贴为数值。"),
        _(
            "填好后在本次自评的“工作簿”页导入。系统先列出全部差异，由您确认后才写入；导出后别人在系统中也改了的，逐条请您选择。"
        ),
    ]
    return sentences


def _line(target: Worksheet, row: int, text: str, font: object, height: float) -> int:
    cell = target.cell(row, 2)
    put_text(cell, text)
    cell.font = font
    target.row_dimensions[row].height = height
    return row + 1


def _pair(target: Worksheet, row: int, label: str, text: str) -> int:
    left, right = target.cell(row, 2), target.cell(row, 3)
    put_text(left, label)
    put_text(right, text)
    left.font, right.font = styles.STRONG, styles.BODY
    left.alignment = right.alignment = styles.WRAP
    target.row_dimensions[row].height = max(
        18.0, 14.5 * max(styles.lines_in(text, 90), styles.lines_in(label, 20)) + 4
    )
    return row + 1
