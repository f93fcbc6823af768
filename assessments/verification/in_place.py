"""Tables of a database or of Spark, counted where they are: nothing is copied, nothing is written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import ibis
from ibis.expr import operations as ops

from engine.evidence.catalogue.values import Catalogue
from engine.evidence.counts import FileRead, RunCounts
from engine.evidence.mapping import MappingDocument, mapping_hash
from engine.evidence.rules.running import rows_from
from engine.evidence.run import run
from engine.evidence.sql_text import DIALECTS
from engine.evidence.sql_text.canonical import lengths_of, supplied_by, table_text
from engine.evidence.sql_text.dialects import SPARK, Dialect
from engine.evidence.tables import Tables
from engine.rubric.values import Text

Say = Callable[[str, int, int], None]
DICTIONARY = "dictionary"


class SourceRefused(Exception):
    """The source cannot be read; ``sentence`` says what and what to do."""

    def __init__(self, sentence: Text) -> None:
        self.sentence = sentence
        super().__init__(sentence.en)


def count_in_place(
    backend: str,
    address: str,
    *,
    rubric: str,
    catalogue: Catalogue,
    mapping: MappingDocument,
    window: tuple[date, date] | None,
    reading: Say,
    counting: Say,
) -> RunCounts:
    """Counts over the mapped tables of ``address``: a postgresql:// URL, or a folder of Parquet for Spark.

    Rows of a database have no place, so no failing rows are named. Raises SourceRefused.
    """
    dialect = SPARK if backend == "spark" else DIALECTS["postgres"]
    with _opened(backend, address) as connection:
        tables = _tables(connection, dialect, catalogue, mapping, window, reading)
        counts = run(catalogue, tables, rubric=rubric, window=window, on_progress=counting)
    rules = {name: replace(count, failing=()) for name, count in counts.rules.items()}
    loops = tuple(replace(loop, failing=()) for loop in counts.loops)
    return replace(counts, rules=rules, loops=loops, mapping_hash=mapping_hash(mapping))


@contextmanager
def _opened(backend: str, address: str) -> Iterator[ibis.BaseBackend]:
    try:
        connection = _spark(address) if backend == "spark" else _postgres(address)
    except SourceRefused:
        raise
    except Exception as error:  # drivers raise their own; the message may hold the password
        raise SourceRefused(
            Text(
                f"连不上数据源（{type(error).__name__}）。请检查地址、用户名和网络。",
                f"The source cannot be reached ({type(error).__name__}). Check address, user and network.",
            )
        ) from error
    try:
        yield connection
    finally:
        connection.disconnect()


def _postgres(address: str) -> ibis.BaseBackend:
    parts = urlsplit(address)
    if parts.scheme not in ("postgresql", "postgres"):
        raise SourceRefused(
            Text(
                "数据源地址应写成 postgresql://用户:口令@主机:端口/数据库。",
                "The address of the source is written postgresql://user:password@host:port/database.",
            )
        )
    connection: Any = ibis.postgres.connect(
        host=parts.hostname,
        port=parts.port or 5432,
        user=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
        database=parts.path.lstrip("/"),
    )
    connection.con.rollback()
    connection.con.read_only = True
    opened: ibis.BaseBackend = connection
    return opened


def _spark(address: str) -> ibis.BaseBackend:
    folder = Path(address.removeprefix("file://"))
    if not folder.is_dir():
        raise SourceRefused(
            Text(
                "Spark的数据源应是存放Parquet表的文件夹，每个表一个文件或子文件夹。",
                "The source of Spark is a folder of Parquet tables, a file or a folder for each.",
            )
        )
    try:
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise SourceRefused(
            Text("没有安装pyspark，不能使用Spark。", "pyspark is not installed, so Spark cannot be used.")
        ) from error
    session = SparkSession.builder.getOrCreate()
    connection: ibis.BaseBackend = ibis.pyspark.connect(session)
    for one in sorted(folder.iterdir()):
        if one.suffix == ".parquet" or one.is_dir():
            session.read.parquet(str(one)).createOrReplaceTempView(one.stem)
    return connection


def _tables(
    connection: ibis.BaseBackend,
    dialect: Dialect,
    catalogue: Catalogue,
    mapping: MappingDocument,
    window: tuple[date, date] | None,
    reading: Say,
) -> Tables:
    files: list[FileRead] = []
    parts: dict[str, list[ibis.Table]] = {}
    for number, source in enumerate(mapping.sources):
        reading(source.source, number, len(mapping.sources))
        text = table_text(catalogue, dialect, mapping, source, number, window)
        try:
            ((rows, outside),) = rows_from(connection, text.counted)
            rows_from(connection, f"SELECT * FROM ({text.rows}) zp_asked LIMIT 0")  # every column is there
        except Exception as error:
            raise SourceRefused(
                Text(
                    f"读不到表{source.source}（{type(error).__name__}）。请检查映射中的表名、列名和读取权限。",
                    f"The table {source.source} cannot be read ({type(error).__name__}). Check its name and "
                    "columns in the mapping, and the right to read it.",
                )
            ) from error
        files.append(
            FileRead(source.source, source.record, source.system or "", "", int(str(rows)), int(str(outside)))
        )
        # Stated, not asked for: asking makes a temporary view, which a reader may not have the right to.
        table = ops.SQLQueryResult(text.rows, ibis.schema(dict(text.types)), connection).to_expr()
        parts.setdefault(source.record, []).append(table)
    reading("", len(mapping.sources), len(mapping.sources))
    united = {
        record: ibis.union(*tables, distinct=False) if len(tables) > 1 else tables[0]
        for record, tables in parts.items()
    }
    names: frozenset[str] = frozenset()
    if DICTIONARY in united:
        dictionary = united[DICTIONARY]
        asked = dictionary.filter(dictionary.dictionary_name.notnull()).select("dictionary_name").distinct()
        names = frozenset(str(name) for (name,) in rows_from(connection, str(connection.compile(asked))))
    return Tables(
        connection=connection,
        tables=united,
        supplied={record: supplied_by(mapping, record) for record in united},
        files=tuple(files),
        dictionary_names=names,
        lengths={
            record: frozenset(lengths)
            for record in united
            if (lengths := lengths_of(catalogue, mapping, record))
        },
    )
