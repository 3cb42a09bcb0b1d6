"""Finding rows by what staff hold: a whole or partial id, an external id, a wallet."""

import re
from typing import Any

from django.db.models import Q, QuerySet, TextField, Value
from django.db.models.functions import Cast, Replace

PART_OF_AN_ID = re.compile(r"[0-9a-f][0-9a-f-]*", re.IGNORECASE)


def find(
    rows: QuerySet[Any], query: str, *, texts: tuple[str, ...], ids: tuple[str, ...]
) -> QuerySet[Any]:
    """Keep the rows in which every word of the query is found; letter case never matters.

    `ids` hold UUIDs, which databases store differently: both sides are compared without hyphens.
    """
    plain = {_plain(column): _without_hyphens(column) for column in ids}
    found: QuerySet[Any] = rows.alias(**plain)
    for word in query.split():
        found = found.filter(_places(word, texts, ids))
    return found


def _places(word: str, texts: tuple[str, ...], ids: tuple[str, ...]) -> Q:
    places = Q(pk__in=[])
    for column in texts:
        places |= Q(**{f"{column}__icontains": word})
    if PART_OF_AN_ID.fullmatch(word):
        for column in ids:
            places |= Q(**{f"{_plain(column)}__icontains": word.replace("-", "")})
    return places


def _plain(column: str) -> str:
    return f"plain_{column.replace('__', '_')}"


def _without_hyphens(column: str) -> Replace:
    text = Cast(column, TextField())
    return Replace(text, Value("-"), Value(""), output_field=TextField())
