"""From the tables of the document to flags and wording, or to everything that is wrong with it."""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from engine.rubric.values import Category, Item, Rubric
from rubrics.flags import Flags
from rubrics.official_annex.clauses import split_clauses
from rubrics.official_annex.columns import (
    NOTHING,
    Columns,
    find_columns,
    parse_category,
    parse_code,
    parse_level,
    squeezed,
)
from rubrics.official_annex.grid import Cell, Row, Table, tables_of
from rubrics.official_annex.opening import open_document
from rubrics.official_flags import counts_per_level, refusal_of_count
from rubrics.rows import clause_code

SAME_NAME = 0.6
MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, and where in the document (empty: the document as a whole)."""

    place: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.place}：{self.sentence}" if self.place else self.sentence


@dataclass(frozen=True, slots=True)
class Unmatched:
    """A level whose official text does not fall into as many clauses as the standard counts."""

    code: str  # 01.01.4
    expected: int
    found: int
    text: str


@dataclass(frozen=True, slots=True)
class Annex:
    """What the document says. Nothing is stored by reading it."""

    flags: Flags
    wordings: dict[str, str]  # clause code -> official wording
    unmatched: tuple[Unmatched, ...]
    notes: tuple[Problem, ...]  # places that were read, but deserve a look
    sha256: str


class AnnexRefused(ValueError):
    """The document is not the annex this edition needs; every reason with its place."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        super().__init__(" ".join(str(problem) for problem in problems))


@dataclass(slots=True)
class Entry:
    """The rows of one item and level."""

    item: Item
    level: int
    place: str
    categories: list[Cell | None] = field(default_factory=list)
    contents: list[Cell | None] = field(default_factory=list)

    @property
    def text(self) -> str:
        seen = {id(cell): cell.text for cell in self.contents if cell}
        return "\n".join(text for text in seen.values() if text)


def read_annex(content: bytes, rubric: Rubric, *, at_most: int = 20 * MEGABYTE) -> Annex:
    """Read flags and official wording for ``rubric`` from the bytes of a .docx file.

    Raises DocumentRefused when the file cannot be read at all, AnnexRefused with every problem when
    items or levels are unknown, missing, doubled or contradictory, or when a level's basic items are
    not as many as the gate table counts.
    """
    reader = _Reader(rubric)
    for table in tables_of(open_document(content, at_most=at_most)):
        reader.read(table)
    return reader.finished(hashlib.sha256(content).hexdigest())


class _Reader:
    def __init__(self, rubric: Rubric) -> None:
        self.rubric = rubric
        self.latest_columns: Columns | None = None
        self.found_one = False
        self.entries: dict[tuple[str, int], Entry] = {}
        self.latest: tuple[str, int] | None = None
        self.problems: list[Problem] = []
        self.notes: dict[str, Problem] = {}
        self.by_name = {squeezed(item.name.zh): item for item in rubric.items}

    def read(self, table: Table) -> None:
        columns = self.latest_columns if table.rows and self._continues(table.rows[0]) else None
        for row in table.rows:
            if heading := find_columns(row):
                columns = heading
                self.found_one = True
            elif columns is not None and not row.is_one_cell and any(row.texts):
                self._read_row(table, row, columns)
        self.latest_columns = columns

    def _continues(self, row: Row) -> bool:
        """A table that goes on after a page break without repeating its heading."""
        columns = self.latest_columns
        if columns is None or columns.code is None or len(row.cells) != columns.width:
            return False
        return parse_code(row.texts[columns.code]) is not None

    def _read_row(self, table: Table, row: Row, columns: Columns) -> None:
        place = _("第%(table)s个表格第%(row)s行") % {"table": table.number, "row": row.number}
        cells = row.cells + [None] * (columns.width - len(row.cells))
        texts = [cell.text if cell else "" for cell in cells]
        key = self._identify(place, texts, columns)
        if key is None:
            return
        item, level = key
        if level not in item.by_level:
            if (
                squeezed(texts[columns.content]) not in NOTHING
                or parse_category(texts[columns.category]) == "basic"
            ):
                self._refuse(
                    place, _("标准中%(code)s没有%(level)s级。") % {"code": item.code, "level": level}
                )
            return
        entry = self.entries.get((item.code, level))
        if entry is None:
            entry = self.entries[item.code, level] = Entry(item, level, place)
        elif self.latest != (item.code, level):
            self._refuse(
                place,
                _("%(code)s.%(level)s已在%(first)s出现过。")
                % {"code": item.code, "level": level, "first": entry.place},
            )
            return
        self.latest = (item.code, level)
        entry.categories.append(cells[columns.category])
        entry.contents.append(cells[columns.content])

    def _identify(self, place: str, texts: list[str], columns: Columns) -> tuple[Item, int] | None:
        """Item and level of a row, or None after saying why there is none."""
        level = parse_level(texts[columns.level]) if columns.level is not None else None
        name = texts[columns.item] if columns.item is not None else ""
        if columns.code is None:
            item = self._by_name(name)
            if item is None:
                self._refuse(place, _("标准中没有业务项目“%(name)s”。") % {"name": shown(name)})
        else:
            written = texts[columns.code]
            code = parse_code(written)
            if code is None:
                self._refuse(place, _("“%(code)s”不是项目代码（如01.01.4）。") % {"code": shown(written)})
                return None
            item = self.rubric.by_code.get(code[0])
            if item is None:
                self._refuse(place, _("标准中没有项目%(items)s。") % {"items": code[0]})
            elif code[1] is not None and level is not None and code[1] != level:
                self._refuse(
                    place,
                    _("项目代码写作%(code)s级，功能评分却是%(level)s级。")
                    % {"code": code[1], "level": level},
                )
                return None
            elif name and not self._name_agrees(place, item, name):
                return None
            level = code[1] if code[1] is not None else level
        if item is not None and level is None:
            self._refuse(place, _("读不出%(code)s是几级。") % {"code": item.code})
        return None if item is None or level is None else (item, level)

    def _by_name(self, text: str) -> Item | None:
        name = name_in(text)
        if name in self.by_name:
            return self.by_name[name]
        close = difflib.get_close_matches(name, self.by_name, n=1, cutoff=0.8)
        return self.by_name[close[0]] if close else None

    def _name_agrees(self, place: str, item: Item, text: str) -> bool:
        name, ours = name_in(text), squeezed(item.name.zh)
        if name == ours or squeezed(text).startswith(ours):
            return True
        words = {"code": item.code, "name": shown(text), "ours": item.name.zh}
        another = name in self.by_name  # 病房检验申请 and 病房检查申请 look alike and are two items
        if not another and difflib.SequenceMatcher(a=name, b=ours).ratio() >= SAME_NAME:
            sentence = _("%(code)s在文档中写作“%(name)s”，本系统写作“%(ours)s”，按同一项目读取。") % words
            self.notes.setdefault(item.code, Problem(place, sentence))
            return True
        sentence = _("%(code)s应为“%(ours)s”，文档中却是“%(name)s”。") % words
        self._refuse(place, sentence)
        return False

    def _refuse(self, place: str, sentence: str) -> None:
        self.problems.append(Problem(place, sentence))

    def finished(self, sha256: str) -> Annex:
        if not self.found_one:
            sentence = _(
                "没有找到评分标准表。表头须有“评价类别”“主要评价内容”，以及“项目代码”或者“业务项目”与“功能评分”。"
            )
            raise AnnexRefused((Problem("", sentence),))
        flags: dict[str, dict[int, Category]] = {}
        for entry in self.entries.values():
            if entry.level and (category := self._category(entry)):
                flags.setdefault(entry.item.code, {})[entry.level] = category
        if not self.problems:
            self.problems.extend(self._missing())
        if not self.problems:
            self.problems.extend(self._wrong_counts(flags))
        if self.problems:
            raise AnnexRefused(tuple(self.problems))
        wordings: dict[str, str] = {}
        unmatched = tuple(self._take_wording(wordings))
        return Annex(flags, wordings, unmatched, tuple(self.notes.values()), sha256)

    def _category(self, entry: Entry) -> Category | None:
        words = {cell.text for cell in entry.categories if cell and parse_category(cell.text) != "optional"}
        words |= {cell.text for cell in entry.categories if cell and squeezed(cell.text).startswith("选择")}
        meanings = {parse_category(word) for word in words}
        if not meanings:
            return "optional"
        if meanings <= {"basic"}:
            return "basic"
        if meanings <= {"optional"}:
            return "optional"
        place = f"{entry.place}（{entry.item.code}.{entry.level}）"
        if None in meanings:
            odd = next(word for word in words if parse_category(word) is None)
            self._refuse(place, _("评价类别“%(word)s”既不是“基本”，也不是空白。") % {"word": shown(odd)})
        else:
            self._refuse(place, _("同一级的评价类别有的写“基本”，有的写“选择”。"))
        return None

    def _missing(self) -> Iterator[Problem]:
        for item in self.rubric.items:
            absent = [
                level.level for level in item.asked_levels if (item.code, level.level) not in self.entries
            ]
            if not absent:
                continue
            words = {"code": item.code, "name": item.name.zh}
            if len(absent) == len(item.asked_levels):
                yield Problem("", _("文档中缺少项目%(code)s“%(name)s”。") % words)
            else:
                words["levels"] = "、".join(str(level) for level in absent)
                yield Problem("", _("文档中缺少项目%(code)s“%(name)s”的%(levels)s级。") % words)

    def _wrong_counts(self, flags: Flags) -> Iterator[Problem]:
        counts = [count for count in counts_per_level(self.rubric, flags) if not count.right]
        yield from (Problem("", refusal_of_count(count)) for count in counts)
        if any(count.basic > count.need_basic and count.optional == 0 for count in counts):
            yield Problem(
                "",
                _(
                    "有的级别没有一个空白的评价类别，可能在转换格式时被上一行的内容填满。请使用保留空白单元格的原始文档。"
                ),
            )

    def _take_wording(self, wordings: dict[str, str]) -> Iterator[Unmatched]:
        for entry in sorted(self.entries.values(), key=lambda e: (e.item.code, e.level)):
            expected = len(entry.item.by_level[entry.level].clauses)
            clauses = split_clauses(entry.text, expected)
            if expected and len(clauses) == expected:
                for n, clause in enumerate(clauses, start=1):
                    wordings[clause_code(entry.item.code, entry.level, n)] = clause
            elif expected:
                code = f"{entry.item.code}.{entry.level}"
                yield Unmatched(code, expected, len(clauses), entry.text)


def name_in(text: str) -> str:
    """The item's name in a cell that goes on with how its application is counted."""
    return squeezed(text.split("\n")[0]).partition("(")[0]


def shown(text: str) -> str:
    one_line = " ".join(text.split())
    return f"{one_line[:30]}…" if len(one_line) > 31 else one_line
