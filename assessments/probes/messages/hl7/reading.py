"""A file of HL7 v2 messages as batches of canonical rows, in bounded memory."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator
from pathlib import Path

from assessments.probes.messages.hl7.fields import Separators
from assessments.probes.messages.hl7.framing import messages
from assessments.probes.messages.hl7.parsing import Message, parse
from assessments.probes.messages.hl7.rows import answered, log_row, number_of, rows_of, system_of
from assessments.probes.messages.hl7.sheets import Sheets, Told
from assessments.probes.messages.hl7.tables import hl7_table
from assessments.probes.messages.values import Batch, Malformed, malformed

AWAITING = 20_000  # messages of a log whose acknowledgement may still come


def read_hl7(path: Path, *, on_malformed: Callable[[Malformed], None]) -> Iterator[Batch]:
    """Rows of all messages. An acknowledgement completes the log row of the message it answers."""
    sheets, log = Sheets(), _InterfaceLog()
    must_have = hl7_table().must_have
    for place, raw in messages(path, on_malformed=on_malformed):
        message = parse(raw)
        if isinstance(message, str):
            on_malformed(malformed(place, message))
            continue
        system, separators = system_of(message), message.separators
        for logged in log.add(message, place, system):
            _note(sheets, logged)
        needed = must_have.get(message.kind)
        if needed is not None and message.names.isdisjoint(needed):
            on_malformed(malformed(place, "segment_missing"))
        for table, told, items in rows_of(message):
            sheets.add(table, system, separators, told, items, place)
        yield from sheets.full()
    for logged in log.rest():
        _note(sheets, logged)
    yield from sheets.rest()


#: A row, the separators it is to be read by, the place of its message and who sent it.
Logged = tuple[Told, Separators, int, str | None]


def _note(sheets: Sheets, logged: Logged) -> None:
    row, separators, place, system = logged
    sheets.add(hl7_table().log, system, separators, row, None, place)


class _InterfaceLog:
    """Log rows held until their acknowledgement comes, or until enough others have passed."""

    def __init__(self) -> None:
        self._waiting: OrderedDict[str, Logged] = OrderedDict()

    def add(self, message: Message, place: int, system: str | None) -> Iterator[Logged]:
        said = message.patients[0].first.get("MSA")
        if said is not None and len(said) > 2:
            asked = self._waiting.pop(said[2].strip(), None)
            if asked is not None:
                yield (answered(asked[0], message), *asked[1:])
                if message.kind in ("ACK", "MCF"):
                    return  # nothing but an answer: it is on the row of what it answers
        logged = (log_row(message), message.separators, place, system)
        number = number_of(message)
        if not number:
            yield logged
            return
        before = self._waiting.pop(number, None)
        if before is not None:
            yield before
        self._waiting[number] = logged
        if len(self._waiting) > AWAITING:
            yield self._waiting.popitem(last=False)[1]

    def rest(self) -> Iterator[Logged]:
        yield from self._waiting.values()
