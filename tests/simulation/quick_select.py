"""A cache for Django of whole statements that select rows, by what shapes them.

A run asks a few hundred kinds of questions tens of thousands of times. Of each kind, all but the
condition is the same text every time; conditions, and their values, are spelled out anew.
"""

from typing import Any, NamedTuple

from django.core.exceptions import EmptyResultSet, FullResultSet
from django.db.models import Value
from django.db.models.expressions import Col
from django.db.models.sql.compiler import SQLCompiler

NOT_PLAIN = (
    *("extra_select", "extra_order_by", "extra_tables", "combinator", "group_by", "distinct"),
    *("explain_info", "_filtered_relations"),
)


class Frame(NamedTuple):
    """A statement around its condition, and what the compiler notes while it makes it."""

    head: str
    tail: str
    values: tuple[Any, ...]
    notes: dict[str, Any]


def cached(real: Any) -> Any:
    """Return the compiler's `as_sql` that makes the same statement's frame once."""
    frames: dict[Any, Frame] = {}

    def as_sql(self: Any, with_limits: bool = True, with_col_aliases: bool = False) -> Any:
        shape = _shape(self) if with_limits and not with_col_aliases else None
        if shape is None or (spelled := _condition(self)) is None:
            return real(self, with_limits, with_col_aliases)
        where, values = spelled
        if shape not in frames:
            frames[shape] = _framed(self, *real(self), where, values)
        frame = frames[shape]
        self.__dict__.update(frame.notes, klass_info=dict(frame.notes["klass_info"] or {}) or None)
        return f"{frame.head}{where}{frame.tail}", (*frame.values, *values)

    return as_sql


def _framed(compiler: Any, sql: str, given: Any, where: str, values: list[Any]) -> Frame:
    """Take a finished statement apart; only what is selected has values before the condition's."""
    head, space, tail = sql.partition(f" WHERE {where}") if where else (sql, "", "")
    assert space or not where, "a statement holds its condition"
    before = given[: len(given) - len(values)]
    assert head.count("%s") == len(before), "no value comes after the condition"
    names = ("select", "klass_info", "annotation_col_map", "col_count", "has_extra_select")
    notes = {name: getattr(compiler, name) for name in names}
    return Frame(f"{head} WHERE " if where else head, tail, tuple(before), notes)


def _condition(compiler: Any) -> tuple[str, list[Any]] | None:
    """The condition and its values; None when it is met always or never, or not by single rows."""
    where = compiler.query.where
    if not where.children:
        return "", []
    if where.contains_aggregate or where.contains_over_clause:
        return None
    try:
        sql, values = compiler.compile(where)
    except (EmptyResultSet, FullResultSet):
        return None
    return sql, list(values)


def _shape(compiler: Any) -> Any:
    """All that decides the text around the condition; None where too much would."""
    query = compiler.query
    if any(getattr(query, name) for name in NOT_PLAIN) or type(compiler) is not SQLCompiler:
        return None
    if query.select_for_update and compiler.connection.features.has_select_for_update:
        return None
    selected, order = _selected(query), _order(query)
    if selected is None or order is None:
        return None
    names, are_left_out = query.deferred_loading
    asked = (compiler.connection.vendor, query.model, frozenset(names), are_left_out)
    rows = (bool(query.where.children), query.low_mark, query.high_mark, query.subquery)
    return asked, rows, selected, order, _tables(query)


def _selected(query: Any) -> Any:
    """What it selects: the row's own columns, named ones, or the 1 of a question whether."""
    names = query.selected if query.selected is None else tuple(query.selected.items())
    annotations = query.annotation_select if query.annotations else {}
    columns = tuple(map(_column, (*query.select, *annotations.values())))
    if None in columns or len(annotations) != len(query.annotations):
        return None
    return (query.default_cols, names, columns, tuple(annotations), repr(query.select_related))


def _column(expression: Any) -> Any:
    """What tells a column from others; None if it is no column."""
    if type(expression) is Col:
        return expression.alias, expression.target, expression.field
    is_one = type(expression) is Value and type(expression.value) is int and expression.value == 1
    return 1 if is_one else None


def _order(query: Any) -> Any:
    """How it is ordered, by names only."""
    default = query.get_meta().ordering if query.default_ordering else ()
    if not all(isinstance(name, str) and name != "?" for name in (*query.order_by, *default)):
        return None
    return (query.order_by, query.default_ordering, query.standard_ordering)


def _tables(query: Any) -> Any:
    """The tables it knows, which of them count, and how they are joined."""
    return tuple(
        (alias, bool(query.alias_refcount[alias]), table.identity, table.join_type)
        for alias, table in query.alias_map.items()
    )
