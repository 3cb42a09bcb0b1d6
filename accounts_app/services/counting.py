"""Rows that count how often something came: one statement adds the row, or adds to its counter.

In SQL, because the ORM has no insert that adds to a column on a conflict, and a look before the
insert would not be atomic. It is written once for each table: deliveries come in thousands.
"""

import functools
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.models import Field, Model

from accounts_app import prepared


def add(
    row: Model,
    *,
    unique: tuple[str, ...],
    counter: str,
    latest: tuple[str, ...],
    burst: tuple[str, str] | None = None,
) -> int:
    """Insert the row; where one is there with the same `unique` columns, add to its counter.

    That one takes over the `latest` columns. `burst` names the column of a moment and that of a
    number which begins anew with each other moment; what is in it afterwards is returned, else 0.
    """
    model, database = type(row), connections[DEFAULT_DB_ALIAS]
    values = [
        field.get_db_prep_save(getattr(row, field.attname), connection=database)
        for field in _fields(model)
    ]
    with prepared.cursor() as cursor:
        cursor.execute(_statement(model, unique, counter, latest, burst), values)
        return cursor.fetchone()[0] if burst else 0


@functools.cache
def _fields(model: type[Model]) -> list["Field[Any, Any]"]:
    return [field for field in model._meta.local_concrete_fields if not field.primary_key]


@functools.cache
def _statement(
    model: type[Model],
    unique: tuple[str, ...],
    counter: str,
    latest: tuple[str, ...],
    burst: tuple[str, str] | None,
) -> str:
    """Write the statement. Only names of our own models are in it; every value is a parameter."""
    quoted = connection.ops.quote_name
    columns = {field.name: quoted(str(field.column)) for field in _fields(model)}
    table, number = quoted(model._meta.db_table), columns[counter]
    changes = [f"{number} = {table}.{number} + excluded.{number}"]
    changes += [f"{columns[name]} = excluded.{columns[name]}" for name in latest]
    if burst:
        changes += _within(table, *(columns[name] for name in burst))
    returning = f" RETURNING {columns[burst[1]]}" if burst else ""
    return (
        f"INSERT INTO {table} ({', '.join(columns.values())})"  # noqa: S608 -- see above
        f" VALUES ({', '.join(['%s'] * len(columns))})"
        f" ON CONFLICT ({', '.join(columns[name] for name in unique)})"
        f" DO UPDATE SET {', '.join(changes)}{returning}"
    )


def _within(table: str, moment: str, number: str) -> list[str]:
    """Write how the number of one moment goes on; both sides of a change see the row as it was."""
    same = f"{table}.{moment} = excluded.{moment}"
    more = f"{table}.{number} + excluded.{number}"
    return [
        f"{number} = CASE WHEN {same} THEN {more} ELSE excluded.{number} END",
        f"{moment} = excluded.{moment}",
    ]
