"""Times of messages as local time to the second: ``YYYY-MM-DD HH:MM:SS``.

An offset in the message is honoured: the instant is written in China Standard Time, the one zone
of the country, so that a system that writes UTC agrees with one that writes local time.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from functools import lru_cache

LOCAL = timezone(timedelta(hours=8))
_HL7 = re.compile(r"(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d)?)?\d{0,2}(?:\.\d*)?([+-]\d{4})?")
_FHIR = re.compile(r"(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d)(?::(\d\d))?(?:\.\d+)?(Z|[+-]\d\d:\d\d)?)?", re.ASCII)


@lru_cache(maxsize=65_536)
def hl7_time(text: str) -> str:
    """``20260102030405.123+0800`` -> ``2026-01-02 03:04:05``; a date stays a date; anything else stays as it is."""
    if len(text) == 14 and text.isascii() and text.isdigit():  # nearly all of them
        return f"{text[:4]}-{text[4:6]}-{text[6:8]} {text[8:10]}:{text[10:12]}:{text[12:]}"
    found = _HL7.fullmatch(text)
    if found is None:
        return text
    year, month, day, hour, minute, second, offset = found.groups()
    if hour is None:
        return f"{year}-{month}-{day}"
    plain = f"{year}-{month}-{day} {hour}:{minute}:{second or '00'}"
    return plain if offset in (None, "+0800") else _shifted(plain, offset)


@lru_cache(maxsize=65_536)
def fhir_time(text: str) -> str:
    """``2026-01-02T03:04:05+08:00`` -> ``2026-01-02 03:04:05``; a date or part of one stays as it is."""
    found = _FHIR.fullmatch(text)
    if found is None or found.group(2) is None:
        return text
    day, clock, second, offset = found.groups()
    plain = f"{day} {clock}:{second or '00'}"
    if offset in (None, "+08:00"):
        return plain
    return _shifted(plain, "+0000" if offset == "Z" else offset.replace(":", ""))


def _shifted(plain: str, offset: str) -> str:
    try:
        moment = datetime.strptime(plain + offset, "%Y-%m-%d %H:%M:%S%z")
        return moment.astimezone(LOCAL).strftime("%Y-%m-%d %H:%M:%S")
    except (ValueError, OverflowError):
        return plain  # a calendar nonsense keeps its form; parsing it later counts it as unparsed
