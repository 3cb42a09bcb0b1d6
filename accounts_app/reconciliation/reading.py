"""Both sides of a comparison as they are read: the provider's lists, and the mirror after them."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any
from uuid import UUID

from accounts_app import clock, conf, discrepancies
from accounts_app.models import Account, Card, Customer, Discrepancy, EntityKind, Mirrored
from accounts_app.offblocks.client import Answer
from accounts_app.offblocks.errors import NotFound
from accounts_app.reconciliation.plan import Difference, Held, Side, What, look
from accounts_app.services import limiter

Progress = Callable[[Iterable[Any], str], Iterable[Any]]

TABLES: dict[EntityKind, type[Mirrored]] = {
    model.KIND: model for model in (Customer, Account, Card)
}
# Rows of the mirror that are read from the database at once.
BATCH = 2000


def sides(progress: Progress) -> Iterator[Side]:
    """Read one kind after the other, parents first; `progress` wraps what is iterated.

    The mirror is read after the list was asked for: what it then knows better is no difference. The
    list itself arrives while it is compared: each side is to be compared before the next is read.
    Provider errors pass through, also out of what is listed.
    """
    client = conf.client()
    for kind, read in (
        (EntityKind.CUSTOMER, client.each_customer),
        (EntityKind.ACCOUNT, client.each_account),
        (EntityKind.CARD, client.each_card),
    ):
        limiter.wait_for_place()
        answer: Answer[Any] = read()
        name = str(TABLES[kind]._meta.verbose_name_plural)
        listed = progress(answer.value, name)
        yield Side(kind, listed, answer.asked_at, mirrored(kind))


def mirrored(kind: EntityKind, id: UUID | None = None) -> dict[UUID, Held]:
    """Return what the mirror holds of a kind, or of one entity."""
    model = TABLES[kind]
    rows = model.objects.all() if id is None else model.objects.filter(pk=id)
    above = "account__status" if model is Card else "status"
    columns = rows.values_list("pk", "revision", "asked_at", "digest", "status", above)
    gone, watched = _acknowledged(kind), _watched(kind)
    return {
        pk: Held(
            revision,
            asked_at,
            digest,
            # A closed account may leave the lists, and its cards with it ("Accounts").
            may_vanish=status in model.FINAL_STATUSES
            or (model is Card and parent in Account.FINAL_STATUSES)
            or (pk in gone and gone[pk] >= asked_at),
            is_watched=pk in watched,
        )
        for pk, revision, asked_at, digest, status, parent in columns.iterator(chunk_size=BATCH)
    }


def confirmed(difference: Difference) -> Difference | None:
    """Ask the provider for the entity itself; None when it is not different after all.

    Provider errors pass through.
    """
    limiter.wait_for_place()
    asked_at = clock.now()
    try:
        answer = _read_one(difference.kind, difference.id)
    except NotFound:
        return Difference(difference.kind, difference.id, What.MISSING_THERE, None, asked_at)
    held = mirrored(difference.kind, difference.id)
    side = Side(difference.kind, [answer.value], answer.asked_at, held)
    return next(iter(look(side).differences), None)


def _read_one(kind: EntityKind, id: UUID) -> Answer[Any]:
    client = conf.client()
    if kind == EntityKind.CUSTOMER:
        return client.get_customer(id)
    return client.get_account(id) if kind == EntityKind.ACCOUNT else client.get_card(id)


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
