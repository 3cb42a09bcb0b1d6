"""System checks of the pages over tables that grow: none becomes slow without somebody being told.

They look at what a page declares. What a column's own function reads, no check can see: the tests
that count a page's queries hold that.
"""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.contrib.admin import AllValuesFieldListFilter, ShowFacets
from django.contrib.admin.utils import get_fields_from_path
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.exceptions import FieldDoesNotExist
from django.db.models import BooleanField, DateField, Model, Q, UUIDField

from accounts_app.admin import search
from accounts_app.admin.base import ViewOnlyAdmin
from accounts_app.admin.lists import BoundedPaginator
from accounts_app.admin.values import IndexedValuesFilter, MakersFilter
from accounts_app.models import Account, Card, Customer, Operation, WebhookEvent

# Texts in which few rows are level.
TELLING = frozenset({"external_id", "chain_id"})
GROWING = (Customer, Account, Card, Operation, WebhookEvent)


@register(Tags.admin)
def check_pages(**_kwargs: Any) -> list[CheckMessage]:
    """Check every page of the site."""
    return [error for page in admin.site._registry.values() for error in errors_of(page)]


def errors_of(page: Any) -> Iterator[Error]:
    """Yield what would make a page slower as the tables behind it grow."""
    yield from _drop_downs(page)
    if issubclass(page.model, GROWING):
        for part in (_counts, _columns, _searches, _orders, _filters):
            yield from part(page)


def _error(page: Any, number: int, sentence: str, hint: str) -> Error:
    told = f"{type(page).__name__}: {sentence}"
    return Error(told, hint=hint, obj=page.__class__, id=f"accounts_app.E{number:03d}")


def _drop_downs(page: Any) -> Iterator[Error]:
    """A drop-down of a growing table lists all of it."""
    shown = () if _only_shows(page) else page.model._meta.fields
    typed = (*page.raw_id_fields, *page.autocomplete_fields, *page.readonly_fields)
    names = [field.name for field in shown if _grows(field) and field.name not in typed]
    names += [
        path
        for path, _ in _filters_of(page)
        if (fields := _fields(page.model, path)) and _grows(fields[-1])
    ]
    for name in names:
        sentence = f"{name} offers every row of a table that grows."
        yield _error(page, 60, sentence, f"Put {name} into raw_id_fields; filter by a search.")


def _columns(page: Any) -> Iterator[Error]:
    """A column of another row reads that row for every line, unless it is read along."""
    joined = page.list_select_related
    for column in page.list_display:
        relation = _path_of(page, column).rpartition("__")[0]
        if relation and joined is not True and not _is_joined(relation, joined or ()):
            sentence = f"the column {column} reads another row for every line."
            hint = f'Put "{relation}" into list_select_related.'
            yield _error(page, 61, sentence, hint)


def _searches(page: Any) -> Iterator[Error]:
    """A search without an index reads the whole table, and one across a join reads both."""
    for name in page.search_fields:
        hint = "Put it into looks_in, looks_in_ids or looks_for."
        yield _error(page, 62, f"search_fields with {name} reads whole tables.", hint)
    for path in getattr(page, "looks_in", ()):
        column = _fields(page.model, path)[-1]
        if (column.model._meta.model_name, column.name) not in search.PARTS:
            hint = "Make a trigram index as migration 0013 does, and add it to search.PARTS."
            yield _error(page, 62, f"no index finds part of {path}.", hint)
    for path in (*getattr(page, "looks_in_ids", ()), *getattr(page, "looks_for", ())):
        if not _is_indexed(page.model, path, behind="entity_kind"):
            yield _error(page, 62, f"no index finds {path}.", _index_hint(path))


def _counts(page: Any) -> Iterator[Error]:
    """Counting all rows, or those behind each filter, is as slow as the table is long."""
    hint = "Leave it as ViewOnlyAdmin has it."
    if not issubclass(page.paginator, BoundedPaginator):
        yield _error(page, 63, "its paginator counts every row.", hint)
    if page.show_full_result_count:
        yield _error(page, 63, "show_full_result_count counts every row.", hint)
    if page.show_facets is not ShowFacets.NEVER:
        yield _error(page, 63, "show_facets counts the rows behind every choice.", hint)


def _orders(page: Any) -> Iterator[Error]:
    """An order without an index sorts the whole table for one page."""
    columns = page.list_display if page.sortable_by is None else page.sortable_by
    offered = {_path_of(page, column) for column in columns}
    first = str((page.ordering or page.model._meta.ordering)[0]).lstrip("-")
    for path in sorted({*offered, first} - {""}):
        if not _is_ordered(page.model, path):
            yield _error(page, 64, f"no index gives the order by {path}.", _index_hint(path))


def _filters(page: Any) -> Iterator[Error]:
    """A filter reads its choices, and its rows: both by an index."""
    for path, sort in _filters_of(page):
        field = _fields(page.model, path)[-1]
        if not _is_indexed(page.model, path):
            sentence = f"no index finds the rows of the filter {path}."
            yield _error(page, 65, sentence, _index_hint(path))
        if _reads_all(field, sort):
            sentence = f"the filter {path} reads the whole table for its choices."
            hint = f'Write ("{path}", {IndexedValuesFilter.__name__}).'
            yield _error(page, 65, sentence, hint)


def _reads_all(field: Any, sort: Any) -> bool:
    if sort is None:
        is_known = field.choices or isinstance(field, BooleanField | DateField)
        return not is_known and not field.is_relation
    if issubclass(sort, AllValuesFieldListFilter):
        return not issubclass(sort, IndexedValuesFilter)
    return issubclass(sort, admin.RelatedOnlyFieldListFilter) and not issubclass(sort, MakersFilter)


def _filters_of(page: Any) -> Iterator[tuple[str, Any]]:
    """Yield the path and the class, if one is named, of each filter of a column."""
    for one in page.list_filter:
        if isinstance(one, str):
            yield one, None
        elif isinstance(one, tuple | list):
            yield one[0], one[1]


def _only_shows(page: Any) -> bool:
    """Whether nobody can edit anything, so that related rows are shown and not chosen from."""
    rights = ("has_add_permission", "has_change_permission")
    return all(getattr(type(page), one) is getattr(ViewOnlyAdmin, one) for one in rights)


def _grows(field: Any) -> bool:
    return bool(field.is_relation and field.related_model in GROWING)


def _path_of(page: Any, column: Any) -> str:
    """Return the path of the database column that a list's column shows; empty for none."""
    shown = column if callable(column) else getattr(page, column, None)
    path = str(getattr(shown, "admin_order_field", None) or ("" if callable(column) else column))
    path = path.lstrip("-")
    return path if _fields(page.model, path) else ""


def _fields(model: type[Model], path: str) -> list[Any]:
    if path == "pk":
        return [model._meta.pk]
    try:
        return get_fields_from_path(model, path)
    except (FieldDoesNotExist, AttributeError):
        return []


def _is_joined(relation: str, joined: tuple[str, ...]) -> bool:
    return any(one == relation or one.startswith(f"{relation}__") for one in joined)


def _is_ordered(model: type[Model], path: str) -> bool:
    """Whether an index gives the order by a column, however many rows are level in it."""
    *way, field = _fields(model, path)
    if any(step.null for step in way) or not _is_indexed(model, path):
        return False  # of rows that may lack what is joined no index knows the order
    if field.is_relation:
        return _grows(field) and path.endswith(field.attname)
    if field.primary_key or field.unique or field.name in TELLING:
        return True
    if isinstance(field, DateField | UUIDField):
        return True
    names = [field.name, *(str(term).lstrip("-") for term in field.model._meta.ordering)]
    return any(_names(index) == names for index in field.model._meta.indexes)


def _is_indexed(model: type[Model], path: str, behind: str = "") -> bool:
    """Whether an index begins with the path's last column, or with `behind` and then that."""
    fields = _fields(model, path)
    if not fields:
        return False
    field = fields[-1]
    if field.primary_key or field.unique or field.db_index:
        return True
    options = field.model._meta
    indexes = [*options.indexes, *options.constraints]
    return any(_serves(index, field, behind) for index in indexes)


def _names(index: Any) -> list[str]:
    return [name.lstrip("-") for name in getattr(index, "fields", ())]


def _serves(index: Any, field: Any, behind: str) -> bool:
    names = _names(index)
    condition: Q | None = getattr(index, "condition", None)
    if condition is not None:
        # Of a few known values the rare ones are indexed: the others are met soon enough.
        is_known = field.choices or isinstance(field, BooleanField)
        told = [child[0] for child in condition.children if isinstance(child, tuple)]
        return bool(is_known) and field.name in told
    return names[:1] == [field.name] or (bool(behind) and names[:2] == [behind, field.name])


def _index_hint(path: str) -> str:
    return f"Add an index that begins with {path.rpartition('__')[2]}, or leave it out."
