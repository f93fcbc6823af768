"""Lists page by page: a cursor that new rows do not move, signed so that nobody makes one up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core import signing
from django.utils.translation import gettext as _
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.request import Request
from rest_framework.utils.urls import replace_query_param

from accounts.api.problems import Problem

SALT = "accounts.api.pages"
PER_PAGE = 50
MOST = 200


class CursorPages(CursorPagination):
    """DRF's, with the order given by the caller; one query per page, whatever the place in the list."""

    page_size = PER_PAGE
    max_page_size = MOST
    page_size_query_param = "limit"
    template = None
    request: Request

    def __init__(self, ordering: Sequence[str]) -> None:
        self.ordering = tuple(ordering)

    @property
    def salt(self) -> str:
        """A position means something in its own list alone."""
        return f"{SALT}:{self.request.path}"

    def get_ordering(self, request: Request, queryset: Any, view: Any) -> tuple[str, ...]:
        return tuple(self.ordering)

    def decode_cursor(self, request: Request) -> Cursor | None:
        text = request.query_params.get(self.cursor_query_param)
        if text is None:
            return None
        try:
            offset, reverse, position = signing.loads(text, salt=self.salt)
        except (signing.BadSignature, ValueError) as wrong:
            raise Problem(
                422, _("页码（cursor）无效。请从第一页开始，并原样使用返回的 next 地址。")
            ) from wrong
        return Cursor(offset, reverse, position)

    def encode_cursor(self, cursor: Cursor) -> str:
        text = signing.dumps([cursor.offset, cursor.reverse, cursor.position], salt=self.salt)
        link: str = replace_query_param(str(self.base_url), self.cursor_query_param, text)
        return link
