"""Who asks: a program with a key, or the browser of somebody who is signed in."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from accounts.actions.tokens import note_use
from accounts.addresses import address_of, network_of
from accounts.api.problems import OutOfScope
from accounts.api.rates import refuse_guessing
from accounts.models import ApiToken, User
from accounts.queries import find_by_key
from accounts.scopes import scope_label

CHALLENGE = 'Bearer realm="zhiping"'


class KeyAuthentication(BaseAuthentication):
    """``Authorization: Bearer zhp_…``; the key's person, and the key as ``request.auth``. One query, and every
    five minutes a second that notes the use."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        scheme, _space, key = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        address = address_of(request._request)
        token = find_by_key(key.strip())
        if token is None:
            refuse_guessing(network_of(address))
            raise AuthenticationFailed(_("令牌无效。请检查是否完整复制。"))
        if token.revoked_at is not None:
            raise AuthenticationFailed(_("令牌已撤销。请在个人设置中新建令牌。"))
        if token.expires_at <= timezone.now():
            raise AuthenticationFailed(_("令牌已过期。请在个人设置中新建令牌。"))
        if not token.user.is_active:
            raise AuthenticationFailed(_("令牌所属的账号已停用。"))
        if token.user.must_change_password:
            raise AuthenticationFailed(_("令牌所属的人员须先登录并修改一次性密码。"))
        note_use(token=token, address=address)
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return CHALLENGE


class BrowserSession(SessionAuthentication):
    """The session of the pages, with its check against forged requests."""


class KeyCovers(BasePermission):
    """A session may what the person may; a key only what it was made for."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if not request.user.is_authenticated:
            return False
        scope = view.scope_of(request)
        if isinstance(request.auth, ApiToken) and scope and scope not in request.auth.scopes:
            raise OutOfScope(
                _("这个令牌没有“%(words)s”（%(scope)s）的权限。请新建一个勾选了该权限的令牌。")
                % {"words": scope_label(scope), "scope": scope},
                scope,
            )
        return True


class KeyInTheDescription(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = KeyAuthentication
    name = "key"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "bearerFormat": "zhp_…"}


class SessionInTheDescription(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = BrowserSession
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME}
