"""Caches for Django: what it would compute again for each query, and never changes in a run.

Which columns a model's row has, how rows are ordered, what names in a condition mean, and how the
database's values become Python's: together it is more than half of the work of a query.
"""

import threading
from collections.abc import Callable
from functools import cache
from typing import Any

from django.db import connections
from django.db.backends.sqlite3.base import SQLiteCursorWrapper
from django.db.models.expressions import Col
from django.db.models.lookups import BuiltinLookup
from django.db.models.sql import Query
from django.db.models.sql.compiler import SQLCompiler
from django.utils.connection import BaseConnectionHandler

from tests.simulation import quick_filter, quick_select

NOTHING_DEFERRED = (frozenset(), True)


def use(patch: Callable[[Any, str, Any], None]) -> None:
    """Use the caches for as long as the patch lasts."""
    patch(BaseConnectionHandler, "__getitem__", _same_connection(BaseConnectionHandler.__getitem__))
    patch(Query, "build_filter", quick_filter.cached_filter(Query.build_filter))
    patch(Query, "names_to_path", quick_filter.cached_path(Query.names_to_path))
    left_side = quick_filter.cached_left_side(BuiltinLookup.process_lhs)
    patch(BuiltinLookup, "process_lhs", left_side)
    patch(SQLCompiler, "as_sql", quick_select.cached(SQLCompiler.as_sql))
    patch(SQLCompiler, "get_select", _cached_select(SQLCompiler.get_select))
    patch(SQLCompiler, "get_order_by", _cached_order(SQLCompiler.get_order_by))
    patch(SQLCompiler, "get_converters", _cached_converters(SQLCompiler.get_converters))
    patch(SQLiteCursorWrapper, "convert_query", _cached_query(SQLiteCursorWrapper.convert_query))


def _same_connection(real: Any) -> Any:
    """Give this thread the connection it has, without looking it up among all threads' ones."""
    ours, connection = threading.get_ident(), connections["default"]

    def get_item(self: Any, alias: str) -> Any:
        is_ours = self is connections and alias == "default" and threading.get_ident() == ours
        return connection if is_ours else real(self, alias)

    return get_item


def _cached_select(real: Any) -> Any:
    known: dict[Any, Any] = {}

    def get_select(self: Any, with_col_aliases: bool = False) -> Any:
        if with_col_aliases or not _is_plain(self.query):
            return real(self, with_col_aliases)
        name = (self.connection.vendor, self.query.model, self.query.get_initial_alias())
        if name not in known:
            known[name] = real(self)
        columns, row, _ = known[name]
        return columns, dict(row), {}

    return get_select


def _is_plain(query: Any) -> bool:
    """Whether it selects the whole row of one table and nothing else."""
    more = query.select_related or query.extra_select or query.annotation_select
    is_whole = query.default_cols and query.deferred_loading == NOTHING_DEFERRED
    return is_whole and not more and query.selected is None


def _cached_order(real: Any) -> Any:
    known: dict[Any, Any] = {}

    def get_order_by(self: Any) -> Any:
        query = self.query
        if not (_is_plain(query) and _is_ordered_plainly(query)):
            return real(self)
        order = (*query.order_by, query.default_ordering, query.standard_ordering)
        name = (self.connection.vendor, query.model, query.get_initial_alias(), order)
        if name not in known:
            known[name] = real(self)
        return list(known[name])

    return get_order_by


def _is_ordered_plainly(query: Any) -> bool:
    """Whether it is ordered by columns of its own table, or not at all."""
    by = (*query.order_by, *query.get_meta().ordering)
    is_own = all(isinstance(name, str) and "__" not in name and name != "?" for name in by)
    more = query.extra_order_by or query.combinator or query.distinct or query.group_by
    return is_own and not more


def _cached_converters(real: Any) -> Any:
    known: dict[Any, Any] = {}

    def get_converters(self: Any, expressions: Any) -> Any:
        columns = list(expressions)
        if not all(type(column) is Col for column in columns):
            return real(self, columns)
        # Fields last as long as the process, and so do their ids.
        fields = [(id(column.target), id(column.output_field)) for column in columns]
        name = (self.connection.vendor, *fields)
        if name not in known:
            known[name] = real(self, columns)
        return dict(known[name])

    return get_converters


def _cached_query(real: Any) -> Any:
    """Spell the placeholders of a statement once; named ones are seldom and left to Django."""
    spelled = cache(lambda query: real(None, query))

    def convert_query(self: Any, query: str, *, param_names: Any = None) -> str:
        return real(self, query, param_names=param_names) if param_names else spelled(query)

    return convert_query
