"""The mirror as a comparison sees it: only the entries at hand are in memory."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from accounts_app import discrepancies, mirror
from accounts_app.models import Account, Card, Customer, Discrepancy, EntityKind, Mirrored
from accounts_app.offblocks.arrays import BLANK
from accounts_app.offblocks.lists import Entry
from accounts_app.offblocks.seams import Recognised
from accounts_app.reconciliation.plan import Held
from accounts_app.reconciliation.recognition import Recogniser
from accounts_app.representations import Shape, digest_of, text_digests

TABLES: dict[EntityKind, type[Mirrored]] = {
    model.KIND: model for model in (Customer, Account, Card)
}
# Rows of the mirror that are read from the database at once.
BATCH = 2000


class Window(Mapping[UUID, Held]):
    """What the mirror holds of a kind.

    Looking up knows the entries that came through last; to go through the window reads all rows.
    """

    def __init__(self, kind: EntityKind, *, learns: bool = False) -> None:
        self._model = TABLES[kind]
        self._rows = self._model.objects.order_by()
        self._judge = _Judge(kind)
        self._at_hand: dict[UUID, Held] = {}
        self._learns = learns
        # An answer about an entity that people wait for is news, also when it agrees.
        self.recogniser = Recogniser(self._model, {str(id) for id in self._judge.watched})

    def through(self, listed: Iterable[Entry[Any] | Recognised]) -> Iterator[Shape | Recognised]:
        """Hand the entries on, some at a time, each while the mirror's row of it is at hand.

        A window that `learns` has those recognised the next time that were found equal.
        """
        some: list[Entry[Any]] = []
        for one in listed:
            if isinstance(one, Recognised):
                yield one
                continue
            some.append(one)
            if len(some) == BATCH:
                yield from self._beside(some)
                some = []
        yield from self._beside(some)

    def _beside(self, entries: list[Entry[Any]]) -> Iterator[Shape]:
        if not entries:
            return
        self._at_hand = self._held({entry.shape.id for entry in entries})
        yield from (entry.shape for entry in entries)
        if self._learns:
            mirror.recognise(self._model, self._equal(entries))

    def _equal(self, entries: list[Entry[Any]]) -> Iterator[tuple[UUID, str, str]]:
        listed = text_digests(entry.text.strip(BLANK)[1:-1] for entry in entries)
        for (shape, text), listed_digest in zip(entries, listed, strict=True):
            held = self._at_hand.get(shape.id)
            if text and held and digest_of(shape) == held.digest:
                yield shape.id, held.digest, listed_digest

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
        self._gone, self.watched = _acknowledged(kind), _watched(kind)

    def read(self, rows: QuerySet[Any]) -> Iterator[tuple[UUID, Held]]:
        """Yield each row's number and what the mirror holds of it."""
        above = "account__status" if self._is_card else "status"
        columns = rows.values_list("pk", "revision", "asked_at", "digest", "status", above)
        for pk, revision, asked_at, digest, status, parent in columns.iterator(BATCH):
            may_vanish = self._may_vanish(pk, asked_at, status, parent)
            yield pk, Held(revision, asked_at, digest, may_vanish, pk in self.watched)

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
