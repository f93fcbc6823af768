"""A plan that was adopted stays as it was adopted: the database itself refuses to change it.

People worked by it, and after the next assessment it is compared with what came out; a plan that could be
rewritten afterwards would always have been right. Its end alone is written later (state, who, when, why).
"""

from __future__ import annotations

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

NAME, TABLE = "assessments_adoptedplan_frozen", "assessments_adoptedplan"
COLUMNS = (
    "public_id, hospital_id, rubric, assessment_id, number, objective, target, plan, constraints, assumptions, "
    "snapshot_id, answers_digest, note, adopted_by_id, adopted_at"
)
SENTENCE = "an adopted plan never changes; adopt another one"


def freeze(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "sqlite":
        editor.execute(
            f"CREATE TRIGGER {NAME} BEFORE UPDATE OF {COLUMNS} ON {TABLE} FOR EACH ROW "
            f"BEGIN SELECT RAISE(ABORT, '{SENTENCE}'); END",
            params=None,
        )
    elif editor.connection.vendor == "postgresql":
        editor.execute(
            f"""
            CREATE FUNCTION {NAME}() RETURNS trigger LANGUAGE plpgsql AS $body$
            BEGIN
                RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = '{SENTENCE}';
            END $body$
            """,
            params=None,
        )
        editor.execute(
            f"CREATE TRIGGER {NAME} BEFORE UPDATE OF {COLUMNS} ON {TABLE} "
            f"FOR EACH ROW EXECUTE FUNCTION {NAME}()",
            params=None,
        )
    else:
        raise RuntimeError(
            f"adopted plans cannot be frozen on {editor.connection.vendor}: use SQLite or PostgreSQL"
        )


def thaw(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "sqlite":
        editor.execute(f"DROP TRIGGER IF EXISTS {NAME}", params=None)
    else:
        editor.execute(f"DROP TRIGGER IF EXISTS {NAME} ON {TABLE}", params=None)
        editor.execute(f"DROP FUNCTION IF EXISTS {NAME}()", params=None)


class Migration(migrations.Migration):
    dependencies = [("assessments", "0014_adopted_plans_and_their_tasks")]

    operations = [migrations.RunPython(freeze, thaw)]
