"""Reading a zip of evidence: which file goes where, which do not, and why. Nothing is stored here."""

from __future__ import annotations

import hashlib
import io
import lzma
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from assessments.filetypes import judge
from assessments.folders.naming import Place, place_of
from assessments.probes.archives import harmless_members
from engine.rubric.values import Rubric, Text
from hospitals.refusals import Refusal

MOST_FILES = 5_000
MOST_BYTES = 4 * 2**30
LONGEST_PATH = 500
LANGUAGES = ("zh-hans", "en")


@dataclass(frozen=True, slots=True)
class Found:
    """One file. ``refusal``: why it may not be kept wherever it belongs; then it has no type."""

    path: str
    member: str
    size: int
    sha256: str
    content_type: str
    extension: str
    place: Place
    refusal: Text | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    files: tuple[Found, ...]
    litter: int


def read_folder(path: Path, name: str, rubric: Rubric, note: Callable[[int, int], None]) -> Reading:
    """Every file of a zip with its place and its type by content; ``note(done, total)`` on the way.

    Raises PackageRefused when the zip as a whole cannot be taken.
    """
    members, refused, litter = harmless_members(
        path, name=name, most_entries=MOST_FILES, most_bytes=MOST_BYTES
    )
    found: list[Found] = []
    with zipfile.ZipFile(path) as archive:
        for inside, member in sorted(members.items()):
            note(len(found), len(members))
            found.append(_look_at(archive, member, inside, rubric))
    found += [Found(one.name[:LONGEST_PATH], "", 0, "", "", "", Place(), one.sentence) for one in refused]
    return Reading(tuple(_without_repeated_paths(found)), litter)


def content_of(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    """The bytes of a member, up to the limit of one upload. Raises Refusal."""
    try:
        with archive.open(member) as source:
            content = _bounded(source)
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, RuntimeError, OSError) as broken:
        raise Refusal(_("文件在压缩包里已损坏，读不出来。请重新打包这个文件。")) from broken
    if content is None:
        raise Refusal(
            _("文件超过%(most)s MB，没有保存。请压缩图片或拆分后再上传。")
            % {"most": settings.UPLOAD_MAX_BYTES // (1024 * 1024)}
        )
    return content


def in_both(sentence: Callable[[], str]) -> Text:
    """A sentence of the interface in both languages: the report is read in either."""
    said = []
    for language in LANGUAGES:
        with translation.override(language):
            said.append(sentence())
    return Text(said[0], said[1])


def as_json(text: Text | None) -> Mapping[str, str]:
    return {"zh": text.zh, "en": text.en} if text is not None else {}


def _look_at(archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str, rubric: Rubric) -> Found:
    place = place_of(name, rubric)
    path = name[:LONGEST_PATH]

    def why(error: str = "") -> str:
        try:
            judge(io.BytesIO(content_of(archive, member)), name)
        except Refusal as refusal:
            return str(refusal)
        return error

    try:
        content = content_of(archive, member)
        looked_at = judge(io.BytesIO(content), name)
    except Refusal:
        return Found(path, member.filename, member.file_size, "", "", "", place, in_both(why))
    return Found(
        path,
        member.filename,
        len(content),
        hashlib.sha256(content).hexdigest(),
        looked_at.content_type,
        looked_at.extension,
        place,
    )


def _bounded(source: IO[bytes]) -> bytes | None:
    content = source.read(settings.UPLOAD_MAX_BYTES + 1)
    return content if len(content) <= settings.UPLOAD_MAX_BYTES else None


def _without_repeated_paths(found: list[Found]) -> Iterator[Found]:
    """A name that stands in the zip twice is shown twice, the second time numbered."""
    times: dict[str, int] = {}
    for one in found:
        n = times[one.path] = times.get(one.path, 0) + 1
        yield one if n == 1 else replace(one, path=f"{one.path[: LONGEST_PATH - 8]} #{n}")
