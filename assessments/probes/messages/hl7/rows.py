"""Rows of canonical records from one parsed message, by the mapping table."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from assessments.probes.messages.hl7.fields import Separators, observed, part
from assessments.probes.messages.hl7.parsing import Fields, Message, Order, Patient
from assessments.probes.messages.hl7.tables import Condition, FieldPath, Hl7Table, RowTable, hl7_table

Row = dict[str, str]
NO_ORDER = Order()


@lru_cache(maxsize=512)
def _tables_of(kind: str, event: str) -> tuple[RowTable, ...]:
    return hl7_table().of(kind, event)


def rows_of(message: Message) -> Iterator[tuple[str, list[Row]]]:
    """Record type and rows, for everything the message tells but the interface log."""
    tables = _tables_of(message.kind, message.event)
    if not tables:
        return
    for patient in message.patients:
        for number, order in enumerate(patient.orders or [NO_ORDER]):
            yield from _Told(message, patient, order).rows(tables, first=number == 0)


def reference_of(message: Message) -> str:
    """The business number a message is about, for the interface log: order, report, note, booking, visit."""
    for patient in message.patients:
        for order in patient.orders[:1]:
            for name, at in (("ORC", 2), ("OBR", 2), ("ORC", 3), ("OBR", 3)):
                found = _first(order.first, name, at, message.separators)
                if found:
                    return found
        for name, at in (("TXA", 12), ("SCH", 1), ("SCH", 2), ("PV1", 19), ("MSA", 2)):
            found = _first(patient.first, name, at, message.separators)
            if found:
                return found
    return ""


def log_row(message: Message) -> Row:
    """The interface log of a message: who sent what to whom and when."""
    table = hl7_table().log
    first = message.patients[0].first
    acknowledged = _first(first, "MSA", 1, message.separators)
    facts = {
        "type": f"{message.kind}^{message.event}" if message.event else message.kind,
        "ref": reference_of(message),
        "ack": acknowledged,
        "received": "",
    }
    plan = table.plan(frozenset(first))
    row = dict(plan.template)
    for key, fact in plan.facts:
        row[key] = facts[fact]
    _fill(row, plan.base, first, message.separators, {})
    return row


def system_of(message: Message) -> str | None:
    """The sending application (MSH-3), else the sending facility (MSH-4)."""
    header = {"MSH": message.header}
    for at in (3, 4):
        found = _first(header, "MSH", at, message.separators)
        if found:
            return found
    return None


def _first(segments: dict[str, Fields], name: str, at: int, separators: Separators) -> str:
    fields = segments.get(name)
    if fields is None or at >= len(fields) or not fields[at]:
        return ""
    return part(fields[at].split(separators.repeat, 1)[0], separators, 1, 1)


def _fill(
    row: Row,
    columns: tuple[tuple[str, tuple[FieldPath, ...]], ...],
    segments: dict[str, Fields],
    separators: Separators,
    read: dict[FieldPath, str],
) -> None:
    """The first alternative of each column that says something. ``read``: what was read before, for all rows."""
    for key, paths in columns:
        for path in paths:
            fields = segments[path.segment]
            at = path.at
            if at >= len(fields):
                continue
            text = fields[at]
            if not text:
                continue
            found = read.get(path)
            if found is None:
                found = read[path] = path.getter(text, separators, fields)
            if found:
                row[key] = found
                break


def _holds(condition: Condition, segments: dict[str, Fields], separators: Separators) -> bool:
    path, found = condition.path, ""
    fields = segments.get(path.segment)
    if fields is not None and path.at < len(fields) and fields[path.at]:
        found = path.getter(fields[path.at], separators, fields)
    return (found in condition.values) is condition.wanted


class _Told:
    """What one order of a message (or a message without orders) says: the segments in reach and the facts."""

    def __init__(self, message: Message, patient: Patient, order: Order) -> None:
        self.message, self.patient, self.order = message, patient, order
        self.separators = message.separators
        self.segments: dict[str, Fields] = {**patient.first, **order.first}
        self.names = frozenset(self.segments)
        table = hl7_table()
        setting = _first(patient.first, "PV1", 2, self.separators)
        self.facts: dict[str, str] = {
            "setting": table.settings.get(setting.upper(), ""),
            "class": self._class(table),
        }
        self.read: dict[FieldPath, str] = {}
        self.read_items: dict[tuple[str, int], dict[FieldPath, str]] = {}
        self._texts_read = False

    def rows(self, tables: tuple[RowTable, ...], *, first: bool) -> Iterator[tuple[str, list[Row]]]:
        for table in tables:
            if table.classes is not None and self.facts["class"] not in table.classes:
                continue
            if table.settings is not None and self.facts["setting"] not in table.settings:
                continue
            items = self._items(table.each, first)
            if items:
                yield table.record, self._rows_of(table, items)

    def _items(self, each: str, first: bool) -> list[Fields | None]:
        if each == "order":
            return [None] if self.order.first else []
        found: list[Fields | None] = []
        if each == "message":
            return [None] if first else []
        found.extend(self.order.repeated.get(each, ()))
        if first:
            found.extend(self.patient.repeated.get(each, ()))
        return found

    def _rows_of(self, table: RowTable, items: list[Fields | None]) -> list[Row]:
        segments, separators = self.segments, self.separators
        for condition in table.conditions:
            if not _holds(condition, segments, separators):
                return []
        if table.reads_texts:
            self._read_texts()
        plan = table.plan(self.names)
        base = dict(plan.template)
        for key, fact in plan.facts:
            base[key] = self.facts[fact]
        _fill(base, plan.base, segments, separators, self.read)
        rows = []
        for number, item in enumerate(items):
            row = base.copy()
            if item is not None:
                segments[table.each] = item
                if table.of_item and not all(_holds(c, segments, separators) for c in table.of_item):
                    continue
                read = self.read_items.get((table.each, number))
                if read is None:
                    read = self.read_items[table.each, number] = {}
                _fill(row, plan.changing, segments, separators, read)
            if not table.require or all(row[key] for key in table.require):
                rows.append(row)
        return rows

    def _class(self, table: Hl7Table) -> str:
        """What kind of order this is; see ``classes`` in hl7.yaml for the order of the sources."""
        for name in self.order.first:
            if name in table.segment_class:
                return table.segment_class[name]
        kind = self.message.kind
        if kind == "SIU":
            return self._scheduled(table)
        if kind in table.type_class:
            return table.type_class[kind]
        section = _first(self.order.first, "OBR", 24, self.separators)
        if section.upper() in table.section_class:
            return table.section_class[section.upper()]
        applications = " ".join(
            self.message.header[at] for at in (3, 4, 5, 6) if at < len(self.message.header)
        )
        for word, named in table.application_class:
            if word in applications.upper():
                return named
        if "SPM" in self.order.first or _first(self.order.first, "OBR", 15, self.separators):
            return "lab"
        return self._class_of_results()

    def _class_of_results(self) -> str:
        """Figures or reference ranges make a laboratory report, nothing but prose an examination."""
        results = self.order.repeated.get("OBX", ())
        if self.message.kind != "ORU" or not results:
            return "other" if self.order.first else ""
        kinds = {fields[2] if len(fields) > 2 else "" for fields in results}
        ranged = any(len(fields) > 7 and fields[7] for fields in results)
        return "exam" if kinds <= {"TX", "FT", "ED", "RP", "HD", "ST"} and not ranged else "lab"

    def _scheduled(self, table: Hl7Table) -> str:
        said = [
            fields[at].upper()
            for name, places in (("SCH", (6, 7, 8)), ("AIS", (3,)))
            for fields in self.patient.repeated.get(name, ())
            for at in places
            if at < len(fields)
        ]
        return next(
            (named for word, named in table.scheduled_class if any(_says(text, word) for text in said)), ""
        )

    def _read_texts(self) -> None:
        """Findings, conclusion and the whole text out of the OBX segments in reach."""
        if self._texts_read:
            return
        self._texts_read = True
        conclusions = hl7_table().conclusions
        findings: list[str] = []
        concluded: list[str] = []
        for fields in self.order.repeated.get("OBX") or self.patient.repeated.get("OBX", []):
            text = observed(
                fields[5] if len(fields) > 5 else "", fields[2] if len(fields) > 2 else "", self.separators
            )
            if text:
                name = (fields[3] if len(fields) > 3 else "").upper()
                (concluded if any(word in name for word in conclusions) else findings).append(text)
        self.facts["findings"] = "\n".join(findings)
        self.facts["conclusion"] = "\n".join(concluded)
        self.facts["note"] = "\n".join(findings + concluded)


def _says(text: str, word: str) -> bool:
    """A short Latin word (CT, MR) must stand alone; others may be part of a longer one."""
    if len(word) > 3 or not word.isascii():
        return word in text
    return any(piece == word for piece in text.replace("^", " ").replace("-", " ").split())
