"""A rubric as plain JSON and back, and the hash by which a published edition is known.

The dictionary is complete: a rubric that is stored in a database and read again is equal to the
one that was loaded from its files.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from engine.rubric.values import Rubric

FORMAT = "zhiping-rubric/1"


def rubric_to_dict(rubric: Rubric) -> dict[str, Any]:
    """Plain JSON values: decimals as strings, tuples as lists, integer keys as strings.

    ``content_hash`` is left out: it is computed from this very dictionary.
    """
    data = to_plain(rubric)
    del data["content_hash"]
    return {"format": FORMAT, **data}


def rubric_from_dict(data: Mapping[str, Any]) -> Rubric:
    """The rubric that :func:`rubric_to_dict` wrote, with its content hash.

    Raises ValueError when the format or a field is not the one written.
    """
    if data.get("format") != FORMAT:
        raise ValueError(f"expected format {FORMAT}, found {data.get('format')!r}")
    fields = {key: value for key, value in data.items() if key != "format"}
    rubric: Rubric = _from_plain(Rubric, {**fields, "content_hash": ""})
    return dataclasses.replace(rubric, content_hash=content_hash(data))


def content_hash(data: Mapping[str, Any]) -> str:
    """SHA-256 (hex) of the canonical JSON: sorted keys, no spaces, characters as they are, UTF-8."""
    text = json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def to_plain(value: Any) -> Any:
    """A frozen value as plain JSON values: decimals as strings, tuples as lists, keys as strings."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: to_plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): to_plain(entry) for key, entry in value.items()}
    if isinstance(value, (tuple, list)):
        return [to_plain(entry) for entry in value]
    if isinstance(value, Decimal):
        return str(value)
    return value


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _from_plain(kind: Any, value: Any) -> Any:
    origin = get_origin(kind)
    if origin in (Union, UnionType):
        if value is None:
            return None
        (kind,) = (option for option in get_args(kind) if option is not NoneType)
        return _from_plain(kind, value)
    if origin is tuple:
        entry_kind = get_args(kind)[0]
        return tuple(_from_plain(entry_kind, entry) for entry in value)
    if origin is Mapping:
        key_kind, entry_kind = get_args(kind)
        return {key_kind(key): _from_plain(entry_kind, entry) for key, entry in value.items()}
    if origin is Literal or kind is object:
        return value
    if kind is Decimal:
        return Decimal(value)
    if isinstance(kind, type) and dataclasses.is_dataclass(kind):
        hints = _hints(kind)
        if set(value) != set(hints):
            raise ValueError(f"{kind.__name__}: expected {sorted(hints)}, found {sorted(value)}")
        return kind(**{name: _from_plain(hints[name], entry) for name, entry in value.items()})
    return value
