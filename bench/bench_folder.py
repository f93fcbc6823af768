"""A folder of 2,000 screenshots, 300 of which match nothing: read, confirmed, stored.

    python bench/bench_folder.py [--files 2000]

The pictures are screens of 1366x768 as hospitals take them; making them is not counted. Compared
with the least that must be done: reading every file of the zip and its digest.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import os
import random
import struct
import sys
import tempfile
import time
import zipfile
import zlib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
TARGET = 60.0


def screens(different: int) -> list[bytes]:
    from PIL import Image, ImageDraw

    made = []
    for seed in range(different):
        numbers = random.Random(seed)
        picture = Image.new("RGB", (1366, 768), (246, 248, 250))
        draw = ImageDraw.Draw(picture)
        for row in range(28):
            for column in range(9):
                draw.text((20 + column * 148, 20 + row * 26), f"{numbers.random():.9f}", fill=(30, 40, 50))
            draw.line((0, 14 + row * 26, 1366, 14 + row * 26), fill=(200, 205, 210))
        out = io.BytesIO()
        picture.save(out, "PNG")
        made.append(out.getvalue())
    return made


def numbered(picture: bytes, n: int) -> bytes:
    """The same picture as another file: a note before its last chunk."""
    note = b"tEXt" + f"Comment\0{n}".encode()
    chunk = struct.pack(">I", len(note) - 4) + note + struct.pack(">I", zlib.crc32(note))
    return picture[:-12] + chunk + picture[-12:]


def make_zip(path: Path, files: int) -> None:
    from rubrics.models import Edition
    from rubrics.queries import get_rubric

    rubric = get_rubric(Edition.objects.get(key="emr-2018"))
    codes = [
        f"{item.code}.{level.level}-{clause.n}"
        for item in rubric.items
        for level in item.asked_levels
        for clause in level.clauses
    ]
    made = screens(20)
    with zipfile.ZipFile(path, "w") as archive:
        for n in range(files):
            lost = n % 20 in (3, 9, 15)  # 15 of a hundred
            name = f"微信/截图{n}.png" if lost else f"{codes[n % len(codes)]}({n // len(codes) + 1})_界面.png"
            archive.writestr(name, numbered(made[n % len(made)], n))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=2000)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["ZHIPING_VAR"] = folder
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
        import django

        django.setup()
        run(Path(folder), chosen.files)


def run(folder: Path, files: int) -> None:
    from django.core.files import File
    from django.core.management import call_command

    from assessments import folder_tasks, jobs
    from assessments.actions.folders import confirm_folder, receive_folder
    from assessments.models import FolderImport
    from hospitals.models import Membership
    from tests.factories.assessments import make_assessment
    from tests.factories.people import make_bureau, make_hospital, make_person

    call_command("migrate", verbosity=0)
    call_command("rubric", "load", verbosity=0)
    hospital = make_hospital("示例医院", parent=make_bureau("示例卫健委"))
    owner = make_person(hospital, Membership.Role.QUALITY_LEAD, "owner")
    assessment = make_assessment(hospital, owner, edition="emr-2018")
    jobs.enqueue = lambda *_job: None  # type: ignore[assignment]
    packed = folder / "screens.zip"
    make_zip(packed, files)
    print(f"{files} files, {packed.stat().st_size / 2**20:.0f} MB, load {os.getloadavg()[0]:.1f}")

    with measured("least: every file read, its digest"), zipfile.ZipFile(packed) as archive:
        for member in archive.infolist():
            hashlib.sha256(archive.read(member)).hexdigest()
    began = time.perf_counter()
    with measured("taken in"), packed.open("rb") as opened:
        batch = receive_folder(by=owner, assessment=assessment, file=File(opened), name="screens.zip")
    with measured("looked through"):
        folder_tasks.read_folder_import(batch.pk)
    confirm_folder(by=owner, batch=batch)
    with measured("stored"):
        folder_tasks.store_folder_import(batch.pk)
    whole = time.perf_counter() - began
    batch.refresh_from_db()
    counts = {
        str(outcome): batch.files.filter(outcome=outcome).count()
        for outcome in sorted(set(batch.files.values_list("outcome", flat=True)))
    }
    assert batch.state == FolderImport.State.DONE, batch.problem
    print(
        f"whole: {whole:.1f} s, target {TARGET:.0f} s: {'held' if whole < TARGET else 'NOT held'}; {counts}"
    )


class measured:
    def __init__(self, name: str) -> None:
        self.name = name

    def __enter__(self) -> None:
        self.wall, self.cpu = time.perf_counter(), time.process_time()

    def __exit__(self, *_error: object) -> None:
        wall, cpu = time.perf_counter() - self.wall, time.process_time() - self.cpu
        print(f"{self.name}: {wall:.1f} s ({cpu:.1f} s of CPU)")


if __name__ == "__main__":
    main()
