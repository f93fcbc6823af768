"""A world laid once for a module, in a transaction around all its tests: each test undoes only its own changes.

    @pytest.fixture(scope="module")
    def laid(django_db_setup, django_db_blocker):
        yield from laid_once(build_world, django_db_blocker)

    @pytest.fixture
    def world(laid, db):
        return deepcopy(laid)

The copy matters: what a test changes on an object in memory is not undone with the rows.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from typing import TypeVar

from django.db import transaction
from pytest_django import DjangoDbBlocker

T = TypeVar("T")


def laid_once(build: Callable[[], T], blocker: DjangoDbBlocker) -> Iterator[T]:
    """What ``build`` returns, for a fixture of a module or class. Nothing of it is left behind."""
    with blocker.unblock():
        around = transaction.atomic()
        around.__enter__()
        try:
            made = build()
        except BaseException:
            around.__exit__(*sys.exc_info())
            raise
    yield made
    with blocker.unblock():
        transaction.set_rollback(True)
        around.__exit__(None, None, None)
