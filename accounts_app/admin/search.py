"""Finding rows by what staff hold: a whole or partial id, an external id, a wallet.

No query looks into two tables for the same word: an index serves one table, and an OR across a
join reads both whole. What belongs to a row's customer is found among the customers first, then
the rows of those customers by their number.
"""

import re
import uuid
from collections import defaultdict
from collections.abc import Iterable
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
# More rows than this are no find: then the list is read in order until the page is full.
FEW = 500


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
        rows = rows.filter(_few("pk", rows.model, _places(rows.model, word, texts, ids, wholes)))
    return rows


def _few(column: str, model: type[Model], condition: Q) -> Q:
    """Say which rows have in `column` the number of a row of the model for which that is true.

    Looked up once where they are few: a list asks twice, for its page and for how many there are.
    """
    found = model._base_manager.filter(condition).order_by().values_list("pk", flat=True)
    numbers = list(found[: FEW + 1])
    if len(numbers) <= FEW:
        return Q(**{f"{column}__in": numbers})
    return condition if column == "pk" else Q(**{f"{column}__in": found})


def _places(
    model: type[Model],
    word: str,
    texts: Iterable[str],
    ids: Iterable[str],
    wholes: Iterable[str] = (),
) -> Q:
    """Say where the word may be; what hangs from other rows is looked for among those now."""
    places = _whole(word, wholes)
    elsewhere = defaultdict[str, tuple[list[str], list[str]]](lambda: ([], []))
    if not PART_OF_AN_ID.fullmatch(word):
        ids = ()
    for column, is_id in (*((text, False) for text in texts), *((id, True) for id in ids)):
        relation, rest = _owner(model, column, word)
        if relation:
            elsewhere[relation][is_id].append(rest)
        else:
            places |= _id(model, column, word) if is_id else _part(column, word)
    for relation, (its_texts, its_ids) in elsewhere.items():
        related = _related(model, relation)
        places |= _few(relation, related, _places(related, word, its_texts, its_ids))
    return places


def _owner(model: type[Model], column: str, word: str) -> tuple[str, str]:
    """Return by which relation the column's own row is found, and what it is called there.

    Of another row's number we hold a copy, which serves for a whole id; none knows its parts.
    """
    relation, _, rest = column.partition("__")
    field = model._meta.get_field(relation)
    if not rest and isinstance(field, ForeignKey) and len(_digits(word)) != DIGITS_OF_AN_ID:
        return field.name, "id"
    return (relation, rest) if rest else ("", column)


def _whole(word: str, columns: Iterable[str]) -> Q:
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
    field, digits = model._meta.get_field(column), _digits(word)
    if isinstance(field, ForeignKey):
        return Q(**{column: uuid.UUID(digits)})
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
    inside = Q(Contains(text, digits[-TELLING:])) & Q(Contains(Lower(text), digits))
    return beginning | inside


def _digits(word: str) -> str:
    return word.replace("-", "").lower()


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
