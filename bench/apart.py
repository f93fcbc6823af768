"""Measurements that are processes of their own, so that peak memory is theirs."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from typing import Any


def usage(began: float, cpu: float) -> dict[str, object]:
    """Wall and CPU seconds since a moment, and the highest memory of the process."""
    return {
        "wall_s": round(time.perf_counter() - began, 2),
        "cpu_s": round(time.process_time() - cpu, 2),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


def apart(program: str, *arguments: str) -> dict[str, Any]:
    """What a program of ours prints as JSON, run in a process of its own."""
    command = [sys.executable, program, *arguments]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return dict(json.loads(done.stdout.splitlines()[-1]))
