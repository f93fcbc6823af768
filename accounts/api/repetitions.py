"""Idempotency-Key: a creating request that is sent again gets the first answer, and nothing is made twice.

The key, what it made and its answer are committed together, so a crash leaves all of them or none; a second
request with the key waits for the first and then finds its answer. Refusals are not kept: the request may be
corrected and sent again.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.problems import Problem
from accounts.models import KeptReply

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
KEPT_FOR = timedelta(hours=24)
KEPT_HEADERS = ("Location", "ETag", "Retry-After")
_KEY = re.compile(r"[\x21-\x7e]{1,100}", re.ASCII)


def only_once(handler: Callable[..., Response]) -> Callable[..., Response]:
    @wraps(handler)
    def handled(view: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        key = request.headers.get(HEADER)
        if key is None:
            return handler(view, request, *args, **kwargs)
        if not _KEY.fullmatch(key):
            raise Problem(400, _("Idempotency-Key应为1至100个可见的ASCII字符。"))
        with transaction.atomic():
            return _answer(handler, view, request, args, kwargs, key)

    return handled


def _answer(
    handler: Callable[..., Response],
    view: Any,
    request: Request,
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    key: str,
) -> Response:
    asked = digest_of(request)
    user = view.person(request)
    own = KeptReply.objects.filter(user=user)
    own.filter(at__lt=timezone.now() - KEPT_FOR).delete()
    reply, new = KeptReply.objects.get_or_create(user=user, key=key, defaults={"request": asked})
    if not new:
        if reply.request != asked:
            raise Problem(409, _("这个Idempotency-Key已用于另一个请求。请为新的请求换一个。"))
        kept = Response(json.loads(reply.body), status=reply.status, headers=reply.headers)
        kept.headers[REPLAYED] = "true"
        return kept
    response = handler(view, request, *args, **kwargs)
    reply.status = response.status_code
    reply.headers = {name: response.headers[name] for name in KEPT_HEADERS if name in response.headers}
    reply.body = JSONRenderer().render(response.data).decode()
    reply.save(update_fields=["status", "headers", "body"])
    return response


def digest_of(request: Request) -> str:
    """Over method, address and what was sent; of files their names and contents."""
    data: Any = request.data
    said: dict[str, Any] = dict(data) if isinstance(data, dict) else {}
    digest = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode())
    if isinstance(data, QueryDict):
        said = {
            name: [value for value in data.getlist(name) if not isinstance(value, UploadedFile)]
            for name in sorted(data)
        }
    digest.update(
        json.dumps(said, sort_keys=True, ensure_ascii=False, default=str).encode("utf-8", "replace")
    )
    for name, file in sorted(request.FILES.lists() if request.FILES else ()):
        for each in file:
            digest.update(f"\n{name} {each.name} {each.size}\n".encode("utf-8", "replace"))
            for chunk in each.chunks():
                digest.update(chunk)
            each.seek(0)
    return digest.hexdigest()
