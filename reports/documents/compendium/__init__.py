"""The evidence compendium somebody asked for: one file of a role or item, or one file per role with an index."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from assessments.permissions import is_staff_of
from assessments.proof_permissions import check_can_see_proofs
from assessments.queries.missing_material import Missing, find_missing
from assessments.queries.proofs import Materials, read_materials
from reports import actions
from reports.covers.reading import OwnCover, own_cover
from reports.documents.compendium.index import set_index, write_index_word
from reports.documents.compendium.paper import set_compendium
from reports.documents.compendium.word import write_compendium_word
from reports.documents.finished import Finished
from reports.documents.gap import Document, NothingToReport
from reports.models import IssuedReport
from reports.pdf import write_pdf
from reports.standing import Standing, snapshot_standing, standing_of
from reports.view_models.compendium import Compendium, RoleSheet, compendium_of
from reports.view_models.identity import Identity, identity_of
from rubrics.queries import confirmation_of, official_wordings

Tell = Callable[[int, str], None]


@dataclass(frozen=True, slots=True)
class Making:
    """What every file of one compendium has in common."""

    view: Compendium
    identity: Identity
    form: str
    cover: OwnCover | None
    missing: tuple[Missing, ...]


def compendium_document(report: IssuedReport) -> Document | Finished:
    """In the language that is active. ``basis``: scope ("" for all, a role, an item) and form (pdf or docx).

    Facts and files are read as they are now; those outside the hospital get it only while nothing can change. Raises
    Refusal where whoever asked may not see them any more.
    """
    assessment, basis = report.assessment, report.basis or {}
    if assessment is None:
        raise NothingToReport
    check_can_see_proofs(report.requested_by, assessment)
    scope, form = str(basis.get("scope", "")), str(basis.get("form", "pdf"))
    standing = _standing(report)
    materials = read_materials(assessment)
    wordings = official_wordings(confirmation_of(assessment.edition))
    view = compendium_of(standing, materials, wordings, scope=scope)
    making = Making(
        view,
        identity_of(standing),
        form,
        own_cover(assessment.hospital, report.requested_by),
        find_missing(standing.rubric, standing.answers, materials, standing.target),
    )

    def tell(percent: int, step: str) -> None:
        if not actions.note_progress(report=report, percent=percent, step=step):
            raise actions.Overtaken

    if scope:
        step = _counted(tell, 3, 90 if form == IssuedReport.Form.WORD else 12, view.picture_count)
        words, roles = view.scope, view.roles
        if form == IssuedReport.Form.WORD:
            return Finished(
                write_compendium_word(
                    view, roles, making.identity, scope=words, cover=making.cover, step=step
                )
            )
        return set_compendium(view, roles, making.identity, scope=words, cover=making.cover, step=step)
    return Finished(write_archive(making, tell))


def write_archive(making: Making, tell: Tell) -> bytes:
    """A zip of one file per role, the index first, and the fingerprints of all of them."""
    out = io.BytesIO()
    sums: list[str] = []
    roles = making.view.roles
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:

        def put(name: str, content: bytes) -> None:
            # pictures inside are packed already, and so is what a Word file holds
            archive.writestr(name, content, compress_type=zipfile.ZIP_STORED)
            sums.append(f"{hashlib.sha256(content).hexdigest()}  {name}\n")

        put(f"{_('00 目录与缺材料清单')}.{making.form}", index_file(making))
        for number, role in enumerate(roles):
            start, end = 5 + 90 * number // len(roles), 5 + 90 * (number + 1) // len(roles)
            tell(start, role.filename)
            put(f"{role.filename}.{making.form}", role_file(making, role, tell, start, end))
        archive.writestr("SHA256SUMS.txt", "".join(sums))
    return out.getvalue()


def role_file(making: Making, role: RoleSheet, tell: Tell, start: int = 0, end: int = 100) -> bytes:
    """One role as PDF or Word; ``tell`` hears of it between ``start`` and ``end`` per cent."""
    step = _counted(tell, start, end if making.form == "docx" else (start + end) // 2, role.picture_count)
    given = (making.view, (role,), making.identity)
    if making.form == IssuedReport.Form.WORD:
        return write_compendium_word(*given, scope=role.filename, cover=making.cover, step=step)
    paper = set_compendium(*given, scope=role.filename, cover=making.cover, step=step)

    def on_page(number: int) -> None:
        if number % 5 == 0:
            tell(
                (start + end) // 2, _("%(file)s，排版第%(page)s页") % {"file": role.filename, "page": number}
            )

    return _laid_out(paper, on_page)


def index_file(making: Making) -> bytes:
    if making.form == IssuedReport.Form.WORD:
        return write_index_word(making.view, making.identity, making.missing, making.cover)
    return _laid_out(set_index(making.view, making.identity, making.missing, making.cover))


def _laid_out(paper: Document, on_page: Callable[[int], None] | None = None) -> bytes:
    out = io.BytesIO()
    write_pdf(paper.html, out, css=paper.css, on_page=on_page, shots=paper.shots)
    return out.getvalue()


def _counted(tell: Tell, start: int, end: int, pictures: int) -> Callable[[], None]:
    """A step per picture, told every fifth."""
    done = 0

    def step() -> None:
        nonlocal done
        done += 1
        if done % 5 == 0:
            share = done / max(pictures, 1)
            tell(
                start + int((end - start) * min(share, 1)),
                _("截图%(n)s/%(of)s") % {"n": done, "of": pictures},
            )

    return step


def _standing(report: IssuedReport) -> Standing:
    """The submission where the work is closed, the draft for the hospital's own people while it is open."""
    assessment = report.assessment
    assert assessment is not None  # the caller looked
    if report.snapshot is not None:
        return snapshot_standing(assessment, report.snapshot)
    standing = standing_of(assessment, submitted_only=not is_staff_of(report.requested_by, assessment))
    if standing is None:
        raise NothingToReport
    return standing


__all__ = ["Making", "Materials", "compendium_document", "index_file", "role_file", "write_archive"]
