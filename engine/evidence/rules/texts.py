"""SQL of rules, kept for the life of the process and, when a file is named, beyond it.

Writing a query expression as SQL takes tens of milliseconds, running it on a small table one or
two. The text depends on the rule, the dialect, the names of the tables and which of the columns
the rule reads were supplied; all of that is in the key, so a text fits every hospital that
supplies the same columns.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections import OrderedDict
from collections.abc import Callable
from functools import cache
from importlib.metadata import version
from pathlib import Path
from threading import Lock

from ibis.expr import operations as ops
from ibis.expr import types as ir

from engine.evidence.catalogue.values import Rule
from engine.evidence.rules.needs import Scope
from engine.evidence.rules.reading import columns_of

Key = tuple[object, ...]
FORMAT = "zhiping-rule-sql/1"


def key_of(scope: Scope) -> Key:
    """Everything the SQL of a rule depends on."""
    rule, tables = scope.rule, scope.tables
    parts = []
    for record, names in columns_of(rule).items():
        table = tables.tables.get(record)
        if table is not None:
            supplied = names & tables.supplied.get(record, frozenset())
            lengths = names & tables.lengths.get(record, frozenset())
            parts.append((record, identity_of(table), supplied, lengths))
    return (rule.id, scope.catalogue.content_hash, tables.connection.name, *parts)


def identity_of(table: ir.Table) -> object:
    """What names a table in SQL; an expression that is no plain table stands for itself."""
    op = table.op()
    if isinstance(op, ops.DatabaseTable):
        return (op.namespace.catalog, op.namespace.database, op.name)
    return op


class Texts:
    """The SQL last used, at most ``size`` texts; ``load`` and ``save`` keep those of plain tables."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._kept: OrderedDict[Key, tuple[Rule, str]] = OrderedDict()
        self._stored: dict[str, str] = {}
        self._lock = Lock()
        self.written = 0  # texts that had to be written anew, for the benchmark

    def get(self, key: Key, rule: Rule, write: Callable[[], str]) -> str:
        """The text under ``key`` when it was written for an equal rule, else a new one."""
        with self._lock:
            found = self._kept.get(key)
            if found is not None and (found[0] is rule or found[0] == rule):
                self._kept.move_to_end(key)
                return found[1]
            name = _name(key)
            text = self._stored.get(name) if name and self._stored else None
        if text is None:
            text = write()
            self.written += 1
        with self._lock:
            self._kept[key] = (rule, text)
            while len(self._kept) > self._size:
                self._kept.popitem(last=False)
        return text

    def load(self, path: Path) -> int:
        """Take texts another process saved; those of other versions are passed over. How many."""
        try:
            document = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return 0
        if (
            not isinstance(document, dict)
            or document.get("format") != FORMAT
            or document.get("of") != _versions()
        ):
            return 0
        with self._lock:
            self._stored.update(document["texts"])
        return len(document["texts"])

    def save(self, path: Path) -> None:
        """Write all known texts, whole or not at all."""
        with self._lock:
            texts = dict(self._stored)
            for key, (_, text) in self._kept.items():
                if name := _name(key):
                    texts[name] = text
        whole = json.dumps({"format": FORMAT, "of": _versions(), "texts": texts}, ensure_ascii=False)
        part = path.with_name(f"{path.name}.{os.getpid()}.part")
        part.write_text(whole, encoding="utf-8")
        part.replace(path)

    def clear(self) -> None:
        with self._lock:
            self._kept.clear()
            self._stored.clear()


@cache
def _versions() -> str:
    """What wrote the texts: this package's sources, Ibis and SQLGlot."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parents[1].rglob("*.py")):
        digest.update(path.read_bytes())
    return f"{digest.hexdigest()} ibis {version('ibis-framework')} sqlglot {version('sqlglot')}"


def _name(key: Key) -> str:
    """A key as a name that means the same in every process; empty when it holds an expression."""
    if any(isinstance(part, tuple) and isinstance(part[1], ops.Node) for part in key):
        return ""
    flat = [
        [part[0], part[1], *(sorted(names) for names in part[2:])] if isinstance(part, tuple) else str(part)
        for part in key
    ]
    return hashlib.sha256(json.dumps(flat).encode()).hexdigest()


TEXTS = Texts(8192)
