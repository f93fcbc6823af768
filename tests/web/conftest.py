"""Every page a web test renders is held to house rule 7: one frozen object, no query in a template."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.db.models import Manager, Model, QuerySet
from django.template import Template
from django.test.signals import template_rendered
from django.test.utils import CaptureQueriesContext

#: what the frame of every page reads by itself, once per request: who is signed in, where, and what is unread
FRAME = ("hospitals_membership", "accounts_user", "django_session", "assessments_notice")


def unfrozen(value: Any) -> str:
    """Why ``value`` is no page object, or nothing."""
    if not dataclasses.is_dataclass(value) or isinstance(value, type):
        return f"{type(value).__name__} is no dataclass"
    if not type(value).__dataclass_params__.frozen:  # type: ignore[attr-defined]
        return f"{type(value).__name__} is not frozen"
    for field in dataclasses.fields(value):
        held = getattr(value, field.name)
        if isinstance(held, (QuerySet, Manager, Model)):
            return f"{type(value).__name__}.{field.name} is a {type(held).__name__}: rows are read before a page is drawn"
    return ""


@pytest.fixture(autouse=True)
def pages_are_frozen(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Collects pages that break the rule; the test that drew one fails at its end."""
    broken: set[str] = set()

    def look(sender: Any, template: Any, context: Any, **_: Any) -> None:
        page = context.get("page")
        if page is not None and (reason := unfrozen(page)):
            broken.add(f"{template.name}: {reason}")

    render = Template.render
    depth = 0

    def counted(self: Template, context: Any) -> Any:
        nonlocal depth
        if depth or not context.get("page"):
            return render(self, context)
        depth += 1
        try:
            with CaptureQueriesContext(connection) as queries:
                return render(self, context)
        finally:
            depth -= 1
            asked = [
                q["sql"] for q in queries.captured_queries if not any(table in q["sql"] for table in FRAME)
            ]
            if asked:
                broken.add(f"{self.name} asked the database: {asked[0][:200]}")

    template_rendered.connect(look)
    monkeypatch.setattr(Template, "render", counted)
    yield
    template_rendered.disconnect(look)
    assert broken == set()
