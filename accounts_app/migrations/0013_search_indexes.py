"""Indexes for finding part of a text: trigrams on PostgreSQL, beginnings where those may not be.

SQLite has neither; it reads the rows, which is quick in the small programmes that it is for.
"""

from django.db import migrations, transaction
from django.db.utils import DatabaseError

# What the search pages compare: Django writes `icontains` as UPPER(column::text) LIKE UPPER(word).
TEXTS = [
    ("accounts_app_customer", "external_id"),
    ("accounts_app_customer", "chain_id"),
    ("accounts_app_account", "chain_id"),
    ("accounts_app_card", "masked_pan"),
    ("accounts_app_auditentry", "actor_name"),
    ("accounts_app_auditentry", "reason"),
    ("accounts_app_auditentry", "object_id"),
    ("django_admin_log", "object_repr"),
    ("django_admin_log", "object_id"),
]
IDS = ["accounts_app_customer", "accounts_app_account", "accounts_app_card"]
HINT = """
  Part of a text cannot be found: this database role may not create the extension pg_trgm.
  The search goes on by the beginning of names, wallets and ids. To find parts, let the owner of
  the database run  CREATE EXTENSION pg_trgm;  then migrate accounts_app back to the migration
  before this one and forward again, and restart the web processes.
"""


def make(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    run = schema_editor.execute
    if not _may_have_trigrams(schema_editor.connection):
        print(HINT)
        for table, column in TEXTS:
            run(f"CREATE INDEX {_name(table, column)} ON {table} (UPPER({column}::text) text_pattern_ops)")
        return
    for table, column in TEXTS:
        run(f"CREATE INDEX {_name(table, column)} ON {table} USING gin (UPPER({column}::text) gin_trgm_ops)")
    for table in IDS:
        digits = "REPLACE((id)::text, '-', '')"
        run(f"CREATE INDEX {_name(table, 'id')} ON {table} USING gin (({digits}) gin_trgm_ops)")


def unmake(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    for table, column in [*TEXTS, *((table, "id") for table in IDS)]:
        schema_editor.execute(f"DROP INDEX IF EXISTS {_name(table, column)}")


def _may_have_trigrams(connection):
    try:
        # A savepoint: the refusal would otherwise end the migration's transaction.
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    except DatabaseError:
        return False
    return True


def _name(table, column):
    return f"search_{table.removeprefix('accounts_app_')}_{column}"


class Migration(migrations.Migration):
    dependencies = [
        ("accounts_app", "0012_list_indexes"),
        ("admin", "0003_logentry_add_action_flag_choices"),
    ]

    operations = [migrations.RunPython(make, unmake)]
