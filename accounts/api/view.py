"""The view every address of the interface is made of."""

from __future__ import annotations

import zoneinfo
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any, ClassVar, TypeVar

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags
from django.utils.translation import get_supported_language_variant
from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import NotAuthenticated
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from accounts.api.authentication import BrowserSession, KeyAuthentication, KeyCovers
from accounts.api.bodies import PageQuery, Query
from accounts.api.operation import Operation
from accounts.api.pages import CursorPages
from accounts.api.parsing import Objects
from accounts.api.problems import OutOfScope, Problem, handle
from accounts.api.rates import PerPerson
from accounts.models import ApiToken, User
from audit.through import acting_through

Row = TypeVar("Row", bound=Model)


class ApiView(APIView):
    """``scopes``: method -> what a key must have been made for (``accounts.scopes.ANY``: any key will do).

    Handlers say what they do with ``@operation`` and then: find through ``visible_to``, check, call one action
    or query, and answer with ``one``, ``page`` or ``made``.
    """

    authentication_classes: Sequence[type[BaseAuthentication]] = (KeyAuthentication, BrowserSession)
    permission_classes = (KeyCovers,)
    throttle_classes: Sequence[type[BaseThrottle]] = (PerPerson,)
    parser_classes: Sequence[type[BaseParser]] = (Objects,)
    renderer_classes: Sequence[type[BaseRenderer]] = (JSONRenderer,)
    metadata_class = None  # OPTIONS tells nothing; the description does
    scopes: ClassVar[Mapping[str, str]] = {}
    tag: ClassVar[str] = ""
    largest_body: ClassVar[int] = settings.DATA_UPLOAD_MAX_MEMORY_SIZE

    # -- around every request

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with ExitStack() as self.around:  # language, zone and key last until the answer is complete
            return super().dispatch(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.asked = self._query(request)

    def perform_authentication(self, request: Request) -> None:
        wanted = _language_asked_for(request) if "Authorization" in request.headers else ""
        if wanted:
            self.around.enter_context(translation.override(wanted))
        user = request.user
        if isinstance(request.auth, ApiToken) and isinstance(user, User):
            self.around.enter_context(acting_through(request.auth.hint))
            self.around.enter_context(translation.override(wanted or user.language))
            self.around.enter_context(timezone.override(_zone(user.time_zone)))

    def get_exception_handler(self) -> Any:
        return handle

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        finished = super().finalize_response(request, response, *args, **kwargs)
        finished.headers.setdefault("Cache-Control", "private, no-store")
        finished.headers["Content-Language"] = translation.get_language() or settings.LANGUAGE_CODE
        finished.headers["X-Content-Type-Options"] = "nosniff"
        patch_vary_headers(finished, ["Authorization", "Accept-Language"])
        return finished

    def scope_of(self, request: Request) -> str:
        method = "GET" if request.method == "HEAD" else str(request.method)
        return self.scopes.get(method, "")

    def operation_of(self, request: Request) -> Operation | None:
        method = "get" if request.method == "HEAD" else str(request.method).lower()
        found: Operation | None = getattr(getattr(self, method, None), "operation", None)
        return found

    # -- what handlers use

    def person(self, request: Request) -> User:
        if not isinstance(request.user, User):
            raise NotAuthenticated
        return request.user

    def _query(self, request: Request) -> dict[str, Any]:
        """The query as the operation's filters read it; anything else in it is refused."""
        operation = self.operation_of(request)
        if operation is None:
            return {}
        reader = operation.filters or (PageQuery if operation.many == "page" else Query)
        query = reader(data=request.query_params.dict())
        query.is_valid(raise_exception=True)
        return dict(query.validated_data)

    def read(self, request: Request) -> dict[str, Any]:
        """The body as the operation's serializer reads it."""
        operation = self.operation_of(request)
        assert operation is not None
        body = operation.body
        if isinstance(body, Mapping):
            (body,) = body.values()
        reader = body(data=request.data, partial=request.method == "PATCH")
        reader.is_valid(raise_exception=True)
        return dict(reader.validated_data)

    def said(self, request: Request, row: Any, *, many: bool = False) -> Any:
        """A frozen row as the operation's serializer writes it; a document of a published format as it is."""
        operation = self.operation_of(request)
        assert operation is not None
        if not isinstance(operation.answer, type):
            return row
        return operation.answer(row, many=many).data

    def one(
        self, request: Request, row: Any, *, tag: str = "", headers: Mapping[str, str] | None = None
    ) -> Response:
        """One thing, with its tag; 304 when the asker holds this very state already."""
        operation = self.operation_of(request)
        assert operation is not None
        given = dict(headers or {})
        if tag:
            given["ETag"] = f'"{tag}"'
            known = parse_etags(request.headers.get("If-None-Match", ""))
            if request.method in ("GET", "HEAD") and ("*" in known or _strong(known, tag)):
                return Response(status=304, headers=given)
        return Response(self.said(request, row), status=operation.status, headers=given)

    def every(self, request: Request, rows: Sequence[Any]) -> Response:
        """A whole list that is short by nature."""
        return Response({"results": self.said(request, rows, many=True)})

    def page(
        self,
        request: Request,
        queryset: QuerySet[Row],
        rows_of: Callable[[list[Row]], Sequence[Any]],
        *,
        ordering: Sequence[str],
    ) -> Response:
        """One page of a list; ``rows_of`` turns its rows into frozen ones, with queries of its own at most."""
        pages = CursorPages(ordering)
        found = pages.paginate_queryset(queryset, request, view=self)
        return Response(
            {
                "results": self.said(request, rows_of(list(found or ())), many=True),
                "next": pages.get_next_link(),
                "previous": pages.get_previous_link(),
            }
        )

    @contextmanager
    def doing(self, status: int = 422) -> Iterator[None]:
        """Around an action whose check was asked before: what it still refuses is about what was sent (422) or
        about how things stand (409), not about who sent it."""
        try:
            yield
        except OutOfScope:
            raise
        except PermissionDenied as refusal:
            raise Problem(status, str(refusal)) from refusal

    def must_match(self, request: Request, tag: str) -> None:
        """If-Match: 428 without it, 412 when it names another state. Call where the state is held."""
        given = request.headers.get("If-Match")
        if given is None:
            raise Problem(428, _("请在If-Match中注明您依据的版本（读取时返回的ETag），以免覆盖他人的修改。"))
        known = parse_etags(given)
        if "*" not in known and not _strong(known, tag):
            raise Problem(412, _("您读取之后，内容又被修改。没有写入；请重新读取后再试。"))

    @contextmanager
    def held(
        self, request: Request, row: Row, tag_of: Callable[[Row], str], *, related: Sequence[str] = ()
    ) -> Iterator[Row]:
        """The row as it is now, locked until the action inside is through, and compared with If-Match."""
        with transaction.atomic():
            rows = type(row)._default_manager.select_for_update(of=("self",))
            now = (rows.select_related(*related) if related else rows).get(pk=row.pk)
            self.must_match(request, tag_of(now))
            yield now


def _strong(known: Sequence[str], tag: str) -> bool:
    return f'"{tag}"' in known


def _language_asked_for(request: Request) -> str:
    """The first language of Accept-Language that the product speaks; "" when none is."""
    for part in request.headers.get("Accept-Language", "")[:200].split(","):
        code = part.partition(";")[0].strip().lower()
        try:
            return get_supported_language_variant(code) if code and code != "*" else ""
        except LookupError:
            continue
    return ""


def _zone(name: str) -> zoneinfo.ZoneInfo:
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        return zoneinfo.ZoneInfo(settings.TIME_ZONE)
