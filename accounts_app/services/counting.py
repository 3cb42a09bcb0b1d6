"""Rows that count how often something came: one statement adds the row, or adds to its counter.

In SQL, because the ORM has no insert that adds to a column on a conflict, and a look before the
insert would not be atomic. It is written once for each table: deliveries come in thousands.
"""

import functools
from typing import Any, NamedTuple

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.models import Field, Model

from accounts_app import prepared

Fields = tuple["Field[Any, Any]", ...]


class Unique(NamedTuple):
    """What makes two rows one, and what becomes of the one that is there.

    Its `counter` grows by the new one's, and it takes over the `latest` columns. `burst` names the
    column of a moment and that of a number which begins anew with each other moment.
    """

    columns: tuple[str, ...]
    counter: str
    latest: tuple[str, ...]
    burst: tuple[str, str] | None = None


class _Plan(NamedTuple):
    fields: Fields
    constants: tuple[Any, ...]
    statement: str


def add(model: type[Model], values: dict[str, Any], unique: Unique) -> int:
    """Insert a row of these values and the model's constant defaults, or add to the one there.

    Returns the number of the burst, where there is one, as it is afterwards; else 0.
    """
    plan, database = _plan(model, tuple(values), unique), connections[DEFAULT_DB_ALIAS]
    given = [
        field.get_db_prep_save(value, connection=database)
        for field, value in zip(plan.fields, values.values(), strict=True)
    ]
    with prepared.cursor() as cursor:
        cursor.execute(plan.statement, [*given, *plan.constants])
        return cursor.fetchone()[0] if unique.burst else 0


@functools.cache
def _plan(model: type[Model], names: tuple[str, ...], unique: Unique) -> _Plan:
    columns = {field.attname: field for field in model._meta.local_concrete_fields}
    given = tuple(columns[name] for name in names)
    others = tuple(
        field for field in columns.values() if field not in given and _is_constant(field)
    )
    constants = (field.get_db_prep_save(field.get_default(), connection) for field in others)
    return _Plan(given, tuple(constants), _statement(model, given + others, unique))


def _is_constant(field: "Field[Any, Any]") -> bool:
    """Whether the column begins with the same value in every row, and not with none."""
    is_computed = field.has_default() and callable(field.default)
    return not is_computed and field.get_default() is not None


def _statement(model: type[Model], fields: Fields, unique: Unique) -> str:
    """Write the statement. Only names of our own models are in it; every value is a parameter."""
    quoted = connection.ops.quote_name
    columns = {field.name: quoted(str(field.column)) for field in fields}
    table, number = quoted(model._meta.db_table), columns[unique.counter]
    changes = [f"{number} = {table}.{number} + excluded.{number}"]
    changes += [f"{columns[name]} = excluded.{columns[name]}" for name in unique.latest]
    if unique.burst:
        changes += _within(table, *(columns[name] for name in unique.burst))
    returning = f" RETURNING {columns[unique.burst[1]]}" if unique.burst else ""
    return (
        f"INSERT INTO {table} ({', '.join(columns.values())})"  # noqa: S608 -- see above
        f" VALUES ({', '.join(['%s'] * len(columns))})"
        f" ON CONFLICT ({', '.join(columns[name] for name in unique.columns)})"
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
