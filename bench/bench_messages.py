#!/usr/bin/env python
"""Reading messages: HL7 v2 and FHIR R4 from file to canonical rows, messages per second on one core.

Writes a log of made-up messages (orders and reports with eight results each, in GB18030) and, as
FHIR, the same kind of facts one resource a line, then reads them: to columns of canonical rows, end
to end into the tables rules count on, and the privacy screening by itself. Beside it the parsing alone, by python-hl7 and
hl7apy where they are installed, over a part of the same messages: why the product splits by
itself. CPU time beside wall time, for machines that do other things too. The last line is JSON.

    python bench/bench_messages.py [--messages 20000] [--peers 1000]
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path
from time import perf_counter, process_time

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from assessments.probes.from_messages import MessageFiles  # noqa: E402
from assessments.probes.messages import read_messages  # noqa: E402
from assessments.probes.messages.hl7.parsing import parse  # noqa: E402
from assessments.probes.screening.messages import screen_messages  # noqa: E402
from assessments.probes.store import open_store  # noqa: E402
from engine.evidence.catalogue.load import load_catalogue  # noqa: E402
from engine.evidence.catalogue.values import Catalogue  # noqa: E402

RESULTS = 8


def order(number: int) -> str:
    at = f"202601{number % 28 + 1:02d}{number % 24:02d}{number % 60:02d}00"
    return "\r".join(
        (
            f"MSH|^~\\&|HIS|示例市人民医院|LIS|检验科|{at}||OML^O21^OML_O21|M{number}|P|2.5.1||||||GB 18030-2000",
            f"PID|1||{number:032x}^^^HIS^PI||{number:064x}||198001|F",
            f"PV1|1|I|内科一病区^^{number % 40}||||||||||||||||{number:032x}",
            f"ORC|NW|O{number}|||||||{at}|||D{number % 90}^{number % 90:040x}",
            f"OBR|1|O{number}||XCG^血常规^L|||||||||||||||||||||LAB",
            f"SPM|1|S{number}||XUE^全血|||||||||||||{at}|{at}",
        )
    )


def report(number: int) -> str:
    at = f"202601{number % 28 + 1:02d}{number % 24:02d}{number % 60:02d}30"
    results = (
        f"OBX|{n}|NM|WBC{n}^白细胞计数{n}^L||{number % 9}.{n}|10*9/L|3.5-9.5|N|||F|||{at}||T{n}^{n:040x}"
        for n in range(1, RESULTS + 1)
    )
    return "\r".join(
        (
            f"MSH|^~\\&|LIS|检验科|EMR|示例市人民医院|{at}||ORU^R01^ORU_R01|R{number}|P|2.5.1||||||GB 18030-2000",
            f"PID|1||{number:032x}^^^HIS^PI||{number:064x}||198001|F",
            f"PV1|1|I|内科一病区^^{number % 40}||||||||||||||||{number:032x}",
            f"ORC|RE|O{number}|B{number}",
            f"OBR|1|O{number}|B{number}|XCG^血常规^L|||{at}|||||||{at}||||||||{at}||LAB|F",
            *results,
        )
    )


def resources(number: int) -> list[dict[str, object]]:
    at = f"2026-01-{number % 28 + 1:02d}T{number % 24:02d}:{number % 60:02d}:00+08:00"
    asked = {"resourceType": "ServiceRequest", "id": f"o{number}", "status": "active", "intent": "order",
             "category": [{"coding": [{"code": "laboratory"}]}], "identifier": [{"value": f"O{number}"}],
             "code": {"coding": [{"code": "XCG", "display": "血常规"}]}, "subject": {"reference": f"Patient/p{number % 500}"},
             "authoredOn": at}  # fmt: skip
    found = [
        {"resourceType": "Observation", "id": f"r{number}-{n}", "status": "final",
         "category": [{"coding": [{"code": "laboratory"}]}], "code": {"coding": [{"code": f"WBC{n}", "display": f"白细胞计数{n}"}]},
         "subject": {"reference": f"Patient/p{number % 500}"}, "basedOn": [{"reference": f"ServiceRequest/o{number}"}],
         "effectiveDateTime": at, "issued": at, "valueQuantity": {"value": n, "unit": "10*9/L"},
         "referenceRange": [{"text": "3.5-9.5"}]}
        for n in range(1, RESULTS + 1)
    ]  # fmt: skip
    return [asked, *found]


def timed(work: Callable[[], int]) -> tuple[int, float, float]:
    start, cpu = perf_counter(), process_time()
    counted = work()
    return counted, perf_counter() - start, process_time() - cpu


def read(path: Path) -> int:
    damaged: list[int] = []
    rows = sum(len(b.places) for b in read_messages(path, on_malformed=lambda m: damaged.append(m.place)))
    assert not damaged, damaged[:3]
    return rows


def stored(path: Path, work: Path, catalogue: Catalogue) -> int:
    """From file to canonical tables; how many rows they have."""
    engine = open_store(work, path.stat().st_size)
    engine.execute("set threads = 1")
    files = MessageFiles([path], catalogue, work)
    rows = sum(one.rows for one in files.write(engine, "bench", path.name, path))
    files.close()
    engine.close()
    return rows


def screened(path: Path) -> int:
    assert not screen_messages(path)
    return 0


def peers(texts: list[str]) -> dict[str, float]:
    """Messages per second of parsing alone."""
    raw = [text.encode("gb18030") for text in texts]
    found = {}
    counted, _, cpu = timed(lambda: sum(1 for one in raw if not isinstance(parse(one), str)))
    found["this product"] = counted / cpu
    try:
        import hl7

        counted, _, cpu = timed(lambda: sum(1 for one in texts if hl7.parse(one)))
        found["python-hl7"] = counted / cpu
    except ImportError:
        print("python-hl7 is not installed")
    try:
        from hl7apy.parser import parse_message

        few = texts[: max(20, len(texts) // 10)]
        counted, _, cpu = timed(lambda: sum(1 for one in few if parse_message(one, find_groups=False)))
        found["hl7apy"] = counted / cpu
    except ImportError:
        print("hl7apy is not installed")
    return found


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--messages", type=int, default=20_000)
    parser.add_argument("--peers", type=int, default=1_000)
    given = parser.parse_args()
    warnings.simplefilter("ignore")
    texts = [order(n) if n % 2 else report(n) for n in range(given.messages)]
    catalogue = load_catalogue(ROOT / "rubrics" / "library")
    result: dict[str, object] = {"messages": given.messages}
    with tempfile.TemporaryDirectory(prefix="zhiping-bench-") as folder:
        log = Path(folder) / "day.hl7"
        log.write_bytes(b"".join(b"\x0b" + text.encode("gb18030") + b"\r\x1c\r" for text in texts))
        lines = Path(folder) / "day.ndjson"
        with lines.open("w", encoding="utf-8") as out:
            count = 0
            for number in range(given.messages // (RESULTS + 1)):
                for one in resources(number):
                    out.write(json.dumps(one, ensure_ascii=False) + "\n")
                    count += 1
        for kind, path, many in (("hl7", log, given.messages), ("fhir", lines, count)):
            stages: dict[str, Callable[[Path], int]] = {
                "rows": read,
                "tables": lambda path: stored(path, Path(folder), catalogue),
                "screening": screened,
            }
            measured: dict[str, object] = {"mb": round(path.stat().st_size / 1e6, 1)}
            for name, stage in stages.items():
                rows, wall, cpu = timed(lambda stage=stage, path=path: stage(path))
                measured |= {f"{name}_per_cpu_s": round(many / cpu), f"{name}_per_s": round(many / wall)}
                if rows:
                    measured["rows"] = rows
                print(
                    f"{kind}, {name}: {many} messages, {many / wall:,.0f} a second ({many / cpu:,.0f} per CPU second)"
                )
            result[kind] = measured
    speeds = peers(texts[: given.peers])
    for name, speed in speeds.items():
        print(f"parsing alone, {name}: {speed:,.0f} a second")
    result["parsing_alone"] = {name: round(speed) for name, speed in speeds.items()}
    result["peak_mb"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    print(json.dumps(result))
    return 0


if __name__ == "__main__":
    sys.exit(main())
