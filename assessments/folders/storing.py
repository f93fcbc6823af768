"""From the zip into the storage of attachments, before any row says so."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Sequence

from accounts.models import User
from assessments.actions.attaching_many import Examined, drop_written, write_examined
from assessments.folders.reading import content_of
from assessments.models import Attachment, FolderFile, FolderImport

NOTED_EVERY = 25


def write_files(
    batch: FolderImport, rows: Sequence[FolderFile], by: User, note: Callable[[int, int], None]
) -> list[tuple[FolderFile, Attachment]]:
    """Every file of ``rows`` written; when one fails, none stays. ``note(done, total)`` on the way."""
    written: list[tuple[FolderFile, Attachment]] = []
    try:
        with batch.file.open("rb") as upload, zipfile.ZipFile(upload) as archive:
            members = {member.filename: member for member in archive.infolist()}
            for number, row in enumerate(rows):
                if number % NOTED_EVERY == 0:
                    note(number, len(rows))
                content = content_of(archive, members[row.member])
                written.append(
                    (
                        row,
                        write_examined(
                            by=by, assessment=batch.assessment, file=_examined(row), content=content
                        ),
                    )
                )
    except BaseException:
        drop_written([attachment for _row, attachment in written])
        raise
    return written


def _examined(row: FolderFile) -> Examined:
    return Examined(
        name=row.path,
        extension=row.extension,
        content_type=row.content_type,
        sha256=row.sha256,
        size=row.size,
        item=row.item_code,
        clause=row.clause_code,
        caption=row.caption,
    )
