"""rubric import-dq and export-dq: the yearly data-quality table from the shell."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.templatetags.display import level_name
from audit.command_line import BadInput
from engine.evidence.yearly_table import DIMENSIONS, Comparison, Difference, Kind, TableRow, compare, rows_of
from engine.rubric.values import Rubric
from hospitals.refusals import Refusal
from rubrics.actions import approve_table
from rubrics.quality_table import TableRefused, read_table, write_table
from rubrics.queries import catalogue_of_year, find_edition, get_catalogue, get_rubric

KINDS: tuple[Kind, ...] = ("added", "removed", "moved", "reworded", "rechecked")


def add_arguments(steps: Any) -> None:
    """Both steps of the command."""
    importing = steps.add_parser("import-dq", help=_("比较年度数据质量评分表（.xlsx），批准后启用"))
    importing.add_argument("file", metavar="FILE.xlsx", type=Path)
    importing.add_argument("--year", type=int, required=True)
    importing.add_argument("--rubric", default="emr-2018")
    importing.add_argument("--approve", action="store_true", help=_("写入；不加此项只显示差异"))
    importing.add_argument("--by", metavar="USERNAME", help=_("批准人的登录名，记入操作记录"))
    importing.add_argument("--json", action="store_true")
    exporting = steps.add_parser("export-dq", help=_("把数据质量评分表写成Excel（.xlsx）"))
    exporting.add_argument("file", metavar="FILE.xlsx", type=Path)
    exporting.add_argument("--year", type=int, help=_("年度；不给时为标准自带的评分表"))
    exporting.add_argument("--rubric", default="emr-2018")


def words_of(kind: Kind) -> str:
    """What happened to a rule, in a word."""
    return {
        "added": _("新增"),
        "removed": _("删除"),
        "moved": _("调整项目、等级或维度"),
        "reworded": _("改写"),
        "rechecked": _("核验方式有变"),
    }[kind]


def consequence_of(kind: Kind) -> str:
    """What approval means for such rules."""
    return {
        "added": _("没有核验程序，由医院填报统计数"),
        "removed": _("不再计入"),
        "moved": _("按新位置计入，核验程序不变"),
        "reworded": _("核验程序不变，请核对含义是否一致"),
        "rechecked": _("原核验程序停用，由医院填报统计数"),
    }[kind]


def compare_file(options: dict[str, Any], content: bytes, by: User | None) -> tuple[object, list[str], bool]:
    """Differences as JSON and as lines; with --approve also stored. Raises BadInput."""
    edition = find_edition(options["rubric"])
    if edition is None:
        raise BadInput(_("数据库中没有标准“%(id)s”，请先运行 rubric load。") % {"id": options["rubric"]})
    rubric, path = get_rubric(edition), options["file"]
    rows = _read(content, rubric, path)
    digest = hashlib.sha256(content).hexdigest()
    compared = compare(get_catalogue(), rubric.id, rows, options["year"])
    if options["approve"]:
        try:
            approve_table(
                by=by,
                edition=edition,
                catalogue=get_catalogue(),
                year=options["year"],
                rows=rows,
                document_name=path.name,
                document_sha256=digest,
            )
        except Refusal as refusal:
            raise BadInput(str(refusal)) from refusal
    data: dict[str, object] = {
        "rubric": rubric.id,
        "year": options["year"],
        "approved": options["approve"],
        "rules": len(rows),
        "document_sha256": digest,
    }
    data |= {kind: [_plain(one) for one in compared.of(kind)] for kind in KINDS}
    return data, _lines(compared, len(rows)), options["approve"]


def export_file(options: dict[str, Any]) -> str:
    """Write the table of a year; says where. Raises BadInput."""
    edition = find_edition(options["rubric"])
    if edition is None:
        raise BadInput(_("数据库中没有标准“%(id)s”，请先运行 rubric load。") % {"id": options["rubric"]})
    year = options["year"] or get_catalogue().data_quality_table_year
    catalogue = catalogue_of_year(edition.key, year)
    if catalogue is None:
        raise BadInput(_("没有%(year)s年的数据质量评分表。") % {"year": year})
    rows = rows_of(catalogue, edition.key)
    if not rows:
        raise BadInput(_("标准“%(id)s”没有数据质量评分表。") % {"id": edition.key})
    target: Path = options["file"]
    try:
        target.write_bytes(write_table(get_rubric(edition), rows, year))
    except OSError as error:
        raise BadInput(f"{target}: {error.strerror}") from error
    return str(target)


def _read(content: bytes, rubric: Rubric, path: Path) -> tuple[TableRow, ...]:
    try:
        return read_table(content, rubric, at_most=settings.UPLOAD_MAX_BYTES)
    except TableRefused as refused:
        first, more = refused.problems[0], len(refused.problems) - 1
        sentence = f"{path}: {first}"
        if more:
            sentence += ngettext("另有%(n)s处问题。", "另有%(n)s处问题。", more) % {"n": more}
        raise BadInput(sentence) from refused


def _lines(compared: Comparison, rows: int) -> list[str]:
    found = [_("共%(n)s条规则，%(d)s处差异") % {"n": rows, "d": len(compared.differences)}]
    for kind in KINDS:
        those = compared.of(kind)
        if those:
            found.append(f"{words_of(kind)} {len(those)}（{consequence_of(kind)}）")
            found += [f"  {one.rule}  {place_of(one)}  {_text(one)}" for one in those]
    return found


def place_of(one: Difference) -> str:
    """Item, level and dimension, before and after where they differ."""
    places = [
        f"{row.item} {level_name(row.level)} {DIMENSIONS[row.dimension].in_language(get_language() or '')}"
        for row in (one.before, one.after)
        if row is not None
    ]
    return " → ".join(dict.fromkeys(places))


def _text(one: Difference) -> str:
    row = one.after or one.before
    return row.text[:60] if row else ""


def _plain(one: Difference) -> dict[str, object]:
    def side(row: TableRow | None) -> dict[str, object] | None:
        if row is None:
            return None
        return {"item": row.item, "level": row.level, "dimension": row.dimension, "text": row.text}

    return {"rule": one.rule, "before": side(one.before), "after": side(one.after)}
