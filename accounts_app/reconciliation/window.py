"""The mirror as a comparison sees it: only the entries at hand are in memory."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from accounts_app import discrepancies
from accounts_app.models import Account, Card, Customer, Discrepancy, EntityKind, Mirrored
from accounts_app.reconciliation.plan import Held

TABLES: dict[EntityKind, type[Mirrored]] = {
    model.KIND: model for model in (Customer, Account, Card)
}
# Rows of the mirror that are read from the database at once.
BATCH = 2000


class Window(Mapping[UUID, Held]):
    """What the mirror holds of a kind.

    Looking up knows the entries that came through last; to go through the window reads all rows.
    """

    def __init__(self, kind: EntityKind) -> None:
        self._rows = TABLES[kind].objects.order_by()
        self._judge = _Judge(kind)
        self._at_hand: dict[UUID, Held] = {}

    def through(self, listed: Iterable[Any]) -> Iterator[Any]:
        """Hand the entries on, some at a time, each while the mirror's row of it is at hand."""
        coming = iter(listed)
        while some := list(islice(coming, BATCH)):
            self._at_hand = self._held({shape.id for shape in some})
            yield from some

    def of(self, id: UUID) -> dict[UUID, Held]:
        """Return what the mirror holds of one entity, if it does."""
        return self._held({id})

    def __getitem__(self, id: UUID) -> Held:
        return self._at_hand[id]

    def __len__(self) -> int:
        return int(self._rows.count())

    def __iter__(self) -> Iterator[UUID]:
        return (id for id, _ in self._all())

    def items(self) -> Any:
        """Read every row, some at a time."""
        return self._all()

    def _all(self) -> Iterator[tuple[UUID, Held]]:
        return self._judge.read(self._rows)

    def _held(self, ids: set[UUID]) -> dict[UUID, Held]:
        return dict(self._judge.read(self._rows.filter(pk__in=ids)))


class _Judge:
    """Tells of rows what a comparison wants to know; the few special entities are read once."""

    def __init__(self, kind: EntityKind) -> None:
        self._model = TABLES[kind]
        self._is_card = self._model is Card
        self._gone, self._watched = _acknowledged(kind), _watched(kind)

    def read(self, rows: QuerySet[Any]) -> Iterator[tuple[UUID, Held]]:
        """Yield each row's number and what the mirror holds of it."""
        above = "account__status" if self._is_card else "status"
        columns = rows.values_list("pk", "revision", "asked_at", "digest", "status", above)
        for pk, revision, asked_at, digest, status, parent in columns.iterator(BATCH):
            may_vanish = self._may_vanish(pk, asked_at, status, parent)
            yield pk, Held(revision, asked_at, digest, may_vanish, pk in self._watched)

    def _may_vanish(self, id: UUID, asked_at: Any, status: str, parent: str) -> bool:
        """A closed account may leave the lists, and its cards with it ("Accounts")."""
        return (
            status in self._model.FINAL_STATUSES
            or (self._is_card and parent in Account.FINAL_STATUSES)
            or (id in self._gone and self._gone[id] >= asked_at)
        )


def _acknowledged(kind: EntityKind) -> dict[UUID, Any]:
    """Return when people last took note that the provider does not know an entity any more."""
    noted = Discrepancy.objects.filter(
        entity_kind=kind, what=discrepancies.EXISTENCE, agreed_at=None, resolved_at__isnull=False
    )
    return dict(noted.order_by("resolved_at").values_list("entity_id", "resolved_at"))


def _watched(kind: EntityKind) -> set[UUID]:
    opened = Discrepancy.objects.filter(
        entity_kind=kind,
        resolved_at=None,
        agreed_at=None,
        told_by=Discrepancy.ToldBy.READ,
        what__in=discrepancies.READ_FACTS,
    )
    return set(opened.values_list("entity_id", flat=True))
