"""Random hospitals for the naive references: small pools, so that keys meet, repeat and miss."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from typing import Any

import ibis
import pyarrow as pa
from ibis.expr import operations as ops

from engine.evidence.counts import FileRead
from engine.evidence.tables import Tables
from tests.engine.evidence.naive_statistics import Hospital

WINDOW = (date(2026, 3, 2), date(2026, 3, 29))
START = datetime(2026, 3, 1, 20)
ARROW = {"bool": pa.bool_(), "datetime": pa.timestamp("us")}
POOLS = {
    "result_item_code": ["A1", "A2", "B1", "c3", "999"],
    "result_item_name": [
        "血糖",
        "血 糖",
        "ＧＬＵ",
        "glu",
        "PCT",
        "β2-MG",
        "降钙素原(PCT)",
        "谷丙转氨酶",
        "Alt",
        "_ -",
    ],
    "specimen_name": ["血清", "尿液", "静脉血", "EDTA全血", "枸橼酸血浆", "脑脊液"],
    "specimen_code": ["01", "serum", "Urine", "02"],
    "diagnosis_code": ["I10.x00x002", "j18.900", "J18.9", "E14.900x001", "其他", "A18.000+G01*", "A18.000+"],
    "discharge_diagnosis_code": ["I10.x00x002", "j18.900", "其它", "E14.9"],
    "surgery_code": ["45.2300", "45.23", "13.4100x001", "n/a", "13.4X00"],
    "drug_code": ["XA10BAE021", "null", "药1", "-1", "D２"],
    "lab_item_code": ["L1", "L2", "肝功", "other"],
    "exam_item_code": ["CT1", "US2", "未知"],
    "order_item_code": ["O1", "O2", "輸液", "㐀1"],
    "amount": ["10", "20.00", "7.5", "-30", "+40.", "100.01", "abc", "1e3", "0"],
    "declared_count": ["12", "8.0", "7.5", "约20"],
    "period_month": ["2026-03", "202603", "2026年3月", "2026-02", "三月", "2026/04"],
    "volume_kind": ["discharges", "exams"],
    "knowledge_topic": ["drug_allergy", "lab_request", "critical_value", "no such topic"],
    "order_class": ["medication", "medication", "lab"],
    "scan_target": ["drug", "drug", "blood"],
    "care_setting": ["inpatient", "inpatient", "outpatient", "emergency", "checkup"],
    "sender_system": ["HIS", "LIS"],
    "receiver_system": ["HIS", "LIS", "PACS"],
    "system_code": ["HIS", "LIS", "PACS", "EMR"],
    "dictionary_name": ["specimen", "drug"],
    "entry_code": ["01", "02", "03"],
    "entry_name": ["血清", "尿液", "未分类"],
}


def value(chance: random.Random, field: Any, instant: datetime) -> Any:
    if chance.random() < 0.12:
        return None
    if field.key in POOLS:
        return chance.choice(POOLS[field.key])
    if field.type == "bool":
        return chance.random() < 0.7
    if field.type == "datetime":
        minutes = chance.choice([0, 0, 5, 7, 30, 60, 200, 4000])
        return instant + timedelta(minutes=minutes, seconds=chance.choice([0, 0, 0, 11]))
    if field.type == "date":
        return "2026-03-05"
    if field.values:
        return chance.choice(field.values)
    return f"{field.key[:3]}{chance.randrange(6)}"


def layout(catalogue: Any, holes: int) -> Hospital:
    """What was supplied, without rows: everything, or (``holes`` above 0) files and columns missing."""
    chance = random.Random(holes)
    not_applicable: dict[str, str] = {}
    data = Hospital({}, {}, not_applicable, frozenset({"specimen"}) if holes != 1 else frozenset())
    for record in catalogue.records.values():
        if holes and chance.random() < 0.25:
            if chance.random() < 0.5:
                not_applicable[record.key] = "没有此项业务"
            continue
        keep = {key for key in record.fields if not holes or chance.random() > 0.03}
        data.supplied[record.key] = frozenset(keep)
        data.rows[record.key] = []
    return data


def made_up(catalogue: Any, seed: int, holes: int = 0) -> tuple[Hospital, Tables]:
    """The same random hospital twice: as plain rows and as canonical tables in DuckDB."""
    chance = random.Random(seed)
    data = layout(catalogue, holes)
    data.window = WINDOW if seed % 3 else None
    for number, record in enumerate(catalogue.records.values()):
        if record.key not in data.supplied:
            continue
        for at in range(chance.choice([0, 3, 12, 25, 40])):
            instant = START + timedelta(hours=chance.randrange(0, 29 * 24, 3))
            row = {
                key: value(chance, field, instant) if key in data.supplied[record.key] else None
                for key, field in record.fields.items()
            }
            row |= {"zp_file": number, "zp_row": at + 1, "zp_system": "HIS"}
            row |= {
                "campus": chance.choice([None, "东院", "西院"]),
                "department": chance.choice([None, "内科"]),
            }
            data.rows[record.key].append(row)
            if chance.random() < 0.1:
                data.rows[record.key].append({**row, "zp_row": at + 1001})
    return data, tables_of(data, catalogue)


def tables_of(data: Hospital, catalogue: Any) -> Tables:
    """Plain rows as canonical tables in a DuckDB of their own."""
    connection = ibis.duckdb.connect()
    return Tables(
        connection=connection,
        tables={key: _table(connection, key, rows, catalogue) for key, rows in data.rows.items()},
        supplied=data.supplied,
        files=tuple(FileRead(f"{key}.csv", key, "HIS", "0" * 64, 0, 0) for key in catalogue.records),
        dictionary_names=data.dictionaries,
        not_applicable=data.not_applicable,
    )


def hand_made(catalogue: Any, rows: dict[str, list[dict[str, Any]]], **given: Any) -> tuple[Hospital, Tables]:
    """A hospital with just these rows; columns that no row names were not supplied."""
    numbers = {key: number for number, key in enumerate(catalogue.records)}
    data = Hospital({}, {}, **given)
    for record, found in rows.items():
        data.supplied[record] = frozenset(
            key for row in found for key in row if key in catalogue.records[record].fields
        )
        blank = dict.fromkeys((*catalogue.records[record].fields, "campus", "department"))
        data.rows[record] = [
            {**blank, "zp_file": numbers[record], "zp_row": at, "zp_system": "HIS", **row}
            for at, row in enumerate(found, start=1)
        ]
    return data, tables_of(data, catalogue)


def _table(connection: Any, record: str, rows: list[dict[str, Any]], catalogue: Any) -> Any:
    fields = catalogue.records[record].fields
    columns = {key: ARROW.get(field.type, pa.string()) for key, field in fields.items()}
    columns = {"campus": pa.string(), "department": pa.string(), **columns}
    columns |= {"zp_file": pa.int64(), "zp_row": pa.int64(), "zp_system": pa.string()}
    schema = pa.schema(columns)
    connection.con.register("zp_new", pa.Table.from_pylist(rows, schema=schema))
    connection.con.execute(f'create table "{record}" as select * from zp_new')
    connection.con.unregister("zp_new")
    return ops.DatabaseTable(record, ibis.Schema.from_pyarrow(schema), connection).to_expr()
