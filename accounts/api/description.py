"""OpenAPI 3 from what every handler says of itself (``operation``); nothing is written twice."""

from __future__ import annotations

from typing import Any, Literal

from django.utils.translation import gettext as _
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework import serializers

from accounts.api import problems
from accounts.api.bodies import PageQuery, ProblemSerializer, Strict
from accounts.api.operation import Operation
from accounts.api.repetitions import HEADER, REPLAYED

Header: Literal["header"] = "header"
KEY_SCHEMA = {"type": "string", "pattern": r"^[\x21-\x7e]{1,100}$"}


def without_marks(result: Any, **_facts: Any) -> Any:
    """The generator's own marks on enumerations, which no reader needs."""
    if isinstance(result, dict):
        result.pop("x-spec-enum-id", None)
        for inner in result.values():
            without_marks(inner)
    elif isinstance(result, list):
        for inner in result:
            without_marks(inner)
    return result


class Description(AutoSchema):
    """Addresses that say nothing of themselves are described as DRF sees them."""

    @property
    def said(self) -> Operation | None:
        found: Operation | None = getattr(getattr(self.view, self.method.lower(), None), "operation", None)
        return found

    def get_operation(self, *args: Any) -> dict[str, Any] | None:
        made: dict[str, Any] | None = super().get_operation(*args)
        said = self.said
        if made is None or said is None:
            return made
        made["summary"] = str(said.summary)
        made["description"] = self._description(said)
        made["x-scope"] = self._scope()
        if "requestBody" in made:
            made["requestBody"]["required"] = self.method != "PATCH" and made["requestBody"].get(
                "required", False
            )
        return made

    def _scope(self) -> str:
        scope: str = getattr(self.view, "scopes", {}).get(self.method, "")
        return scope

    def _description(self, said: Operation) -> str:
        parts = [str(said.more)] if said.more else []
        scope = self._scope()
        parts.append(_("令牌权限：%(scope)s") % {"scope": f"`{scope}`" if scope else _("任何令牌")})
        return "\n\n".join(parts)

    def get_operation_id(self) -> str:
        return self.said.name if self.said else super().get_operation_id()

    def get_tags(self) -> list[str]:
        return [str(getattr(self.view, "tag", "")) or super().get_tags()[0]]

    def get_summary(self) -> str | None:
        return None

    def get_request_serializer(self) -> Any:
        return self.said.body if self.said else super().get_request_serializer()

    def get_override_parameters(self) -> list[Any]:
        said = self.said
        if said is None:
            return []
        found: list[Any] = []
        if said.filters is not None:
            found.append(said.filters)
        elif said.many == "page":
            found.append(PageQuery)
        if said.match:
            found.append(_header("If-Match", _("读取时返回的ETag，或*"), required=True))
        if said.tagged:
            if self.method == "GET":
                found.append(_header("If-None-Match", _("已持有版本的ETag；未变时回答304")))
            found.append(_header("ETag", _("版本"), response=[said.status]))
        if said.once:
            found.append(
                _header(HEADER, _("同一请求重发时不会重复创建；24小时内回答相同"), schema=KEY_SCHEMA)
            )
            found.append(_header(REPLAYED, _("true：这是先前的回答"), response=[said.status]))
        for name, words in (said.headers or {}).items():
            found.append(_header(name, str(words), response=[said.status]))
        return found

    def get_response_serializers(self) -> Any:
        said = self.said
        if said is None:
            return super().get_response_serializers()
        found: dict[Any, Any] = {}
        if said.answer is None:
            found[said.status] = OpenApiResponse(description=str(said.summary))
        else:
            answer = self._listed(said) if said.many else said.answer
            found[(said.status, said.media)] = OpenApiResponse(answer, description=str(said.summary))
        if said.tagged and self.method == "GET":
            found[304] = OpenApiResponse(description=_("没有变化"))
        for status, answer in (said.outcomes or {}).items():
            found[(status, said.media)] = OpenApiResponse(answer, description=str(problems.TITLES[status]))
        for status in said.refusals:
            found[(status, problems.MEDIA_TYPE)] = OpenApiResponse(
                ProblemSerializer, description=str(problems.TITLES[status])
            )
        return found

    def _listed(self, said: Operation) -> Any:
        name = said.answer.__name__.removesuffix("Serializer")
        fields: dict[str, Any] = {"results": said.answer(many=True)}
        if said.many == "page":
            fields["next"] = serializers.URLField(allow_null=True)
            fields["previous"] = serializers.URLField(allow_null=True)
        return type(f"{name}{'Page' if said.many == 'page' else 'List'}", (serializers.Serializer,), fields)

    def _map_basic_serializer(self, serializer: Any, direction: Any) -> Any:
        made = super()._map_basic_serializer(serializer, direction)  # type: ignore[no-untyped-call]
        if isinstance(serializer, Strict) or (
            isinstance(serializer, type) and issubclass(serializer, Strict)
        ):
            made["additionalProperties"] = False
        return made

    def _is_list_view(self, serializer: Any = None) -> bool:
        return False if self.said else bool(super()._is_list_view(serializer))


def _header(
    name: str,
    words: str,
    *,
    required: bool = False,
    response: list[int] | None = None,
    schema: dict[str, Any] | None = None,
) -> OpenApiParameter:
    return OpenApiParameter(
        name,
        schema or OpenApiTypes.STR,
        Header,
        required=required,
        description=words,
        response=response or False,
    )
