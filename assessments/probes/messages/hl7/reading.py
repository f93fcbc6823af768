"""A file of HL7 v2 messages as batches of canonical rows, in bounded memory."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator
from pathlib import Path

from assessments.probes.messages.batching import Batching
from assessments.probes.messages.hl7.framing import messages
from assessments.probes.messages.hl7.parsing import Message, parse
from assessments.probes.messages.hl7.rows import log_row, rows_of, system_of
from assessments.probes.messages.hl7.tables import hl7_table
from assessments.probes.messages.times import hl7_time
from assessments.probes.messages.values import Batch, Malformed, malformed

AWAITING = 20_000  # messages of a log whose acknowledgement may still come


def read_hl7(path: Path, *, on_malformed: Callable[[Malformed], None]) -> Iterator[Batch]:
    """Rows of all messages. An acknowledgement completes the log row of the message it answers."""
    batching, log = Batching(), _InterfaceLog()
    must_have = hl7_table().must_have
    for place, raw in messages(path, on_malformed=on_malformed):
        message = parse(raw)
        if isinstance(message, str):
            on_malformed(malformed(place, message))
            continue
        system = system_of(message)
        for row, at, sender in log.add(message, place, system):
            batching.add("interface_log", sender, [row], at)
        needed = must_have.get(message.kind)
        if needed is not None and message.names.isdisjoint(needed):
            on_malformed(malformed(place, "segment_missing"))
        for record, rows in rows_of(message):
            batching.add(record, system, rows, place)
        yield from batching.full()
    for row, at, sender in log.rest():
        batching.add("interface_log", sender, [row], at)
    yield from batching.rest()


class _InterfaceLog:
    """Log rows held until their acknowledgement comes, or until enough others have passed."""

    def __init__(self) -> None:
        self._waiting: OrderedDict[str, tuple[dict[str, str], int, str | None]] = OrderedDict()

    def add(
        self, message: Message, place: int, system: str | None
    ) -> Iterator[tuple[dict[str, str], int, str | None]]:
        row = log_row(message)
        answered = message.patients[0].first.get("MSA")
        if answered is not None and len(answered) > 2:
            sent = self._waiting.pop(answered[2].strip(), None)
            if sent is not None:
                sent[0]["ack_code"] = row["ack_code"]
                sent[0]["message_received_at"] = hl7_time(row["sent_at"])
                yield sent
                if message.kind in ("ACK", "MCF"):
                    return  # nothing but an answer: it is on the row of what it answers
        number = row["interface_message_id"]
        if not number:
            yield row, place, system
            return
        before = self._waiting.pop(number, None)
        if before is not None:
            yield before
        self._waiting[number] = (row, place, system)
        if len(self._waiting) > AWAITING:
            yield self._waiting.popitem(last=False)[1]

    def rest(self) -> Iterator[tuple[dict[str, str], int, str | None]]:
        yield from self._waiting.values()
