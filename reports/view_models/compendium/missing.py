"""The list of missing material (缺材料清单) as its page and its sheet show it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.core.paginator import Page, Paginator
from django.utils import timezone
from django.utils.translation import gettext as _

from assessments.queries.frame import AssessmentFrame
from assessments.queries.missing_material import KINDS, Missing
from assessments.queries.proofs import Keeper
from engine.rubric.values import Rubric
from reports.view_models.compendium.words import kind_words
from reports.view_models.words import lang

PER_PAGE = 50
NO_DEPARTMENT = "none"


@dataclass(frozen=True, slots=True)
class Wanted:
    """The filters of the address: role or item code, kind, department (number, or none), only what is late."""

    scope: str = ""
    kind: str = ""
    department: str = ""
    late: bool = False

    @classmethod
    def read(cls, given: Mapping[str, str]) -> Wanted:
        kind = given.get("kind", "")
        return cls(
            scope=given.get("scope", "")[:5],
            kind=kind if kind in KINDS else "",
            department=given.get("department", "")[:12],
            late=given.get("late") == "1",
        )

    @property
    def any(self) -> bool:
        return bool(self.scope or self.kind or self.department or self.late)


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a filter with how many rows it leaves."""

    value: str
    words: str
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class MissingRow:
    """``place``: code or name; ``anchor``: where on the item's page it is filled in; empty: the statistical basis. ``proof``: on the page of
    proof details instead."""

    place: str
    words: str
    item: str
    anchor: str
    proof: bool
    lacks: tuple[str, ...]
    department: str
    person: str
    due_on: date | None
    late: bool


@dataclass(frozen=True)
class MaterialPage:
    """Context ``page`` of reports/compendium.html. ``why_not``: why nothing can be asked for; ``scopes``: roles and
    items a compendium can be made of."""

    frame: AssessmentFrame
    total: int
    places: int
    late: int
    wanted: Wanted
    kinds: tuple[Choice, ...]
    departments: tuple[Choice, ...]
    roles: tuple[Choice, ...]
    scopes: tuple[tuple[str, str, tuple[tuple[str, str], ...]], ...]
    pages: Page[Missing]
    rows: tuple[MissingRow, ...]
    language: str


def place_words(one: Missing) -> str:
    """01.01.4-1, or what a figure is of."""
    if one.of == "clause":
        return one.place
    if one.of == "item":
        return _("%(code)s 整个项目的附件") % {"code": one.place}
    if one.of == "level":
        return _("%(code)s 的统计数据") % {"code": one.place}
    return _("统计口径：%(name)s") % {"name": one.words}


def matches(one: Missing, wanted: Wanted, today: date) -> bool:
    if wanted.scope and wanted.scope not in (one.role, one.item):
        return False
    if wanted.kind and wanted.kind not in one.kinds:
        return False
    if wanted.department and wanted.department != department_of(one.keeper):
        return False
    return not wanted.late or one.is_late(today)


def department_of(keeper: Keeper) -> str:
    return str(keeper.department_id) if keeper.department_id is not None else NO_DEPARTMENT


def in_order(missing: Sequence[Missing]) -> list[Missing]:
    """By department, then due date, then the order of the standard; what nobody has stands last."""
    return sorted(
        missing,
        key=lambda one: (not one.keeper.department, one.keeper.department, one.keeper.due_on or date.max),
    )


def material_page(
    rubric: Rubric,
    frame: AssessmentFrame,
    missing: Sequence[Missing],
    wanted: Wanted,
    *,
    number: str,
    language: str,
) -> MaterialPage:
    """The page from what was found; no query. Each filter counts under the other filters in force."""
    today = timezone.localdate()
    shown = in_order([one for one in missing if matches(one, wanted, today)])
    pages = Paginator(shown, PER_PAGE).get_page(number)
    words = kind_words()
    return MaterialPage(
        frame=frame,
        total=sum(len(one.kinds) for one in shown),
        places=len(shown),
        late=sum(one.is_late(today) for one in missing),
        wanted=wanted,
        kinds=_kinds(missing, wanted, today, words),
        departments=_departments(missing, wanted, today),
        roles=_roles(rubric, missing, wanted, today),
        scopes=scopes_of(rubric),
        pages=pages,
        rows=tuple(missing_row(one, words, today) for one in pages.object_list),
        language=language,
    )


def missing_row(one: Missing, words: Mapping[str, str], today: date) -> MissingRow:
    proof = one.of == "level" and one.kinds == ("sql",)  # the query of a numerator is written there
    anchor = {"clause": f"c-{one.place}", "level": f"level-{one.level}"}.get(one.of, "")
    if proof:
        anchor = f"proof-{one.place.replace('.', '-')}"
    return MissingRow(
        place=place_words(one),
        words=one.words if one.of != "base" else "",
        item=one.item,
        anchor=anchor,
        proof=proof,
        lacks=tuple(words[kind] for kind in one.kinds),
        department=one.keeper.department,
        person=one.keeper.person,
        due_on=one.keeper.due_on,
        late=one.is_late(today),
    )


def scopes_of(rubric: Rubric) -> tuple[tuple[str, str, tuple[tuple[str, str], ...]], ...]:
    """Every role with its items: code and words."""
    return tuple(
        (
            role.code,
            f"{role.code} {lang(role.name)}",
            tuple(
                (item.code, f"{item.code} {lang(item.name)}")
                for item in rubric.items
                if item.role == role.code
            ),
        )
        for role in rubric.roles
    )


def _kinds(
    missing: Sequence[Missing], wanted: Wanted, today: date, words: Mapping[str, str]
) -> tuple[Choice, ...]:
    others = Wanted(wanted.scope, "", wanted.department, wanted.late)
    counts = Counter(kind for one in missing if matches(one, others, today) for kind in one.kinds)
    return tuple(
        Choice(kind, words[kind], counts[kind], kind == wanted.kind)
        for kind in KINDS
        if counts[kind] or kind == wanted.kind
    )


def _departments(missing: Sequence[Missing], wanted: Wanted, today: date) -> tuple[Choice, ...]:
    others = Wanted(wanted.scope, wanted.kind, "", wanted.late)
    counts: Counter[str] = Counter()
    names: dict[str, str] = {}
    for one in missing:
        key = department_of(one.keeper)
        names[key] = one.keeper.department or _("未分配科室")
        counts[key] += matches(one, others, today)
    return tuple(
        Choice(key, name, counts[key], key == wanted.department)
        for key, name in sorted(names.items(), key=lambda pair: (pair[0] == NO_DEPARTMENT, pair[1]))
    )


def _roles(rubric: Rubric, missing: Sequence[Missing], wanted: Wanted, today: date) -> tuple[Choice, ...]:
    others = Wanted("", wanted.kind, wanted.department, wanted.late)
    counts = Counter(one.role for one in missing if matches(one, others, today))
    return tuple(
        Choice(role.code, f"{role.code} {lang(role.name)}", counts[role.code], role.code == wanted.scope)
        for role in rubric.roles
        if counts[role.code] or role.code == wanted.scope
    )
