"""Filters that offer the values there are without reading the table: one query, whatever its size.

Stock filters ask for the distinct values and so read every row. These walk the index from value to
value; accounts_app.admin.page_checks holds that there is one.
"""

from typing import Any

from django.contrib.admin import RelatedOnlyFieldListFilter
from django.db import connection
from django.db.models import Exists, Field, Model, OuterRef
from django.http import HttpRequest

from accounts_app.admin.listed import ValuesFilter

# No list of choices is longer; whoever needs another value finds it by its search.
MOST = 50
# Only names of our own tables are put in; the walk ends at the last value, or when it has enough.
WALK = """
WITH RECURSIVE walk(found) AS (
    SELECT min({column}) FROM {table}
    UNION ALL
    SELECT (SELECT min({column}) FROM {table} WHERE {column} > walk.found)
    FROM walk WHERE walk.found IS NOT NULL
)
SELECT found FROM walk WHERE found IS NOT NULL LIMIT {most}
"""


class IndexedValuesFilter(ValuesFilter):
    """Narrows a list to one of the values of an indexed column."""

    def __init__(  # noqa: PLR0913, PLR0917 -- Django's signature
        self,
        field: "Field[Any, Any]",
        request: HttpRequest,
        params: dict[str, Any],
        model: type[Model],
        model_admin: Any,
        field_path: str,
    ) -> None:
        super().__init__(field, request, params, model, model_admin, field_path)
        self.lookup_choices = values_of(model, field)  # type: ignore[assignment]  # iterated only


class MakersFilter(RelatedOnlyFieldListFilter):
    """Narrows a list to the rows of one person; offers the people of whom there are any."""

    def field_choices(
        self, field: Any, request: HttpRequest, model_admin: Any
    ) -> list[tuple[str, Any]]:
        """Look for one row of each person: there are few people, and many rows."""
        theirs = model_admin.model._base_manager.filter(**{field.name: OuterRef("pk")})
        people = field.related_model._default_manager.filter(Exists(theirs)).order_by("username")
        return [(str(person.pk), str(person)) for person in people]


def values_of(model: type[Model], field: "Field[Any, Any]") -> list[str]:
    """Return the values of an indexed text column in order, the first MOST of them."""
    quoted = connection.ops.quote_name
    statement = WALK.format(
        table=quoted(model._meta.db_table), column=quoted(str(field.column)), most=MOST
    )
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return [value for (value,) in cursor.fetchall()]
