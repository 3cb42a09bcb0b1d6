"""Fetch one entity now and show it to the mirror, parents first.

Each returns None when the provider does not know the id, or the one it hangs from. Provider
errors pass through: a failed read changes nothing.
"""

import uuid
from collections.abc import Callable

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts_app import audit, conf, mirror
from accounts_app.errors import NotPermitted
from accounts_app.mirror import Observation
from accounts_app.models import Account, Customer, EntityKind, Mirrored, Operation, Source
from accounts_app.offblocks.errors import NotAuthorised, NotFound, ProviderError, Unavailable
from accounts_app.sentences import say
from accounts_app.services import limiter


def customer(
    id: uuid.UUID, *, source: Source, operation: Operation | None = None
) -> Observation | None:
    """Read a customer."""
    try:
        answer = conf.client().get_customer(id)
    except NotFound:
        return None
    return mirror.observe(
        answer.value, source=source, asked_at=answer.asked_at, operation=operation
    )


def account(
    id: uuid.UUID, *, source: Source, operation: Operation | None = None
) -> Observation | None:
    """Read an account, and before it its customer when that is not mirrored yet."""
    try:
        answer = conf.client().get_account(id)
    except NotFound:
        return None
    owner_id = answer.value.customer_id
    is_mirrored = Customer.objects.filter(pk=owner_id).exists()
    if not is_mirrored and _parent(customer, owner_id, source, operation) is None:
        return None
    return mirror.observe(
        answer.value, source=source, asked_at=answer.asked_at, operation=operation
    )


def card(
    id: uuid.UUID, *, source: Source, operation: Operation | None = None
) -> Observation | None:
    """Read a card, and before it its account when that is not mirrored yet."""
    try:
        answer = conf.client().get_card(id)
    except NotFound:
        return None
    account_id = answer.value.account_id
    is_mirrored = Account.objects.filter(pk=account_id).exists()
    if not is_mirrored and _parent(account, account_id, source, operation) is None:
        return None
    return mirror.observe(
        answer.value, source=source, asked_at=answer.asked_at, operation=operation
    )


def _parent(
    read: Callable[..., Observation | None],
    id: uuid.UUID,
    source: Source,
    operation: Operation | None,
) -> Observation | None:
    """Read what an entity hangs from; after an event within the budget: nobody waits for it."""
    if source == Source.WEBHOOK:
        limiter.wait_for_place()
    return read(id, source=source, operation=operation)


BELOW = {EntityKind.CUSTOMER: say("Its accounts and cards"), EntityKind.ACCOUNT: say("Its cards")}
TROUBLE: dict[type[ProviderError], str | Promise] = {
    Unavailable: _("the provider could not be reached; what is shown may be old. Try again soon."),
    NotAuthorised: _("the provider does not accept our credentials. Tell engineering."),
    ProviderError: _(
        "the provider gave an answer that could not be used; what is shown may be old."
    ),
}


def trouble(error: ProviderError) -> str:
    """Return what a person needs to know about trouble with the provider, as half a sentence."""
    fitting = [kind for kind in TROUBLE if isinstance(error, kind)]
    return str(TROUBLE[fitting[0]])


READERS = {EntityKind.CUSTOMER: customer, EntityKind.ACCOUNT: account, EntityKind.CARD: card}


def cards_of(
    account_id: uuid.UUID, *, source: Source, operation: Operation | None = None
) -> list[Observation]:
    """Read all cards of a mirrored account anew: whether they followed it is never assumed."""
    answer = conf.client().list_account_cards(account_id)
    return [
        mirror.observe(shape, source=source, asked_at=answer.asked_at, operation=operation)
        for shape in answer.value
    ]


def below(
    row: Mirrored, *, source: Source, operation: Operation | None = None
) -> list[Observation]:
    """Read everything anew that hangs from a mirrored customer or account."""
    if row.KIND == EntityKind.ACCOUNT:
        return cards_of(row.pk, source=source, operation=operation)
    answer = conf.client().list_customer_accounts(row.pk)
    found = [
        mirror.observe(shape, source=source, asked_at=answer.asked_at, operation=operation)
        for shape in answer.value
    ]
    cards = [cards_of(one.row.pk, source=source, operation=operation) for one in found]
    return [*found, *(card for those in cards for card in those)]


def on_request(row: Mirrored, *, person: User) -> Observation | None:
    """Read an entity because a person asked to, an account with its cards, and record who did."""
    if not person.has_perm("accounts_app.refresh_mirror"):
        raise NotPermitted("You may not read entities anew from the provider.")
    observation = READERS[row.KIND](row.pk, source=Source.REFRESH)
    with transaction.atomic():
        audit.record(
            actor=person,
            action="refreshed",
            target=row,
            before={"status": row.status},
            after={"status": observation.row.status} if observation else {},
            result=observation.outcome.value
            if observation
            else say("the provider does not know it"),
        )
    if observation and row.KIND == EntityKind.ACCOUNT:
        cards_of(row.pk, source=Source.REFRESH)
    return observation
