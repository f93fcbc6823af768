"""Paths into FHIR resources, compiled once. Total: whatever the JSON holds, a path gives a string."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, Protocol

from assessments.probes.messages.times import fhir_time

Resource = dict[str, Any]


class Context(Protocol):
    """What a path may ask about besides the resource: references and facts worked out of it."""

    def fact_of_reference(self, resource: Resource, reference: Resource, fact: str) -> str: ...

    def worked_out(self, resource: Resource, name: str) -> str: ...

    def fact_of_report(self, resource: Resource, facts: tuple[str, ...]) -> str: ...


Reader = Callable[[Resource, Context], str]


def text(found: Any) -> str:
    """A primitive as text; true and false as FHIR writes them; anything else is empty."""
    if isinstance(found, str):
        return found.strip()
    if isinstance(found, bool):
        return "true" if found else "false"
    if isinstance(found, int | float):
        return repr(found)
    return "" if isinstance(found, dict | list) or found is None else str(found)


def within(found: Any, names: tuple[str, ...]) -> Iterator[Any]:
    """Everything at the end of the path, lists opened."""
    if isinstance(found, list):
        for one in found:
            yield from within(one, names)
    elif not names:
        if found is not None:
            yield found
    elif isinstance(found, dict):
        below = found.get(names[0])
        if below is not None:
            yield from within(below, names[1:])


def code(concept: Any) -> str:
    """The first code of a CodeableConcept or Coding; a concept without coding has its text."""
    if not isinstance(concept, dict):
        return text(concept)
    for coding in within(concept.get("coding"), ()):
        if isinstance(coding, dict) and text(coding.get("code")):
            return text(coding["code"])
    return text(concept.get("code")) or text(concept.get("text"))


def label(concept: Any) -> str:
    if not isinstance(concept, dict):
        return text(concept)
    for coding in within(concept.get("coding"), ()):
        if isinstance(coding, dict) and text(coding.get("display")):
            return text(coding["display"])
    return text(concept.get("text")) or text(concept.get("display"))


def name(found: Any) -> str:
    """A HumanName: its text, else family and given (together where they are Chinese)."""
    if not isinstance(found, dict):
        return text(found)
    whole = text(found.get("text"))
    if whole:
        return whole
    family = text(found.get("family")) or " ".join(text(one) for one in within(found.get("family"), ()))
    given = [text(one) for one in within(found.get("given"), ()) if text(one)]
    parts = [part for part in (family, *given) if part]
    return "".join(parts) if any("\u3400" <= c <= "\u9fff" for c in "".join(parts)) else " ".join(parts)


def value(resource: Any) -> str:
    """value[x] of an Observation or component: the number of a quantity, the label of a concept, the text."""
    for key, found in resource.items() if isinstance(resource, dict) else ():
        if not key.startswith("value") or key == "value":
            continue
        if isinstance(found, dict):
            if "coding" in found or "text" in found:
                return label(found) or code(found)
            if "value" in found:
                return text(found.get("comparator")) + text(found["value"])
            if "numerator" in found:
                parts = (found.get("numerator"), found.get("denominator"))
                return "/".join(text(part.get("value")) for part in parts if isinstance(part, dict))
            continue
        return fhir_time(text(found)) if key.startswith("valueDate") else text(found)
    return ""


KINDS: dict[str, Callable[[Any], str]] = {
    "": text,
    "time": lambda found: fhir_time(text(found)),
    "code": code,
    "label": label,
    "name": name,
    "value": value,
}


@cache
def reader(source: str) -> Reader:
    """The function that reads ``source`` (alternatives with |). Raises ValueError for a wrong path."""
    alternatives = [_one(path.strip()) for path in source.split("|")]
    if len(alternatives) == 1:
        return alternatives[0]

    def first(resource: Resource, context: Context) -> str:
        for read in alternatives:
            found = read(resource, context)
            if found:
                return found
        return ""

    return first


def _one(path: str) -> Reader:
    if path.startswith("'") or not path:
        constant = path.strip("'")
        if constant != "@id":
            return lambda resource, context: constant
        path = constant
    if path.startswith("report>"):
        facts = tuple(path.split(">")[1:])
        return lambda resource, context: context.fact_of_report(resource, facts)
    if ">" in path:
        where, fact = path.split(">")
        if where.startswith("$"):
            return lambda resource, context: context.worked_out(resource, path[1:])
        return _of_reference(tuple(where.split(".")), fact)
    if path.startswith(("$", "@")):
        fact = path[1:]
        return lambda resource, context: context.worked_out(resource, fact)
    where, _, kind = path.partition(":")
    if kind not in KINDS:
        raise ValueError(f"not a kind: {path}")
    names, convert = tuple(where.split(".")) if where else (), KINDS[kind]
    if len(names) == 1 and not kind:
        return _member(names[0])

    def read(resource: Resource, context: Context) -> str:
        for found in within(resource, names):
            said = convert(found)
            if said:
                return said
        return ""

    return read


def _member(key: str) -> Reader:
    def read(resource: Resource, context: Context) -> str:
        found = resource.get(key)
        if isinstance(found, list):
            return next((text(one) for one in found if text(one)), "")
        return text(found)

    return read


def _of_reference(names: tuple[str, ...], fact: str) -> Reader:
    def read(resource: Resource, context: Context) -> str:
        for found in within(resource, names):
            if isinstance(found, dict):
                said = context.fact_of_reference(resource, found, fact)
                if said:
                    return said
        return ""

    return read
