"""The words of a workbook's dropdowns in both languages, and reading them back in either."""

from __future__ import annotations

import unicodedata

from engine.rubric.values import Text

STATES = {
    "met": Text("符合", "Met"),
    "partly": Text("部分符合", "Partly met"),
    "not_met": Text("不符合", "Not met"),
    "not_answered": Text("未作答", "Not answered"),
}
CONFIRMED = {key: STATES[key] for key in ("met", "not_met", "not_answered")}
IN_USE = {True: Text("已在用", "In use"), False: Text("未在用", "Not in use")}
SIGNS = {"basic": "■", "optional": "○"}

_ALSO_STATES = {"符合要求": "met", "部分": "partly"}
_ALSO_USE = {
    "是": True,
    "否": False,
    "有": True,
    "无": False,
    "yes": True,
    "no": False,
    "true": True,
    "false": False,
}


def plain(typed: str) -> str:
    """A word without the accidents of typing: width, case, spaces around and inside."""
    return " ".join(unicodedata.normalize("NFKC", typed).split()).casefold()


_STATE_OF = {plain(word): key for key, text in STATES.items() for word in (text.zh, text.en, key)} | {
    plain(word): key for word, key in _ALSO_STATES.items()
}
_USE_OF = {plain(word): key for key, text in IN_USE.items() for word in (text.zh, text.en)} | _ALSO_USE


def state_of(typed: str) -> str | None:
    """符合, Met or met -> "met"; nothing -> "not_answered"; None for a word that is no state."""
    return _STATE_OF.get(word) if (word := plain(typed)) else "not_answered"


def use_of(typed: str) -> bool | None:
    """已在用, 是, yes -> True and so on. Raises KeyError for another word; nothing -> None."""
    return _USE_OF[word] if (word := plain(typed)) else None
