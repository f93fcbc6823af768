"""What notices say, by kind: a notice keeps facts and is put into words when somebody reads it.

An app or a part of one adds its kinds with ``@words_for("review.question")`` in a module that its AppConfig
imports when it is ready; ``assessments/actions/notices.py`` tells people.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Facts = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Words:
    """``title``: one line, also the subject of an e-mail. ``icon``: of static/vendor/icons.txt."""

    title: str
    text: str = ""
    icon: str = "bell"


Wording = Callable[[Facts], Words]
_WORDINGS: dict[str, Wording] = {}
_MAILED: set[str] = set()


def words_for(kind: str, *, mailed: bool = False) -> Callable[[Wording], Wording]:
    """Registers how a kind is put into words. ``mailed``: people with an address get it by e-mail too."""

    def register(wording: Wording) -> Wording:
        _WORDINGS[kind] = wording
        if mailed:
            _MAILED.add(kind)
        return wording

    return register


def in_words(kind: str, facts: Facts) -> Words:
    """In the language that is active. A kind nobody knows any more, or facts of an older kind, stay readable."""
    wording = _WORDINGS.get(kind)
    if wording is not None:
        try:
            return wording(facts)
        except (KeyError, TypeError, ValueError, AttributeError):
            pass
    return Words(str(facts.get("title", kind)))


def mailed_kinds() -> frozenset[str]:
    return frozenset(_MAILED)


def known_kinds() -> frozenset[str]:
    return frozenset(_WORDINGS)
