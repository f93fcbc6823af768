"""Events are appended and never changed: the database itself refuses it.

Whoever wants to rewrite history has to drop these triggers first, and ``manage.py audit verify``
then still finds the row, because every event carries the digest of the one before it. A chain's
head may only move forward.
"""

from __future__ import annotations

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

SENTENCE = "the audit trail is append-only: events are never changed or deleted"

#: name -> (table, event, condition under which the statement is refused)
TRIGGERS = {
    "audit_event_never_updated": ("audit_event", "UPDATE", "1 = 1"),
    "audit_event_never_deleted": ("audit_event", "DELETE", "1 = 1"),
    "audit_chain_only_grows": ("audit_chain", "UPDATE", "NEW.key <> OLD.key OR NEW.length <> OLD.length + 1"),
    "audit_chain_never_deleted": ("audit_chain", "DELETE", "1 = 1"),
}
#: PostgreSQL empties a table without asking row triggers
TRUNCATE = {"audit_event_never_emptied": "audit_event", "audit_chain_never_emptied": "audit_chain"}


def guard(apps: StateApps | None, editor: BaseDatabaseSchemaEditor) -> None:
    vendor = editor.connection.vendor
    if vendor == "sqlite":
        for name, (table, event, condition) in TRIGGERS.items():
            editor.execute(
                f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW WHEN {condition} "
                f"BEGIN SELECT RAISE(ABORT, '{SENTENCE}'); END",
                params=None,
            )
        return
    if vendor != "postgresql":
        raise RuntimeError(f"the audit trail cannot be guarded on {vendor}: use SQLite or PostgreSQL")
    editor.execute(
        f"""
        CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $body$
        BEGIN
            RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = '{SENTENCE}';
        END $body$
        """,
        params=None,
    )
    for name, (table, event, condition) in TRIGGERS.items():
        editor.execute(
            f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW WHEN ({condition}) "
            "EXECUTE FUNCTION audit_refuse()",
            params=None,
        )
    for name, table in TRUNCATE.items():
        editor.execute(
            f"CREATE TRIGGER {name} BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()",
            params=None,
        )


def unguard(apps: StateApps | None, editor: BaseDatabaseSchemaEditor) -> None:
    postgresql = editor.connection.vendor == "postgresql"
    tables = {name: table for name, (table, _event, _condition) in TRIGGERS.items()}
    for name, table in (tables | (TRUNCATE if postgresql else {})).items():
        editor.execute(f"DROP TRIGGER IF EXISTS {name}{f' ON {table}' if postgresql else ''}", params=None)
    if postgresql:
        editor.execute("DROP FUNCTION IF EXISTS audit_refuse()", params=None)


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [migrations.RunPython(guard, unguard)]
