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

from assessments.probes.in_place import open_in_place
from engine.evidence.catalogue.values import Catalogue
from engine.evidence.counts import RunCounts
from engine.evidence.mapping import MappingDocument, mapping_hash
from engine.evidence.run import run
from engine.rubric.values import Text

Say = Callable[[str, int, int], None]


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

    A table that cannot be read is refused, the others count. Raises SourceRefused for the source as a whole.
    """
    with _opened(backend, address) as connection:
        reading("", 0, len(mapping.sources))
        found = open_in_place(connection, mapping, catalogue=catalogue, window=window)
        reading("", len(mapping.sources), len(mapping.sources))
        counts = run(catalogue, found.tables, rubric=rubric, window=window, on_progress=counting)
    return replace(counts, refused=found.refused, mapping_hash=mapping_hash(mapping))


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
