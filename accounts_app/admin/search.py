"""Finding rows by what staff hold: a whole or partial id, an external id, a wallet.

No query looks into two tables for the same word: an index serves one table, and an OR across a
join reads both whole. What belongs to a row's customer is found among the customers first, then
the rows of those customers by their number.
"""

import re
import uuid
from collections import defaultdict
from functools import lru_cache
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import connection
from django.db.models import ForeignKey, Model, Q, QuerySet, TextField, UUIDField, Value
from django.db.models.functions import Cast, Lower, Replace
from django.db.models.lookups import Contains

from accounts_app.models import EntityKind

NOTHING = Q(pk__in=[])
# The texts of which an index finds parts, as migration 0013 makes it for PostgreSQL.
PARTS = frozenset(
    {
        *(("customer", "external_id"), ("customer", "chain_id"), ("account", "chain_id")),
        *(("card", "masked_pan"), ("auditentry", "actor_name"), ("auditentry", "reason")),
        *(("auditentry", "object_id"), ("logentry", "object_repr"), ("logentry", "object_id")),
    }
)
PART_OF_AN_ID = re.compile(r"[0-9a-f][0-9a-f-]*", re.IGNORECASE)
DIGITS_OF_AN_ID = 32
GROUPS_OF_AN_ID = (8, 12, 16, 20)
# Shorter parts are in every row: an index of three characters at a time cannot tell them apart.
SHORTEST_PART = 3
# Wallets and ids end in random digits. So many of those find a row among millions; for each further
# one the index has to read another list, as long as the programme is large.
RANDOM = "chain_id"
TELLING = 6
MORE_THAN_TELLING = re.compile(rf"[0-9a-f]{{{TELLING + 1},}}\Z", re.IGNORECASE)
# The indexes begin with the kind; what is of a kind we do not know is found by its account.
KINDS = (*EntityKind.values, "authorisation", "transaction")
# More customers than this are no find: then the rows are read in order until the page is full.
RELATED = 500


def find(
    rows: QuerySet[Any],
    query: str,
    *,
    texts: tuple[str, ...] = (),
    ids: tuple[str, ...] = (),
    wholes: tuple[str, ...] = (),
) -> QuerySet[Any]:
    """Keep the rows in which every word of the query is found; letter case never matters.

    A word is part of a text in `texts`, the beginning of an id in `ids` (any part of it, where that
    is a mirrored row's own), or a whole text in `wholes`.
    """
    for word in query.split():
        rows = rows.filter(_places(rows.model, word, texts, ids) | _whole(word, wholes))
    return rows


def _places(model: type[Model], word: str, texts: tuple[str, ...], ids: tuple[str, ...]) -> Q:
    """Say where the word may be; what hangs from other rows is looked for among those now."""
    places, elsewhere = NOTHING, defaultdict[str, Q](lambda: NOTHING)
    for column in texts:
        relation, _, rest = column.partition("__")
        if rest:
            elsewhere[relation] |= _places(_related(model, relation), word, (rest,), ())
        else:
            places |= _part(column, word)
    for column in ids if PART_OF_AN_ID.fullmatch(word) else ():
        relation, _, rest = column.partition("__")
        if rest:
            elsewhere[relation] |= _places(_related(model, relation), word, (), (rest,))
        else:
            places |= _id(model, column, word)
    for relation, condition in elsewhere.items():
        places |= _belongs(model, relation, condition)
    return places


def _belongs(model: type[Model], relation: str, condition: Q) -> Q:
    found = _related(model, relation)._base_manager.filter(condition).values_list("pk", flat=True)
    numbers = list(found.order_by()[: RELATED + 1])
    return Q(**{f"{relation}__in": numbers if len(numbers) <= RELATED else found})


def _whole(word: str, columns: tuple[str, ...]) -> Q:
    condition = NOTHING
    for column in columns:
        condition |= Q(**{f"{column}__in": {word, word.lower()}})
    return condition


def _part(column: str, word: str) -> Q:
    if len(word) < SHORTEST_PART or not finds_parts():
        return Q(**{f"{column}__istartswith": word})
    if column != RANDOM or not MORE_THAN_TELLING.search(word):
        return Q(**{f"{column}__icontains": word})
    # No index holds the column in small letters: the last digits alone are looked for by one.
    return Q(**{f"{column}__icontains": word[-TELLING:]}) & Q(Contains(Lower(column), word.lower()))


def _id(model: type[Model], column: str, word: str) -> Q:
    field: Any = model._meta.get_field(column)
    digits = word.replace("-", "").lower()
    if isinstance(field, ForeignKey):
        if len(digits) == DIGITS_OF_AN_ID:
            return Q(**{column: uuid.UUID(digits)})
        return _belongs(model, field.name, _id(field.related_model, "id", word))
    if not isinstance(field, UUIDField):
        return _part(column, word) | _part(column, _hyphenated(digits))
    if len(digits) > DIGITS_OF_AN_ID:
        return NOTHING
    first, last = (uuid.UUID(digits.ljust(DIGITS_OF_AN_ID, end)) for end in "0f")
    beginning = Q(**{f"{column}__gte": first, f"{column}__lte": last})
    if column == "entity_id":
        beginning &= Q(entity_kind__in=KINDS)
    if not field.primary_key or len(digits) < SHORTEST_PART or not finds_parts():
        return beginning
    # Databases store ids differently: they are compared without hyphens.
    text = Replace(Cast(column, TextField()), Value("-"), Value(""), output_field=TextField())
    some = model._base_manager.alias(digits=text).filter(digits__contains=digits[-TELLING:])
    inside = some.filter(Contains(Lower("digits"), digits))
    numbers = list(inside.order_by().values_list("pk", flat=True)[: RELATED + 1])
    return beginning | Q(pk__in=numbers if len(numbers) <= RELATED else inside.values("pk"))


def _hyphenated(digits: str) -> str:
    """Write the beginning of an id with the hyphens that belong into it."""
    ends = [place for place in GROUPS_OF_AN_ID if place < len(digits)]
    parts = zip([0, *ends], [*ends, len(digits)], strict=True)
    return "-".join(digits[start:end] for start, end in parts)


def _related(model: type[Model], relation: str) -> type[Model]:
    field = model._meta.get_field(relation)
    if not isinstance(field, ForeignKey):
        raise FieldDoesNotExist(f"{relation} of {model.__name__} leads to no other row.")
    related: type[Model] = field.related_model
    return related


def finds_parts() -> bool:
    """Whether the database finds a word inside a text without reading every row.

    SQLite does read every row, which is quick in the small programmes that it is for.
    """
    return connection.vendor != "postgresql" or _has_trigrams(connection.alias)


@lru_cache
def _has_trigrams(alias: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm'")
        return cursor.fetchone() is not None
