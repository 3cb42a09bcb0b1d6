"""Entries of a list that are, to the letter, what was found equal to the mirror before."""

import json
import re
from collections.abc import Sequence

from django.db import connection

from accounts_app.models import Mirrored
from accounts_app.representations import text_digest

_ID = re.compile(rb'"id"[ \t\r\n]*:[ \t\r\n]*"([0-9A-Fa-f-]{36})"')
# Which of some pairs of id and digest the table does not hold. ruff: noqa: S608 -- our own names
_POSTGRESQL = """
SELECT told.place - 1
FROM unnest(string_to_array(%s, ',')::uuid[], string_to_array(%s, ','))
    WITH ORDINALITY AS told (id, digest, place)
LEFT JOIN {table} AS held ON held.id = told.id AND held.listed_digest = told.digest
WHERE held.id IS NULL
"""
_SQLITE = """
SELECT told.key
FROM json_each(%s) AS told
LEFT JOIN {table} AS held
    ON held.id = json_extract(told.value, '$[0]')
    AND held.listed_digest = json_extract(told.value, '$[1]')
WHERE held.id IS NULL
"""


class Recogniser:
    """Names entries of a kind's list by their ids, other than those to be read in any case."""

    def __init__(self, model: type[Mirrored], unless: set[str]) -> None:
        self._table = model._meta.db_table
        self._unless = unless

    def __call__(self, inner: list[bytes]) -> Sequence[str | None]:
        """Return the id of each entry whose row was found equal to this very text, else None."""
        found = [_ID.search(text) for text in inner]
        ids = [one[1].decode().lower() if one else "" for one in found]
        asked = {place: id for place, id in enumerate(ids) if id and id not in self._unless}
        if not asked:
            return [None] * len(inner)
        digests = [text_digest(inner[place]) for place in asked]
        names: list[str | None] = [asked.get(place) for place in range(len(inner))]
        places = list(asked)
        for number in self._unknown(list(asked.values()), digests):
            names[places[number]] = None
        return names

    def _unknown(self, ids: list[str], digests: list[str]) -> list[int]:
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                texts = (",".join(ids), ",".join(digests))
                cursor.execute(_POSTGRESQL.format(table=self._table), texts)
            else:
                pairs = [(id.replace("-", ""), told) for id, told in zip(ids, digests, strict=True)]
                cursor.execute(_SQLITE.format(table=self._table), [json.dumps(pairs)])
            return [number for (number,) in cursor.fetchall()]
