"""What narrows a list of hospitals, with the choices there are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hospitals.models import Organisation
from reports.comparing.rows import Compared
from reports.regional.peers import BANDS, band_of
from reports.view_models.region.ranking import Filters, band_words


@dataclass(frozen=True, slots=True)
class Narrowing:
    """``page`` of templates/reports/region/_filters.html; choices are (value, words)."""

    filters: Filters
    grades: tuple[tuple[str, str], ...]
    types: tuple[tuple[str, str], ...]
    bands: tuple[tuple[str, str], ...]
    cities: tuple[tuple[str, str], ...]
    levels: tuple[int, ...]


def narrowing(filters: Filters, cities: Mapping[int, str], top: int) -> Narrowing:
    return Narrowing(
        filters=filters,
        grades=tuple((value, str(label)) for value, label in Organisation.Grade.choices if value),
        types=tuple((value, str(label)) for value, label in Organisation.HospitalType.choices if value),
        bands=tuple((str(band), band_words(band)) for band in range(1, len(BANDS) + 2)),
        cities=tuple((str(pk), name) for pk, name in cities.items()),
        levels=tuple(range(top + 1)),
    )


def narrowed(
    rows: Sequence[Compared], filters: Filters, names: Mapping[int, str], targets: Mapping[str, int]
) -> list[Compared]:
    """The rows that fit every filter that is set. ``targets``: grade -> level, read where the target is asked for."""

    def meets(row: Compared) -> bool:
        if filters.met not in ("yes", "no"):
            return True
        return row.grade in targets and (row.claimed >= targets[row.grade]) == (filters.met == "yes")

    def fits(row: Compared) -> bool:
        return (
            (not filters.grade or row.grade == filters.grade)
            and (not filters.hospital_type or row.hospital_type == filters.hospital_type)
            and (not filters.band or str(band_of(row.beds)) == filters.band)
            and (not filters.city or str(row.city) == filters.city)
            and (not filters.level or str(row.claimed) == filters.level)
            and meets(row)
            and all(word.casefold() in names[row.hospital].casefold() for word in filters.search.split())
        )

    return [row for row in rows if fits(row)]
