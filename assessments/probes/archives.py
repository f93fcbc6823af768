"""Zip archives: unpacked only as far as they are harmless, one level, into a folder of their own."""

from __future__ import annotations

import lzma
import stat
import unicodedata
import zipfile
import zlib
from collections.abc import Container
from contextlib import suppress
from pathlib import Path, PurePosixPath

from assessments.probes.refusals import FileProblem, PackageRefused
from engine.evidence.counts import FileRefused

MOST_ENTRIES = 2_000
MOST_BYTES = 20 * 2**30
MOST_RATIO = 200
RATIO_FROM = 50 * 2**20  # small files may compress as well as they like
_CHUNK = 1 << 20
_INNER = (".zip", ".7z", ".rar", ".gz", ".tgz", ".bz2", ".xz", ".tar", ".z")
_IGNORED_PARTS = ("__MACOSX",)
_IGNORED_NAMES = (".ds_store", "thumbs.db", "desktop.ini", "ehthumbs.db")


def is_ignored(name: PurePosixPath) -> bool:
    """What operating systems and spreadsheet programs leave lying about."""
    return (
        any(part in _IGNORED_PARTS for part in name.parts)
        or name.name.lower() in _IGNORED_NAMES
        or name.name.startswith((".", "~$"))
    )


def unpack(path: Path, folder: Path) -> tuple[dict[str, Path], list[FileRefused]]:
    """Names and paths of what was unpacked, and members that were not. Sizes are counted while
    unpacking, whatever the archive declares. Raises PackageRefused; nothing is left behind then."""
    refused: list[FileRefused] = []
    found: dict[str, Path] = {}
    try:
        with zipfile.ZipFile(path) as archive:
            members = [one for one in archive.infolist() if not one.is_dir()]
            members = [one for one in members if not is_ignored(PurePosixPath(name_of(one)))]
            _refuse_whole(path.name, members, path.stat().st_size)
            budget = _Budget(path)
            folder.mkdir(parents=True, exist_ok=True)
            for number, member in enumerate(members):
                name = name_of(member)
                try:
                    _refuse_member(member, name, found)
                    target = folder / f"{number}{PurePosixPath(name).suffix.lower()}"
                    _copy(archive, member, target, budget)
                    found[name] = target
                except FileProblem as problem:
                    refused.append(problem.of(name))
    except (zipfile.BadZipFile, EOFError, RuntimeError, OSError, ValueError, zlib.error, lzma.LZMAError):
        raise PackageRefused("damaged_archive", path.name) from None
    return found, refused


def harmless_members(
    path: Path, *, name: str, most_entries: int, most_bytes: int
) -> tuple[dict[str, zipfile.ZipInfo], list[FileRefused], int]:
    """What of an archive may be read member by member (by name), what may not, and how much litter it holds.

    Nothing is unpacked; sizes are those declared, so whoever reads a member stops at its limit.
    Raises PackageRefused.
    """
    refused: list[FileRefused] = []
    found: dict[str, zipfile.ZipInfo] = {}
    try:
        with zipfile.ZipFile(path) as archive:
            everything = [one for one in archive.infolist() if not one.is_dir()]
    except (zipfile.BadZipFile, EOFError, OSError, ValueError):
        raise PackageRefused("damaged_archive", name) from None
    members = [one for one in everything if not is_ignored(PurePosixPath(name_of(one)))]
    _refuse_whole(name, members, path.stat().st_size, most_entries, most_bytes)
    for member in members:
        inside = name_of(member)
        try:
            _refuse_member(member, inside, found)
            found[inside] = member
        except FileProblem as problem:
            refused.append(problem.of(inside))
    return found, refused, len(everything) - len(members)


def name_of(member: zipfile.ZipInfo) -> str:
    """The member's name; old Windows programs write GBK without saying so."""
    name = member.filename
    if not member.flag_bits & 0x800:
        try:
            raw = name.encode("cp437")
            name = raw.decode("utf-8")
        except UnicodeDecodeError:
            with suppress(UnicodeDecodeError):
                name = raw.decode("gb18030")
        except UnicodeEncodeError:
            pass
    return unicodedata.normalize("NFC", name.replace("\\", "/")).removeprefix("./")


class _Budget:
    def __init__(self, path: Path) -> None:
        self.name, self.packed, self.used = path.name, max(1, path.stat().st_size), 0

    def take(self, size: int) -> None:
        self.used += size
        if self.used > MOST_BYTES:
            raise PackageRefused("unpacks_too_large", self.name, most=MOST_BYTES // 2**30)
        if self.used > RATIO_FROM and self.used > self.packed * MOST_RATIO:
            raise PackageRefused("ratio_too_high", self.name, ratio=MOST_RATIO)


def _refuse_whole(
    name: str,
    members: list[zipfile.ZipInfo],
    packed: int,
    most_entries: int | None = None,
    most_bytes: int | None = None,
) -> None:
    most_entries, most_bytes = most_entries or MOST_ENTRIES, most_bytes or MOST_BYTES
    if len(members) > most_entries:
        raise PackageRefused("too_many_entries", name, count=len(members), most=most_entries)
    declared = sum(member.file_size for member in members)
    if declared > most_bytes:
        raise PackageRefused("unpacks_too_large", name, most=most_bytes // 2**30)
    if declared > RATIO_FROM and declared > packed * MOST_RATIO:
        raise PackageRefused("ratio_too_high", name, ratio=MOST_RATIO)
    if any(member.flag_bits & 0x1 for member in members):
        raise PackageRefused("encrypted_archive", name)


def _refuse_member(member: zipfile.ZipInfo, name: str, found: Container[str]) -> None:
    parts = PurePosixPath(name).parts
    if name.startswith("/") or ".." in parts or (len(name) > 1 and name[1] == ":") or "\0" in name:
        raise FileProblem("unsafe_path")
    if stat.S_ISLNK(member.external_attr >> 16):
        raise FileProblem("symlink")
    if name in found:
        raise FileProblem("same_name")
    if name.lower().endswith(_INNER):
        raise FileProblem("archive_in_archive")


def _copy(archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path, budget: _Budget) -> None:
    try:
        with archive.open(member) as source, target.open("wb") as out:
            while chunk := source.read(_CHUNK):
                budget.take(len(chunk))
                out.write(chunk)
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, RuntimeError):
        target.unlink(missing_ok=True)
        raise FileProblem("damaged_file") from None
