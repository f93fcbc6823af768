"""What the frame of every page shows beside the person's name: how much of what was said is unread."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest

from accounts.alongside import read_with_person
from assessments.models import Notice

UNREAD = "unread_notices"


def count_with_person() -> None:
    """The count comes with the person of the session, along the index of a person's notices."""
    mine = Notice.objects.filter(user=OuterRef("pk"), read_at=None).order_by().values("user")
    count = Subquery(mine.annotate(n=Count("pk")).values("n"), output_field=IntegerField())
    read_with_person(UNREAD, Coalesce(count, 0))


def bell(request: HttpRequest) -> dict[str, Any]:
    """No query of its own."""
    return {UNREAD: getattr(getattr(request, "user", None), UNREAD, 0)}
