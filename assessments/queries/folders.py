"""The folders of an assessment, and one of them: what goes where, what does not, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.db.models import Count
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from assessments.folder_permissions import (
    check_can_bring_folder,
    check_can_handle_folder,
    check_can_undo_folder,
)
from assessments.folders.reading import MOST_BYTES, MOST_FILES
from assessments.models import Assessment, FolderFile, FolderImport
from assessments.permissions import reason
from assessments.queries.frame import AssessmentFrame, read_frame, said
from hospitals.access import Person
from rubrics.queries import get_rubric

Outcome = FolderFile.Outcome
State = FolderImport.State
PER_PAGE = 100
MOST_FOLDERS = 40
BUSY = (State.READING, State.STORING)


@dataclass(frozen=True, slots=True)
class FolderLine:
    public_id: str
    name: str
    state: str
    state_name: str
    by: str
    at: datetime
    stored: int
    files: int


@dataclass(frozen=True, slots=True)
class FoldersPage:
    """``why_not``: why the person may not bring one."""

    frame: AssessmentFrame
    folders: tuple[FolderLine, ...]
    why_not: str
    most_files: int
    most_gigabytes: int
    refusal: str


def folders_page(assessment: Assessment, user: Person, refusal: str = "") -> FoldersPage:
    """Four queries: frame (2), the folders, their files counted."""
    counted: Counter[int] = Counter()
    stored: Counter[int] = Counter()
    rows = FolderFile.objects.filter(batch__assessment=assessment).order_by()
    for batch, outcome, count in rows.values_list("batch", "outcome").annotate(count=Count("pk")):
        counted[batch] += count
        if outcome == Outcome.STORED:
            stored[batch] += count
    return FoldersPage(
        frame=read_frame(assessment, user, get_rubric(assessment.edition)),
        folders=tuple(
            FolderLine(
                public_id=str(one.public_id),
                name=one.name,
                state=one.state,
                state_name=one.get_state_display(),
                by=one.made_by.name,
                at=one.made_at,
                stored=stored[one.pk],
                files=counted[one.pk],
            )
            for one in assessment.folder_imports.select_related("made_by")
        ),
        why_not=reason(check_can_bring_folder, user, assessment),
        most_files=MOST_FILES,
        most_gigabytes=min(settings.EXTRACT_MAX_BYTES, MOST_BYTES) // 2**30 or 1,
        refusal=refusal,
    )


@dataclass(frozen=True, slots=True)
class FileLine:
    pk: int
    path: str
    place: str
    place_name: str
    number: int | None
    caption: str
    reason: str
    picture: bool
    by_hand: bool
    attachment: str  # public id of what it became, while that is kept


@dataclass(frozen=True, slots=True)
class Tab:
    key: str
    name: str
    count: int
    current: bool


@dataclass(frozen=True, slots=True)
class PlaceChoice:
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class FolderPage:
    """``folders``: folders with files that have no place, and how many. ``left``: files without a place."""

    frame: AssessmentFrame
    batch: FolderLine
    size: int
    done: int
    total: int
    problem: str
    busy: bool
    tabs: tuple[Tab, ...]
    shown: str
    lines: tuple[FileLine, ...]
    pages: Page[FolderFile]
    folders: tuple[tuple[str, int], ...]
    places: tuple[PlaceChoice, ...]
    matched: int
    without_clause: int
    pictures: int
    left: int
    why_not_handle: str
    why_not_undo: str
    confirmed_by: str
    confirmed_at: datetime | None
    undone_by: str
    undone_at: datetime | None
    problems: tuple[tuple[str, str], ...]

    @property
    def open(self) -> bool:
        return self.batch.state == State.OPEN

    @property
    def editable(self) -> bool:
        return self.open and not self.why_not_handle and self.shown != Outcome.REFUSED


TABS = (
    Outcome.UNMATCHED,
    Outcome.MATCHED,
    Outcome.STORED,
    Outcome.REPEATED,
    Outcome.REFUSED,
    Outcome.DROPPED,
)


def folder_page(
    batch: FolderImport,
    user: Person,
    *,
    shown: str = "",
    page: str = "1",
    problems: tuple[tuple[str, str], ...] = (),
) -> FolderPage:
    """Seven queries at most, whatever the number of files; ``batch`` comes with its people."""
    assessment = batch.assessment
    rubric = get_rubric(assessment.edition)
    counts = dict(
        batch.files.order_by().values_list("outcome").annotate(n=Count("pk")).values_list("outcome", "n")
    )
    if shown not in counts:
        shown = next((str(tab) for tab in TABS if counts.get(tab)), str(Outcome.UNMATCHED))
    rows = batch.files.filter(outcome=shown).select_related("attachment")
    ordered = rows.order_by("item_code", "clause_code", "position", "path")
    pages = Paginator(ordered, PER_PAGE).get_page(page)
    editing = batch.state == State.OPEN and shown != Outcome.REFUSED
    names = {item.code: said(item.name) for item in rubric.items}
    placed = batch.files.filter(outcome__in=[Outcome.MATCHED, Outcome.STORED])
    facts = (
        placed.values_list("clause_code", "content_type").annotate(n=Count("pk")).order_by() if counts else ()
    )
    by_kind = [(clause, kind, n) for clause, kind, n in facts]
    return FolderPage(
        frame=read_frame(assessment, user, rubric),
        batch=FolderLine(
            public_id=str(batch.public_id),
            name=batch.name,
            state=batch.state,
            state_name=batch.get_state_display(),
            by=batch.made_by.name,
            at=batch.made_at,
            stored=counts.get(Outcome.STORED, 0),
            files=sum(counts.values()),
        ),
        size=batch.size,
        done=batch.done,
        total=batch.total,
        problem=spoken(batch.problem),
        busy=batch.state in BUSY,
        tabs=tuple(
            Tab(str(tab), str(tab.label), counts[tab], tab == shown) for tab in TABS if counts.get(tab)
        ),
        shown=shown,
        lines=tuple(_line(row, names) for row in pages),
        pages=pages,
        folders=_folders(batch) if editing and shown == Outcome.UNMATCHED else (),
        places=tuple(
            PlaceChoice(
                f"{item.code}.{level.level}-{clause.n}", f"{names[item.code]} {said(clause.text)[:40]}"
            )
            for item in rubric.items
            for level in item.asked_levels
            for clause in level.clauses
        )
        if editing
        else (),
        matched=counts.get(Outcome.MATCHED, 0),
        without_clause=sum(n for clause, _kind, n in by_kind if not clause),
        pictures=sum(n for _clause, kind, n in by_kind if kind.startswith("image/")),
        left=counts.get(Outcome.UNMATCHED, 0),
        why_not_handle=reason(check_can_handle_folder, user, batch),
        why_not_undo=reason(check_can_undo_folder, user, batch),
        confirmed_by=batch.confirmed_by.name if batch.confirmed_by else "",
        confirmed_at=batch.confirmed_at,
        undone_by=batch.undone_by.name if batch.undone_by else "",
        undone_at=batch.undone_at,
        problems=problems,
    )


def spoken(text: Mapping[str, str]) -> str:
    """A stored sentence in the language of the request."""
    return text.get("en" if (get_language() or "").startswith("en") else "zh", "")


def _line(row: FolderFile, names: Mapping[str, str]) -> FileLine:
    kept = row.attachment is not None and row.attachment.removed_at is None
    return FileLine(
        pk=row.pk,
        path=row.path,
        place=row.clause_code or row.item_code,
        place_name=_("%(name)s（整个项目）") % {"name": names.get(row.item_code, "")}
        if row.item_code and not row.clause_code
        else names.get(row.item_code, ""),
        number=row.position,
        caption=row.caption,
        reason=spoken(row.reason),
        picture=row.content_type.startswith("image/"),
        by_hand=row.by_hand,
        attachment=str(row.attachment.public_id) if kept and row.attachment else "",
    )


def _folders(batch: FolderImport) -> tuple[tuple[str, int], ...]:
    paths = batch.files.filter(outcome=Outcome.UNMATCHED).values_list("path", flat=True)
    counted = Counter(path.rpartition("/")[0] for path in paths)
    return tuple((folder, n) for folder, n in counted.most_common(MOST_FOLDERS) if n > 1)
