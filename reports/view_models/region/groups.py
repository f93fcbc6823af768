"""Groups of hospitals in words: their names, and the line of figures that a page, a file and a bulletin show."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from accounts.templatetags.display import DASH, percent
from hospitals.models import Organisation
from reports.regional.counting import Figures, Tally, added, figures, share
from reports.regional.reading import GROUPS, Expected, Key


@dataclass(frozen=True, slots=True)
class GroupLine:
    """One group: figures in words, ready to be shown. ``key``: what the group is filtered by."""

    key: str
    name: str
    hospitals: int
    n: int
    participation: str
    average: str
    shares: tuple[str, ...]  # of those that submitted: at least the levels of ``GroupTable.levels``
    met: str
    span: str
    awarded: str


@dataclass(frozen=True, slots=True)
class GroupTable:
    key: str
    title: str
    levels: tuple[int, ...]
    lines: tuple[GroupLine, ...]
    left_out: int = 0  # lines that a page with many groups does not list


def levels_of(top: int) -> tuple[int, ...]:
    """The levels published notices give shares for: 3, 4 and 5 where the standard has them."""
    return tuple(level for level in (3, 4, 5) if level <= top)


def titles() -> dict[str, str]:
    return {
        "grade": _("按等级"),
        "city": _("按地市"),
        "ownership": _("按性质"),
        "hospital_type": _("按医院类别"),
    }


def names_of(group: str, cities: Mapping[int, str]) -> dict[Any, str]:
    """Key of the group -> words, in the order they are shown."""
    choices: dict[str, Any] = {
        "grade": Organisation.Grade,
        "ownership": Organisation.Ownership,
        "hospital_type": Organisation.HospitalType,
    }
    if group == "city":
        return {**cities, None: _("未填")}
    named = {value: str(label) for value, label in choices[group].choices}
    return {**named, "": named.get("") or _("未填")}


def words(part: int, whole: int) -> str:
    """A share with its numbers: never one without the other."""
    of = share(part, whole)
    return DASH if of is None else f"{percent(of)} ({part}/{whole})"


def line_of(name: str, found: Figures, levels: Sequence[int], key: Key = "") -> GroupLine:
    return GroupLine(
        key="" if key is None else str(key),
        name=name,
        hospitals=found.hospitals,
        n=found.n,
        participation=DASH if found.participation is None else percent(found.participation),
        average=DASH if found.average is None else str(found.average),
        shares=tuple(words(found.at_least[level], found.n) for level in levels),
        met=words(found.met, found.with_target),
        span=DASH
        if found.average_at_most is None
        else f"{found.average_strict}–{found.average_at_most} ({found.verified})",
        awarded=DASH if found.average_awarded is None else f"{found.average_awarded} ({found.awarded})",
    )


def table_of(
    group: str,
    tallies: Mapping[tuple[Any, ...], Tally],
    expected: Expected,
    cities: Mapping[int, str],
    top: int,
) -> GroupTable:
    """One line per group that is expected or submitted. ``tallies``: by the one column ``group``."""
    return table_from(
        group,
        titles()[group],
        names_of(group, cities),
        lambda key: tallies.get((key,)),
        expected.by[group],
        top,
    )


def table_from(
    key: str,
    title: str,
    names: Mapping[Any, str],
    tally_of: Callable[[Any], Tally | None],
    expected: Mapping[Any, int],
    top: int,
) -> GroupTable:
    levels = levels_of(top)
    lines = []
    for one, name in names.items():
        tally, hospitals = tally_of(one), expected.get(one, 0)
        if tally is not None or hospitals:
            lines.append(line_of(name, figures(tally or added((), top), hospitals), levels, one))
    return GroupTable(key, title, levels, tuple(lines))


def chosen_group(text: str) -> str:
    """The group asked for; the first of GROUPS for anything else."""
    return text if text in GROUPS else next(iter(GROUPS))
