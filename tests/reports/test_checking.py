"""A report says of itself whether its figures follow from what is inside: nothing changed passes, nothing honest fails."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DecodedStreamObject, NameObject

from accounts.models import User
from assessments.documents import library, read_assessment
from engine.roadmap.assumptions import assumptions_to_json
from engine.roadmap.plan import make_plan
from engine.roadmap.quarters import Quarter
from engine.scoring.score import score
from hospitals.refusals import Refusal
from reports.checking.comparing import Checked, check_report
from reports.checking.parcel import ANSWERS, CARD, GROUND, LIST, PLAN, Ground, parcel_of, written
from reports.checking.reading import digest, read_report
from reports.models import IssuedReport
from reports.pdf import write_pdf
from reports.standing import file_standing
from rubrics.queries import get_assumptions
from tests.factories.assessments import make_assessment
from tests.factories.browser import signed_in

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "assessments"
Files = dict[str, Any]


@cache
def _parcel(kind: str) -> tuple[bytes, str]:
    """The files of a report as JSON text, and what a page would print."""
    rubric, answers = read_assessment(GOLDEN / "smart-level-3.json")
    card = score(rubric, answers)
    plan = ground = None
    if kind == "roadmap":
        assumptions = get_assumptions()
        ground = Ground(assumptions_to_json(assumptions), {"format": "zhiping-constraints/1"}, None)
        plan = make_plan(rubric, answers, 4, "cheapest", assumptions=assumptions, start=Quarter(2027, 1))
    parcel = parcel_of(
        file_standing(rubric, answers, card, target=4),
        kind=kind,
        target=4,
        made_at=datetime(2026, 11, 1, 8, 0),
        plan=plan,
        ground=ground,
    )
    words = f"总评分 {card.total} 分 {plan.effort.quantize(1) if plan else ''} "
    effort = f"{plan.effort:,.1f}" if plan else ""
    return json.dumps({one.name: json.loads(one.content) for one in parcel}).encode(), f"{words} {effort}"


def files_of(kind: str = "gap") -> Files:
    found: Files = json.loads(_parcel(kind)[0])
    return found


@cache
def _page(text: str) -> bytes:
    out = io.BytesIO()
    write_pdf(f"<html lang=zh-Hans><title>报告</title><p>{text}</p></html>", out, css="")
    return out.getvalue()


def pdf(files: Mapping[str, Any], *, text: str | None = None, kind: str = "gap", seal: bool = True) -> bytes:
    """A report with these files inside; ``seal``: the list names the digests they have now."""
    files = dict(files)
    contents = {name: one if isinstance(one, bytes) else written(one) for name, one in files.items()}
    if seal and isinstance(files.get(LIST), dict):
        listed = {
            **files[LIST],
            "files": {name: digest(one) for name, one in contents.items() if name != LIST},
        }
        contents[LIST] = written(listed)
    writer = PdfWriter(clone_from=io.BytesIO(_page(_parcel(kind)[1] if text is None else text)))
    for name, content in contents.items():
        writer.add_attachment(name, content)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def checked(content: bytes) -> Checked:
    return check_report(read_report(content), library())


@pytest.mark.parametrize("kind", ["gap", "roadmap"])
def test_an_honest_report_matches_in_every_figure(kind: str) -> None:
    found = checked(pdf(files_of(kind), kind=kind))
    assert found.verdict == "same", found.differing
    assert found.figures > 40 and all(line.matches for line in found.lines)


def test_the_command_writes_an_archival_pdf_that_the_other_command_confirms(
    tmp_path: Path, capsys: Any
) -> None:
    out = tmp_path / "report.pdf"
    call_command(
        "report", str(GOLDEN / "smart-level-3.json"), "--target", "4", "--out", str(out), "--language", "en"
    )
    reader = PdfReader(out)
    root = reader.trailer["/Root"]
    assert {one.name for one in reader.attachment_list} == {LIST, ANSWERS, CARD}
    assert {one.get_object()["/AFRelationship"] for one in root["/AF"]} == {"/Supplement", "/Source", "/Data"}
    about = root["/Metadata"].get_object().get_data().decode()
    assert 'pdfaid:part="3"' in about and 'pdfaid:conformance="A"' in about
    assert root["/MarkInfo"]["/Marked"] and root["/Lang"] == "en" and "/OutputIntents" in root
    assert len(reader.outline) > 5 and reader.metadata is not None and reader.metadata.title
    call_command("report_check", str(out), "--language", "en")
    assert "Everything matches" in capsys.readouterr().out
    text = "".join("".join(page.extract_text() for page in reader.pages).split())
    assert digest(next(one.content for one in reader.attachment_list if one.name == ANSWERS)) in text


def _answers(files: Files) -> None:
    item = next(iter(files[ANSWERS]["items"].values()))
    level = next(iter(item["clauses"]))
    item["clauses"][level] = ["not_met"] * len(item["clauses"][level])


def _level(files: Files) -> None:
    files[LIST]["figures"]["level"] = "5"


def _item(files: Files) -> None:
    code = next(iter(files[CARD]["items"]))
    files[LIST]["figures"][f"item {code} score"] = "9.99"


def _card(files: Files) -> None:
    files[CARD]["total"] = "99.00"


def _plan_effort(files: Files) -> None:
    files[PLAN]["effort"] = "1"


def _assumption(files: Files) -> None:
    files[GROUND]["assumptions"]["clause_effort"] = dict.fromkeys(
        files[GROUND]["assumptions"]["clause_effort"], "9"
    )


def _added_figure(files: Files) -> None:
    files[LIST]["figures"]["item 99.99 score"] = "5.00"


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        ("gap", _answers),
        ("gap", _level),
        ("gap", _item),
        ("gap", _card),
        ("gap", _added_figure),
        ("roadmap", _plan_effort),
        ("roadmap", _assumption),
    ],
)
def test_whatever_was_changed_inside_is_found_even_when_the_digests_were_made_anew(
    kind: str, change: Any
) -> None:
    files = files_of(kind)
    change(files)
    found = checked(pdf(files, kind=kind))
    assert found.verdict == "differs" and found.differing


def test_another_total_on_the_page_is_found() -> None:
    found = checked(pdf(files_of(), text="总评分 99.99 分"))
    assert [line.matches for line in found.differing] == [False] and "总评分" in found.differing[0].what


def test_a_file_exchanged_or_taken_out_is_found_by_its_digest() -> None:
    files = files_of()
    sealed = {name: digest(written(one)) for name, one in files.items() if name != LIST}
    files[LIST]["files"] = sealed
    files[CARD]["engine_version"] = "0.0.1"
    assert CARD in checked(pdf(files, seal=False)).differing[0].what
    del files[CARD]
    assert "文件里没有" in checked(pdf(files, seal=False)).differing[0].note


@pytest.mark.parametrize(
    ("field", "value"),
    [("rubric", "emr-2030"), ("rubric_hash", "0" * 64), ("flags", {"01.01": {"1": "basic"}})],
)
def test_an_edition_that_is_not_here_is_said_and_nothing_is_called_wrong(field: str, value: Any) -> None:
    files = files_of()
    files[LIST][field] = value
    found = checked(pdf(files))
    assert found.verdict == "unknown" and not found.figures and not found.differing


def test_another_engine_is_said_beside_the_figures() -> None:
    files = files_of()
    files[LIST]["engine"] = "0.9.0"
    found = checked(pdf(files))
    assert found.verdict == "unknown" and found.lines[-1].matches is None and "引擎" in found.lines[-1].note


def _encrypted() -> bytes:
    writer = PdfWriter(clone_from=io.BytesIO(_page("x")))
    writer.encrypt("secret", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _twice() -> bytes:
    writer = PdfWriter(clone_from=io.BytesIO(_page("x")))
    names = []
    for content in (b"{}", b"[]"):
        names.append(writer.add_attachment(LIST, content))
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _drawing(content: bytes, pages: int = 1, **more: str) -> bytes:
    """A report whose pages draw this."""
    writer = PdfWriter(clone_from=io.BytesIO(pdf(files_of())))
    stream = DecodedStreamObject()
    stream.set_data(content)
    drawn = stream.flate_encode()
    for name, value in more.items():
        drawn[NameObject(f"/{name}")] = NameObject(f"/{value}")
    where = writer._add_object(drawn)
    for _n in range(pages):
        writer.add_blank_page(200, 200)[NameObject("/Contents")] = where
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (lambda: _drawing(b"BT ET", Filter="Unheard"), "损坏"),
        (lambda: _drawing(b"BT (a) Tj ET " * 100_000, pages=40), "页面内容过大"),
        (
            lambda: pdf({**files_of("roadmap"), PLAN: {**files_of("roadmap")[PLAN], "target": []}}),
            "规划不完整",
        ),
        (lambda: b"PK\x03\x04 not a pdf", "不是PDF"),
        (lambda: b"%PDF-1.7\ngarbage", "损坏"),
        (lambda: pdf(files_of())[:4000], "损坏"),
        (_encrypted, "加了密"),
        (lambda: _page("x"), "没有附带数据"),
        (_twice, "两次"),
        (lambda: pdf({LIST: b"{", ANSWERS: b"{}"}), "不是完整的JSON"),
        (lambda: pdf({LIST: b"[" * 5000 + b"]" * 5000}), "不是完整的JSON"),
        (lambda: pdf({LIST: {"format": "other/1", "files": {}}}), "zhiping-report/1"),
        (lambda: pdf({f"a{n}.json": b"{}" for n in range(25)}), "超过20个"),
        (lambda: pdf({LIST: files_of()[LIST]}), "没有附带答案"),
        (lambda: pdf({**files_of(), ANSWERS: {"format": "zhiping-assessment/1"}}), "答案不完整"),
        (lambda: pdf({**files_of(), LIST: {**files_of()[LIST], "target": 99}}), "目标等级不存在"),
        (lambda: pdf({**files_of("roadmap"), PLAN: {"format": "zhiping-plan/1"}}), "规划不完整"),
    ],
)
def test_what_cannot_be_checked_gets_one_sentence(content: Any, sentence: str) -> None:
    with translation.override("zh-hans"), pytest.raises(Refusal) as refused:
        checked(content())
    assert sentence in str(refused.value)


@pytest.mark.django_db
def test_everybody_learns_of_the_fingerprint_and_only_those_who_may_whose_it_is(
    hospital: Any, owner: User, stranger: User, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    content = pdf(files_of())
    assessment = make_assessment(hospital, owner)
    report = IssuedReport(
        assessment=assessment,
        language="zh-hans",
        target_level=4,
        requested_by=owner,
        state="done",
        sha256=digest(content),
        finished_at=timezone.now(),
    )
    report.file.save("x", ContentFile(content), save=False)
    report.save()

    def handed_in(client: Client, what: bytes = content) -> Any:
        return client.post(reverse("report-check"), {"file": SimpleUploadedFile("r.pdf", what)})

    anonymous = handed_in(Client()).context["page"]
    assert anonymous.issued and not anonymous.issued.words and anonymous.checked is None
    other = handed_in(signed_in(stranger)).context["page"]
    assert other.issued and not other.issued.words and other.checked.verdict == "same"
    own = handed_in(signed_in(owner))
    page = own.context["page"]
    assert hospital.name in page.issued.words and "全部一致" in own.content.decode()
    changed = handed_in(signed_in(owner), pdf(files_of(), text="总评分 1.00 分")).context["page"]
    assert changed.issued is None and changed.checked.verdict == "differs"
    word = handed_in(signed_in(owner), b"PK\x03\x04").context["page"]
    assert word.sha256 and word.checked is None and "Word" in word.problem
    assert Client().post(reverse("report-check")).status_code == 422
    assert not [
        one for one in tmp_path.rglob("*") if one.is_file() and one.name != Path(report.file.name).name
    ]


@pytest.mark.django_db
def test_files_in_quick_succession_are_refused(owner: User) -> None:
    client = signed_in(owner)
    answers = [
        client.post(reverse("report-check"), {"file": SimpleUploadedFile("r.pdf", b"x")}).status_code
        for _n in range(22)
    ]
    assert answers[0] == 200 and answers[-1] == 422
