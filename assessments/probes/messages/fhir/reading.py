"""A file of FHIR R4 resources as batches of canonical rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from assessments.probes.messages.batching import Batching
from assessments.probes.messages.fhir.facts import FactFinder
from assessments.probes.messages.fhir.index import ReferenceIndex
from assessments.probes.messages.fhir.paths import Resource, text, within
from assessments.probes.messages.fhir.resources import Found, resources
from assessments.probes.messages.fhir.tables import RowTable, fhir_table
from assessments.probes.messages.values import Batch, Malformed, malformed


def index_resources(paths: Iterable[Path], *, folder: Path | None = None) -> ReferenceIndex:
    """First reading of files that refer to each other (a bulk export). Close it when they are read."""
    index = ReferenceIndex(folder=folder)
    finder = FactFinder(fhir_table(), index)
    for path in paths:
        for found in resources(path, on_malformed=lambda _: None):
            finder.found = found
            _learn(finder, found)
    return index


def read_fhir(
    path: Path, *, on_malformed: Callable[[Malformed], None], index: ReferenceIndex | None = None
) -> Iterator[Batch]:
    """Rows of all resources. Without ``index`` the file itself is read first for what it refers to."""
    if index is not None:
        yield from _read(path, on_malformed, index)
        return
    with index_resources((path,)) as own:
        yield from _read(path, on_malformed, own)


def _learn(finder: FactFinder, found: Found) -> None:
    try:
        finder.learn(found)
    except RecursionError:
        return  # reported when the rows are made


def _read(path: Path, on_malformed: Callable[[Malformed], None], index: ReferenceIndex) -> Iterator[Batch]:
    batching, finder = Batching(), FactFinder(fhir_table(), index)
    for found in resources(path, on_malformed=on_malformed):
        finder.found = found
        system = found.sender or _source(found.resource)
        try:
            for record, rows in rows_of(finder, found.resource):
                batching.add(record, system, rows, found.place)
        except RecursionError:
            on_malformed(malformed(found.place, "too_deep"))
        yield from batching.full()
    yield from batching.rest()


def _source(resource: Resource) -> str | None:
    meta = resource.get("meta")
    return (text(meta.get("source")) or None) if isinstance(meta, dict) else None


def rows_of(finder: FactFinder, resource: Resource) -> Iterator[tuple[str, list[dict[str, str]]]]:
    tables = finder.table.rows.get(text(resource.get("resourceType")), ())
    if not tables:
        return
    said_class = finder.class_of(resource)
    setting = _setting(finder, resource)
    for table in tables:
        if table.classes is not None and said_class not in table.classes:
            continue
        if table.settings is not None and setting not in table.settings:
            continue
        if all((read(resource, finder) in values) is wanted for read, values, wanted in table.conditions):
            rows = [
                {key: read(item, finder) for key, read in table.columns} for item in _items(table, resource)
            ]
            yield table.record, [row for row in rows if all(row[key] for key in table.require)]


def _setting(finder: FactFinder, resource: Resource) -> str:
    if resource.get("resourceType") == "Encounter":
        return finder.worked_out(resource, "setting")
    for name in ("encounter", "context"):
        reference: Any = resource.get(name)
        if isinstance(reference, dict):
            return finder.fact_of_reference(resource, reference, "care_setting")
    for category in within(resource.get("category"), ("coding", "code")):
        if text(category).upper() in finder.table.settings:
            return finder.table.settings[text(category).upper()]
    return ""


def _items(table: RowTable, resource: Resource) -> list[Resource]:
    """The resource, or one for each component of an Observation that has no value of its own."""
    if not table.each_component:
        return [resource]
    components = [one for one in within(resource.get("component"), ()) if isinstance(one, dict)]
    if not components or any(key.startswith("value") for key in resource):
        return [resource]
    return [
        {
            **{
                key: kept
                for key, kept in resource.items()
                if key not in ("code", "referenceRange", "component")
            },
            **component,
        }
        for component in components
    ]
