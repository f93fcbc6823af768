"""The own account: password, one-time password, name, language, time zone."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.template import Context, Template
from django.test import Client

from accounts.actions.registering import create_account, one_time_password, reset_password
from accounts.models import User
from audit.models import Event
from tests.factories.people import make_user

pytestmark = pytest.mark.django_db
OLD, NEW = "someone-pass-phrase", "a quite different phrase"


@pytest.fixture
def someone(client: Client) -> User:
    user = make_user("someone")
    client.force_login(user)
    return user


def change(client: Client, old: str = OLD, new: str = NEW, again: str | None = None):  # type: ignore[no-untyped-def]
    again = new if again is None else again
    return client.post("/account/password/", {"old_password": old, "new_password": new, "again": again})


def test_a_new_password_needs_the_old_one(someone: User, client: Client) -> None:
    response = change(client, old="wrong")
    assert response.status_code == 400
    assert "当前密码不正确" in response.content.decode()
    someone.refresh_from_db()
    assert someone.check_password(OLD)


def test_changing_the_password_ends_every_other_session(someone: User, client: Client) -> None:
    other = Client()
    other.force_login(someone)
    assert change(client).status_code == 302
    assert client.get("/account/").status_code == 200
    assert other.get("/account/").status_code == 302
    assert Event.objects.get(verb="account.password-changed").actor_name == "someone（示例）"


@pytest.mark.parametrize(
    ("new", "sentence"),
    [
        ("short", "密码至少需要10个字符"),
        ("1234567890123", "只包含数字"),
        ("password123", "太常见"),
        ("someone-pass-phrase", "不能与当前密码相同"),
        ("someone（示例）1", "相似"),
    ],
)
def test_a_weak_password_is_refused_with_its_reason(
    someone: User, client: Client, new: str, sentence: str
) -> None:
    response = change(client, new=new)
    assert response.status_code == 400
    assert sentence in response.content.decode()


def test_two_different_new_passwords_are_noticed(someone: User, client: Client) -> None:
    response = change(client, again="something else entirely")
    assert "两次输入的新密码不一致" in response.content.decode()


def test_no_page_shows_a_password_that_was_typed(someone: User, client: Client) -> None:
    assert "something-else" not in change(client, new="something-else", again="x").content.decode()


def test_a_one_time_password_opens_nothing_but_the_page_that_changes_it(client: Client) -> None:
    _user, password = create_account(by=None, username="fresh", name="新人")
    response = client.post(
        "/sign-in/", {"username": "fresh", "password": password, "next": "/organisations/"}
    )
    assert response.headers["Location"] == "/account/password/"
    for page in ("/organisations/", "/account/", "/back-office/"):
        assert client.get(page).headers["Location"] == "/account/password/"
    assert (
        client.get("/organisations/", headers={"HX-Request": "true"}).headers["HX-Redirect"]
        == "/account/password/"
    )
    assert client.get("/organisations/", headers={"Accept": "application/json"}).status_code == 403
    assert "一次性密码" in client.get("/account/password/").content.decode()
    assert change(client, old=password).status_code == 302
    assert client.get("/organisations/").status_code == 200


def test_somebody_with_a_one_time_password_can_still_leave_and_switch_the_language(client: Client) -> None:
    user, _password = create_account(by=None, username="fresh", name="新人")
    client.force_login(user)
    assert client.post("/language/", {"language": "en"}).status_code == 302
    assert "one-time password" in client.get("/account/password/").content.decode()
    assert client.post("/sign-out/").headers["Location"] == "/sign-in/"


def test_a_reset_ends_the_sessions_and_the_old_password(someone: User, client: Client) -> None:
    password = reset_password(by=None, user=someone)
    assert client.get("/account/").status_code == 302
    someone.refresh_from_db()
    assert someone.check_password(password)
    assert someone.must_change_password


def test_one_time_passwords_are_long_and_never_the_same() -> None:
    made = {one_time_password() for _n in range(200)}
    assert len(made) == 200
    assert {len(password) for password in made} == {19}
    assert not set("".join(made)) & set("01loi")


def test_a_one_time_password_is_in_no_event() -> None:
    user, password = create_account(by=None, username="fresh", name="新人")
    again = reset_password(by=None, user=user)
    said = str(list(Event.objects.values_list("facts", flat=True)))
    assert password not in said
    assert again not in said


def save(client: Client, **changes: str):  # type: ignore[no-untyped-def]
    fields = {
        "name": "示例",
        "email": "a@example.invalid",
        "language": "zh-hans",
        "time_zone": "Asia/Shanghai",
    }
    return client.post("/account/", {**fields, **changes})


def test_settings_are_saved_with_one_event_that_names_the_fields(someone: User, client: Client) -> None:
    assert save(client, time_zone="Asia/Urumqi").status_code == 302
    someone.refresh_from_db()
    assert (someone.name, someone.time_zone) == ("示例", "Asia/Urumqi")
    event = Event.objects.get(verb="account.preferences-changed")
    assert event.facts["fields"] == ["name", "email", "time_zone"]
    assert "example.invalid" not in str(event.facts)


def test_saving_the_same_settings_again_writes_no_event(someone: User, client: Client) -> None:
    save(client)
    save(client)
    assert Event.objects.filter(verb="account.preferences-changed").count() == 1


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", "  ", "该字段是必填项"),
        ("email", "no-address", "合法的邮件地址"),
        ("language", "fr", "fr"),
        ("time_zone", "Mars/Olympus", "Mars"),
        ("name", "x" * 101, "100"),
    ],
)
def test_a_setting_that_cannot_be_is_refused_and_nothing_is_lost(
    someone: User, client: Client, field: str, value: str, sentence: str
) -> None:
    response = save(client, **{"email": "kept@example.invalid", field: value})
    page = response.content.decode()
    assert response.status_code == 400
    assert sentence in page
    if field != "email":
        assert "kept@example.invalid" in page
    someone.refresh_from_db()
    assert someone.email == ""
    assert f"账户：{someone.name}" in page


def test_a_stored_time_zone_outside_the_list_is_kept(someone: User, client: Client) -> None:
    User.objects.filter(pk=someone.pk).update(time_zone="Africa/Nairobi")
    assert "Africa/Nairobi" in client.get("/account/").content.decode()
    assert save(client, time_zone="Africa/Nairobi").status_code == 302


def test_times_are_shown_in_the_zone_of_the_person(
    someone: User, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = []
    moment = datetime(2026, 9, 30, 16, 30, tzinfo=UTC)

    def look(request, *args, **kwargs):  # type: ignore[no-untyped-def]
        from django.http import HttpResponse

        shown.append(Template("{{ moment|date:'Y-m-d H:i' }}").render(Context({"moment": moment})))
        return HttpResponse()

    from accounts import urls

    pattern = next(pattern for pattern in urls.urlpatterns if pattern.name == "preferences")
    monkeypatch.setattr(pattern, "callback", look)
    for zone in ("Asia/Shanghai", "UTC", "no such zone"):
        User.objects.filter(pk=someone.pk).update(time_zone=zone)
        client.get("/account/")
    assert shown == ["2026-10-01 00:30", "2026-09-30 16:30", "2026-10-01 00:30"]


def test_the_language_of_the_browser_holds_before_sign_in(client: Client) -> None:
    make_user("someone")
    assert "登录智评" in client.get("/sign-in/").content.decode()
    response = client.post("/language/", {"language": "en", "next": "/sign-in/"})
    assert response.headers["Location"] == "/sign-in/"
    page = client.get("/sign-in/")
    assert "Sign in" in page.content.decode()
    assert page.headers["Content-Language"] == "en"


def test_the_language_of_the_person_holds_on_every_browser(someone: User, client: Client) -> None:
    client.post("/language/", {"language": "en"})
    elsewhere = Client()
    elsewhere.force_login(someone)
    assert elsewhere.get("/account/").headers["Content-Language"] == "en"


def test_an_unknown_language_changes_nothing(someone: User, client: Client) -> None:
    client.post("/language/", {"language": "tlh"})
    someone.refresh_from_db()
    assert someone.language == "zh-hans"
    assert "language" not in client.cookies


def test_pages_of_signed_in_people_are_not_kept_by_the_browser(someone: User, client: Client) -> None:
    assert client.get("/account/").headers["Cache-Control"] == "private, no-store"
    assert "no-store" in Client().get("/sign-in/").headers["Cache-Control"]


@pytest.mark.parametrize("address", ["/sign-in/", "/account/", "/no-such-page/", "/organisations/"])
def test_every_answer_carries_the_security_headers(someone: User, client: Client, address: str) -> None:
    headers = client.get(address).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
