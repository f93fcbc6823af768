"""One screenshot from pasting to storing, and reading it for names and numbers.

    .venv/bin/python bench/bench_screenshots.py

Draws two screens as large as people have, then reports by the clock and by the processor: making a draft (decode, look,
write), saving (boxes, arrows, new PNG), reading in the process of its own with its peak memory.
"""

from __future__ import annotations

import io
import os
import resource
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")
SIZES = ((1366, 768), (3840, 2160))


def main() -> None:
    import django

    django.setup()
    from assessments.pictures.drawing import as_png, burn, open_upright
    from assessments.pictures.looks import look_of
    from assessments.pictures.marks import read_marks
    from assessments.pictures.reading import read_lines
    from tests.factories.screenshots import as_file, screen

    for width, height in SIZES:
        raw = as_file(screen().resize((width, height)))
        began = time.perf_counter()
        picture = open_upright(io.BytesIO(raw))
        look_of(picture)
        as_png(picture, level=1)
        drafted = time.perf_counter() - began
        boxes = [{"x": 10, "y": 10 + 40 * n, "width": 200, "height": 30} for n in range(10)]
        arrows = [{"x1": 0, "y1": 0, "x2": width, "y2": height}]
        marks = read_marks({"boxes": boxes, "arrows": arrows}, width=width, height=height)
        began = time.perf_counter()
        as_png(burn(picture, marks))
        saved = time.perf_counter() - began
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "screen.png")
            file.write_bytes(raw)
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            began = time.perf_counter()
            lines = read_lines(file)
            read = time.perf_counter() - began
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        print(
            f"{width} x {height}: draft {drafted:.2f} s, save {saved:.2f} s, read {len(lines)} lines in {read:.1f} s "
            f"({used.ru_utime + used.ru_stime - before.ru_utime - before.ru_stime:.1f} s of CPU, "
            f"peak {used.ru_maxrss // 1024} MB)"
        )


if __name__ == "__main__":
    main()
