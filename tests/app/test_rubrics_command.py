"""The rubric command: what it prints, and how it ends."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from unittest import mock

import pytest
from django.core.management import call_command
from django.db import OperationalError

from accounts.models import User
from audit.models import Event
from rubrics import queries
from rubrics.actions import LIBRARY
from rubrics.flags import flags_of
from rubrics.models import Confirmation, Edition
from tests.factories.official_annex import annex_rows, build, changed
from tests.factories.rubrics import flags_with_a_swap, library, make_edition

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run() -> Run:
    def ran(*words: str) -> tuple[int, str, str]:
        out, err = StringIO(), StringIO()
        try:
            call_command("rubric", *words, stdout=out, stderr=err)
        except SystemExit as end:
            return int(end.code or 0), out.getvalue(), err.getvalue()
        return 0, out.getvalue(), err.getvalue()

    return ran


def test_the_library_is_listed_without_a_database(run: Run) -> None:
    status, out, _ = run("list", "--json")
    assert status == 0
    rows = {row["rubric"]: row for row in json.loads(out)}
    assert (rows["emr-2018"]["items"], rows["emr-2018"]["clauses"]) == (39, 769)
    assert (rows["emr-2018"]["flags"], rows["emr-2018"]["flags_confirmed"]) == (308, 43)
    assert "smart-service-2019" in run("list")[1]


def test_a_standard_and_an_item_are_shown_in_both_languages(run: Run) -> None:
    assert "10 信息利用" in run("show", "emr-2018")[1]
    status, out, _ = run("show", "emr-2018", "01.03", "--language", "en")
    assert status == 0
    assert "Inpatient laboratory report" in out and "01.03.3-1" in out and "\n2级" not in out
    assert json.loads(run("show", "emr-2018", "01.03", "--json")[1])["code"] == "01.03"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("show", "emr-2019"), "没有标准“emr-2019”"),
        (("show", "emr-2018", "99.99"), "没有项目99.99"),
        (("check", "no-such-file.yaml"), "不是文件"),
        (("import-official", "no-such-file.docx"), "读不出来"),
    ],
)
def test_bad_input_ends_with_status_2_and_one_line(run: Run, words: tuple[str, ...], sentence: str) -> None:
    status, out, err = run(*words)
    assert (status, out) == (2, "")
    assert sentence in err and err.strip().count("\n") == 0


def test_a_file_is_checked_with_file_and_line(run: Run, tmp_path: Path) -> None:
    assert run("check", str(LIBRARY / "emr-2018.yaml"))[0] == 0
    broken = tmp_path / "smart-service-2019.yaml"
    text = (LIBRARY / "smart-service-2019.yaml").read_text(encoding="utf-8")
    broken.write_text(text.replace("min_total: 10", "min_total: ten", 1), encoding="utf-8")
    status, _, err = run("check", str(broken))
    assert status == 2
    line = next(n for n, words in enumerate(text.split("\n"), 1) if "min_total: 10" in words)
    assert f"smart-service-2019.yaml:{line}: " in err


def test_the_file_of_checks_is_checked_with_everything_it_names(run: Run, tmp_path: Path) -> None:
    status, out, _ = run("check", str(LIBRARY / "integration-checks.yaml"))
    assert status == 0 and "112种记录，344条规则，10个闭环，48个应用指标" in out
    assert json.loads(run("check", str(LIBRARY / "integration-checks.yaml"), "--json")[1])["rules"] == {
        "dq_rules": 269,
        "facade_checks": 50,
        "semantic_checks": 15,
        "decision_support": 10,
    }
    shutil.copytree(LIBRARY, tmp_path / "library")
    broken = tmp_path / "library" / "integration-checks.yaml"
    text = broken.read_text(encoding="utf-8")
    broken.write_text(text.replace("left: online_appointment", "left: on_line", 1), encoding="utf-8")
    line = next(n for n, words in enumerate(text.split("\n"), 1) if "left: online_appointment" in words)
    status, _, err = run("check", str(broken))
    assert status == 2
    assert f"integration-checks.yaml:{line}: rule FC-01.01-1, check: the record type on_line" in err
    assert run("check", str(tmp_path / "integration-checks.yaml"))[0] == 2


@pytest.mark.usefixtures("no_editions")
def test_loading_twice_publishes_once(run: Run) -> None:
    assert {row["outcome"] for row in json.loads(run("load", "--json")[1])} == {"published"}
    assert "没有变化" in run("load")[1]
    assert Edition.objects.count() == len(library())


def test_a_database_without_tables_is_named_in_one_line(run: Run) -> None:
    failure = OperationalError("no such table: rubrics_edition")
    with mock.patch("rubrics.management.commands.rubric.publish_library", side_effect=failure):
        status, _, err = run("load")
    assert status == 2
    assert "请先运行 migrate" in err and "no such table" in err


@pytest.fixture
def annex(tmp_path: Path) -> Path:
    rubric = library()["emr-2018"]
    path = tmp_path / "附件3.docx"
    path.write_bytes(build(annex_rows(rubric, flags_with_a_swap(rubric))))
    return path


@pytest.mark.django_db
def test_importing_the_annex_shows_the_changes_and_writes_nothing_without_yes(run: Run, annex: Path) -> None:
    make_edition()
    status, out, err = run("import-official", str(annex))
    assert status == 1
    assert "与现有标志不同的有2处" in out and "官方原文与条款对应769条，共769条" in out
    assert "加 --yes" in err
    assert not Confirmation.objects.exists()


@pytest.mark.django_db
def test_importing_the_annex_with_yes_confirms_flags_and_keeps_the_wording(
    run: Run, annex: Path, owner: User
) -> None:
    edition = make_edition()
    status, out, _ = run("import-official", str(annex), "--yes", "--by", "owner", "--json")
    assert status == 0
    assert json.loads(out)["written"] is True and len(json.loads(out)["changed"]) == 2
    confirmation = queries.confirmation_of(edition)
    assert confirmation is not None
    assert confirmation.confirmed_by == owner
    assert (confirmation.source, confirmation.document_name) == ("annex", "附件3.docx")
    assert flags_of(queries.get_rubric(edition)) == flags_with_a_swap(library()["emr-2018"])
    assert queries.official_wordings(confirmation, "01.01")["01.01.4-1"] == "示例原文01.01.4第1条"
    assert Event.objects.get(verb="flags.confirmed").facts["document_sha256"] == confirmation.document_sha256


@pytest.mark.django_db
def test_a_document_that_does_not_fit_lists_every_problem_and_changes_nothing(
    run: Run, tmp_path: Path
) -> None:
    make_edition()
    rows = changed(annex_rows(library()["emr-2018"]), "01.01.4", category="")
    path = tmp_path / "wrong.docx"
    path.write_bytes(build(changed(rows, "01.01.5", category="")))
    status, out, err = run("import-official", str(path), "--yes")
    assert status == 2
    assert out.count("基本项应为") == 2
    assert "有2处问题，未作任何改动" in err
    assert not Confirmation.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("words", "sentence"),
    [(("--rubric", "emr-2099"), "请先运行 rubric load"), (("--by", "nobody", "--yes"), "没有登录名")],
)
def test_an_unknown_edition_or_person_is_refused(
    run: Run, annex: Path, words: tuple[str, ...], sentence: str
) -> None:
    make_edition()
    status, _, err = run("import-official", str(annex), *words)
    assert status == 2 and sentence in err
