"""The words of a picture and where they stand, read on this machine by a process that cannot reach another."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

SECONDS = 60
ALONE = Path(__file__).with_name("read_alone.py")
_KEPT = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "SYSTEMROOT", "TMPDIR", "TEMP")

Corners = tuple[int, int, int, int]


class NotRead(Exception):
    """The reader is missing, broke or took too long. Its message never quotes the picture."""


@dataclass(frozen=True, slots=True)
class Line:
    """``boxes``: left, top, right, bottom of each character of ``text``; None for a space."""

    text: str
    boxes: tuple[Corners | None, ...]

    def around(self, start: int, end: int) -> Corners:
        """The box around the characters from ``start`` to before ``end``."""
        inside = [box for box in self.boxes[start:end] if box is not None]
        return (
            min(box[0] for box in inside),
            min(box[1] for box in inside),
            max(box[2] for box in inside),
            max(box[3] for box in inside),
        )

    @property
    def box(self) -> Corners:
        return self.around(0, len(self.text))


def read_lines(picture: Path) -> tuple[Line, ...]:
    """Every line of text in the picture. Raises NotRead."""
    environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
    environment |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(ALONE), str(picture)],
            env=environment,
            capture_output=True,
            timeout=SECONDS,
            check=True,
        )
        return tuple(
            Line(one["text"], tuple(tuple(box) if box else None for box in one["boxes"]))
            for one in json.loads(done.stdout)
        )
    except (OSError, subprocess.SubprocessError, ValueError, KeyError, TypeError) as failure:
        raise NotRead(type(failure).__name__) from None
