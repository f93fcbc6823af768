"""The official annex as Word documents of the shape in which it circulates, and of shapes it must not have."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace

import pytest
from docx import Document

from engine.rubric.values import Rubric
from rubrics.flags import flags_of
from rubrics.official_annex import AnnexRefused, DocumentRefused, read_annex
from rubrics.official_annex.clauses import split_clauses
from tests.factories.official_annex import ORDER, annex_rows, build, changed, saved, without, write_table
from tests.factories.rubrics import flags_with_a_swap, library


@pytest.fixture(scope="module")
def rubric() -> Rubric:
    return library()["emr-2018"]


def refusals(content: bytes, rubric: Rubric) -> list[str]:
    with pytest.raises(AnnexRefused) as refused:
        read_annex(content, rubric)
    return [str(problem) for problem in refused.value.problems]


def test_the_official_shape_gives_every_flag_and_every_wording(rubric: Rubric) -> None:
    flags = flags_with_a_swap(rubric)
    annex = read_annex(build(annex_rows(rubric, flags)), rubric)
    assert annex.flags == flags
    assert len(annex.wordings) == 769
    assert annex.wordings["01.01.4-2"] == "示例原文01.01.4第2条"
    assert annex.unmatched == () and annex.notes == ()
    assert len(annex.sha256) == 64


@pytest.mark.parametrize(
    "layout",
    [
        {"order": tuple(reversed(ORDER))},
        {"order": ("role", "item", "code", "level", "content", "category")},
        {"order": ("item", "level", "category", "content")},
        {"order": ("code", "category", "content")},
        {"headings": {"item": "评价项目", "content": "评价内容", "level": "等 级", "code": "项目\n代码"}},
        {"one_table": True, "repeat_heading_every": 25},
        {"merged": (), "others": False},
        {"merged": ("seq", "role", "item", "quality")},
    ],
    ids=[
        "reversed",
        "shuffled",
        "by name",
        "codes only",
        "other words",
        "one table",
        "unmerged",
        "all merged",
    ],
)
def test_columns_may_stand_in_any_order_and_under_the_usual_names(
    rubric: Rubric, layout: dict[str, object]
) -> None:
    annex = read_annex(build(annex_rows(rubric), **layout), rubric)  # type: ignore[arg-type]
    assert annex.flags == flags_of(rubric)
    assert len(annex.wordings) == 769


def test_a_category_cell_merged_over_several_levels_counts_for_each_of_them(rubric: Rubric) -> None:
    annex = read_annex(build(annex_rows(rubric), merged=("seq", "role", "item", "category")), rubric)
    assert annex.flags == flags_of(rubric)


def test_full_width_codes_short_codes_and_words_for_levels_are_read(rubric: Rubric) -> None:
    rows = changed(annex_rows(rubric), "01.01.4", code="０１．０１．４", level="４级", category="基本项")
    rows = changed(rows, "02.01.5", code="2.1.5", level="五级")
    rows = changed(rows, "01.01.5", code="01.01")
    assert read_annex(build(rows), rubric).flags == flags_of(rubric)


def test_a_clause_per_row_with_the_code_merged_or_repeated_is_one_level(rubric: Rubric) -> None:
    rows = []
    for row in annex_rows(rubric):
        parts = (
            row.content.replace("（", "\n（").strip().split("\n") if row.code == "01.01.3" else [row.content]
        )
        rows += [
            replace(row, content=part, category=row.category if n == 0 else "")
            for n, part in enumerate(parts)
        ]
    for merged in (("seq", "code", "role", "item", "level"), ("seq", "role", "item")):
        annex = read_annex(build(rows, merged=merged), rubric)
        assert annex.flags == flags_of(rubric)
        assert annex.wordings["01.01.3-4"] == "示例原文01.01.3第4条"


def test_a_table_that_goes_on_after_a_page_break_without_heading_is_read(rubric: Rubric) -> None:
    rows = annex_rows(rubric)
    document = Document()
    lines = [[getattr(row, key) for key in ORDER] for row in rows]
    from tests.factories.official_annex import HEADINGS

    write_table(document, [list(HEADINGS.values()), *lines[:100]], [0, 2, 3])
    document.add_page_break()
    write_table(document, lines[100:], [0, 2, 3])
    assert read_annex(saved(document), rubric).flags == flags_of(rubric)


def test_a_heading_row_across_the_table_and_empty_rows_are_passed_over(rubric: Rubric) -> None:
    rows = annex_rows(rubric)
    empty = replace(rows[0], **dict.fromkeys(ORDER, ""))
    banner = replace(rows[0], **dict.fromkeys(ORDER, "一、病房医师"))
    document = Document()
    from tests.factories.official_annex import HEADINGS

    table = [HEADINGS, banner, empty, *rows]
    lines = [[row[key] if isinstance(row, dict) else getattr(row, key) for key in ORDER] for row in table]
    write_table(document, lines, [0, 2, 3])
    cells = document.tables[0].rows[1].cells
    cells[0].merge(cells[-1])
    assert read_annex(saved(document), rubric).flags == flags_of(rubric)


@pytest.mark.parametrize(
    ("text", "expected", "clauses"),
    [
        ("（1）甲（2）乙；（3）丙", 3, ("甲", "乙；", "丙")),
        ("(1)甲\n(2)乙", 2, ("甲", "乙")),
        ("１．甲２．乙", 2, ("甲", "乙")),
        ("1、甲\n2、乙（1）不是条号", 2, ("甲", "乙（1）不是条号")),
        ("①甲②乙", 2, ("甲", "乙")),
        ("（1）含2.5倍与10.1版（2）乙", 2, ("含2.5倍与10.1版", "乙")),
        ("甲\n乙", 2, ("甲", "乙")),
        ("甲\n乙", 1, ("甲乙",)),
        ("（1）只有一条", 1, ("只有一条",)),
        ("没有条号", 1, ("没有条号",)),
        ("（1）甲（2）乙", 3, ("甲", "乙")),
        ("", 1, ()),
    ],
)
def test_clauses_of_a_cell_are_told_apart(text: str, expected: int, clauses: tuple[str, ...]) -> None:
    assert split_clauses(text, expected) == clauses


def test_wording_that_does_not_fall_into_the_clauses_of_the_standard_is_listed_and_not_taken(
    rubric: Rubric,
) -> None:
    rows = changed(annex_rows(rubric), "01.01.4", content="（1）甲（2）乙（3）丙")
    annex = read_annex(build(rows), rubric)
    (unmatched,) = annex.unmatched
    assert (unmatched.code, unmatched.expected, unmatched.found) == ("01.01.4", 2, 3)
    assert "01.01.4-1" not in annex.wordings
    assert len(annex.wordings) == 767


def test_wrong_counts_are_refused_with_a_sentence_per_level(rubric: Rubric) -> None:
    flags = flags_of(rubric)
    optional = [code for code, levels in flags.items() if levels.get(4) == "optional"]
    rows = changed(annex_rows(rubric), f"{optional[0]}.4", category="基本")
    rows = changed(rows, "01.01.8", category="")
    assert refusals(build(rows), rubric) == [
        "4级：基本项应为16项，现为17项，多出1项。",
        "8级：基本项应为22项，现为21项，还差1项。",
    ]


def test_a_category_column_that_a_converter_filled_downwards_is_recognised(rubric: Rubric) -> None:
    rows = [replace(row, category="基本") for row in annex_rows(rubric)]
    found = refusals(build(rows), rubric)
    assert len(found) == 9
    assert "填满" in found[-1]


def test_missing_items_and_levels_are_named(rubric: Rubric) -> None:
    rows = without(annex_rows(rubric), "01.02.4", "01.02.5", *(f"08.01.{level}" for level in range(9)))
    assert refusals(build(rows), rubric) == [
        "文档中缺少项目01.02“病房检验申请”的4、5级。",
        f"文档中缺少项目08.01“{rubric.by_code['08.01'].name.zh}”。",
    ]


def test_unknown_items_levels_and_words_are_refused_with_their_place(rubric: Rubric) -> None:
    rows = annex_rows(rubric)
    rows.insert(3, replace(rows[3], code="11.01.3"))
    rows = changed(rows, "01.02.4", category="必选")
    of_reports = next(row for row in rows if row.code == "01.03.1")
    rows.insert(rows.index(of_reports) + 1, replace(of_reports, code="01.03.2", category="基本", level="2"))
    rows.append(replace(rows[-1], code="共39项"))
    found = refusals(build(rows), rubric)
    assert found[0] == "第2个表格第5行：标准中没有项目11.01。"
    assert any("标准中01.03没有2级。" in sentence for sentence in found)
    assert any("“共39项”不是项目代码" in sentence for sentence in found)
    assert any("01.02.4" in sentence and "“必选”" in sentence for sentence in found)
    assert len(found) == 4


def test_an_empty_row_for_a_level_the_standard_does_not_define_is_passed_over(rubric: Rubric) -> None:
    rows = annex_rows(rubric)
    rows.insert(
        20, replace(rows[20], code="01.03.2", level="2", category="", content="无要求", item=rows[20].item)
    )
    rows = [replace(r, item=annex_rows(rubric)[20].item) if r.code == "01.03.2" else r for r in rows]
    assert read_annex(build(rows), rubric).flags == flags_of(rubric)


def test_a_level_that_stands_twice_and_a_code_that_contradicts_its_level_are_refused(rubric: Rubric) -> None:
    rows = annex_rows(rubric)
    rows.append(rows[4])
    rows = changed(rows, "05.01.3", level="6")
    found = refusals(build(rows), rubric)
    assert any("01.01.4已在第2个表格第6行出现过" in sentence for sentence in found)
    assert any("项目代码写作3级，功能评分却是6级" in sentence for sentence in found)


def test_a_code_with_the_name_of_another_item_is_refused_and_a_variant_is_noted(rubric: Rubric) -> None:
    rows = annex_rows(rubric)
    annex = read_annex(build(changed(rows, "04.04.4", item="检查图象"), merged=()), rubric)
    (note,) = annex.notes
    assert "04.04在文档中写作“检查图象”" in note.sentence
    wrong = changed(rows, "01.02.4", item="病房检查申请")
    (sentence,) = refusals(build(wrong, merged=()), rubric)
    assert "01.02应为“病房检验申请”，文档中却是“病房检查申请”" in sentence


def test_a_document_without_the_table_says_what_it_looks_for(rubric: Rubric) -> None:
    (sentence,) = refusals(build([]), rubric)
    assert "没有找到评分标准表" in sentence


def test_text_deleted_by_a_tracked_change_does_not_count(rubric: Rubric) -> None:
    content = build(changed(annex_rows(rubric), "01.01.4", category="基本"))
    archive = zipfile.ZipFile(io.BytesIO(content))
    xml = archive.read("word/document.xml").decode()
    deleted = '<w:del w:id="9" w:author="a"><w:r><w:delText>选择</w:delText></w:r></w:del><w:r><w:t>基本</w:t></w:r>'
    xml = xml.replace("<w:r><w:t>基本</w:t></w:r>", deleted, 1)
    assert "delText" in xml
    assert read_annex(repacked(archive, {"word/document.xml": xml.encode()}), rubric).flags == flags_of(
        rubric
    )


def test_a_very_long_merge_is_read_without_recursion(rubric: Rubric) -> None:
    document = Document()
    write_table(document, [["a", "b"], *[["same", "x"]] * 3000], [0])
    assert "没有找到" in refusals(saved(document), rubric)[0]


def repacked(archive: zipfile.ZipFile, changes: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as copy:
        for name in {*archive.namelist(), *changes}:
            copy.writestr(name, changes.get(name) or archive.read(name))
    return file.getvalue()


def bomb() -> bytes:
    archive = zipfile.ZipFile(io.BytesIO(build([])))
    return repacked(archive, {"word/media/filler.xml": b" " * (90 * 1024 * 1024)})


def encrypted_zip() -> bytes:
    content = bytearray(build([]))
    central = content.index(b"PK\x01\x02")
    content[central + 8] |= 1
    return bytes(content)


def other_zip(name: str, body: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(name, body)
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "不是Word文档"),
        (b"%PDF-1.7 not a document", "不是Word文档"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "旧版Word文档"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "打开密码"),
        (encrypted_zip(), "打开密码"),
        (bomb(), "解压后过大"),
        (other_zip("a.txt", b"x"), "不是Word文档"),
        (other_zip("[Content_Types].xml", b"<Types>spreadsheetml.sheet.main+xml</Types>"), "不是Word文档"),
        (other_zip("[Content_Types].xml", b"<Types>wordprocessingml.document.main+xml</Types>"), "已损坏"),
        (b"PK\x03\x04" + b"\0" * 100, "已损坏"),
        (build([])[:-200], "已损坏"),
    ],
    ids=["empty", "pdf", "doc", "protected", "zip password", "bomb", "zip", "xlsx", "hollow", "rubbish", "cut off"],
)  # fmt: skip
def test_files_that_are_not_a_readable_word_document_are_refused(
    content: bytes, words: str, rubric: Rubric
) -> None:
    with pytest.raises(DocumentRefused, match=words):
        read_annex(content, rubric)


def test_a_file_above_the_size_limit_is_refused_before_it_is_opened(rubric: Rubric) -> None:
    with pytest.raises(DocumentRefused, match="1MB"):
        read_annex(b"PK\x03\x04" + b"x" * (1024 * 1024), rubric, at_most=1024 * 1024)


def test_an_entity_bomb_in_the_document_is_not_expanded(rubric: Rubric) -> None:
    archive = zipfile.ZipFile(io.BytesIO(build([])))
    bodies = ["x" * 10, *(f"&e{n};" * 10 for n in range(8))]
    declared = "".join(f'<!ENTITY e{n} "{body}">' for n, body in enumerate(bodies))
    xml = (
        archive.read("word/document.xml")
        .decode()
        .replace("<w:document", f"<!DOCTYPE d [{declared}]><w:document", 1)
    )
    xml = xml.replace("<w:body>", "<w:body><w:p><w:r><w:t>&e8;</w:t></w:r></w:p>")
    with pytest.raises((DocumentRefused, AnnexRefused)):
        read_annex(repacked(archive, {"word/document.xml": xml.encode()}), rubric)
