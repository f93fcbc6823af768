#!/usr/bin/env python
"""Privacy screening of a table in DuckDB: 1,000,000 laboratory rows, 12 columns, two threads.

Tokens as identifiers and names, running numbers, codes and names of items, and a column of short
texts. CPU time beside wall time, for machines that do other things too. The last line is JSON.

    python bench/bench_screening.py [--rows 1000000] [--repeat 3]
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from time import perf_counter, process_time

import duckdb

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from assessments.probes.screening import screen_table  # noqa: E402

COLUMNS = ["patient_id", "report_no", "request_no", "specimen_no", "care_setting", "result_item_code", "result_item_name",
           "result_value", "reference_range", "reporter_name", "reporting_dept", "item_description"]  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--repeat", type=int, default=3)
    given = parser.parse_args()
    connection = duckdb.connect()
    connection.execute("SET threads = 2")
    connection.execute(
        "CREATE TABLE t AS SELECT i AS zp_row, md5((i % 80000)::VARCHAR) AS patient_id, 'R' || lpad((i // 8)::VARCHAR, 10, '0') AS report_no,"
        " lpad((20260000000 + i // 8)::VARCHAR, 14, '0') AS request_no, 'S' || (i // 8) AS specimen_no, 'inpatient' AS care_setting,"
        " 'WBC' || (i % 300) AS result_item_code, '白细胞计数' || (i % 300) AS result_item_name, ((i % 100) / 10.0)::VARCHAR AS result_value,"
        " '3.5-9.5' AS reference_range, md5('d' || (i % 90)) AS reporter_name, '检验科' AS reporting_dept,"
        " '标本轻度溶血，复查结果' || (i % 5000) || '，请结合临床' AS item_description"
        f" FROM range(1, {given.rows + 1}) AS r(i)"
    )
    walls, busy = [], []
    for _ in range(given.repeat):
        start, cpu = perf_counter(), process_time()
        hits = screen_table(connection, "t", COLUMNS)
        walls.append(perf_counter() - start)
        busy.append(process_time() - cpu)
        assert not hits, hits
    print(f"{given.rows} rows x {len(COLUMNS)} columns: {min(walls):.2f} s, {min(busy):.2f} s of CPU")
    print(
        json.dumps(
            {
                "rows": given.rows,
                "columns": len(COLUMNS),
                "seconds": round(min(walls), 3),
                "cpu_seconds": round(min(busy), 3),
            }
        )
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
