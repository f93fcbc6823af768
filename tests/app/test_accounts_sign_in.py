"""Signing in, waiting after failures, and sessions that end."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.hashers import MD5PasswordHasher
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from accounts import back_off
from accounts.addresses import network_of
from accounts.models import SignInFailures, User
from audit.models import Event
from tests.factories.people import make_user

pytestmark = pytest.mark.django_db
PASSWORD = "someone-pass-phrase"


class Clock:
    """The time that sign-in sees; moves only when told."""

    def __init__(self) -> None:
        self.now = timezone.now()

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **amount: float) -> None:
        self.now += timedelta(**amount)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr("accounts.back_off.timezone.now", clock)
    return clock


@pytest.fixture
def someone() -> User:
    return make_user("someone")


def attempt(
    password: str, username: str = "someone", address: str = "10.0.0.1", **extra: str
) -> HttpResponse:
    return Client(REMOTE_ADDR=address).post(
        "/sign-in/", {"username": username, "password": password, **extra}
    )


def fail(times: int, **where: Any) -> HttpResponse:
    for _n in range(times):
        response = attempt("wrong", **where)
    return response


def test_the_right_password_opens_the_page_that_was_asked_for(someone: User, client: Client) -> None:
    response = client.post("/sign-in/", {"username": "someone", "password": PASSWORD, "next": "/account/"})
    assert response.status_code == 302
    assert response.headers["Location"] == "/account/"
    assert client.get("/account/").status_code == 200


def test_signing_in_begins_a_new_session(someone: User, client: Client) -> None:
    client.get("/sign-in/")
    client.session.save()
    before = client.session.session_key
    client.post("/sign-in/", {"username": "someone", "password": PASSWORD})
    assert client.session.session_key != before


def test_a_wrong_password_says_so_and_keeps_the_login_name(someone: User) -> None:
    response = attempt("wrong")
    page = response.content.decode()
    assert response.status_code == 403
    assert "登录名或密码不正确" in page
    assert 'value="someone"' in page
    assert "wrong" not in page


def test_an_unknown_name_gets_the_same_answer_as_a_wrong_password(someone: User) -> None:
    known, unknown = (
        re.sub(
            r'(csrf-token" content|csrfmiddlewaretoken" value)="[^"]+"',
            "",
            attempt("wrong", username=name).content.decode(),
        )
        for name in ("someone", "somebody")
    )
    assert known == unknown.replace("somebody", "someone")


def test_an_unknown_name_costs_as_much_hashing_as_a_known_one(
    someone: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[str] = []
    real = MD5PasswordHasher.encode
    monkeypatch.setattr(
        MD5PasswordHasher,
        "encode",
        lambda self, password, salt: hashed.append(password) or real(self, password, salt),
    )
    attempt("wrong")
    known = len(hashed)
    hashed.clear()
    attempt("wrong", username="somebody")
    assert known == len(hashed) == 1


def test_the_fifth_failure_makes_the_name_wait_five_minutes(someone: User, clock: Clock) -> None:
    assert "连续多次失败" in fail(4).content.decode()
    page = fail(1).content.decode()
    assert "登录失败次数过多" in page
    assert "5分钟" in page


def test_while_waiting_even_the_right_password_is_refused_and_not_looked_at(
    someone: User, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail(5)
    monkeypatch.setattr(User, "check_password", lambda *a: pytest.fail("the password was looked at"))
    response = attempt(PASSWORD)
    assert response.status_code == 403
    assert "再试" in response.content.decode()


def test_after_the_wait_the_right_password_is_taken(someone: User, clock: Clock) -> None:
    fail(5)
    clock.forward(minutes=5, seconds=1)
    assert attempt(PASSWORD).status_code == 302


def test_every_further_failure_doubles_the_wait(someone: User, clock: Clock) -> None:
    waits = []
    fail(4)
    for _n in range(9):
        fail(1)
        until = back_off.locked_until("someone", "10.0.0.1")
        assert until is not None
        waits.append(round((until - clock.now).total_seconds() / 60))
        clock.now = until + timedelta(seconds=1)
    assert waits == [5, 10, 20, 40, 80, 160, 320, 480, 480]


def test_trying_too_early_does_not_lengthen_the_wait(someone: User, clock: Clock) -> None:
    fail(5)
    until = back_off.locked_until("someone", "10.0.0.1")
    fail(10)
    assert back_off.locked_until("someone", "10.0.0.1") == until


def test_the_wait_is_said_in_words_that_are_rounded_up(clock: Clock) -> None:
    assert back_off.wait_in_words(clock.now + timedelta(seconds=30.2)) == "31秒"
    assert back_off.wait_in_words(clock.now + timedelta(minutes=4, seconds=1)) == "5分钟"
    assert back_off.wait_in_words(clock.now + timedelta(hours=7, minutes=1)) == "8小时"


def test_other_addresses_of_the_same_name_do_not_wait(someone: User, clock: Clock) -> None:
    fail(5, address="10.0.0.1")
    assert attempt(PASSWORD, address="10.0.0.2").status_code == 302


def test_spellings_of_a_name_are_counted_together(someone: User, clock: Clock) -> None:
    for spelling in ("someone", "SomeOne", " someone", "ｓｏｍｅｏｎｅ", "SOMEONE"):
        attempt("wrong", username=spelling)
    assert attempt(PASSWORD).status_code == 403


def test_an_address_that_tries_many_names_waits_for_every_name(someone: User, clock: Clock) -> None:
    for n in range(30):
        attempt("wrong", username=f"guess-{n}")
    assert attempt(PASSWORD).status_code == 403
    assert attempt(PASSWORD, address="10.0.0.2").status_code == 302


def test_the_right_password_forgives_the_failures_before_it(someone: User, clock: Clock) -> None:
    fail(4)
    attempt(PASSWORD)
    fail(4)
    assert attempt(PASSWORD).status_code == 302


def test_signing_in_often_from_one_address_locks_nobody_out(someone: User, clock: Clock) -> None:
    assert {attempt(PASSWORD).status_code for _n in range(40)} == {302}


def test_failures_are_forgotten_after_a_day(someone: User, clock: Clock) -> None:
    fail(4)
    clock.forward(hours=25)
    fail(4)
    assert attempt(PASSWORD).status_code == 302


def test_login_names_of_failures_are_not_kept_readable(clock: Clock) -> None:
    attempt("x", username="my-secret-password-typed-too-early")
    assert not SignInFailures.objects.filter(username__contains="secret").exists()
    fail(5, username="my-secret-password-typed-too-early")
    event = Event.objects.get(verb="account.sign-in-locked")
    assert "secret" not in str(event.facts)


def test_a_closed_account_cannot_sign_in_and_is_told_nothing_more(someone: User) -> None:
    someone.is_active = False
    someone.save()
    assert "登录名或密码不正确" in attempt(PASSWORD).content.decode()


def test_empty_fields_are_named_and_not_counted(someone: User) -> None:
    response = attempt("", username="")
    assert response.status_code == 400
    assert "请输入登录名" in response.content.decode()
    assert not SignInFailures.objects.exists()


def test_a_nul_or_an_endless_password_is_a_form_error(someone: User) -> None:
    assert attempt("a\x00b").status_code == 400
    assert attempt("a" * 5000).status_code == 400


def test_success_lock_and_sign_out_stand_in_the_trail(someone: User, clock: Clock, client: Client) -> None:
    fail(6)
    clock.forward(hours=1)
    client.post("/sign-in/", {"username": "someone", "password": PASSWORD})
    client.post("/sign-out/")
    assert list(Event.objects.order_by("pk").values_list("verb", flat=True)) == [
        "account.sign-in-locked",
        "account.signed-in",
        "account.signed-out",
    ]
    locked = Event.objects.get(verb="account.sign-in-locked")
    assert locked.facts["login"] == "someone"
    assert locked.facts["address"] == "10.0.0.1"
    assert locked.facts["failures"] == 5


def test_signing_out_needs_a_post_and_closes_the_session(someone: User, client: Client) -> None:
    client.force_login(someone)
    assert client.get("/sign-out/").status_code == 405
    assert client.post("/sign-out/").status_code == 302
    assert client.get("/account/").headers["Location"].startswith("/sign-in/")
    assert SESSION_KEY not in client.session


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "http:///evil.example",
        "https:evil.example",
        "/\t/evil.example",
    ],
)
def test_next_leads_to_no_other_host(someone: User, client: Client, elsewhere: str) -> None:
    form = client.get("/sign-in/", {"next": elsewhere}).content.decode().split("data-sign-in")[1]
    assert 'name="next"' not in form
    response = client.post("/sign-in/", {"username": "someone", "password": PASSWORD, "next": elsewhere})
    assert response.headers["Location"] == "/"
    response = client.post("/language/", {"language": "en", "next": elsewhere})
    assert response.headers["Location"] == "/"


def test_a_person_who_is_signed_in_is_sent_on(someone: User, client: Client) -> None:
    client.force_login(someone)
    assert client.get("/sign-in/?next=/account/").headers["Location"] == "/account/"


def test_a_session_left_alone_ends_with_a_sentence(
    someone: User, client: Client, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    now = 1_800_000_000
    monkeypatch.setattr("accounts.gate.time.time", lambda: now)
    client.force_login(someone)
    assert client.get("/account/").status_code == 200
    now += settings.SESSION_IDLE_SECONDS - 5
    assert client.get("/account/").status_code == 200
    now += settings.SESSION_IDLE_SECONDS - 5
    assert client.get("/account/").status_code == 200
    now += settings.SESSION_IDLE_SECONDS + 5
    response = client.get("/account/", follow=True)
    assert response.redirect_chain[0][0] == "/sign-in/?next=/account/"
    assert "没有操作" in response.content.decode()


def test_a_busy_session_ends_after_its_longest_time(
    someone: User, client: Client, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    now = 1_800_000_000
    monkeypatch.setattr("accounts.gate.time.time", lambda: now)
    client.force_login(someone)
    while now < 1_800_000_000 + settings.SESSION_COOKIE_AGE:
        assert client.get("/account/").status_code == 200
        now += settings.SESSION_IDLE_SECONDS - 5
    assert client.get("/account/").status_code == 302


def test_the_session_is_not_written_with_every_request(
    someone: User, client: Client, django_assert_max_num_queries: Any
) -> None:
    client.force_login(someone)
    client.get("/account/password/")
    with django_assert_max_num_queries(3) as queries:
        client.get("/account/password/")
    assert not any(query["sql"].startswith(("UPDATE", "INSERT")) for query in queries.captured_queries)


def test_a_part_of_a_page_asked_for_without_a_session_moves_the_whole_browser(client: Client) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/rubrics/?q=1"}
    response = client.get("/account/", headers=headers)
    assert response.status_code == 401
    assert response.headers["HX-Redirect"] == "/sign-in/?next=/rubrics/%3Fq%3D1"


def test_the_client_address_is_taken_from_trusted_proxies_alone(
    someone: User, clock: Clock, settings: Any
) -> None:
    for n in range(5):
        Client(REMOTE_ADDR="10.0.0.9", HTTP_X_FORWARDED_FOR=f"1.2.3.{n}").post(
            "/sign-in/", {"username": "someone", "password": "wrong"}
        )
    assert back_off.locked_until("someone", "10.0.0.9") is not None
    settings.TRUSTED_PROXIES = 1
    for n in range(5):
        Client(REMOTE_ADDR="10.0.0.9", HTTP_X_FORWARDED_FOR=f"9.9.9.{n}, 192.0.2.7").post(
            "/sign-in/", {"username": "someone", "password": "wrong"}
        )
    assert back_off.locked_until("someone", "192.0.2.7") is not None
    assert back_off.locked_until("someone", "9.9.9.1") is None


def test_an_attacker_does_not_get_a_new_address_from_every_number_of_an_ipv6_network() -> None:
    assert network_of("2001:db8:1:2::5") == network_of("2001:db8:1:2:ffff::1") == "2001:db8:1:2::"
    assert network_of("::ffff:192.0.2.1") == "192.0.2.1"
    assert network_of(None) is None


def test_argon2_is_what_keeps_passwords_outside_the_tests() -> None:
    from config.settings import base

    assert base.PASSWORD_HASHERS == ["django.contrib.auth.hashers.Argon2PasswordHasher"]
