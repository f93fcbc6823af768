"""Pages of an assessment: who sees what, one clear sentence for every no, and as many queries for 50 as for 1."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from assessments.actions.attaching import add_attachment
from assessments.actions.talking import add_comment
from assessments.models import Assessment, Attachment, ScoreSnapshot
from assessments.queries.readiness import fingerprint_of
from audit.models import Event
from hospitals.models import Department, Membership, Organisation
from tests.factories.assessments import complete, make_answer, make_assessment, make_member, submit
from tests.factories.files import HOSTILE, picture
from tests.factories.rubrics import make_editions

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def assessment(hospital: Organisation, owner: User) -> Assessment:
    return make_assessment(hospital, owner, edition="emr-2018", target_level=4)


@pytest.fixture
def reviewer(bureau: Organisation) -> User:
    return make_member(bureau, "reviewer", Membership.Role.REVIEWER)


@pytest.fixture
def as_owner(owner: User) -> Client:
    return signed_in(owner)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def to(name: str, assessment: Assessment, *args: object) -> str:
    return reverse(name, args=[assessment.public_id, *args])


def patch(client: Client, url: str, *changes: tuple[str, object, object], **headers: str) -> Any:
    body = {"changes": [{"path": path, "from": before, "to": after} for path, before, after in changes]}
    return client.patch(url, json.dumps(body), content_type="application/json", headers=headers)


STAFF_PAGES = ("assessment", "basis", "overall", "assignments", "history", "submit")


@pytest.mark.parametrize("name", STAFF_PAGES)
def test_staff_see_every_page_in_both_languages(
    assessment: Assessment, owner: User, colleague: User, name: str
) -> None:
    for person in (owner, colleague):
        for language in ("zh-hans", "en"):
            User.objects.filter(pk=person.pk).update(language=language)
            answer = signed_in(User.objects.get(pk=person.pk)).get(to(name, assessment))
            assert answer.status_code == 200
            assert assessment.title in answer.content.decode()


@pytest.mark.parametrize("name", STAFF_PAGES)
def test_a_stranger_finds_nothing(assessment: Assessment, stranger: User, name: str) -> None:
    assert signed_in(stranger).get(to(name, assessment)).status_code == 404


def test_a_bureau_sees_an_assessment_only_once_submitted_and_never_the_work_behind_it(
    assessment: Assessment, owner: User, reviewer: User
) -> None:
    add_comment(by=owner, assessment=assessment, text="内部讨论，不给外人看")
    client = signed_in(reviewer)
    assert client.get(to("assessment", assessment)).status_code == 404
    submit(assessment, owner)
    page = client.get(to("assessment", assessment)).content.decode()
    assert "第1次提交" in page
    assert "内部讨论" not in page
    for name in ("basis", "overall", "assignments", "history", "submit"):
        refused = client.get(to(name, assessment))
        assert refused.status_code == 403
        assert "仅本院成员可见" in refused.content.decode()


def test_a_bureau_goes_on_reading_the_last_submission_while_the_hospital_corrects(
    assessment: Assessment, owner: User, reviewer: User
) -> None:
    complete(assessment, owner)
    submit(assessment, owner)
    client = signed_in(reviewer)
    assert client.post(to("return", assessment), {"reason": "请补充"}).status_code == 302
    assessment.item_answers.update(clauses={})
    page = client.get(to("assessment", assessment))
    assert page.context["page"].snapshot.level == 4
    assert "医院正在修改" in page.content.decode()
    [line] = client.get(reverse("assessments")).context["page"].lines
    assert (line.level, line.live) == (4, False)


# -- starting


def start_data(**more: str) -> dict[str, str]:
    return {
        "edition": "emr-2018",
        "title": "四季度自评",
        "target_level": "4",
        "quarter": "own",
        "window_from": "2026-07-01",
        "window_to": "2026-09-30",
        **more,
    }


def test_an_assessment_is_started_from_the_form(as_owner: Client, hospital: Organisation) -> None:
    make_editions()
    page = as_owner.get(reverse("assessment-start"))
    assert page.context["page"].edition == "emr-2018"
    answer = as_owner.post(reverse("assessment-start"), start_data(due_on="2026-12-31"))
    assessment = Assessment.objects.get()
    assert answer.url == to("assessment", assessment)
    assert (assessment.window_from, assessment.due_on) == (date(2026, 7, 1), date(2026, 12, 31))


def test_a_window_of_two_months_is_refused_with_the_right_end_and_keeps_what_was_typed(
    as_owner: Client,
) -> None:
    make_editions()
    answer = as_owner.post(reverse("assessment-start"), start_data(window_to="2026-08-31"))
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "2026-09-30" in text
    assert "四季度自评" in text
    assert not Assessment.objects.exists()


def test_a_quarter_offered_is_three_whole_months(as_owner: Client) -> None:
    make_editions()
    page = as_owner.get(reverse("assessment-start")).context["form"]
    value = page.fields["quarter"].choices[0][0]
    as_owner.post(reverse("assessment-start"), start_data(quarter=value))
    assessment = Assessment.objects.get()
    assert assessment.window_from.isoformat() == value
    assert (assessment.window_to - assessment.window_from).days in (89, 90, 91)


def test_only_the_same_edition_is_offered_for_copying(as_owner: Client, assessment: Assessment) -> None:
    make_editions()
    offered = as_owner.get(reverse("assessment-start") + "?edition=emr-2018").context["page"].earlier
    assert [title for _, title in offered] == [assessment.title]
    assert (
        as_owner.get(reverse("assessment-start") + "?edition=smart-service-2019").context["page"].earlier
        == ()
    )
    other = start_data(edition="smart-service-2019", copy_from=str(assessment.public_id))
    assert as_owner.post(reverse("assessment-start"), other).status_code == 422


def test_ai_readiness_is_started_without_a_window(as_owner: Client) -> None:
    make_editions()
    data = {"edition": "ai-readiness-2021", "title": "AI", "target_level": "2"}
    assert as_owner.post(reverse("assessment-start"), data).status_code == 302
    assert Assessment.objects.get().window_from is None


def test_a_contributor_is_told_who_starts_one(colleague: User) -> None:
    make_editions()
    refused = signed_in(colleague).get(reverse("assessment-start"))
    assert refused.status_code == 403
    assert "质控负责人" in refused.content.decode()


# -- assignments


def test_items_are_assigned_by_role_and_the_contributor_marks_them_done(
    assessment: Assessment, as_owner: Client, colleague: User, hospital: Organisation
) -> None:
    department = Department.objects.create(organisation=hospital, name="护理部")
    url = to("assignments", assessment)
    data = {"role": "02", "department": str(department.public_id), "person": str(colleague.public_id)}
    assert as_owner.post(url, {**data, "due_on": "2026-10-31"}).status_code == 302
    assert assessment.assignments.count() == 3
    client = signed_in(colleague)
    assert client.post(to("item-done", assessment, "02.01")).status_code == 302
    assert assessment.assignments.get(item_code="02.01").done_at is not None
    client.post(to("item-done", assessment, "02.01"), {"done": "no"})
    assert assessment.assignments.get(item_code="02.01").done_at is None
    refused = client.post(to("item-done", assessment, "01.01"))
    assert refused.status_code == 403
    assert "没有分配给您" in refused.content.decode()


def test_assigning_nothing_or_a_wrong_date_says_so(assessment: Assessment, as_owner: Client) -> None:
    url = to("assignments", assessment)
    assert "先勾选" in as_owner.post(url, {"person": ""}).content.decode()
    wrong = as_owner.post(url, {"items": ["01.01"], "due_on": "明天"})
    assert (wrong.status_code, "不是日期" in wrong.content.decode()) == (422, True)


@pytest.mark.parametrize(("show", "codes"), [("late", {"01.01"}), ("done", {"01.02"}), ("open", {"01.01"})])
def test_the_table_of_assignments_is_filtered(
    assessment: Assessment, as_owner: Client, owner: User, show: str, codes: set[str]
) -> None:
    assessment.assignments.create(item_code="01.01", person=owner, due_on=date(2020, 1, 1))
    assessment.assignments.create(item_code="01.02", person=owner, done_at="2026-01-01T00:00Z")
    page = as_owner.get(to("assignments", assessment) + f"?show={show}").context["page"]
    assert {line.code for group in page.groups for line in group.lines} == codes


# -- basis and overall requirements


def test_a_base_figure_saves_by_itself_and_tells_what_it_contradicts(
    assessment: Assessment, as_owner: Client
) -> None:
    url = reverse("api-basis", args=[assessment.public_id])
    make_answer(assessment, "01.01", numerators={"2": 4500})
    answer = patch(as_owner, url, ("bases.discharges.value", None, "4000"))
    body = answer.json()
    assert answer.status_code == 200
    assert body["values"]["bases.discharges.value"] == 4000
    assert body["filled"] == 1
    [sentence] = body["contradictions"]["discharges"]
    assert "4500" in sentence
    page = as_owner.get(to("basis", assessment)).content.decode()
    assert "大于分母4000" in page


def test_conflicts_refusals_and_wrong_requests_of_the_basis_have_their_status(
    assessment: Assessment, as_owner: Client
) -> None:
    url = reverse("api-basis", args=[assessment.public_id])
    patch(as_owner, url, ("bases.discharges.value", None, 10))
    conflict = patch(as_owner, url, ("bases.discharges.value", None, 20))
    assert (conflict.status_code, conflict.json()["conflicts"][0]["theirs"]) == (409, 10)
    assert patch(as_owner, url, ("bases.discharges.value", 10, -1)).status_code == 422
    assert as_owner.patch(url, "[]", content_type="application/json").status_code == 400
    assert as_owner.patch(url, "{", content_type="application/json").status_code == 400


def test_a_contributor_and_a_revoked_member_get_a_sentence_and_nothing_is_saved(
    assessment: Assessment, colleague: User, owner: User
) -> None:
    url = reverse("api-basis", args=[assessment.public_id])
    refused = patch(signed_in(colleague), url, ("bases.discharges.value", None, 10))
    assert (refused.status_code, "可以查看" in refused.json()["message"]) == (403, True)
    client = signed_in(owner)
    Membership.objects.filter(user=owner).update(revoked_at="2026-01-01T00:00Z")
    gone = patch(client, url, ("bases.discharges.value", None, 10))
    assert (gone.status_code, "不是本院成员" in gone.json()["message"]) == (403, True)
    assert not assessment.base_figures.exists()


def test_overall_requirements_save_by_themselves(assessment: Assessment, as_owner: Client) -> None:
    url = reverse("api-overall", args=[assessment.public_id])
    body = patch(as_owner, url, ("overall.3.1", "not_answered", "met")).json()
    assert body["filled"] == 1
    page = as_owner.get(to("overall", assessment)).context["page"]
    assert page.confirmed == 1


# -- submitting


def test_submitting_incomplete_work_needs_the_tick_and_shows_the_counts(
    assessment: Assessment, as_owner: Client
) -> None:
    url = to("submit", assessment)
    seen = as_owner.get(url).context["page"].seen
    refused = as_owner.post(url, {"seen": seen})
    assert (refused.status_code, "还有未填" in refused.content.decode()) == (422, True)
    done = as_owner.post(url, {"seen": seen, "accept_incomplete": "yes"})
    assert done.status_code == 302
    assert ScoreSnapshot.objects.count() == 1


def test_a_stale_tab_is_asked_to_look_again(assessment: Assessment, as_owner: Client) -> None:
    url = to("submit", assessment)
    seen = as_owner.get(url).context["page"].seen
    make_answer(assessment, "01.01", version=7)
    stale = as_owner.post(url, {"seen": seen, "accept_incomplete": "yes"})
    assert (stale.status_code, "新的修改" in stale.content.decode()) == (409, True)
    fresh = stale.context["page"].seen
    assert as_owner.post(url, {"seen": fresh, "accept_incomplete": "yes"}).status_code == 302


def test_a_second_submission_is_refused_with_a_sentence(assessment: Assessment, as_owner: Client) -> None:
    url = to("submit", assessment)
    data = {"seen": fingerprint_of(assessment), "accept_incomplete": "yes"}
    as_owner.post(url, data)
    again = as_owner.post(url, data)
    assert (again.status_code, "已经提交" in again.content.decode()) == (403, True)
    assert ScoreSnapshot.objects.count() == 1


def test_contradictions_disable_the_button_and_refuse_the_post(
    assessment: Assessment, as_owner: Client, owner: User
) -> None:
    complete(assessment, owner)
    assessment.base_figures.update(value=1)
    url = to("submit", assessment)
    page = as_owner.get(url)
    assert page.context["page"].readiness.problems
    refused = as_owner.post(url, {"seen": page.context["page"].seen, "accept_incomplete": "yes"})
    assert (refused.status_code, ScoreSnapshot.objects.count()) == (422, 0)


def test_the_bureau_decides_and_the_hospital_takes_back_and_archives(
    assessment: Assessment, owner: User, reviewer: User, as_owner: Client
) -> None:
    submit(assessment, owner)
    client = signed_in(reviewer)
    missing = client.post(to("return", assessment), {"reason": " "}, follow=True)
    assert "理由" in missing.content.decode()
    as_owner.post(to("reopen", assessment), {"reason": "补充附件"})
    assessment.refresh_from_db()
    assert assessment.status == "returned"
    late = client.post(to("accept", assessment))
    assert (late.status_code, "已有同事处理" in late.content.decode()) == (403, True)
    submit(assessment, owner)
    client.post(to("accept", assessment))
    as_owner.post(to("archive", assessment))
    assessment.refresh_from_db()
    assert assessment.status == "archived"
    assert as_owner.post(to("return", assessment), {"reason": "x"}).status_code == 403


@pytest.mark.parametrize("name", ["return", "accept", "archive", "reopen"])
def test_steps_of_the_life_cycle_are_posts_only(assessment: Assessment, as_owner: Client, name: str) -> None:
    assert as_owner.get(to(name, assessment)).status_code == 405


# -- files


def upload(client: Client, assessment: Assessment, name: str, content: bytes, **more: str) -> Any:
    file = SimpleUploadedFile(name, content, content_type="text/html")
    data = {"item": "01.01", **more, "file": file}
    return client.post(to("attachment-add", assessment), data, headers={"X-Requested-With": "attachments"})


def test_a_file_is_kept_and_handed_out_as_what_it_is(assessment: Assessment, as_owner: Client) -> None:
    answer = upload(as_owner, assessment, "医嘱<b>.png", picture(), clause="01.01.1-1")
    assert answer.status_code == 201
    kept = Attachment.objects.get()
    assert f'id="{answer.context["panel"].dom_id}"' in answer.content.decode()
    served = as_owner.get(to("attachment", assessment, kept.public_id))
    assert b"".join(served.streaming_content) == picture()
    assert served["Content-Type"] == "image/png"
    assert served["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in served["Content-Security-Policy"]
    assert served["Content-Disposition"].startswith("attachment")
    inline = as_owner.get(to("attachment", assessment, kept.public_id) + "?inline=1")
    inline.close()
    assert inline["Content-Disposition"].startswith("inline")


def test_only_pictures_are_shown_in_the_page(assessment: Assessment, as_owner: Client, owner: User) -> None:
    from tests.factories.files import pdf

    kept = add_attachment(
        by=owner, assessment=assessment, file=ContentFile(pdf()), name="a.pdf", item="01.01"
    )
    served = as_owner.get(to("attachment", assessment, kept.public_id) + "?inline=1")
    served.close()
    assert served["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize("case", ["html called png", "a document with a macro", "nothing", "one byte"])
def test_a_hostile_upload_answers_one_sentence(assessment: Assessment, as_owner: Client, case: str) -> None:
    name, content = HOSTILE[case]
    answer = upload(as_owner, assessment, name, content)
    assert answer.status_code == 422
    assert answer["Content-Type"].startswith("text/plain")
    assert "没有保存" in answer.content.decode() or "没有选择文件" in answer.content.decode()
    assert not Attachment.objects.exists()


def test_an_upload_over_the_limit_is_stopped_and_leaves_nothing(
    assessment: Assessment, as_owner: Client, settings: Any
) -> None:
    settings.UPLOAD_MAX_BYTES = 100_000
    answer = upload(as_owner, assessment, "a.png", picture() + b"\0" * 3_000_000)
    assert (answer.status_code, "超过" in answer.content.decode()) == (422, True)
    assert not list(django_settings.MEDIA_ROOT.rglob("*"))


def test_an_upload_without_the_token_is_refused(assessment: Assessment, owner: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(owner)
    assert upload(client, assessment, "a.png", picture()).status_code == 403
    assert not Attachment.objects.exists()


def test_files_are_not_handed_to_strangers_bureaus_or_after_removal(
    assessment: Assessment, as_owner: Client, owner: User, stranger: User, reviewer: User
) -> None:
    kept = add_attachment(
        by=owner, assessment=assessment, file=ContentFile(picture()), name="a.png", item="01.01"
    )
    submit(assessment, owner)
    url = to("attachment", assessment, kept.public_id)
    assert signed_in(stranger).get(url).status_code == 404
    assert signed_in(reviewer).get(url).status_code == 403
    as_owner.post(to("reopen", assessment), {"reason": "x"})
    assert as_owner.post(to("attachment-remove", assessment, kept.public_id)).status_code == 302
    assert as_owner.get(url).status_code == 404
    again = as_owner.post(to("attachment-remove", assessment, kept.public_id))
    assert (again.status_code, "已经移除" in again.content.decode()) == (403, True)


def test_a_file_of_another_assessment_is_not_found_under_this_one(
    assessment: Assessment, as_owner: Client, owner: User, hospital: Organisation
) -> None:
    other = make_assessment(hospital, owner, title="另一份")
    kept = add_attachment(by=owner, assessment=other, file=ContentFile(picture()), name="a.png", item="01.01")
    assert as_owner.get(to("attachment", assessment, kept.public_id)).status_code == 404
    assert as_owner.get(to("attachment", assessment, uuid.uuid4())).status_code == 404


# -- talk and history


def test_comments_are_escaped_and_mentions_marked(
    assessment: Assessment, as_owner: Client, colleague: User
) -> None:
    text = f"<script>alert(1)</script> @{colleague.name}\n请看"
    answer = as_owner.post(
        to("comment-add", assessment),
        {"item": "01.01", "text": text, "mentions": [str(colleague.public_id)]},
        headers={"HX-Request": "true"},
    )
    page = answer.content.decode()
    assert "<script>" not in page
    assert f'<span class="mention">@{colleague.name}</span><br>请看' in page
    assert (
        as_owner.post(to("comment-add", assessment), {"text": ""}, headers={"HX-Request": "1"}).status_code
        == 422
    )


def test_a_comment_is_resolved_and_folds_away(assessment: Assessment, as_owner: Client, owner: User) -> None:
    comment = add_comment(by=owner, assessment=assessment, item="01.01", text="口径？")
    url = to("comment-resolve", assessment, comment.pk)
    panel = as_owner.post(url, headers={"HX-Request": "1"}).context["panel"]
    assert (len(panel.open_rows), len(panel.settled_rows)) == (0, 1)
    assert as_owner.post(to("comment-resolve", assessment, 10**6)).status_code == 404


def test_the_history_says_everything_in_words_and_narrows_to_an_item(
    assessment: Assessment, as_owner: Client, owner: User
) -> None:
    add_comment(by=owner, assessment=assessment, item="01.01", text="一")
    patch(as_owner, reverse("api-basis", args=[assessment.public_id]), ("bases.discharges.value", None, 10))
    as_owner.post(
        to("assignments", assessment), {"items": ["01.01", "01.02"], "person": str(owner.public_id)}
    )
    page = as_owner.get(to("history", assessment)).content.decode()
    for words in ("发起自评", "发表评论", "修改统计口径", "出院人次：未填 → 10", "分配项目01.01、01.02"):
        assert words in page
    verbs = set(Event.objects.filter(subject_kind="assessment").values_list("verb", flat=True))
    assert not any(verb in page for verb in verbs)
    narrowed = as_owner.get(to("history", assessment) + "?item=01.01").context["page"]
    assert [line.what for line in narrowed.lines] == ["发表评论"]


# -- queries

COUNTS = {"assessment": 14, "basis": 5, "overall": 4, "assignments": 5, "history": 5, "submit": 13}
FRAME = 4  # session, person, memberships, assessment


def queries(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


@pytest.mark.parametrize("name", COUNTS)
def test_a_page_asks_as_often_for_a_full_assessment_as_for_an_empty_one(
    assessment: Assessment, as_owner: Client, owner: User, hospital: Organisation, name: str
) -> None:
    url = to(name, assessment)
    as_owner.get(url)  # the rubric is built once per process
    empty = queries(as_owner, url)
    fill(assessment, owner, hospital)
    full = queries(as_owner, url)
    assert full <= COUNTS[name] + FRAME
    assert full - empty <= 1  # mentions of comments are read only where there are comments


def fill(assessment: Assessment, owner: User, hospital: Organisation) -> None:
    complete(assessment, owner)
    for number in range(12):
        person = make_member(hospital, f"p{number}", Membership.Role.CONTRIBUTOR)
        department = Department.objects.create(organisation=hospital, name=f"科室{number}")
        assessment.assignments.create(
            item_code=f"03.0{number % 6 + 1}" if number < 6 else f"01.0{number - 5}",
            person=person,
            department=department,
            due_on=date(2020, 1, 1),
        )
        add_comment(by=person, assessment=assessment, text="看看")


def test_the_list_asks_as_often_for_twenty_as_for_one(
    assessment: Assessment, as_owner: Client, owner: User, hospital: Organisation
) -> None:
    url = reverse("assessments")
    submit(make_assessment(hospital, owner, title="已提交"), owner)
    as_owner.get(url)
    few = queries(as_owner, url)
    for number in range(17):
        made = make_assessment(hospital, owner, title=f"第{number}份")
        if number % 2:
            submit(made, owner)
    assert queries(as_owner, url) == few
    assert few <= 9 + FRAME


def test_every_page_is_closed_to_people_who_are_not_signed_in(assessment: Assessment) -> None:
    pages: list[Callable[[], Any]] = [
        lambda: Client().get(to("assessment", assessment)),
        lambda: Client().get(reverse("assessments")),
        lambda: Client().post(to("submit", assessment)),
    ]
    for ask in pages:
        assert ask().status_code == 302
