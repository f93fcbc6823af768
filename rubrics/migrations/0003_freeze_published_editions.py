"""An edition that was published never changes again: the database itself refuses it.

Neither the application nor a hand-written UPDATE gets past these triggers: answers and frozen
results refer to the clauses of an edition, and would silently mean something else. A correction is
published as a new revision. Publishing sets ``published_at`` last, so the rows of an edition can be
written in its transaction and never after it.
"""

from __future__ import annotations

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

PUBLISHED = "SELECT 1 FROM rubrics_edition e WHERE e.published_at IS NOT NULL AND e.id = "
OF_ITEM = "(SELECT i.edition_id FROM rubrics_item i WHERE i.id = {row}.item_id)"
OF_ITEM_LEVEL = (
    "(SELECT i.edition_id FROM rubrics_itemlevel l JOIN rubrics_item i ON i.id = l.item_id"
    " WHERE l.id = {row}.item_level_id)"
)

#: table -> the expression that finds the edition of a row
CHILDREN = {
    "rubrics_canonicalcontent": "{row}.edition_id",
    "rubrics_threshold": "{row}.edition_id",
    "rubrics_level": "{row}.edition_id",
    "rubrics_gate": "{row}.edition_id",
    "rubrics_role": "{row}.edition_id",
    "rubrics_item": "{row}.edition_id",
    "rubrics_itemlevel": OF_ITEM,
    "rubrics_clause": OF_ITEM_LEVEL,
}
ROWS = {"INSERT": ("NEW",), "UPDATE": ("OLD", "NEW"), "DELETE": ("OLD",)}
SENTENCE = "a published edition never changes; publish a new revision"


def triggers() -> dict[str, tuple[str, str, str]]:
    """name -> (table, event, condition under which the event is refused)"""
    found = {}
    for event in ("UPDATE", "DELETE"):
        name = f"rubrics_edition_frozen_{event.lower()}"
        found[name] = ("rubrics_edition", event, "OLD.published_at IS NOT NULL")
    for table, edition in CHILDREN.items():
        for event, rows in ROWS.items():
            condition = " OR ".join(f"EXISTS ({PUBLISHED}{edition.format(row=row)})" for row in rows)
            found[f"{table}_frozen_{event.lower()}"] = (table, event, condition)
    return found


def freeze(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "sqlite":
        for name, (table, event, condition) in triggers().items():
            editor.execute(
                f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW WHEN {condition} "
                f"BEGIN SELECT RAISE(ABORT, '{SENTENCE}'); END",
                params=None,
            )
    elif editor.connection.vendor == "postgresql":
        for name, (table, event, condition) in triggers().items():
            editor.execute(
                f"""
                CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $body$
                BEGIN
                    IF {condition} THEN
                        RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = '{SENTENCE}';
                    END IF;
                    RETURN {"OLD" if event == "DELETE" else "NEW"};
                END $body$
                """,
                params=None,
            )
            editor.execute(
                f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()",
                params=None,
            )
    else:
        raise RuntimeError(
            f"published editions cannot be frozen on {editor.connection.vendor}: use SQLite or PostgreSQL"
        )


def thaw(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    for name, (table, _event, _condition) in triggers().items():
        on_table = f" ON {table}" if editor.connection.vendor == "postgresql" else ""
        editor.execute(f"DROP TRIGGER IF EXISTS {name}{on_table}", params=None)
        if editor.connection.vendor == "postgresql":
            editor.execute(f"DROP FUNCTION IF EXISTS {name}()", params=None)


class Migration(migrations.Migration):
    dependencies = [("rubrics", "0002_content_stands_beside_its_edition")]

    operations = [migrations.RunPython(freeze, thaw)]
