"""What the frame of every page needs: the person's organisations and roles. No query of its own
beyond the memberships that access.py reads once per request."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from hospitals import access


def shell(request: HttpRequest) -> dict[str, Any]:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"shell": {"memberships": (), "roles": frozenset()}}
    memberships = access.memberships_of(user)
    return {"shell": {"memberships": memberships, "roles": frozenset(m.role for m in memberships)}}
