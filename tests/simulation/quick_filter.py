"""Caches for Django of what the names in a condition mean: which column, compared in which way.

Names that lead to another table, values that are more than values, and conditions that are denied
are left to Django.
"""

from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.core.exceptions import FieldDoesNotExist
from django.db.models.constants import LOOKUP_SEP
from django.db.models.expressions import Col
from django.db.models.sql.where import AND, WhereNode

VALUES = (str, int, UUID, datetime)
SERIES = frozenset({list, tuple, set, frozenset, dict})


def cached_filter(real: Any) -> Any:
    """Return the query's `build_filter` that looks each name up once."""

    def build_filter(self: Any, asked: Any, *more: Any, **options: Any) -> Any:
        if more or options.get("current_negated") or not _is_plain(self, asked):
            return real(self, asked, *more, **options)
        column, lookup = _meaning(self.model, asked[0])
        if lookup is None:
            return real(self, asked, **options)
        condition = _condition(column, lookup, asked[1])
        if condition is None:
            return real(self, asked, **options)
        return _filtered(self, condition, options.get("can_reuse"))

    return build_filter


def _is_plain(query: Any, asked: Any) -> bool:
    """Whether a name is compared with plain values, in a query that has only columns."""
    if type(asked) is not tuple or query.annotations or query._filtered_relations:
        return False
    table = query.model._meta.db_table
    if not query.alias_cols or next(iter(query.alias_map), table) != table:
        return False
    value = asked[1]
    if type(value) in SERIES:
        return all(isinstance(one, VALUES) for one in value)
    return value is None or isinstance(value, VALUES)


@cache
def _meaning(model: Any, name: str) -> tuple[Any, Any]:
    """The column a name means and the class of its comparison; nothing if it is not so simple."""
    first, *lookups = name.split(LOOKUP_SEP)
    try:
        field = model._meta.get_field(model._meta.pk.name if first == "pk" else first)
    except FieldDoesNotExist:
        return None, None
    if field.is_relation or field.model is not model or len(lookups) > 1:
        return None, None
    column = field.cached_col
    return column, column.get_lookup(lookups[0] if lookups else "exact")


def _condition(column: Any, lookup: Any, value: Any) -> Any:
    """The comparison; with None it is whether there is a value, if that is what it means."""
    if value is not None:
        # A list of the caller's may change before the query is asked.
        return lookup(column, value[:] if type(value) is list else value)
    if lookup.lookup_name != "exact" or lookup.can_use_none_as_rhs:
        return None
    return column.get_lookup("isnull")(column, True)


def _filtered(query: Any, condition: Any, reuse: set[str] | None) -> Any:
    """The condition as a clause, and the tables it needs rows of."""
    alias = query.get_initial_alias()
    query._lookup_joins = [alias]
    if reuse is not None:
        reuse.add(alias)
    is_empty = condition.lookup_name == "isnull" and condition.rhs is True
    return WhereNode([condition], connector=AND), () if is_empty else {alias}


def cached_path(real: Any) -> Any:
    """Return the query's `names_to_path` that walks each row of names once per model."""
    known: dict[Any, Any] = {}

    def names_to_path(
        self: Any, names: Any, opts: Any, allow_many: bool = True, fail_on_missing: bool = False
    ) -> Any:
        if self.annotations or self._filtered_relations:
            return real(self, names, opts, allow_many, fail_on_missing)
        name = (tuple(names), opts, allow_many, fail_on_missing)
        if name not in known:
            known[name] = real(self, names, opts, allow_many, fail_on_missing)
        path, final, targets, rest = known[name]
        return list(path), final, targets, list(rest)

    return names_to_path


def cached_left_side(real: Any) -> Any:
    """Return the lookups' `process_lhs` that spells a column of a known table once."""
    known: dict[Any, tuple[str, tuple[Any, ...]]] = {}

    def process_lhs(self: Any, compiler: Any, connection: Any, lhs: Any = None) -> Any:
        column = lhs or self.lhs
        if type(column) is not Col or not _is_own(column, compiler.query):
            return real(self, compiler, connection, lhs)
        name = (connection.vendor, self.lookup_name, column.alias, column.target)
        if name not in known:
            sql, values = real(self, compiler, connection, lhs)
            known[name] = sql, tuple(values)
        sql, values = known[name]
        return sql, list(values)

    return process_lhs


def _is_own(column: Any, query: Any) -> bool:
    """Whether it is a column of a table the query knows by its own name."""
    is_itself = column is column.target.__dict__.get("cached_col")
    return is_itself and column.alias in query.table_map and not query.extra_select
