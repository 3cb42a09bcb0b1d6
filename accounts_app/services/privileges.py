"""Whether the database really refuses to change the audit: every trigger, no right too many."""

from collections.abc import Iterator

from django.db import connection

from accounts_app import triggers
from accounts_app.audit import Fault

# What no role of the application may do to a table that is only added to.
FORBIDDEN = ("UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")
OWNED = """
SELECT pg_has_role(current_user, relowner, 'USAGE') FROM pg_class WHERE oid = %s::regclass
"""


def missing_triggers() -> Iterator[Fault]:
    """Yield the triggers that are not in place; as faults of no entry in particular."""
    for name in triggers.missing(connection):
        yield Fault(0, f"the trigger {name} is missing")


def faults() -> Iterator[str]:
    """Yield in a sentence each what would let whoever we are connected as change the audit."""
    for fault in missing_triggers():
        yield f"{fault.what[:1].upper()}{fault.what[1:]}: type manage.py migrate."
    yield from _postgresql() if connection.vendor == "postgresql" else _sqlite()


def _sqlite() -> Iterator[str]:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA recursive_triggers")
        if cursor.fetchone() != (1,):
            yield "SQLite's recursive_triggers are off, so that REPLACE passes the triggers."


def _postgresql() -> Iterator[str]:
    with connection.cursor() as cursor:
        for table in triggers.append_only_tables():
            cursor.execute(OWNED, [table])
            if cursor.fetchone() == (True,):
                yield f"We are connected as the owner of {table}, who can do anything to it."
                continue
            for right in FORBIDDEN:
                cursor.execute("SELECT has_table_privilege(%s, %s)", [table, right])
                if cursor.fetchone() == (True,):
                    yield f"We may {right} {table}."
