"""Published editions for tests.

Reading the library takes half a second and publishing it a third of one, so both are done once per
process: ``lay_library`` publishes it into the fresh test database, outside any test's transaction, and
every test finds it there. A test about an installation without editions asks for ``no_editions``.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module

from django.db import connection, transaction
from django.db.models import Model

from audit.models import Chain, Event
from engine.rubric.load import load_library
from engine.rubric.values import Category, Rubric
from rubrics.actions import LIBRARY, confirm_flags, publish
from rubrics.flags import flags_of
from rubrics.models import (
    CanonicalContent,
    Clause,
    Confirmation,
    Edition,
    Gate,
    Item,
    ItemLevel,
    Level,
    OfficialWording,
    Role,
    Threshold,
)
from tests.factories.trail import PlainEditor, triggers_dropped

freezing = import_module("rubrics.migrations.0003_freeze_published_editions")

#: children before their parents
TABLES = (Clause, ItemLevel, Item, Role, Gate, Level, Threshold, CanonicalContent, OfficialWording)


@cache
def library() -> dict[str, Rubric]:
    return load_library(LIBRARY)


def make_edition(key: str = "emr-2018") -> Edition:
    """The edition of the library; published now, as the product publishes it, where a test took it away."""
    rubric = library()[key]
    known = Edition.objects.published().filter(key=key, content_hash=rubric.content_hash).first()
    return known or publish(rubric=rubric).edition


def make_editions() -> dict[str, Edition]:
    return {key: make_edition(key) for key in library()}


@transaction.atomic
def lay_library() -> None:
    """Publish the whole library into a fresh database and leave the trail empty, as tests expect it."""
    make_editions()
    with triggers_dropped():
        _empty(Event, Chain)


def take_editions_away() -> None:
    """A database as before the first ``rubric load``, until the test's transaction is rolled back."""
    if connection.vendor == "postgresql":  # checks still waiting for the end would forbid the change
        PlainEditor().execute("SET CONSTRAINTS ALL IMMEDIATE")
    freezing.thaw(None, PlainEditor())
    try:
        _empty(*TABLES, Confirmation, Edition)
    finally:
        freezing.freeze(None, PlainEditor())


def _empty(*models: type[Model]) -> None:
    for model in models:
        model._base_manager.all()._raw_delete(using=connection.alias)


def flags_with_a_swap(rubric: Rubric, level: int = 4) -> dict[str, dict[int, Category]]:
    """The working assignment with one basic and one optional item of a level changing places, so
    that the counts still hold."""
    flags = flags_of(rubric)
    free = [
        item.code
        for item in rubric.items
        if level in flags[item.code] and not item.by_level[level].category_confirmed
    ]
    basic = next(code for code in free if flags[code][level] == "basic")
    optional = next(code for code in free if flags[code][level] == "optional")
    flags[basic][level], flags[optional][level] = "optional", "basic"
    return flags


def make_confirmation(edition: Edition, **fields: object) -> Confirmation:
    """The working assignment confirmed as it stands."""
    return confirm_flags(edition=edition, flags=flags_of(library()[edition.key]), **{"by": None, **fields})  # type: ignore[arg-type]
