"""Asking for one thing about many entities: one batch, one reason, and a row for each of them.

What changes accounts is an operation per account, made as the ask page makes it. What only reads
is due in the item's own row, which accounts_app.services.batch_reads takes.
"""

import uuid
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import Count, Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from accounts_app import audit, clock
from accounts_app.errors import Incomplete, NotPermitted, Refusal, StaleView
from accounts_app.models import (
    Account,
    Batch,
    BatchItem,
    Card,
    Customer,
    EntityKind,
    Mirrored,
    Operation,
)
from accounts_app.sentences import say
from accounts_app.services import causes, limits, obstacles, operations
from accounts_app.services.asking import Asked
from accounts_app.services.catalogue import KINDS

REFRESH = "accounts_app.refresh_mirror"
TABLES: dict[str, type[Mirrored]] = {model.KIND: model for model in (Customer, Account, Card)}
State = BatchItem.State
# Nothing was changed, and asking anew is what the operation's own page advises.
FAILED_OPERATIONS = (
    *(Operation.State.FAILED, Operation.State.NOT_APPLIED),
    *(Operation.State.EXPIRED, Operation.State.STALE),
)
FAILED = Q(state__in=(State.REFUSED, State.FAILED)) | Q(operation__state__in=FAILED_OPERATIONS)


@dataclass(frozen=True)
class Chosen:
    """An entity of the selection as the page showed it.

    `is_left_out` when the page said that nothing would happen to it: then nothing does, even if
    what stood in the way is gone by now.
    """

    id: uuid.UUID
    revision: int
    is_left_out: bool = False


@dataclass(frozen=True)
class AskedForMany:
    """What the preview page sends; `form_number` makes it count once."""

    kind: Batch.Kind
    entity_kind: EntityKind
    chosen: tuple[Chosen, ...]
    form_number: uuid.UUID
    reason: str = ""
    cause: str = causes.OTHER
    reference: str = ""
    earlier: Batch | None = None


def permission(kind: Batch.Kind) -> str:
    """Return the permission needed to ask for such a batch."""
    return REFRESH if kind == Batch.Kind.REFRESH else KINDS[kind].permission


def fits(kind: str, entity_kind: str) -> bool:
    """Whether this can be asked for many entities of that kind."""
    return kind == Batch.Kind.REFRESH or (kind in Batch.Kind and entity_kind == EntityKind.ACCOUNT)


def refuse_too_many(number: int) -> None:
    """Raise Incomplete when a batch of so many is larger than a person can look through."""
    if number > settings.BULK_LIMIT:
        raise Incomplete(
            say(
                "At most {limit} at a time; you chose {number}. Nothing was asked for.",
                limit=settings.BULK_LIMIT,
                number=number,
            )
        )


def request(asked: AskedForMany, *, maker: User) -> Batch:
    """Make the batch and whatever it asks for, all in one transaction.

    The same form sent twice gives the batch it made the first time. What stands in the way of one
    entity is kept with it and hinders no other. Raises a Refusal about the batch as a whole.
    """
    _refuse_unless_sound(asked, maker)
    try:
        with transaction.atomic():
            return _make(asked, maker)
    except IntegrityError:
        # The form number is the batch's only unique column: somebody sent the same form.
        return _of_form(asked, maker)


def repeatable(batch: Batch) -> list[uuid.UUID]:
    """List the entities of a batch for which it can be asked anew: nothing was changed."""
    return list(batch.items.filter(FAILED).values_list("entity_id", flat=True))


def counted() -> QuerySet[Any]:
    """Return the batches with what came of their items, in numbers."""
    is_open = Q(items__state=State.WAITING) | Q(items__operation__state__in=Operation.OPEN)
    is_done = Q(items__state=State.DONE) | Q(items__operation__state=Operation.State.SUCCEEDED)
    return Batch.objects.annotate(
        total=Count("items"),
        open=Count("items", filter=is_open),
        done=Count("items", filter=is_done),
        refused=Count("items", filter=Q(items__state=State.REFUSED)),
    )


def under_way() -> QuerySet[Any]:
    """Return the batches of which something has not ended."""
    items = BatchItem.objects
    to_read = items.filter(state=State.WAITING).values("batch")
    in_hand = items.filter(operation__state__in=Operation.OPEN).values("batch")
    return Batch.objects.filter(Q(pk__in=to_read) | Q(pk__in=in_hand))


def _refuse_unless_sound(asked: AskedForMany, maker: User) -> None:
    if not maker.has_perm(permission(asked.kind)):
        raise NotPermitted(_("You may not ask for this: %s.") % asked.kind.label.lower())
    if not fits(asked.kind, asked.entity_kind):
        raise NotPermitted(_("This cannot be asked for many at once."))
    refuse_too_many(len(asked.chosen))
    if all(one.is_left_out for one in asked.chosen):
        raise Incomplete(_("There is nothing to ask for: choose others."))
    if asked.kind != Batch.Kind.REFRESH and not asked.reason.strip():
        raise Incomplete(_("Say why: the reason is kept with every operation."), field="reason")


def _make(asked: AskedForMany, maker: User) -> Batch:
    batch = Batch(
        kind=asked.kind,
        entity_kind=asked.entity_kind,
        maker=maker,
        cause=asked.cause,
        reason=asked.reason.strip(),
        reference=asked.reference.strip(),
        form_number=asked.form_number,
        asked_at=clock.now(),
        earlier=asked.earlier,
    )
    batch.save(force_insert=True)
    rows = _held(asked, maker)
    numbers = [str(one.id) for one in asked.chosen]
    audit.record(
        actor=maker,
        action=f"batch.{asked.kind}",
        target=batch,
        reason=batch.reason,
        after={"entities": asked.entity_kind, "ids": numbers, "cause": batch.cause},
    )
    make_items = _reads if asked.kind == Batch.Kind.REFRESH else _operations
    # What stands in the way is kept: in English, whoever asks.
    with translation.override(settings.LANGUAGE_CODE):
        BatchItem.objects.bulk_create(make_items(batch, asked, rows, maker))
    return batch


def _held(asked: AskedForMany, maker: User) -> dict[uuid.UUID, Any]:
    """Return the rows; where each is asked about, hold all their customers and the maker first.

    Whoever asks about anything of a customer holds that row and their own, and then waits for the
    audit chain: to hold the chain and wait for one of those would be a deadlock.
    """
    rows = TABLES[asked.entity_kind].objects.filter(pk__in=[one.id for one in asked.chosen])
    if asked.kind != Batch.Kind.REFRESH:
        owners = Customer.objects.filter(pk__in=rows.values("customer"))
        list(owners.select_for_update(no_key=True).order_by("pk"))
        limits.hold(maker)
    found = {row.pk: row for row in rows}
    if len(found) != len(asked.chosen):
        raise StaleView(_("The page was incomplete: nothing was asked for. Choose anew."))
    return found


def _reads(
    batch: Batch, asked: AskedForMany, _rows: dict[uuid.UUID, Any], _maker: User
) -> list[BatchItem]:
    due = {"state": State.WAITING, "next_at": batch.asked_at}
    return [
        BatchItem(batch=batch, entity_id=one.id, revision=one.revision, **due)
        for one in asked.chosen
    ]


def _operations(
    batch: Batch, asked: AskedForMany, rows: dict[uuid.UUID, Any], maker: User
) -> list[BatchItem]:
    left_out = [rows[one.id] for one in asked.chosen if one.is_left_out]
    refusals = obstacles.among(KINDS[asked.kind], left_out) if left_out else {}
    return [_operation(batch, one, refusals.get(one.id), maker) for one in asked.chosen]


def _operation(batch: Batch, one: Chosen, refusal: Refusal | None, maker: User) -> BatchItem:
    """Ask for one account's operation; what stands in its way is kept in its place."""
    item = BatchItem(batch=batch, entity_id=one.id, revision=one.revision)
    asked = Asked(
        kind=batch.kind,
        target_id=one.id,
        cause=batch.cause,
        reason=batch.reason,
        reference=batch.reference,
        form_number=uuid.uuid5(batch.form_number, str(one.id)),
        revision=one.revision,
    )
    try:
        if one.is_left_out:
            gone = _("It was not possible when you looked, so nothing was asked for.")
            raise refusal or StaleView(gone)
        item.operation = operations.request(asked, maker=maker)
        item.state = State.ASKED
    except Refusal as found:
        item.state, item.why, item.ended_at = State.REFUSED, found.message, batch.asked_at
    return item


def _of_form(asked: AskedForMany, maker: User) -> Batch:
    earlier: Batch = Batch.objects.get(form_number=asked.form_number)
    if (earlier.maker_id, earlier.kind) != (maker.pk, asked.kind):
        raise StaleView(_("This form was used before. Open the page anew and ask again."))
    return earlier
