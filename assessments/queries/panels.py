"""The two panels that stand beside a piece of work: files, and what people say to each other.

Each panel is one frozen object, handed to ``templates/assessments/_attachments.html`` as ``panel``
and to ``_comments.html`` as ``panel``; the templates name every field they use.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils.html import conditional_escape, format_html_join
from django.utils.safestring import SafeString, mark_safe

from accounts.models import User
from assessments.filetypes import ACCEPT
from assessments.models import Assessment, Assignment, Attachment, Comment, PictureDraft
from assessments.permissions import (
    allowed,
    check_can_attach,
    check_can_comment,
    check_can_remove,
    check_can_resolve,
    reason,
)
from engine.rubric.values import Item
from hospitals.access import HOSPITAL_STAFF, Person
from hospitals.models import Membership


@dataclass(frozen=True, slots=True)
class AttachmentRow:
    """One kept file. ``picture``: may be shown in the page; ``clause`` empty: of the whole item."""

    public_id: str
    name: str
    size: int
    kind: str  # picture | pdf | document | sheet | slides
    picture: bool
    clause: str
    caption: str
    by: str
    at: datetime
    sha256: str
    can_remove: bool
    masked: int | None  # boxes burned in; None: never edited here
    legend: tuple[tuple[str, str], ...]  # number and line
    can_edit: bool  # a picture that the person may put an edited one in place of
    first: bool  # of those at its place, for moving
    last: bool


@dataclass(frozen=True, slots=True)
class DraftRow:
    """A screenshot that the person began and did not store; nobody else is told of it."""

    public_id: str
    place: str
    at: datetime


@dataclass(frozen=True, slots=True)
class AttachmentPanel:
    """Files at one place. ``places``: clause codes a file may be put on (none for a base figure)."""

    assessment: str
    item: str
    base: str
    rows: tuple[AttachmentRow, ...]
    drafts: tuple[DraftRow, ...]
    places: tuple[str, ...]
    can_attach: bool
    why_not: str
    accept: str
    most_bytes: int
    most_mb: int

    @property
    def dom_id(self) -> str:
        return f"attachments-{(self.item or self.base).replace('.', '-')}"


_KINDS = {
    "application/pdf": "pdf",
    "application/vnd.ms-excel": "sheet",
    "application/vnd.ms-powerpoint": "slides",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "sheet",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": "slides",
}


def attachment_panel(
    assessment: Assessment,
    user: Person,
    rows: Iterable[Attachment],
    *,
    item: Item | None = None,
    base: str = "",
    assignment: Assignment | bool | None = False,
    drafts: Iterable[PictureDraft] = (),
) -> AttachmentPanel:
    """The panel from rows read already (with ``uploaded_by``); no query when ``assignment`` is given.

    ``item``: the item the files belong to; without it ``base`` names the figure they prove. ``drafts``: as
    ``drafts_of`` reads them.
    """
    code = item.code if item is not None else ""
    kept = sorted(rows, key=lambda row: (row.clause_code, row.position, row.uploaded_at, row.pk))
    places = [row.clause_code for row in kept]
    for row in kept:
        row.assessment = assessment  # the same row: no query for each
    why_not = reason(check_can_attach, user, assessment, code, assignment=assignment)
    most = settings.UPLOAD_MAX_BYTES
    return AttachmentPanel(
        assessment=str(assessment.public_id),
        item=code,
        base=base,
        rows=tuple(
            _attachment(
                row,
                user,
                can_attach=bool(code) and not why_not,
                first=n == 0 or places[n - 1] != row.clause_code,
                last=n + 1 == len(kept) or places[n + 1] != row.clause_code,
            )
            for n, row in enumerate(kept)
        ),
        drafts=tuple(
            DraftRow(str(one.public_id), one.clause_code or one.item_code, one.made_at) for one in drafts
        ),
        places=tuple(
            f"{code}.{level.level}-{clause.n}" for level in item.asked_levels for clause in level.clauses
        )
        if item is not None
        else (),
        can_attach=not why_not,
        why_not=why_not,
        accept=ACCEPT,
        most_bytes=most,
        most_mb=most // (1024 * 1024),
    )


def read_attachments(
    assessment: Assessment, user: Person, *, item: Item | None = None, base: str = ""
) -> AttachmentPanel:
    """The panel for a page that reads nothing else: two queries, three for a contributor's item."""
    found = Attachment.objects.kept().filter(assessment=assessment).select_related("uploaded_by")
    if item is not None:
        found = found.filter(item_code=item.code)
    else:
        found = found.filter(item_code="", pk__in=assessment.base_figures.filter(key=base).values("proof_id"))
    drafts = drafts_of(assessment, user, item.code) if item is not None else ()
    return attachment_panel(assessment, user, found, item=item, base=base, drafts=drafts)


def drafts_of(assessment: Assessment, user: Person, item: str) -> Iterable[PictureDraft]:
    """Screenshots of an item that the person began. One query when looked at."""
    return PictureDraft.objects.of_person(user).filter(assessment=assessment, item_code=item)


def _attachment(row: Attachment, user: Person, *, can_attach: bool, first: bool, last: bool) -> AttachmentRow:
    picture = row.content_type.startswith("image/")
    can_remove = allowed(check_can_remove, user, row)
    return AttachmentRow(
        public_id=str(row.public_id),
        name=row.original_name,
        size=row.size,
        kind="picture" if picture else _KINDS.get(row.content_type, "document"),
        picture=picture,
        clause=row.clause_code,
        caption=row.caption,
        by=str(row.uploaded_by),
        at=row.uploaded_at,
        sha256=row.sha256,
        can_remove=can_remove,
        masked=row.masked,
        legend=row.numbered,
        can_edit=picture and can_attach and can_remove,
        first=first or not can_attach,
        last=last or not can_attach,
    )


@dataclass(frozen=True, slots=True)
class CommentRow:
    """``text``: escaped, with mentions and line breaks marked up."""

    pk: int
    author: str
    mine: bool
    at: datetime
    clause: str
    text: SafeString
    resolved_by: str
    resolved_at: datetime | None
    can_resolve: bool


@dataclass(frozen=True, slots=True)
class Mentionable:
    public_id: str
    name: str
    department: str


@dataclass(frozen=True, slots=True)
class CommentPanel:
    """Talk at one place, oldest first; ``settled`` counts the resolved ones, which fold away."""

    assessment: str
    item: str
    rows: tuple[CommentRow, ...]
    members: tuple[Mentionable, ...]
    can_comment: bool
    why_not: str

    @property
    def open_rows(self) -> tuple[CommentRow, ...]:
        return tuple(row for row in self.rows if row.resolved_at is None)

    @property
    def settled_rows(self) -> tuple[CommentRow, ...]:
        return tuple(row for row in self.rows if row.resolved_at is not None)

    @property
    def dom_id(self) -> str:
        return f"comments-{self.item.replace('.', '-') or 'all'}"


def comment_panel(
    assessment: Assessment, user: Person, rows: Iterable[Comment], *, item: str = ""
) -> CommentPanel:
    """The panel from rows read already (with author, resolved_by, mentions). One query: the members."""
    kept = list(rows)
    for row in kept:
        row.assessment = assessment
    why_not = reason(check_can_comment, user, assessment)
    return CommentPanel(
        assessment=str(assessment.public_id),
        item=item,
        rows=tuple(_comment(row, user) for row in kept),
        members=() if why_not else members_of(assessment),
        can_comment=not why_not,
        why_not=why_not,
    )


def read_comments(assessment: Assessment, user: Person, *, item: str = "") -> CommentPanel:
    """The panel for a page that reads nothing else. Three queries: comments, mentions, members."""
    found = (
        Comment.objects.filter(assessment=assessment, item_code=item)
        .select_related("author", "resolved_by")
        .prefetch_related("mentions")
    )
    return comment_panel(assessment, user, found, item=item)


def members_of(assessment: Assessment) -> tuple[Mentionable, ...]:
    """People of the hospital who can see the assessment, by name. One query."""
    found: dict[str, Mentionable] = {}
    memberships = (
        Membership.objects.in_force()
        .filter(organisation_id=assessment.hospital_id, role__in=HOSPITAL_STAFF, user__is_active=True)
        .select_related("user", "department")
        .order_by("user__name", "pk")
    )
    for membership in memberships:
        key = str(membership.user.public_id)
        department = membership.department.label if membership.department else ""
        if key not in found or (department and not found[key].department):
            found[key] = Mentionable(key, membership.user.get_full_name(), department)
    return tuple(found.values())


def _comment(row: Comment, user: Person) -> CommentRow:
    return CommentRow(
        pk=row.pk,
        author=str(row.author),
        mine=row.author_id == user.pk,
        at=row.at,
        clause=row.clause_code,
        text=marked_up(row.text, row.mentions.all()),
        resolved_by=str(row.resolved_by or ""),
        resolved_at=row.resolved_at,
        can_resolve=allowed(check_can_resolve, user, row),
    )


def marked_up(text: str, mentioned: Iterable[User]) -> SafeString:
    """The text escaped, line by line, with the names of mentioned people marked."""
    lines = format_html_join(mark_safe("<br>"), "{}", ((line,) for line in text.split("\n")))
    shown = str(lines)
    for name in sorted({user.get_full_name() for user in mentioned}, key=len, reverse=True):
        escaped = f"@{conditional_escape(name)}"
        shown = shown.replace(escaped, f'<span class="mention">{escaped}</span>')
    return mark_safe(shown)
