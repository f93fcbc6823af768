"""Addresses of the own account."""

from tests.web.permissions.format import EVERYBODY, Ask, Row, expect

ROWS = {
    "sign-in": Row(
        open=True,
        get=Ask(expect(others=302, anonymous=200)),
        post=(
            Ask(expect(others=302, anonymous=400), data=lambda w: {}),
            Ask(
                expect(others=302, anonymous=403),
                data=lambda w: {"username": "owner", "password": "wrong"},
                about="a wrong password",
            ),
            Ask(
                expect(others=302, anonymous=302),
                data=lambda w: {"username": "owner", "password": "owner-pass-phrase"},
                about="the right password",
            ),
        ),
    ),
    "sign-out": Row(open=True, post=Ask(expect(others="sign-in", anonymous="sign-in"))),
    "language": Row(
        open=True,
        post=Ask(expect(others=302, anonymous=302), data=lambda w: {"language": "en", "next": "/account/"}),
    ),
    "preferences": Row(
        get=Ask(EVERYBODY(200)),
        post=Ask(
            EVERYBODY(302),
            data=lambda w: {"name": "示例", "email": "", "language": "en", "time_zone": "Asia/Shanghai"},
        ),
    ),
    "tokens": Row(
        get=Ask(EVERYBODY(200)),
        post=(
            Ask(EVERYBODY(400), data=lambda w: {}, about="nothing chosen"),
            Ask(
                expect(others=400, owner=200),
                data=lambda w: {
                    "name": "示例程序",
                    "days": "30",
                    "scopes": ["assessments:read"],
                    "password": "owner-pass-phrase",
                },
                about="the owner's password",
            ),
        ),
    ),
    "token-revoke": Row(
        kwargs=lambda w: {"token": w.token.public_id}, post=Ask(expect(others=404, owner=302))
    ),
    "password": Row(
        get=Ask(EVERYBODY(200)), post=Ask(EVERYBODY(400), data=lambda w: {"old_password": "wrong"})
    ),
}
