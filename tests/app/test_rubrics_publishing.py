"""Publishing the library: complete, repeatable, and final."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from audit.models import Event
from engine.rubric.canonical import content_hash, rubric_to_dict
from engine.rubric.values import Rubric
from rubrics import queries
from rubrics.actions import confirm_flags, publish, publish_library
from rubrics.flags import flags_of
from rubrics.models import CanonicalContent, Clause, Edition, Gate, Item, ItemLevel, Level, Role, Threshold
from tests.factories.rubrics import flags_with_a_swap, library, make_confirmation, make_edition, make_editions

pytestmark = pytest.mark.django_db


def reworded(rubric: Rubric) -> Rubric:
    """The rubric as a later version of the product might ship it: one English name corrected."""
    first = rubric.items[0]
    item = replace(first, name=replace(first.name, en=f"{first.name.en} (corrected)"))
    return replace(rubric, items=(item, *rubric.items[1:]))


@pytest.mark.usefixtures("no_editions")
def test_the_library_is_published_once_however_often_it_is_loaded() -> None:
    first = publish_library()
    again = publish_library()

    assert {p.outcome for p in first} == {"published"}
    assert {p.outcome for p in again} == {"unchanged"}
    assert Edition.objects.count() == len(library())
    assert Event.objects.filter(verb="edition.published").count() == len(library())


def test_both_standards_have_every_item_and_clause_as_rows() -> None:
    for key, items, clauses in (("emr-2018", 39, 769), ("smart-service-2019", 17, 206)):
        edition = make_edition(key)
        assert Item.objects.filter(edition=edition).count() == items
        assert Clause.objects.filter(item_level__item__edition=edition).count() == clauses
    assert not Edition.objects.filter(published_at=None).exists()


@pytest.mark.parametrize("key", ["ai-readiness-2021", "emr-2018", "smart-service-2019"])
def test_the_rows_say_what_the_content_says(key: str) -> None:
    """The content rebuilt with every fact that rows carry gives the same hash."""
    edition = make_edition(key)
    assert content_hash(edition.content) == edition.content_hash
    assert content_hash(rebuilt_from_rows(edition)) == edition.content_hash


def rebuilt_from_rows(edition: Edition) -> dict[str, object]:
    content = edition.content
    bounds = {t.category: t for t in Threshold.objects.filter(edition=edition)}
    quality = bounds["basic"].data_quality
    rebuilt = {
        **content,
        "id": edition.key,
        "status": edition.status,
        "title": {"zh": edition.title_zh, "en": edition.title_en},
        "document_number": edition.document_number or None,
        "data_quality_table_year": edition.data_quality_table_year,
        "thresholds": {
            **content["thresholds"],
            "basic_application": str(bounds["basic"].application),
            "optional_application": str(bounds["optional"].application),
            "data_quality": None if quality is None else str(quality),
        },
        "gates": [
            {
                "level": g.level,
                "basic": g.basic,
                "optional_required": g.optional_required,
                "optional_total": g.optional_total,
                "min_total": g.min_total,
            }
            for g in Gate.objects.filter(edition=edition).order_by("level")
        ],
    }
    rebuilt["levels"] = [
        {
            **known,
            "level": row.level,
            "name": text(row, "name"),
            "description": text(row, "description"),
            "overall": row.overall,
        }
        for known, row in zip(
            content["levels"], Level.objects.filter(edition=edition).order_by("level"), strict=True
        )
    ]
    rebuilt["roles"] = [
        {"code": row.code, "name": text(row, "name"), "scope": text(row, "scope")}
        for row in Role.objects.filter(edition=edition).order_by("code")
    ]
    items = (
        Item.objects.filter(edition=edition)
        .select_related("role")
        .prefetch_related("levels__clauses")
        .order_by("seq")
    )
    rebuilt["items"] = [
        {
            **known,
            "code": row.code,
            "seq": row.seq,
            "role": row.role.code,
            "name": text(row, "name"),
            "measured": row.measured,
            "application": {
                **known["application"],
                "kind": row.application_kind,
                "window_months": row.window_months,
            },
            "levels": [level_from(level) for level in row.levels.all()],
        }
        for known, row in zip(content["items"], items, strict=True)
    ]
    assert edition.top_level == content["gates"][-1]["level"]
    return rebuilt


def level_from(row: ItemLevel) -> dict[str, object]:
    return {
        "level": row.level,
        "category": row.category or None,
        "category_confirmed": row.category_confirmed,
        "clauses": [
            {
                "n": clause.n,
                "text": {"zh": clause.zh, "en": clause.en},
                "nature": clause.nature,
                "backend": clause.backend,
                "evidence": clause.evidence,
            }
            for clause in row.clauses.all()
        ],
        "data_quality": text(row, "data_quality"),
        "no_requirement": row.no_requirement,
        "has_index": row.has_index,
    }


def text(row: object, name: str) -> dict[str, str] | None:
    zh, en = getattr(row, f"{name}_zh"), getattr(row, f"{name}_en")
    return {"zh": zh, "en": en} if zh or en else None


@pytest.mark.usefixtures("no_editions")
def test_other_content_becomes_a_new_revision_and_the_old_one_stays() -> None:
    old = make_edition()
    new = publish(rubric=reworded(library()["emr-2018"])).edition

    assert (old.revision, new.revision) == (1, 2)
    assert queries.find_edition("emr-2018") == new
    assert queries.find_edition("emr-2018_r1") == old
    assert queries.get_rubric(old).items[0].name != queries.get_rubric(new).items[0].name
    assert [e.pk for e in queries.current_editions()] == [new.pk]


def test_content_that_has_been_replaced_does_not_come_back_as_the_newest() -> None:
    make_edition()
    new = publish(rubric=reworded(library()["emr-2018"])).edition
    assert publish(rubric=library()["emr-2018"]).outcome == "older"
    assert queries.find_edition("emr-2018") == new


def test_a_new_revision_keeps_confirmed_flags_and_the_wording_of_clauses_that_did_not_move() -> None:
    rubric = library()["emr-2018"]
    old = make_edition()
    confirm_flags(
        edition=old, flags=flags_with_a_swap(rubric), by=None, source="annex",
        wordings={"01.01.4-1": "示例原文一", "01.02.3-1": "示例原文二"},
    )  # fmt: skip
    first, *others = rubric.items
    shorter = tuple(replace(x, clauses=x.clauses[:1]) if x.level == 4 else x for x in first.levels)
    new = publish(rubric=replace(rubric, items=(replace(first, levels=shorter), *others))).edition

    confirmation = queries.confirmation_of(new)
    assert confirmation is not None
    assert queries.official_wordings(confirmation) == {"01.02.3-1": "示例原文二"}
    assert flags_of(queries.get_rubric(new)) == flags_with_a_swap(rubric)
    assert Event.objects.filter(verb="flags.carried_over").count() == 1


def test_a_revision_the_flags_do_not_fit_asks_for_a_confirmation_of_its_own() -> None:
    old = make_edition()
    make_confirmation(old)
    rubric = library()["emr-2018"]
    gates = tuple(
        replace(g, basic=g.basic - 1, optional_total=g.optional_total + 1) if g.level == 8 else g
        for g in rubric.gates
    )
    new = publish(rubric=replace(rubric, gates=gates)).edition
    assert queries.confirmation_of(new) is None
    assert queries.confirmation_of(old) is not None


#: one statement each that changes, adds to or removes from a table of a published edition
TABLES = (CanonicalContent, Threshold, Level, Gate, Role, Item, ItemLevel, Clause)
COLUMN = {
    CanonicalContent: "content",
    Threshold: "application",
    Level: "name_zh",
    Gate: "min_total",
    Role: "name_zh",
    Item: "name_zh",
    ItemLevel: "data_quality_zh",
    Clause: "zh",
}
FROZEN = "a published edition never changes"


@pytest.mark.parametrize("model", [Edition, *TABLES])
def test_the_orm_cannot_change_a_published_edition(model: type) -> None:
    make_edition()
    row = model.objects.order_by("pk").last()
    with pytest.raises(IntegrityError, match=FROZEN), transaction.atomic():
        row.save(force_update=True)
    with pytest.raises(IntegrityError, match=FROZEN), transaction.atomic():
        model.objects.filter(pk=row.pk)._raw_delete(using="default")


@pytest.mark.parametrize("model", TABLES)
def test_the_orm_cannot_add_to_a_published_edition(model: type) -> None:
    edition = make_edition()
    additions = {
        CanonicalContent: lambda: CanonicalContent(edition=edition, content={}),
        Threshold: lambda: Threshold(edition=edition, category="extra", application=Decimal("0.10")),
        Level: lambda: Level(edition=edition, level=9, name_zh="九", name_en="nine"),
        Gate: lambda: Gate(
            edition=edition, level=9, basic=1, optional_required=1, optional_total=1, min_total=1
        ),
        Role: lambda: Role(edition=edition, code="99", name_zh="新", name_en="new"),
        Item: lambda: Item(
            edition=edition,
            role=Role.objects.filter(edition=edition).first(),
            code="99.01",
            seq=99,
            name_zh="新",
            name_en="new",
            measured=False,
        ),
        ItemLevel: lambda: ItemLevel(
            item=Item.objects.get(edition=edition, code="01.03"), level=2, category="basic"
        ),
        Clause: lambda: Clause(
            item_level=ItemLevel.objects.filter(item__edition=edition).first(),
            code="01.01.0-9",
            n=9,
            zh="新",
            en="new",
            nature="feature",
            backend=False,
        ),
    }
    with pytest.raises(IntegrityError, match=FROZEN), transaction.atomic():
        additions[model]().save(force_insert=True)


@pytest.mark.parametrize("model", TABLES)
def test_handwritten_sql_cannot_change_or_remove_a_published_row(model: type) -> None:
    make_edition()
    table, key = model._meta.db_table, model._meta.pk.column
    pk = model.objects.order_by("pk").first().pk
    column = COLUMN[model]
    for statement in (
        f"UPDATE {table} SET {column} = {column} WHERE {key} = {pk}",
        f"DELETE FROM {table} WHERE {key} = {pk}",
    ):
        with pytest.raises(IntegrityError, match=FROZEN), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


@pytest.mark.parametrize(
    "change", ["published_at = NULL", "content_hash = 'x'", "revision = 7", "status = 'draft'"]
)
def test_an_edition_cannot_be_unpublished_or_renamed(change: str) -> None:
    edition = make_edition()
    with pytest.raises(IntegrityError, match=FROZEN), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE rubrics_edition SET {change} WHERE id = {edition.pk}")


def test_a_row_cannot_be_moved_into_or_out_of_a_published_edition() -> None:
    edition = make_edition()
    draft = Edition.objects.create(
        key="trial", status="draft", title_zh="试", title_en="trial", top_level=1, content_hash="0" * 64
    )
    Gate.objects.create(edition=draft, level=9, basic=0, optional_required=0, optional_total=1, min_total=0)
    for statement in (
        f"UPDATE rubrics_gate SET edition_id = {draft.pk}, level = 20 WHERE edition_id = {edition.pk} AND level = 1",
        f"UPDATE rubrics_gate SET edition_id = {edition.pk} WHERE edition_id = {draft.pk}",
    ):
        with pytest.raises(IntegrityError, match=FROZEN), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


@pytest.mark.usefixtures("no_editions")
def test_a_draft_that_was_not_published_may_still_change() -> None:
    draft = Edition.objects.create(
        key="trial", status="draft", title_zh="试", title_en="trial", top_level=1, content_hash="0" * 64
    )
    gate = Gate.objects.create(
        edition=draft, level=1, basic=0, optional_required=0, optional_total=1, min_total=0
    )
    gate.min_total = 3
    gate.save()
    gate.delete()
    draft.delete()
    assert not Edition.objects.exists()


def test_the_rubric_of_an_edition_costs_one_query_once_it_is_known(django_assert_num_queries: object) -> None:
    edition = make_edition()
    queries.get_rubric(edition)
    with django_assert_num_queries(1):  # type: ignore[operator]
        queries.get_rubric(edition)
    editions = list(make_editions().values())
    queries.get_rubrics(editions)
    with django_assert_num_queries(1):  # type: ignore[operator]
        queries.get_rubrics(editions)


def test_an_edition_in_a_join_does_not_carry_its_content(django_assert_num_queries: object) -> None:
    make_edition()
    with django_assert_num_queries(1) as captured:  # type: ignore[operator]
        list(Item.objects.select_related("edition"))
    assert 'content"' not in captured.captured_queries[0]["sql"]


def test_the_rubric_read_back_is_the_rubric_that_was_published() -> None:
    for key, edition in make_editions().items():
        assert queries.get_rubric(edition) == library()[key]
        assert rubric_to_dict(queries.get_rubric(edition)) == edition.content
