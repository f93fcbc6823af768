"""JSON bodies: one object, no key twice, no more bytes than the address takes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import IO, Any, NoReturn

from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

from accounts.api.problems import Problem


class Objects(BaseParser):
    media_type = "application/json"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        largest = (parser_context or {})["view"].largest_body
        raw = stream.read(largest + 1)
        if len(raw) > largest:
            raise Problem(413, _("请求的内容超过%(n)sMB。") % {"n": largest // 2**20})
        return self.read(raw, parser_context or {})

    def read(self, raw: bytes, context: Mapping[str, Any]) -> Any:
        try:
            data = json.loads(raw.decode(), object_pairs_hook=_no_repetition, parse_constant=_no_constant)
        except (UnicodeDecodeError, ValueError, RecursionError) as wrong:
            raise ParseError(_("请求的内容不是有效的JSON：%(why)s") % {"why": str(wrong)[:200]}) from wrong
        if not isinstance(data, dict):
            raise ParseError(_("请求的内容应是一个JSON对象。"))
        return data


def _no_repetition(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key is repeated")
    return found


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON number")
