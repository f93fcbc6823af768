"""Whose request it is, and which refusal the browser can mend by itself.

An expired session answers 401, never 403, so that a page knows the difference between "sign in
again" and "you may not": in both cases it keeps what was typed.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed, NotAuthenticated, PermissionDenied
from rest_framework.parsers import JSONParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.authentication import KeyAuthentication
from accounts.api.problems import Problem
from accounts.api.view import ApiView
from assessments.actions.merging import Change, NotChanges, read_changes
from assessments.models import Assessment
from hospitals import access
from hospitals.refusals import Refusal


class PageSession(SessionAuthentication):
    def authenticate_header(self, request: Request) -> str:
        return "Session"

    def enforce_csrf(self, request: Request) -> None:
        try:
            super().enforce_csrf(request)
        except PermissionDenied as forged:
            raise AuthenticationFailed(
                _("页面打开后您重新登录过，请刷新页面。未保存的内容保存在本机，刷新后自动发送。")
            ) from forged


class PageSessionInTheDescription(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the OpenAPI description names the session cookie."""

    target_class = PageSession
    name = "page"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME}


class OtherPerson(AuthenticationFailed):
    """The browser is signed in as somebody else by now: entries are never sent under another name."""


class PageView(ApiView):
    """Autosave: for the page's own module, which wants the sentence as ``message``, and for programs, which
    get refusals as everywhere. Nobody is told to type more slowly.
    """

    authentication_classes = (KeyAuthentication, PageSession)
    parser_classes = (JSONParser,)
    throttle_classes = ()
    tag = "answers"

    def find(self, request: Request, public_id: UUID) -> Assessment:
        """The assessment, if the person may see it; else 404, or 403 for somebody whose membership ended."""
        user = self.person(request)
        person = request.headers.get("X-Person", "")
        if person and person != str(user.public_id):
            raise OtherPerson(_("此浏览器已换成另一个账户登录。您的内容保存在本机，请用原账户登录后再保存。"))
        found = (
            Assessment.objects.visible_to(user)
            .select_related("hospital", "edition")
            .filter(public_id=public_id)
        )
        assessment = found.first()
        if assessment is None:
            hospital = (
                Assessment.objects.filter(public_id=public_id).values_list("hospital", flat=True).first()
            )
            if hospital is not None and access.was_staff_of(user, hospital):
                raise Refusal(
                    _("您已不是本院成员，不能再修改。已保存的内容都在；如有疑问，请联系本院质控负责人。")
                )
            raise Http404
        return assessment

    def handle_exception(self, exc: Exception) -> Response:
        response = super().handle_exception(exc)
        if "Authorization" in self.request.headers:
            return response
        sentence = response.data["detail"]
        if isinstance(exc, NotAuthenticated):
            sentence = _("登录已过期，请重新登录。未保存的内容保存在本机，登录后自动发送。")
        other = {"other_person": True} if isinstance(exc, OtherPerson) else {}
        return Response({"message": sentence, **other}, status=response.status_code, headers=response.headers)

    def changes(self, request: Request) -> list[Change]:
        try:
            return read_changes(request.data)
        except NotChanges as wrong:
            raise Problem(400, str(wrong)) from wrong

    def as_answer(self, data: dict[str, Any], status: int = 200) -> Response:
        response = Response(data, status=status)
        response.headers["Cache-Control"] = "no-store"
        return response
