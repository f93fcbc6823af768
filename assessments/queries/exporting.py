"""Templates a person may use, and the frozen submissions that are set into them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from assessments.exporting.columns import SPECS, Column, built_in, known, rows_of
from assessments.exporting.filling import Frozen
from assessments.models import Assessment, AwardedLevel, ExportTemplate, ScoreSnapshot
from assessments.permissions import organisations_with_templates
from assessments.queries.awards import YEAR
from assessments.queries.verification.span_chip import FROZEN
from engine.rubric.values import Rubric
from hospitals import access
from hospitals.access import Person
from hospitals.models import Organisation
from hospitals.refusals import Refusal
from rubrics.models import Edition
from rubrics.queries.editions import get_rubric

#: submissions in one file: a table by item has 39 rows of each
MOST = {"items": 500, "submissions": 5000}
AT_ONCE = 500  # submissions read in one query


@dataclass(frozen=True, slots=True)
class TemplateLine:
    """``key``: what the form sends; ``may_change``: the person's own organisation keeps it."""

    key: str
    name: str
    rows: str
    columns: int
    owner: str
    file: str
    may_change: bool


@dataclass(frozen=True, slots=True)
class ExportsPage:
    lines: tuple[TemplateLine, ...]
    editions: tuple[tuple[str, str], ...]
    years: tuple[int, ...]
    cities: tuple[tuple[str, str], ...]
    may_make: bool
    problem: str = ""


@dataclass(frozen=True, slots=True)
class ColumnLine:
    """One line of the form: ``place`` is empty for a column that is left out."""

    number: int
    key: str
    name: str
    heading: str
    place: str
    of_item: bool


@dataclass(frozen=True, slots=True)
class TemplatePage:
    public_id: str
    name: str
    owner: str
    owners: tuple[tuple[str, str], ...]
    file: str
    lines: tuple[ColumnLine, ...]
    unknown: tuple[str, ...]
    problem: str = ""


def usable_by(user: Person) -> QuerySet[ExportTemplate]:
    """Templates of the person's organisations and of every organisation above them. One query."""
    condition = Q(pk__in=[])
    for organisation in access.organisations_where(user, access.HOSPITAL_STAFF | access.BUREAU_STAFF):
        above = [int(part) for part in organisation.path.strip("/").split("/") if part.isdecimal()]
        condition |= Q(organisation__in=above)
    return ExportTemplate.objects.filter(condition).select_related("organisation").defer("workbook")


def exports_page(user: Person, problem: str = "") -> ExportsPage:
    """Four queries: templates, editions, years, cities."""
    own = {organisation.pk for organisation in organisations_with_templates(user)}
    language = "en" if (get_language() or "").startswith("en") else "zh"
    lines = [
        TemplateLine(name, spec["name"][language], name, len(spec["columns"]), _("本系统"), "", False)
        for name, spec in SPECS.items()
    ]
    lines += [
        TemplateLine(
            str(one.public_id), one.name, one.rows, len(one.columns), one.organisation.label, one.workbook_name,
            one.organisation_id in own,
        )
        for one in usable_by(user)
    ]  # fmt: skip
    bureaus = access.organisations_where(user, access.BUREAU_STAFF)
    beneath = Q(pk__in=[])
    for bureau in bureaus:
        beneath |= Q(path__startswith=bureau.path)
    cities = Organisation.objects.filter(beneath, kind=Organisation.Kind.CITY) if bureaus else ()
    seen = _snapshots(user).order_by().values_list("year", flat=True).distinct()
    return ExportsPage(
        lines=tuple(lines),
        editions=tuple((one.key, one.title) for one in Edition.objects.current().order_by("key")),
        years=tuple(sorted((year for year in seen if year), reverse=True)),
        cities=tuple((str(city.public_id), city.label) for city in cities),
        may_make=bool(own),
        problem=problem,
    )


def template_page(
    user: Person, template: ExportTemplate | None, columns: tuple[Column, ...], *, name: str = "", problem: str = ""
) -> TemplatePage:  # fmt: skip
    """The columns of the template in their order, then those that could be added. One query for the editions."""
    rubrics = current_rubrics()
    offered = known(rubrics)
    names = {column.key: column.heading for column in offered}
    chosen = [column for column in columns if column.key]
    used = {column.key for column in chosen}
    lines = [
        ColumnLine(at, one.key, names.get(one.key, one.key), one.heading, str(at), one.of_item)
        for at, one in enumerate(chosen, start=1)
    ]
    lines += [
        ColumnLine(at, one.key, one.heading, one.heading, "", one.of_item)
        for at, one in enumerate((one for one in offered if one.key not in used), start=len(chosen) + 1)
    ]
    owners = organisations_with_templates(user)
    return TemplatePage(
        public_id=str(template.public_id) if template else "",
        name=name or (template.name if template else ""),
        owner=template.organisation.label if template else "",
        owners=tuple((str(one.public_id), one.label) for one in owners),
        file=template.workbook_name if template else "",
        lines=tuple(lines),
        unknown=tuple(column.heading for column in columns if not column.key and column.heading),
        problem=problem,
    )


def current_rubrics() -> tuple[Rubric, ...]:
    """The rubrics in force, the EMR standard first. One query."""
    editions = Edition.objects.current().order_by("key")
    return tuple(get_rubric(edition) for edition in editions)


def columns_of(template: ExportTemplate) -> tuple[Column, ...]:
    return tuple(Column(one["key"], one["heading"]) for one in template.columns)


def chosen_template(user: Person, key: str) -> tuple[ExportTemplate | None, tuple[Column, ...]] | None:
    """A template of the installation by its word, one of an organisation by its number; None: not this person's."""
    if key in SPECS:
        return None, built_in(key)
    try:
        found = usable_by(user).defer(None).filter(public_id=UUID(key)).first()
    except ValueError:
        return None
    return (found, columns_of(found)) if found else None


def _snapshots(user: Person) -> Any:
    """Submissions the person sees, with the year they count for."""
    visible = Assessment.objects.visible_to(user).filter(submitted_at__isnull=False)
    return ScoreSnapshot.objects.filter(assessment__in=visible).annotate(year=YEAR)


def submissions_for(
    user: Person, edition: Edition, year: int, city: str, *, columns: tuple[Column, ...]
) -> list[Frozen]:
    """The newest submission of each hospital the person sees, by the tree. Three queries, and one more for every 500
    submissions. Cards and answers are long: they are read where a column of an item is wanted.

    Raises Refusal when there are none, or more than one file should hold."""
    found = _snapshots(user).filter(assessment__edition=edition, year=year)
    if city:
        above = Organisation.objects.filter(access.beneath_bureaus_of(user), public_id=city)
        place = above.first()
        if place is None:
            raise Refusal(_("没有找到这个地市。"))
        found = found.filter(assessment__hospital__path__startswith=place.path)
    newest = dict(found.order_by("taken_at", "pk").values_list("assessment__hospital__path", "pk"))
    rows = rows_of(columns)
    if not newest:
        raise Refusal(_("这一年度、这个标准还没有提交的自评，没有可导出的内容。"))
    if len(newest) > MOST[rows]:
        raise Refusal(
            _("共有%(n)s份自评，超过一个文件的上限%(most)s份。请按地市分别导出，或改用每份自评一行的模板。")
            % {"n": len(newest), "most": MOST[rows]}
        )
    awards = dict(
        AwardedLevel.objects.in_force()
        .filter(edition=edition, year=year)
        .order_by("source")
        .values_list("hospital", "level")
    )
    rubric = get_rubric(edition)
    long = ["verified"]
    if not any(column.of_item or column.wide for column in columns):
        long += ["answers", "card"]
    wanted = [newest[path] for path in sorted(newest)]
    made = []
    for at in range(0, len(wanted), AT_ONCE):
        part = ScoreSnapshot.objects.filter(pk__in=wanted[at : at + AT_ONCE]).defer(*long).annotate(**FROZEN)
        by_pk = {
            one.pk: one for one in part.select_related("assessment__hospital__parent", "assessment__edition")
        }
        for pk in wanted[at : at + AT_ONCE]:
            one = by_pk[pk]
            hospital = one.assessment.hospital
            made.append(Frozen(one, rubric, edition.title, year, _city(hospital), awards.get(hospital.pk)))
    return made


def _city(hospital: Organisation) -> str:
    parent = hospital.parent
    return parent.label if parent and parent.kind == Organisation.Kind.CITY else ""
