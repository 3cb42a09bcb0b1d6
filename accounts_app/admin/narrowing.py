"""By which questions an address may narrow a list: those that a filter of ours could ask.

Django takes any lookup of any column. A pattern costs what its sender likes, breaks the database
where it is none, and tells letter by letter what a whole text holds.
"""

from django.contrib.admin import ModelAdmin
from django.contrib.admin.utils import NotRelationField, get_fields_from_path
from django.core.exceptions import FieldDoesNotExist
from django.db.models import BinaryField, JSONField, Model, TextField
from django.http import HttpRequest

LOOKUPS = frozenset({"exact", "in", "isnull", "gt", "gte", "lt", "lte"})
WHOLE_TEXTS = (BinaryField, JSONField, TextField)


class PlainLookups(ModelAdmin):  # type: ignore[type-arg]  # only the checker may subscript it
    """Refuses every other question with 400."""

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Whether the address compares a plain column with a value."""
        return is_plain(self.model, lookup) and super().lookup_allowed(lookup, value, request)


def is_plain(model: type[Model], lookup: str) -> bool:
    """Whether a lookup compares a plain column; what names no column is left to Django."""
    column, _, last = lookup.rpartition("__")
    name = column if last in LOOKUPS else lookup
    try:
        *_, field = get_fields_from_path(model, name)
    except FieldDoesNotExist:
        return "__" not in lookup
    except NotRelationField:
        return False
    return not isinstance(field, WHOLE_TEXTS)
