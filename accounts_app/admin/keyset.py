"""Going on from a row instead of counting up to it: the thousandth page costs what the first does.

A place in a list is the number of a row; what comes behind it is found by the values it is
ordered by.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.contrib.admin.utils import get_fields_from_path
from django.core.exceptions import FieldDoesNotExist
from django.db import connection
from django.db.models import ForeignKey, Model, Q, QuerySet
from django.db.models.expressions import F, OrderBy

NOTHING = Q(pk__in=[])


@dataclass(frozen=True)
class Key:
    """One column of an order."""

    name: str
    is_descending: bool
    may_be_null: bool

    def behind(self, value: Any) -> Q:
        """Keep the rows that this column alone puts behind the value."""
        # PostgreSQL takes no value for the largest, SQLite for the smallest.
        nulls_last = connection.features.nulls_order_largest != self.is_descending
        if value is None:
            return NOTHING if nulls_last else Q(**{f"{self.name}__isnull": False})
        further = Q(**{f"{self.name}__{'lt' if self.is_descending else 'gt'}": value})
        if self.may_be_null and nulls_last:
            return further | Q(**{f"{self.name}__isnull": True})
        return further

    def level_with(self, value: Any) -> Q:
        """Keep the rows that this column does not tell apart from the value."""
        return Q(**{f"{self.name}__isnull": True} if value is None else {self.name: value})


def keys_of(rows: QuerySet[Any]) -> list[Key] | None:
    """Return what the rows are ordered by; None when that is not plain columns."""
    keys = [_key(rows.model, term) for term in rows.query.order_by]
    return None if not keys or None in keys else [key for key in keys if key]


def behind(rows: QuerySet[Any], keys: list[Key], place: Any) -> QuerySet[Any]:
    """Keep the ordered rows that come behind the row with the number `place`.

    Raises DoesNotExist when there is no such row, ValidationError when it is no number.
    """
    return rows.filter(_behind(keys, _values(rows, keys, place)))


def read(rows: QuerySet[Any], keys: list[Key], place: Any, size: int) -> list[Any]:
    """Read so many of the rows that `behind` keeps.

    Many rows may be level in the first column, a status for instance: those behind the place are
    read first, then what the column itself puts behind. No index follows both at once.
    """
    if len(keys) == 1 or keys[0].name in _usual(rows.model):
        return list(behind(rows, keys, place)[:size])
    first, *others = keys
    value, *values = _values(rows, keys, place)
    found = list(rows.filter(first.level_with(value), _behind(others, values))[:size])
    return found + list(rows.filter(first.behind(value))[: size - len(found)])


def _values(rows: QuerySet[Any], keys: list[Key], place: Any) -> Sequence[Any]:
    names = [key.name for key in keys]
    values: Sequence[Any] = rows.model._base_manager.values_list(*names).get(pk=place)
    return values


def _behind(keys: Sequence[Key], values: Sequence[Any]) -> Q:
    found, level = NOTHING, Q()
    for key, value in zip(keys, values, strict=True):
        found |= level & key.behind(value)
        level &= key.level_with(value)
    return _bound(keys[0], values[0]) & found


def _usual(model: type[Model]) -> set[str]:
    """Return the columns of the usual order, which tell nearly all rows apart."""
    return {str(term).lstrip("-") for term in model._meta.ordering or ()}


def before(rows: QuerySet[Any], keys: list[Key], place: Any) -> QuerySet[Any]:
    """Keep the rows that come before the place, the nearest first."""
    return behind(rows.reverse(), _backwards(keys), place)


def read_back(rows: QuerySet[Any], keys: list[Key], place: Any, size: int) -> list[Any]:
    """Read so many rows before the place, the nearest first; without a place the last ones."""
    if not place:
        return list(rows.reverse()[:size])
    return read(rows.reverse(), _backwards(keys), place, size)


def _backwards(keys: list[Key]) -> list[Key]:
    return [replace(key, is_descending=not key.is_descending) for key in keys]


def _bound(key: Key, value: Any) -> Q:
    """Say of the first column alone how far to go: an index cannot follow the whole condition."""
    if key.may_be_null or value is None:
        return Q()
    return Q(**{f"{key.name}__{'lte' if key.is_descending else 'gte'}": value})


def _key(model: type[Model], term: Any) -> Key | None:
    name, is_descending = _taken_apart(term)
    try:
        path: Sequence[Any] = get_fields_from_path(model, _plain(model, name))
    except FieldDoesNotExist:
        return None
    last = path[-1]
    if isinstance(last, ForeignKey) and not name.endswith(last.attname):
        return None  # ordered by the other model's own order
    return Key(_plain(model, name), is_descending, any(field.null for field in path))


def _taken_apart(term: Any) -> tuple[str, bool]:
    if isinstance(term, OrderBy):
        column: Any = term.expression if isinstance(term.expression, F) else None
        return (column.name if column else ""), bool(term.descending)
    text = str(term)
    return text.removeprefix("-"), text.startswith("-")


def _plain(model: type[Model], name: str) -> str:
    return str(model._meta.pk.attname) if name == "pk" else name
