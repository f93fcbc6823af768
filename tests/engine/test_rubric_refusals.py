"""Every inconsistency of a rubric file is refused with its file, its line and one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.rubric.errors import RubricError
from engine.rubric.load import load_rubric
from tests.engine.made_up import BASES, DOUBTS, LIBRARY, RUBRIC, TABLE, load_files, write_files

FILES = {"rubric": RUBRIC, "table": TABLE, "doubts": DOUBTS, "bases": BASES}
NAMES = {
    "rubric": "made-up.yaml",
    "table": "made-up-dq.yaml",
    "doubts": "made-up-doubts.yaml",
    "bases": "statistical-bases.yaml",
}


def test_the_made_up_standard_itself_is_accepted(tmp_path: Path) -> None:
    rubric = load_files(write_files(tmp_path))
    assert [item.code for item in rubric.items] == ["01.01", "01.02"]
    assert [level.has_index for level in rubric.by_code["01.01"].levels] == [False, False, True]


# file, text to change, what it becomes, text on the line to be named (in the changed file), sentence
CASES = [
    # shape
    ("rubric", "  id: made-up\n", "  id: made-up\n  colour: red\n", "  colour: red", "“colour” is not known"),
    (
        "rubric",
        "  id: made-up\n",
        "  id: made-up\n  id: made-up\n",
        "  id: made-up",
        "stands twice in one mapping",
    ),
    ("rubric", "  id: made-up\n", "", "  status: official", "“id” is missing"),
    ("rubric", "  id: made-up", "  id: ''", "  id: ''", "must be a text that is not empty"),
    ("rubric", "  status: official", "  status: final", "  status: final", "it must be one of official"),
    (
        "rubric",
        "  status: official",
        "  status: official\n  official: false",
        "  official: false",
        "contradicts the status",
    ),
    ("rubric", "{zh: 示例标准, en: Made-up standard}", "{zh: 示例标准}", "title:", "lacks its language “en”"),
    ("rubric", "{zh: 甲, en: First}", "{zh: '', en: First}", "zh: '', en: First", "lacks its language “zh”"),
    ("rubric", "{zh: 甲, en: First}", "甲", "name: 甲", "must be a mapping"),
    ("rubric", "{zh: 甲, en: First}", "{zh: 甲, en: First, fr: Un}", "fr: Un", "“fr” is not known"),
    ("rubric", "{zh: 甲, en: First}", "{zh: 甲, en: 5}", "en: 5", "must be a text, not 5"),
    ("rubric", "roles:\n- {code", "roles:\n  x: {code", "roles:", "“roles” must be a list"),
    # the frame
    ("rubric", "score_decimals: 2", "score_decimals: 3", "score_decimals: 3", "rounded to 2 decimals"),
    ("rubric", "absent_factor: 1", "absent_factor: 0", "absent_factor: 0", "an absent factor counts 1"),
    ("rubric", "clauses: 5", "clauses: 6", "clauses: 6", "states 6 clauses, the file holds 5"),
    ("rubric", "categories: 1", "categories: 2", "categories: 2", "states 2 categories, the file holds 1"),
    ("rubric", "items: 2,", "items: 3,", "items: 3,", "states 3 items, the file holds 2"),
    ("rubric", "levels: 3,", "levels: 4,", "levels: 4,", "states 4 levels, the file holds 3"),
    ("rubric", "max_total: 4", "max_total: 5", "structure:", "states 5 max_total, the file holds 4"),
    ("rubric", "{level: 2, name", "{level: 3, name", "{level: 3, name", "must ascend from 0"),
    ("rubric", "- {level: 2, basic: 1", "- {level: 3, basic: 1", "- {level: 3, basic", "gates must ascend"),
    (
        "rubric",
        "basic: 1, optional_required: 1",
        "basic: 2, optional_required: 1",
        "basic: 2",
        "counts 2 basic",
    ),
    (
        "rubric",
        "optional_required: 1, optional_total: 1",
        "optional_required: 1, optional_total: 2",
        "optional_total: 2",
        "counts 2 optional items at level 1, the items say 1",
    ),
    (
        "rubric",
        "optional_required: 1",
        "optional_required: 2",
        "optional_required: 2",
        "2 optional items of 1",
    ),
    ("rubric", "min_total: 2", "min_total: 0", "min_total: 0", "must not fall with the level"),
    ("rubric", "min_total: 2", "min_total: many", "min_total: many", "whole number"),
    ("rubric", "min_total: 2", "min_total: -2", "min_total: -2", "whole number of at least 0"),
    (
        "rubric",
        "  - {level: 2, name: {zh: 二级, en: Two}}\n",
        "",
        "- {level: 2, basic: 1",
        "the gate table ends at level 2, the levels of the standard at 1",
    ),
    # thresholds
    ("rubric", "basic_min: 0.80, opt", "basic_min: 1.80, opt", "basic_min: 1.80", "number from 0 to 1"),
    ("rubric", "basic_min: 0.80, opt", "basic_min: .nan, opt", "basic_min: .nan", "not a decimal number"),
    ("rubric", "basic_min: 0.80, opt", "basic_min: null, opt", "basic_min: null", "needs “basic_min”"),
    ("rubric", "basic_min: 0.80, opt", "basic_min: 0.40, opt", "basic_min: 0.40", "cannot be lower"),
    (
        "rubric",
        "optional_min: 0.50, earlier",
        "optional_min: 0.40, earlier",
        "optional_min: 0.40",
        "share one bound",
    ),
    ("rubric", "score_if_not: 0.0", "score_if_not: 0.5", "in_use:", "in use counts 1"),
    (
        "rubric",
        'items: [{code: "01.02"',
        'items: [{code: "01.01"',
        'code: "01.01", cond',
        "not an item of kind impl",
    ),
    (
        "rubric",
        '    items: [{code: "01.02", condition: {zh: 在用, en: In use}}]',
        "    items: []",
        "    items: []",
        "the list lacks 01.02",
    ),
    (
        "rubric",
        "  data_quality: {basic_min: 0.50, optional_min: 0.50, earlier_levels_min: 0.50}\n",
        "",
        "  ratio:",
        "must give the bounds",
    ),
    ("rubric", "  window_months: 3\nroles", "  window_months: 0\nroles", "  window_months: 0", "at least 1"),
    (
        "rubric",
        "rule: {zh: 规则, en: Rule}}",
        'items: ["01.02"]}',
        'items: ["01.02"]',
        "differs from the items",
    ),
    (
        "rubric",
        "rule: {zh: 规则, en: Rule}}",
        'by_level: [{level: 1, min_80: [], min_50: ["01.01"]}]}',
        "by_level",
        "differs from the basic ratio items",
    ),
    (
        "rubric",
        "rule: {zh: 规则, en: Rule}}",
        'items: [{code: "01.01", min_80_as_basic_at_levels: [1, 2], min_50_as_optional_at_levels: []}]}',
        "min_80_as_basic",
        "differs from the levels where 01.01 is basic",
    ),
    # roles, items, levels, clauses
    ("rubric", '- {code: "01", name', '- {code: "02", name', '  role: "01"', "role 01 does not exist"),
    (
        "rubric",
        "roles:\n",
        'roles:\n- {code: "01", name: {zh: 角, en: R}}\n',
        '- {code: "01", name: {zh: 角色',
        "role code 01 stands twice",
    ),
    ("rubric", '- code: "01.02"\n', '- code: "01.01"\n', None, "the item code 01.01 stands twice"),
    ("rubric", "  seq: 2", "  seq: 3", "  seq: 3", "expected 2"),
    ("rubric", "kind: ratio", "kind: guess", "kind: guess", "must be one of ratio, implemented"),
    ("rubric", "    numerator: {zh: 分子, en: Top}\n", "", "kind: ratio", "“numerator” is missing"),
    (
        "rubric",
        "data_quality: measured",
        "data_quality: maybe",
        "data_quality: maybe",
        "one of measured, none",
    ),
    (
        "rubric",
        "  - level: 2\n    category: optional",
        "  - level: 1\n    category: optional",
        None,
        "must ascend",
    ),
    (
        "rubric",
        "  - level: 2\n    category: basic",
        "  - level: 3\n    category: basic",
        None,
        "ends at level 2",
    ),
    (
        "rubric",
        "  - level: 0\n",
        "  - level: 0\n    category: basic\n",
        "    category: basic",
        "has no category",
    ),
    (
        "rubric",
        "    category: optional\n    no_req",
        "    category: vital\n    no_req",
        "vital",
        "basic, optional",
    ),
    ("rubric", "    no_requirement: true\n", "", None, "either clauses or"),
    (
        "rubric",
        "    category_confirmed: false\n    dq",
        "    category_confirmed: 0\n    dq",
        "confirmed: 0",
        "true or",
    ),
    (
        "rubric",
        "- {n: 2, zh: 二",
        "- {n: 3, zh: 二",
        "- {n: 3, zh: 二",
        "clauses must count up from 1; expected 2",
    ),
    ("rubric", "nature: exchange", "nature: magic", "nature: magic", "must be one of capture"),
    ("rubric", "evidence: [message]", "evidence: [rumour]", "evidence: [rumour]", "must list, each once"),
    ("rubric", "evidence: [message]", "evidence: []", "evidence: []", "must list, each once"),
    (
        "rubric",
        "evidence: [message]",
        "evidence: [data, data]",
        "evidence: [data, data]",
        "must list, each once",
    ),
    ("rubric", "evidence: [message]", "evidence: [4]", "evidence: [4]", "must list texts"),
    (
        "rubric",
        "backend: true, evidence: [message]",
        "backend: 'no', evidence: [message]",
        "'no'",
        "true or false",
    ),
    # the data-quality table
    ("table", "示例〔2020〕1号", "示例〔2019〕9号", "meta:", "belongs to another document"),
    ("table", "- {id: b, ", "- {id: a, ", "dimension: timeliness", "twice"),
    (
        "table",
        "dimension: timeliness",
        "dimension: beauty",
        "dimension: beauty",
        "must be one of consistency",
    ),
    ("table", '{id: b, item: "01.01"', '{id: b, item: "09.09"', '"09.09"', "the item 09.09 does not exist"),
    ("table", '{id: b, item: "01.01"', '{id: b, item: "01.02"', None, "01.02 is not measured"),
    (
        "table",
        'code: "01.01.2", level: 2, dimension: t',
        'code: "01.01.2", level: 4, dimension: t',
        "level: 4",
        "no level 4",
    ),
    (
        "table",
        'code: "01.01.2", level: 2, dimension: t',
        'code: "01.01.1", level: 2, dimension: t',
        "01.01.1",
        "must be 01.01.2",
    ),
    ("table", "rules: 2", "rules: 3", "rules: 3", "holds 2 rules for 01.01"),
    ("table", "levels: [2]", "levels: [1, 2]", "levels: [1, 2]", "stand at levels [2]"),
    ("table", "{zh: 甲, en: First}", "{zh: 丙, en: First}", "丙", "the rubric calls 01.01 甲"),
    ("table", '- {code: "01.02", name: {zh: 乙, en: Second}}', "[]", None, "says nothing about 01.02"),
    ("table", ", check: {}", "", "{id: a", "needs its “check”"),
    ("table", "mechanisable: false", "mechanisable: false, mood: bad", "mood", "“mood” is not known"),
    ("rubric", "  data_quality_table_year: 2020\n", "", None, "no “data_quality_table_year”"),
    # doubts and bases
    ("doubts", ", en: Doubtful", "", "where:", "lacks its language “en”"),
    ("bases", '{"01.01": []}', '{"01.02": []}', "01.02", "not an item of kind ratio"),
    ("bases", '{"01.01": []}', '{"01.01": [5]}', "[5]", "has no level 5"),
    ("bases", '{"01.01": []}', '{"01.01": [1]}', "- rubric", "no base feeds item 01.01 at level 2"),
    ("bases", '{"01.01": []}', '{"01.01": [1, 2, 2]}', "[1, 2, 2]", "already fed by discharges"),
    (
        "bases",
        "- rubric: made-up",
        "- rubric: made-up\n  bases: []\n- rubric: made-up",
        None,
        "made-up stands twice",
    ),
    ("bases", "- rubric: made-up\n  bases:\n", "x:\n", None, "must be a list of rubrics"),
]


@pytest.mark.parametrize(("file", "old", "new", "line_holds", "sentence"), CASES)
def test_an_inconsistency_is_refused_with_file_line_and_sentence(
    tmp_path: Path, file: str, old: str, new: str, line_holds: str | None, sentence: str
) -> None:
    original = FILES[file]
    assert old in original, "this case no longer changes anything"
    changed = original.replace(old, new, 1)
    if sentence.startswith("says nothing"):
        changed = changed.replace("items_without_rules:\n[]", "items_without_rules: []")
    write_files(tmp_path, **{file: changed})
    with pytest.raises(RubricError) as refused:
        load_files(tmp_path)
    error = refused.value
    assert sentence in error.sentence
    assert str(error) == f"{error.file}:{error.line}: {error.sentence}"
    if line_holds is not None:
        assert Path(error.file).name == NAMES[file]
        assert line_holds in changed.splitlines()[error.line - 1]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "is empty"),
        ("standard: [", "not valid YAML"),
        ("a: &x 1\n? [1, 2]\n: 3\n", "a key must be a plain word"),
        ("- 1\n", "must be a mapping"),
    ],
)
def test_what_is_no_rubric_at_all_is_refused(tmp_path: Path, content: str, sentence: str) -> None:
    path = tmp_path / "broken.yaml"
    path.write_text(content, "utf-8")
    with pytest.raises(RubricError, match=sentence):
        load_rubric(path)


def test_a_missing_file_and_one_that_is_not_utf8_are_refused(tmp_path: Path) -> None:
    with pytest.raises(RubricError, match="does not exist"):
        load_rubric(tmp_path / "nowhere.yaml")
    (tmp_path / "gbk.yaml").write_bytes("标准: 一".encode("gbk"))
    with pytest.raises(RubricError, match="UTF-8"):
        load_rubric(tmp_path / "gbk.yaml")


def test_a_rubric_cannot_run_code_when_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "evil.yaml"
    path.write_text("standard: !!python/object/apply:os.getcwd []\n", "utf-8")
    with pytest.raises(RubricError):
        load_rubric(path)


def test_one_flag_changed_in_the_emr_standard_is_refused_at_its_gate(tmp_path: Path) -> None:
    """The real file: turning one basic item optional contradicts the official table of that level."""
    text = (LIBRARY / "emr-2018.yaml").read_text("utf-8")
    path = tmp_path / "emr-2018.yaml"
    path.write_text(text.replace("    category: basic", "    category: optional", 1), "utf-8")
    with pytest.raises(RubricError, match="the gate table counts") as refused:
        load_rubric(path, data_quality=LIBRARY / "emr-2018-dq.yaml")
    assert path.read_text("utf-8").splitlines()[refused.value.line - 1].startswith("- {level: ")


def test_one_flag_changed_in_the_service_standard_contradicts_its_own_threshold_lists(tmp_path: Path) -> None:
    text = (LIBRARY / "smart-service-2019.yaml").read_text("utf-8")
    old = "min_80_as_basic_at_levels: [1, 2, 3, 4]"
    assert old in text
    path = tmp_path / "smart-service-2019.yaml"
    path.write_text(text.replace(old, "min_80_as_basic_at_levels: [1, 2, 3]", 1), "utf-8")
    with pytest.raises(RubricError, match=r"differs from the levels where 01\.01 is basic"):
        load_rubric(path)
