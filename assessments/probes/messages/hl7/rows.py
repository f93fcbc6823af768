"""What one parsed message tells: the raw texts that make rows of canonical records, by the mapping table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache

from assessments.probes.messages.hl7.fields import Separators, getter, observed, part
from assessments.probes.messages.hl7.parsing import Message, Order, Patient
from assessments.probes.messages.hl7.sheets import Items, Told
from assessments.probes.messages.hl7.tables import Fields, Hl7Table, RowTable, hl7_table

NO_ORDER = Order()


@lru_cache(maxsize=512)
def _tables_of(kind: str, event: str) -> tuple[RowTable, ...]:
    return hl7_table().of(kind, event)


def rows_of(message: Message) -> Iterator[tuple[RowTable, Told, Items | None]]:
    """Everything the message tells but the interface log: for each row table what all rows of an
    order share, and what makes each of them (None: one row)."""
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


def number_of(message: Message) -> str:
    """The number of the message itself (MSH-10)."""
    return _first({"MSH": message.header}, "MSH", 10, message.separators)


def log_row(message: Message) -> Told:
    """The row of the interface log: who sent what to whom and when."""
    segments = message.patients[0].first
    facts = {
        "type": f"{message.kind}^{message.event}" if message.event else message.kind,
        "ref": reference_of(message),
        "ack": _first(segments, "MSA", 1, message.separators),
        "received": "",
    }
    return _told(hl7_table().log, facts, segments)


def answered(row: Told, by: Message) -> Told:
    """A row of the log with the code and the time of the message that answers it."""
    header, segments = by.header, by.patients[0].first
    told, facts = list(row), hl7_table().log.facts
    told[facts.index("ack")] = _first(segments, "MSA", 1, by.separators)
    told[facts.index("received")] = _sent_at(header[7], by.separators) if len(header) > 7 else ""
    return tuple(told)


def _sent_at(raw: str, separators: Separators) -> str:
    _, _, read = getter("MSH-7:time")
    return read(raw, separators) if raw and read is not None else ""


def system_of(message: Message) -> str | None:
    """The sending application (MSH-3), else the sending facility (MSH-4)."""
    header = {"MSH": message.header}
    for at in (3, 4):
        found = _first(header, "MSH", at, message.separators)
        if found:
            return found
    return None


def _first(segments: Mapping[str, Fields], name: str, at: int, separators: Separators) -> str:
    fields = segments.get(name)
    if fields is None or at >= len(fields) or not fields[at]:
        return ""
    raw = fields[at]
    return raw if raw.isalnum() else part(raw.split(separators.repeat, 1)[0], separators, 1, 1)


def _told(table: RowTable, facts: Mapping[str, str], segments: Mapping[str, Fields]) -> Told:
    told = [facts[fact] for fact in table.facts]
    for taking in table.base:
        fields = segments.get(taking.segment)
        told += taking.absent if fields is None else taking.of(fields)
    return tuple(told)  # the collector need not look at a tuple of texts again


class _Told:
    """What one order of a message (or a message without orders) says: the segments in reach and the facts."""

    def __init__(self, message: Message, patient: Patient, order: Order) -> None:
        self.message, self.patient, self.order = message, patient, order
        self.separators = message.separators
        self.segments: dict[str, Fields] = {**patient.first, **order.first}
        table = hl7_table()
        setting = _first(patient.first, "PV1", 2, self.separators)
        self.facts: dict[str, str] = {
            "setting": table.settings.get(setting.upper(), ""),
            "class": self._class(table),
        }

    def rows(
        self, tables: tuple[RowTable, ...], *, first: bool
    ) -> Iterator[tuple[RowTable, Told, Items | None]]:
        said_class, setting = self.facts["class"], self.facts["setting"]
        for table in tables:
            if table.classes is not None and said_class not in table.classes:
                continue
            if table.settings is not None and setting not in table.settings:
                continue
            if table.each in ("order", "message"):
                if not (self.order.first if table.each == "order" else first):
                    continue
                items = None
            else:
                found = self._segments_named(table.each, first)
                if not found:
                    continue
                take = table.item
                items = [()] * len(found) if take is None else take.of_each(found)
            if table.reads_texts:
                self._read_texts()
            yield table, _told(table, self.facts, self.segments), items

    def _segments_named(self, name: str, first: bool) -> list[Fields]:
        found = self.order.repeated.get(name, [])
        if first and name in self.patient.repeated:
            return found + self.patient.repeated[name]
        return found

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
        named = _class_of_applications(" ".join(self.message.header[3:7]))
        if named:
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
        if "note" in self.facts:
            return
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


@lru_cache(maxsize=4096)
def _class_of_applications(applications: str) -> str:
    """The class that the names of the sending and the receiving system stand for; empty for none."""
    words = hl7_table().application_class
    return next((named for word, named in words if word in applications.upper()), "")


def _says(text: str, word: str) -> bool:
    """A short Latin word (CT, MR) must stand alone; others may be part of a longer one."""
    if len(word) > 3 or not word.isascii():
        return word in text
    return any(piece == word for piece in text.replace("^", " ").replace("-", " ").split())
