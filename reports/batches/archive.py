"""The archive of a batch, written while it is sent: documents, a list of them with their digests, and what is missing."""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime

from django.core.files.storage import Storage
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from reports.models import Batch, BatchLine, IssuedReport

FORMAT = "zhiping-batch/1"
CHUNK = 256 * 1024
LONGEST_NAME = 110  # characters: Windows gives a whole path 260
MOST_BYTES = 230  # of the name as Linux counts it, which gives it 255
SHORT = {"zh-hans": "zh", "en": "en"}
_NOT_ON_WINDOWS = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]+')
_DEVICES = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)(?=\.|$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Packed:
    """One document in the archive, as its lists say it. ``level``: of the submission, None of a draft."""

    file: str
    sha256: str
    size: int | None
    pages: int | None
    hospital: str
    code: str
    standard: str
    year: int
    document: str
    language: str
    level: int | None
    target: int
    issued_at: str
    report: str


@dataclass(frozen=True, slots=True)
class Missing:
    hospital: str
    code: str
    language: str
    why: str


@dataclass(frozen=True, slots=True)
class Archive:
    """Everything that is needed to write it, so that no query is made while it is sent."""

    name: str
    packed: tuple[Packed, ...]
    missing: tuple[Missing, ...]
    stored: tuple[tuple[Storage, str], ...]  # beside ``packed``
    heading: dict[str, object]


def safe_name(text: str) -> str:
    """As Windows takes it: none of its signs, no device, no point or blank at the end."""
    shown = "".join(
        sign for sign in text if unicodedata.category(sign) != "Cf"
    )  # no sign that turns the rest round
    kept = _NOT_ON_WINDOWS.sub("-", shown).strip(" .")
    return _DEVICES.sub(r"\1_", kept)


def file_name(report: IssuedReport, *, among: set[str]) -> str:
    """机构编码_机构名_差距分析报告_zh.pdf; in the words of the document's own language. A name taken already gets a
    number. ``report`` carries assessment and hospital."""
    hospital = report.owner
    with override(report.language):
        parts = [hospital.code, hospital.label, report.get_kind_display(), SHORT[report.language]]
    stem = safe_name("_".join(part for part in map(str, parts) if part))[:LONGEST_NAME]
    stem = stem.encode()[:MOST_BYTES].decode(errors="ignore").rstrip(" .")
    name, number = f"{stem}.{report.form}", 2
    while name.lower() in among:
        name, number = f"{stem} ({number}).{report.form}", number + 1
    among.add(name.lower())
    return name


def why_missing(line: BatchLine, batch: Batch) -> str:
    """The sentence for a document that is not there; empty for one that is."""
    if line.problem:
        return line.problem
    if line.report is None:
        return _("已取消，没有生成。") if batch.cancelled_at else _("还没有轮到。")
    if line.report.state == IssuedReport.State.FAILED:
        return line.report.error
    return "" if line.report.state == IssuedReport.State.DONE else _("还在生成。")


def archive_of(batch: Batch, lines: Sequence[BatchLine]) -> Archive:
    """In the reader's language. ``lines`` carry assessment, hospital, report and snapshot; no query."""
    packed, missing, stored = [], [], []
    taken: set[str] = set()
    for line in lines:
        hospital, report = line.assessment.hospital, line.report
        why = why_missing(line, batch)
        if not why and report is not None and not report.file.storage.exists(str(report.file.name)):
            why = _("文件已不在服务器上，请重新生成。")
        if why or report is None:
            missing.append(Missing(hospital.label, hospital.code, SHORT[line.language], why))
            continue
        packed.append(
            Packed(
                file=file_name(report, among=taken),
                sha256=report.sha256,
                size=report.size,
                pages=report.pages,
                hospital=hospital.label,
                code=hospital.code,
                standard=batch.edition.key,
                year=batch.year,
                document=str(report.get_kind_display()),
                language=SHORT[report.language],
                level=report.snapshot.level if report.snapshot else None,
                target=report.target_level,
                issued_at=_moment(report.finished_at),
                report=str(report.public_id),
            )
        )
        stored.append((report.file.storage, str(report.file.name)))
    name = safe_name(f"{batch.get_kind_display()}_{batch.edition.key}_{batch.year}_{len(packed)}.zip")
    heading: dict[str, object] = {"format": FORMAT, "batch": str(batch.public_id), "made_at": _moment(batch.made_at)}  # fmt: skip
    return Archive(name, tuple(packed), tuple(missing), tuple(stored), heading)


def streamed(archive: Archive) -> Iterator[bytes]:
    """The zip file piece by piece; never more than one piece in memory. No query."""
    out = _Pieces()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as written:
        lists = {
            "manifest.csv": _table(Packed, packed_headings(), archive.packed),
            "manifest.json": _json(archive),
        }
        if archive.missing:
            lists[f"{_('未生成')}.csv"] = _table(Missing, missing_headings(), archive.missing)
        for name, content in lists.items():
            written.writestr(name, content)
        yield out.taken()
        for one, (storage, path) in zip(archive.packed, archive.stored, strict=True):
            with storage.open(path) as source, written.open(one.file, "w") as target:
                while piece := source.read(CHUNK):
                    target.write(piece)
                    yield out.taken()
    yield out.taken()


class _Pieces(io.RawIOBase):
    """Takes what is written until somebody fetches it; cannot be wound back."""

    def __init__(self) -> None:
        self._kept = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        piece = bytes(data)  # type: ignore[call-overload]
        self._kept += piece
        return len(piece)

    def taken(self) -> bytes:
        piece, self._kept = bytes(self._kept), bytearray()
        return piece


def packed_headings() -> tuple[str, ...]:
    return (
        _("文件"), "SHA-256", _("大小（字节）"), _("页数"), _("医院"), _("机构代码"), _("标准"), _("年度"), _("报告"),
        _("语言"), pgettext("评定", "级别"), _("目标等级"), _("生成时间"), _("报告编号"),
    )  # fmt: skip


def missing_headings() -> tuple[str, ...]:
    return _("医院"), _("机构代码"), _("语言"), _("没有生成的原因")


def _table(of: type, headings: Sequence[str], rows: Sequence[Packed] | Sequence[Missing]) -> bytes:
    """CSV as Excel opens it; a text that would be a formula stays a text."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(headings)
    for row in rows:
        values = [getattr(row, one.name) for one in fields(of)]
        writer.writerow(["" if value is None else _text(value) for value in values])
    return out.getvalue().encode("utf-8-sig")


def _text(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value[:1] in "=+-@\t\r" and value else value


def _json(archive: Archive) -> bytes:
    document = {
        **archive.heading,
        "documents": [asdict(one) for one in archive.packed],
        "not_made": [asdict(one) for one in archive.missing],
    }
    return json.dumps(document, ensure_ascii=False, indent=1).encode()


def _moment(at: datetime | None) -> str:
    return timezone.localtime(at).isoformat(timespec="seconds") if at else ""
