"""The merge that autosaved pages share: every change says what it replaces.

A change applies when the stored value is still what the page showed (``before``) or already what
it asks for; anything else is a conflict, and both values go back to the person. The same request
sent twice therefore has the same result.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

MOST_CHANGES = 200


class NotChanges(ValueError):
    """The request is not a list of changes; the text says what is wrong."""


@dataclass(frozen=True, slots=True)
class Change:
    path: str
    before: object
    to: object


@dataclass(frozen=True, slots=True)
class Conflict:
    """Somebody else changed the same field in between."""

    path: str
    yours: object
    theirs: object
    by: str
    at: datetime | None

    def as_json(self) -> dict[str, object]:
        return {
            "path": self.path,
            "yours": self.yours,
            "theirs": self.theirs,
            "by": self.by,
            "at": timezone.localtime(self.at).isoformat(timespec="minutes") if self.at else None,
        }


@dataclass(frozen=True, slots=True)
class Merge:
    """What happened to each path: saved, in conflict, or refused with a sentence."""

    applied: tuple[str, ...]
    conflicts: tuple[Conflict, ...]
    problems: tuple[tuple[str, str], ...]

    @property
    def status(self) -> int:
        """The HTTP status that says the worst that happened: 409, 422 or 200."""
        return 409 if self.conflicts else 422 if self.problems else 200


def read_changes(data: object) -> list[Change]:
    """The changes of a request body ``{"changes": [{"path", "from", "to"}]}``; raises NotChanges."""
    entries = data.get("changes") if isinstance(data, Mapping) else None
    if not isinstance(entries, list) or not entries:
        raise NotChanges(_("请求中没有要保存的内容。"))
    if len(entries) > MOST_CHANGES:
        raise NotChanges(_("一次最多保存%(n)s处修改。") % {"n": MOST_CHANGES})
    changes = []
    for entry in entries:
        if not isinstance(entry, Mapping) or not isinstance(entry.get("path"), str) or "to" not in entry:
            raise NotChanges(_("每处修改都要写明位置（path）和新值（to）。"))
        changes.append(Change(entry["path"], entry.get("from"), entry["to"]))
    return changes


def refuse_unknown_path(path: str) -> str:
    return _("没有“%(path)s”这个填写位置。页面可能已过期，请刷新后再试。") % {"path": path[:80]}
