"""An entity's whole story in one list: people, the provider, its webhooks, full comparisons.

It is read page by page from a place in time, never from the start: the tenth year costs what the
first day does.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from django.db.models import Q, QuerySet

from accounts_app.models import Mirrored
from accounts_app.services.strands import ORIGINS, STRANDS, Entry, Record, Strand

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
# What any database takes as a row's number.
MOST = 2**63 - 1


@dataclass(frozen=True, order=True)
class Place:
    """Where an entry stands among all: its time, its strand, its number there."""

    at: datetime
    rank: int
    number: int

    def __str__(self) -> str:
        return f"{(self.at - EPOCH) // MICROSECOND}.{self.rank}.{self.number}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a place as `str` wrote it; raises ValueError."""
        at, rank, number = map(int, text.split("."))
        if not 0 <= number <= MOST:
            raise ValueError("no row has this number")
        try:
            return cls(EPOCH + at * MICROSECOND, rank, number)
        except OverflowError as error:
            raise ValueError("no such time") from error


@dataclass(frozen=True)
class Choice:
    """What of the story is wanted: these origins, from `since`, before `until`, older than a place.

    Empty is all of it.
    """

    origins: tuple[str, ...] = ORIGINS
    since: datetime | None = None
    until: datetime | None = None
    before: Place | None = None


@dataclass(frozen=True)
class Page:
    """Some entries, the newest first, and the place older ones are asked for from, if any are."""

    entries: list[Entry]
    older: Place | None


def page(row: Mirrored, choice: Choice, size: int) -> Page:
    """Return the newest `size` entries of what is wanted. One query per strand."""
    found: list[tuple[Place, Record]] = []
    for rank, strand in enumerate(STRANDS):
        if strand.origin in choice.origins:
            found += _some(row, strand, rank, choice, size)
    found.sort(key=lambda pair: pair[0], reverse=True)
    shown = found[:size]
    older = shown[-1][0] if len(found) > size else None
    # Of every strand a whole page is read, but told is only what is shown.
    return Page([STRANDS[place.rank].tell(record) for place, record in shown], older)


def _some(
    row: Mirrored, strand: Strand, rank: int, choice: Choice, size: int
) -> Iterator[tuple[Place, Record]]:
    rows = _within(strand.rows(row), strand.at, choice)
    if choice.before:
        rows = _older(rows, strand.at, rank, choice.before)
    for record in rows.order_by(f"-{strand.at}", "-pk")[: size + 1]:
        yield Place(getattr(record, strand.at), rank, record.pk), record


def _within(rows: QuerySet[Any], at: str, choice: Choice) -> QuerySet[Any]:
    if choice.since:
        rows = rows.filter(**{f"{at}__gte": choice.since})
    if choice.until:
        rows = rows.filter(**{f"{at}__lt": choice.until})
    return rows


def _older(rows: QuerySet[Any], at: str, rank: int, place: Place) -> QuerySet[Any]:
    """Keep what stands after the place; the first condition is the one an index answers."""
    if rank > place.rank:
        return rows.filter(**{f"{at}__lt": place.at})
    rows = rows.filter(**{f"{at}__lte": place.at})
    if rank < place.rank:
        return rows
    return rows.filter(Q(**{f"{at}__lt": place.at}) | Q(pk__lt=place.number))
