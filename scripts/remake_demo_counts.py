"""Count the made-up hospitals whose attestations the demo hands in: assessments/demo/counted/*.json.gz.

    python scripts/remake_demo_counts.py

Needed when rules, record types or the engine of checks change; a test says so. Counting takes seconds a
hospital, so the demo ships what was counted and signs it when it is laid, as a hospital's machine would.
"""

from __future__ import annotations

import gzip
import json
import os
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(HERE))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")


def main() -> None:
    import django

    django.setup()
    from assessments.demo.attested import COUNTED, HANDED_IN, WINDOW
    from assessments.demo.packages.scenarios import made
    from assessments.demo.packages.write import write_package
    from assessments.verification.on_site import count_package
    from engine.evidence.catalogue.load import load_catalogue
    from engine.evidence.findings_json import counts_to_json

    catalogue = load_catalogue(HERE / "rubrics" / "library")
    for old in COUNTED.glob("*.json.gz"):
        old.unlink()
    for number, kind in HANDED_IN.items():
        with tempfile.TemporaryDirectory() as place:
            package = made(
                catalogue,
                kind,
                hospital=f"示例第{number:02d}医院",
                window=WINDOW,
                size=60 + number,
                seed=number,
            )
            folder = write_package(package, Path(place))
            counts, _ = count_package(
                folder,
                rubric="emr-2018",
                catalogue=catalogue,
                mapping=None,
                window=WINDOW,
                reading=lambda *_: None,
                counting=lambda *_: None,
            )
        text = json.dumps(counts_to_json(counts, failing=False), ensure_ascii=False, sort_keys=True)
        packed = gzip.compress(text.encode(), mtime=0)
        (COUNTED / f"{number:02d}.json.gz").write_bytes(packed)
        print(f"{number:02d} {kind}: {len(text):,} characters, {len(packed):,} bytes", flush=True)


if __name__ == "__main__":
    main()
