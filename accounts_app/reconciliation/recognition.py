"""Entries of a list that are, to the letter, what was found equal to the mirror before."""

import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime

import psycopg
from django.db import connection

from accounts_app.models import Mirrored
from accounts_app.offblocks.instants import Instant
from accounts_app.representations import text_digests

_CREATED = re.compile(rb'"createdAt"[ \t\r\n]*:[ \t\r\n]*"([^"\\]{1,64})"')
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
_ID = re.compile(rb'"id"[ \t\r\n]*:[ \t\r\n]*"([0-9A-Fa-f-]{36})"')
# Which of some pairs of id and digest the table does not hold. A list tends to be in order of time:
# rows made in the time between two entries are read together, and only others one by one.
_POSTGRESQL = """
SELECT told.place - 1
FROM unnest(string_to_array(%s, ',')::uuid[], string_to_array(%s, ','))
    WITH ORDINALITY AS told (id, digest, place)
LEFT JOIN (
    SELECT id, listed_digest FROM {table} WHERE created_at BETWEEN %s AND %s LIMIT %s
) AS near ON near.id = told.id AND near.listed_digest = told.digest
WHERE CASE WHEN near.id IS NULL THEN
    told.digest IS DISTINCT FROM
        (SELECT held.listed_digest FROM {table} AS held WHERE held.id = told.id)
ELSE false END
"""
_SQLITE = """
SELECT told.key
FROM json_each(%s) AS told
WHERE json_extract(told.value, '$[1]') IS NOT (
    SELECT held.listed_digest FROM {table} AS held
    WHERE held.id = json_extract(told.value, '$[0]')
)
"""
# So many rows may be read for each entry; more are there only where the order is another one.
NEAR = 2
# The number of what has none, and of no row.
_NOBODY = "00000000-0000-0000-0000-000000000000"


class Recogniser:
    """Names entries of a kind's list by their ids, other than those to be read in any case."""

    def __init__(self, model: type[Mirrored], unless: set[str]) -> None:
        self._table = model._meta.db_table
        self._unless = unless

    def __call__(self, inner: list[bytes]) -> Sequence[str | None]:
        """Return the id of each entry whose row was found equal to this very text, else None."""
        ids = _ids(inner)
        if not ids:
            return []
        names: list[str | None] = [*ids]
        for place in [*self._unknown(ids, inner), *self._waited_for(ids)]:
            names[place] = None
        return names

    def _waited_for(self, ids: list[str]) -> list[int]:
        if self._unless.isdisjoint(ids):
            return []
        return [place for place, id in enumerate(ids) if id in self._unless]

    def _unknown(self, ids: list[str], inner: list[bytes]) -> list[int]:
        digests = text_digests(inner)
        if connection.vendor != "postgresql":
            pairs = [(id.replace("-", ""), told) for id, told in zip(ids, digests, strict=True)]
            with connection.cursor() as cursor:
                cursor.execute(_SQLITE.format(table=self._table), [json.dumps(pairs)])
                return [place for (place,) in cursor.fetchall()]
        # Two texts are handed over in far less time than two lists; and beside the statement: as a
        # part of it, as Django's own cursor does, the server would read them once more.
        values = (",".join(ids), ",".join(digests), *_span(inner), NEAR * len(ids))
        connection.ensure_connection()
        with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
            # Planned anew each time: how far apart the times are decides which way is best.
            cursor.execute(_POSTGRESQL.format(table=self._table), values, prepare=False)
            return [place for (place,) in cursor.fetchall()]


def _span(inner: list[bytes]) -> tuple[datetime, datetime]:
    """When the first and the last entry were made, the earlier first."""
    first, last = sorted(_created_at(text) for text in (inner[0], inner[-1]))
    return first, last


def _created_at(text: bytes) -> datetime:
    found = _CREATED.search(text)
    try:
        return Instant.parse(found[1].decode()).at if found else _NEVER
    except ValueError:
        return _NEVER


def _ids(inner: list[bytes]) -> list[str]:
    """Find each entry's own id; a wrong one only keeps it from being recognised."""
    found = _ID.findall(b"\n".join(inner))
    if len(found) != len(inner):
        each = map(_ID.search, inner)
        found = [one[1] if one else _NOBODY.encode() for one in each]
    return b",".join(found).decode().lower().split(",") if found else []
