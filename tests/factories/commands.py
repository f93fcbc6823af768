"""Commands of manage.py as a user types them: exit status and what was written where."""

from __future__ import annotations

import io
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from unittest.mock import patch

from django.core.management import execute_from_command_line

ROOT = Path(__file__).resolve().parents[2]


def command(*words: object) -> subprocess.CompletedProcess[str]:
    """In this process, which saves seconds of loading. A test without a database of its own lets no
    command near one."""
    typed = ["manage.py", *map(str, words)]
    out, err, status = io.StringIO(), io.StringIO(), 0
    staying = patch(
        "django.core.management.base.connections.close_all"
    )  # the test's own connection stays open
    with redirect_stdout(out), redirect_stderr(err), staying:
        try:
            execute_from_command_line(typed)
        except SystemExit as end:
            status = end.code if isinstance(end.code, int) else int(end.code is not None)
    return subprocess.CompletedProcess(typed, status, out.getvalue(), err.getvalue())


def command_apart(*words: object) -> subprocess.CompletedProcess[str]:
    """In a process of its own, as from a shell."""
    return subprocess.run(
        [sys.executable, "manage.py", *map(str, words)], cwd=ROOT, capture_output=True, text=True, check=False
    )
