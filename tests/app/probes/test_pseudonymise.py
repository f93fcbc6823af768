"""The command a hospital runs before data leaves it: nobody left inside, joins and order intact."""

from __future__ import annotations

import csv
import hmac
import json
from hashlib import sha256
from io import StringIO
from pathlib import Path

import pytest
import yaml
from django.core.management import call_command

from assessments.probes.pseudonyms import Pseudonyms, SecretRefused, usable_secret
from assessments.probes.screening import screen_values

SECRET = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"
REQUEST = (
    "request_no,patient_id,requesting_physician_name,requesting_dept,requested_at,item_description,家庭住址\n"
)


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    path = tmp_path / "secret.txt"
    path.write_text(SECRET + "\n")
    return path


@pytest.fixture
def package(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    (folder / "dictionary").mkdir(parents=True)
    (folder / "messages").mkdir()
    (folder / "lab_request@HIS.csv").write_text(
        REQUEST
        + 'R1,P1,张伟,内科,2026-01-05 08:00:00,"空腹, 采血",某路1号\nR2, P2 ,王芳,外科,2026/1/9 8:00,,x\nR3,P1,,,20260110093000,乏力,\n',
        encoding="gb18030",
    )
    (folder / "lab_report@LIS.csv").write_text(
        "﻿report_no,request_no,patient_id,reported_at\nB1,R1,P1,2026-01-05T10:00:00\n", encoding="utf-8"
    )
    (folder / "dictionary" / "staff.csv").write_text("code,name\nD1,张伟\n", encoding="utf-8")
    (folder / "dictionary" / "dept.csv").write_text("code,name\nD1,内科\n", encoding="utf-8")
    (folder / "package.yaml").write_text(
        "window: {from: 2026-01-01, to: 2026-03-31}\nhospital: 示例医院\n", encoding="utf-8"
    )
    (folder / "messages" / "a.hl7").write_text(
        "MSH|^~\\&|HIS|H|LIS|L|20260105080000||ORM^O01|M1|P|2.5\rPID|1||P1||张^伟\rPV1|1|I\rORC|NW|R1|||||||20260105080000|||D1^张^伟\rOBR|1|R1||XCG^血常规||||||||||||||||||||LAB\rMSH|\r",
        newline="",
    )
    return folder


def run(package: Path, target: Path, secret: Path, *more: str) -> str:
    said = StringIO()
    call_command("pseudonymise", str(package), str(target), "--secret-file", str(secret), *more, stdout=said)
    return said.getvalue()


def refused(package: Path, target: Path, secret: Path, capsys: pytest.CaptureFixture[str], *more: str) -> str:
    with pytest.raises(SystemExit) as ended:
        call_command("pseudonymise", str(package), str(target), "--secret-file", str(secret), *more)
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert said.count("\n") <= 1
    return said


def token(value: str) -> str:
    return hmac.new(SECRET.encode(), value.encode(), sha256).hexdigest()[:32]


def test_identifiers_and_names_become_tokens_and_joins_hold(
    package: Path, tmp_path: Path, secret: Path
) -> None:
    run(package, tmp_path / "out", secret)
    requests = rows(tmp_path / "out" / "lab_request@HIS.csv")
    assert [row["patient_id"] for row in requests] == [token("P1"), token("P2"), token("P1")]
    assert requests[0]["requesting_physician_name"] == token("张伟")
    assert requests[2]["requesting_physician_name"] == ""
    assert rows(tmp_path / "out" / "lab_report@LIS.csv")[0]["patient_id"] == requests[0]["patient_id"]
    assert rows(tmp_path / "out" / "dictionary" / "staff.csv")[0] == {"code": "D1", "name": token("张伟")}
    assert rows(tmp_path / "out" / "dictionary" / "dept.csv")[0] == {"code": "D1", "name": "内科"}


def test_order_numbers_codes_and_row_order_stay(package: Path, tmp_path: Path, secret: Path) -> None:
    run(package, tmp_path / "out", secret)
    requests = rows(tmp_path / "out" / "lab_request@HIS.csv")
    assert [row["request_no"] for row in requests] == ["R1", "R2", "R3"]
    assert [row["requesting_dept"] for row in requests] == ["内科", "外科", ""]


def test_texts_become_their_length_and_unknown_columns_are_left_out(
    package: Path, tmp_path: Path, secret: Path
) -> None:
    said = run(package, tmp_path / "out", secret)
    requests = rows(tmp_path / "out" / "lab_request@HIS.csv")
    assert [row["item_description__length"] for row in requests] == ["6", "", "2"]
    assert "item_description" not in requests[0] and "家庭住址" not in requests[0]
    assert "家庭住址" in said
    kept = run(package, tmp_path / "kept", secret, "--keep-text", "item_description")
    assert "item_description" not in kept
    assert rows(tmp_path / "kept" / "lab_request@HIS.csv")[0]["item_description"] == "空腹, 采血"


def test_times_move_by_whole_weeks_in_their_own_notation_and_the_window_with_them(
    package: Path, tmp_path: Path, secret: Path
) -> None:
    run(package, tmp_path / "out", secret, "--shift-weeks", "-2")
    requests = rows(tmp_path / "out" / "lab_request@HIS.csv")
    assert [row["requested_at"] for row in requests] == [
        "2025-12-22 08:00:00",
        "2025/12/26 8:00",
        "20251227093000",
    ]
    assert rows(tmp_path / "out" / "lab_report@LIS.csv")[0]["reported_at"] == "2025-12-22T10:00:00"
    window = yaml.safe_load((tmp_path / "out" / "package.yaml").read_text(encoding="utf-8"))["window"]
    assert {key: str(day) for key, day in window.items()} == {"from": "2025-12-18", "to": "2026-03-17"}


def test_message_files_become_tables_of_tokens(package: Path, tmp_path: Path, secret: Path) -> None:
    said = json.loads(run(package, tmp_path / "out", secret, "--json"))
    (message,) = [one for one in said["files"] if one["name"].endswith("a.hl7")]
    assert (message["malformed"], message["skipped"]) == (1, False)
    (order,) = rows(tmp_path / "out" / "order@HIS.csv")
    assert (order["order_no"], order["patient_id"], order["ordering_physician_name"]) == (
        "R1",
        token("P1"),
        token("张伟"),
    )
    (request,) = rows(tmp_path / "out" / "lab_request@HIS-2.csv")  # beside the table the package has of it
    assert request["request_no"] == "R1"
    assert not (tmp_path / "out" / "messages").exists()


def test_nothing_of_the_output_identifies_anybody(package: Path, tmp_path: Path, secret: Path) -> None:
    run(package, tmp_path / "out", secret)
    for path in (tmp_path / "out").rglob("*.csv"):
        written = rows(path)
        for column in written[0]:
            assert not screen_values(column, [row[column] for row in written])
        assert "张伟" not in path.read_text(encoding="utf-8")


def test_a_mapping_says_which_columns_are_what(package: Path, tmp_path: Path, secret: Path) -> None:
    (package / "LIS_2026.csv").write_text("BGDH;BRID;SHYS\nB1;P1;张伟\n", encoding="utf-8")
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text(
        "format: zhiping-mapping/1\nhospital: 示例医院\nsources:\n- source: LIS_*.csv\n  record: lab_report\n  system: LIS\n"
        "  columns: {BGDH: report_no, BRID: patient_id, SHYS: verifier_name}\n",
        encoding="utf-8",
    )
    run(package, tmp_path / "out", secret, "--mapping", str(mapping))
    assert (tmp_path / "out" / "LIS_2026.csv").read_text(
        encoding="utf-8"
    ) == f"BGDH;BRID;SHYS\nB1;{token('P1')};{token('张伟')}\n"


@pytest.mark.parametrize("weak", ["short", "a" * 64, "1212" * 20, ""])
def test_a_short_or_simple_secret_is_refused_and_nothing_written(
    package: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], weak: str
) -> None:
    path = tmp_path / "weak.txt"
    path.write_text(weak)
    assert "openssl rand -hex 32" in refused(package, tmp_path / "out", path, capsys)
    assert not (tmp_path / "out").exists()
    with pytest.raises(SecretRefused):
        usable_secret(weak.encode())


def test_a_secret_inside_the_package_is_refused(
    package: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (package / "secret.txt").write_text(SECRET)
    refused(package, tmp_path / "out", package / "secret.txt", capsys)


def test_a_folder_that_holds_something_is_never_written_into(
    package: Path, tmp_path: Path, secret: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("x")
    refused(package, tmp_path / "out", secret, capsys)
    refused(package, package / "out", secret, capsys)
    assert [one.name for one in (tmp_path / "out").iterdir()] == ["mine.txt"]


def test_a_failure_leaves_no_half_package_and_says_no_value(
    package: Path, tmp_path: Path, secret: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (package / "order.csv").write_text(
        "order_no,patient_id\n1,张伟\n2," + '"' + "x" * (17 << 20) + "\n", encoding="utf-8"
    )
    said = refused(package, tmp_path / "out", secret, capsys)
    assert "张伟" not in said
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("written", "moved"),
    [
        ("2026-01-05", "2026-01-12"), ("2026年1月5日 8时", "2026年1月12日 8时"), ("2026.01.05", "2026.01.12"), ("20260105", "20260112"),
        ("1767571200", "1768176000"), ("1767571200000", "1768176000000"), ("2026-12-31T23:59:59+08:00", "2027-01-07T23:59:59+08:00"), ("未知", ""), ("2026-02-30", ""),
    ],
)  # fmt: skip
def test_every_notation_of_a_time_is_moved_or_emptied(written: str, moved: str) -> None:
    pseudonyms = Pseudonyms(SECRET.encode(), 1)
    assert pseudonyms.time(written) == moved
    assert pseudonyms.unshifted == (moved == "")


def test_without_a_shift_times_stay_as_they_are() -> None:
    assert Pseudonyms(SECRET.encode()).time("未知") == "未知"


def test_the_secret_is_not_in_the_words_of_the_object() -> None:
    assert SECRET not in repr(Pseudonyms(SECRET.encode()))
