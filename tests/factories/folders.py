"""Folders of screenshots as they lie in the database, without a job."""

from __future__ import annotations

from accounts.models import User
from assessments.models import Assessment, FolderFile, FolderImport


def make_folder(assessment: Assessment, by: User, *, state: str = "open", files: int = 1) -> FolderImport:
    """One file with a place and ``files`` without one; of a stored one nothing is attached."""
    stored = state in ("done", "storing")
    batch = FolderImport.objects.create(
        assessment=assessment,
        name="示例截图.zip",
        size=9,
        sha256="0" * 64,
        state=state,
        made_by=by,
        confirmed_by=by if stored else None,
        confirmed_at=assessment.created_at if stored else None,
    )
    FolderFile.objects.create(
        batch=batch,
        path="01.01.1-1.png",
        member="01.01.1-1.png",
        size=9,
        sha256="1" * 64,
        content_type="image/png",
        extension=".png",
        item_code="01.01",
        clause_code="01.01.1-1",
        outcome=FolderFile.Outcome.STORED if stored else FolderFile.Outcome.MATCHED,
    )
    FolderFile.objects.bulk_create(
        FolderFile(
            batch=batch,
            path=f"散/图{n}.png",
            member=f"{n}",
            size=9,
            sha256=f"{n + 2:064d}",
            content_type="image/png",
            extension=".png",
            reason={"zh": "没有编号", "en": "No code"},
        )
        for n in range(files)
    )
    return batch
