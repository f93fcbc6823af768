"""package.yaml: what it may say, and the line of what it may not."""

from __future__ import annotations

from datetime import date

import pytest

from assessments.probes import PackageRefused, StatedFigure
from engine.evidence.tables import SYSTEM
from tests.app.probes.reading import codes, rows

RULE = "01.01.3-consistency-1"


def test_everything_a_package_can_say_is_read(folder, opened, catalogue) -> None:
    rule = next(iter(catalogue.rules))
    (folder / "导出.csv").write_text("report_no,request_no\nR1,1\n", "utf-8")
    (folder / "package.yaml").write_text(
        f"""format: zhiping-package/1
hospital: 示例市人民医院
window: {{from: 2026-07-01, to: "2026-09-30"}}
discharges: 4765
files:
- {{path: 导出.csv, record: lab_report, source_system: LIS, exported_at: 2026-10-02 08:00}}
not_applicable: {{transfusion: 本院没有输血科}}
supplied:
  {rule}: {{numerator: 5, denominator: 9, how: 在前置库执行查询}}
""",
        "utf-8",
    )
    package = opened(hospital="示例市 人民医院", window=(date(2026, 7, 1), date(2026, 9, 30)))
    said = package.manifest
    assert (said.hospital, said.discharges) == ("示例市人民医院", 4765)
    assert said.window == package.window == (date(2026, 7, 1), date(2026, 9, 30))
    assert said.files["导出.csv"].exported_at == "2026-10-02 08:00"
    assert said.supplied == {rule: StatedFigure(5, 9, "在前置库执行查询")}
    assert package.tables.not_applicable == {"transfusion": "本院没有输血科"}
    assert rows(package, "lab_report", "report_no", SYSTEM) == [("R1", "LIS")]
    assert rows(package, "declared_volume", "volume_kind", "declared_count") == [("discharges", "4765")]


def test_declared_volumes_of_a_file_outrank_the_number_in_the_manifest(folder, opened) -> None:
    (folder / "declared_volume.csv").write_text("volume_kind,declared_count\ndischarges,10\n", "utf-8")
    (folder / "package.yaml").write_text("discharges: 4765\n", "utf-8")
    assert rows(opened(), "declared_volume", "declared_count") == [("10",)]


def test_a_record_type_declared_absent_of_which_there_is_a_file_counts_by_the_file(folder, opened) -> None:
    (folder / "lab_report.csv").write_text("report_no\nR1\n", "utf-8")
    (folder / "package.yaml").write_text("not_applicable: {lab_report: 没有检验科}\n", "utf-8")
    package = opened()
    assert package.tables.not_applicable == {}
    assert "lab_report" in package.notes[0].zh


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ("hospital: 甲\nhospitl: 乙\n", 2),
        ("hospital: 甲\nhospital: 乙\n", 2),
        ("\nwindow: {from: 2026-07-01}\n", 2),
        ("window: {from: 2026-09-30, to: 2026-07-01}\n", 1),
        ("window:\n  from: 2026-07-01\n  to: 昨天\n", 3),
        ("discharges: -1\n", 1),
        ("discharges: true\n", 1),
        ("not_applicable:\n  wrong_record: 没有\n", 2),
        ("not_applicable:\n  transfusion: ''\n", 2),
        ("supplied:\n  no-such-rule: {numerator: 1, denominator: 2, how: x}\n", 2),
        ("files:\n- {record: lab_report}\n", 2),
        ("files:\n- {path: a.csv, record: wrong}\n", 2),
        ("files:\n- {path: a.csv}\n- {path: a.csv}\n", 1),
        ("files: {a: b}\n", 1),
        ("files: [a, b]\n", 1),
        ("format: zhiping-package/2\n", 1),
        ("- a\n", 1),
        ("hospital: [\n", 2),
        ("a: &x [1]\nhospital: *x\n", 2),
        ("window: {<<: {from: 2026-07-01}}\n", 1),
        ("hospital: !!python/object/apply:os.system [ls]\n", 1),
    ],
)
def test_what_cannot_be_understood_is_refused_with_its_line(folder, opened, content, line) -> None:
    (folder / "package.yaml").write_text(content, "utf-8")
    (folder / "lab_report.csv").write_text("report_no\nR1\n", "utf-8")
    with pytest.raises(PackageRefused) as caught:
        opened()
    assert caught.value.refusal.code == "bad_manifest"
    assert f"第{line}行" in caught.value.refusal.sentence.zh


def test_supplied_figures_need_whole_numbers_in_order_and_a_way(folder, opened, catalogue) -> None:
    rule = next(iter(catalogue.rules))
    (folder / "lab_report.csv").write_text("report_no\nR1\n", "utf-8")
    for part in (
        "{numerator: 9, denominator: 5, how: x}",
        "{numerator: 1, denominator: 5}",
        "7",
        "{numerator: 1.5, denominator: 2, how: x}",
    ):
        (folder / "package.yaml").write_text(f"supplied:\n  {rule}: {part}\n", "utf-8")
        with pytest.raises(PackageRefused):
            opened()


def test_an_empty_manifest_says_nothing(folder, opened) -> None:
    (folder / "package.yaml").write_text("# nothing yet\n", "utf-8")
    (folder / "lab_report.csv").write_text("report_no\nR1\n", "utf-8")
    assert codes(opened()) == {}
