"""A fresh installation: migrate, load the rubrics, lay the demo, each in seconds, in one run.

Compared with the peer's recorded 380 s for a fresh migrate (docs/performance.md).

    python bench/bench_installation.py
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parents[1]
PEER_MIGRATE_SECONDS = 380


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="zhiping-bench-") as folder:
        environment = {**os.environ, "ZHIPING_VAR": folder, "DJANGO_SETTINGS_MODULE": "config.settings.dev"}
        seconds = {}
        for step in (["migrate", "-v0"], ["rubric", "load"], ["demo"]):
            started = time.perf_counter()
            subprocess.run(
                [sys.executable, "manage.py", *step],
                cwd=HERE,
                env=environment,
                check=True,
                stdout=subprocess.DEVNULL,
            )
            seconds[" ".join(step[:2]).removesuffix(" -v0")] = round(time.perf_counter() - started, 2)
    ready = seconds["migrate"] + seconds["rubric load"]
    for step, value in seconds.items():
        print(f"{step:12} {value:6.2f} s")
    print(
        f"migrate and rubric load: {ready:.2f} s; the peer's migrate took {PEER_MIGRATE_SECONDS / ready:.0f} times as long"
    )
    print(json.dumps({"bench": "installation", "seconds": seconds, "migrate_and_load": round(ready, 2)}))


if __name__ == "__main__":
    main()
