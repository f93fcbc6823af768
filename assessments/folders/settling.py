"""What becomes of each file of a folder: stored, held back as a repetition, refused, or left to a person.

Computed anew whenever somebody chooses a place or drops a file, from the rows alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from django.utils.translation import gettext as _

from assessments.actions.attaching import MOST_FILES
from assessments.folders.naming import NO_CODE, place_of
from assessments.folders.reading import as_json, in_both
from assessments.models import FolderFile
from engine.rubric.values import Rubric, Text

Outcome = FolderFile.Outcome
Kept = tuple[str, str, str]  # item, clause, sha256 of what is attached already


def settle(
    rows: Sequence[FolderFile],
    rubric: Rubric,
    *,
    kept: Iterable[Kept],
    why_not: Callable[[str], Text | None],
) -> None:
    """Set ``outcome`` and ``reason`` of every row that was not dropped or refused for its content.

    ``kept``: what the assessment has already. ``why_not``: why the person may not attach to an item.
    """
    there = set(kept)
    full = Counter(item for item, _clause, _digest in there)
    seen: dict[str, FolderFile] = {}
    placed: dict[Kept, FolderFile] = {}
    open_rows = [row for row in rows if row.sha256 and row.outcome != Outcome.DROPPED]
    for row in sorted((row for row in open_rows if row.item_code), key=order):
        row.outcome, row.reason = Outcome.MATCHED, {}
        place = (row.item_code, row.clause_code, row.sha256)
        if (no := why_not(row.item_code)) is not None:
            row.outcome, row.reason = Outcome.REFUSED, dict(as_json(no))
        elif place in placed:
            row.outcome, row.reason = Outcome.REPEATED, dict(as_json(_same_as(placed[place].path)))
        elif place in there:
            row.outcome, row.reason = Outcome.REPEATED, dict(as_json(_already_there()))
        elif full[row.item_code] >= MOST_FILES:
            row.outcome, row.reason = Outcome.REFUSED, dict(as_json(_full()))
        else:
            placed[place] = row
            full[row.item_code] += 1
            seen.setdefault(row.sha256, row)
    for row in sorted((row for row in open_rows if not row.item_code), key=lambda row: row.path):
        if row.sha256 in seen:
            row.outcome, row.reason = (
                Outcome.REPEATED,
                dict(as_json(_same_as(seen[row.sha256].path))),
            )
        else:
            seen[row.sha256] = row
            row.outcome = Outcome.UNMATCHED
            row.reason = dict(as_json(place_of(row.path, rubric).reason or NO_CODE))


def order(row: FolderFile) -> tuple[str, str, int, str]:
    """By item, clause, the number in the name, and the name."""
    return row.item_code, row.clause_code, row.position or 0, row.path


def _same_as(path: str) -> Text:
    return in_both(lambda: _("内容与“%(path)s”完全相同，只保留那一份。") % {"path": path[-120:]})


def _already_there() -> Text:
    return in_both(lambda: _("同样的文件已是这里的附件，不再重复导入。"))


def _full() -> Text:
    return in_both(lambda: _("每个项目最多%(n)s个附件，这个项目已满。") % {"n": MOST_FILES})
