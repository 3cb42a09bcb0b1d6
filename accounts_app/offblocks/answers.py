"""What an answer of the provider says: the value in it, or the error it stands for."""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from itertools import chain
from typing import Generic, TypeVar
from uuid import UUID

from accounts_app.offblocks import errors, paths
from accounts_app.offblocks.changes import Change
from accounts_app.offblocks.lists import Entry, parse_each
from accounts_app.offblocks.seams import Recognise, Recognised
from accounts_app.offblocks.shapes import (
    Account,
    Card,
    Challenge,
    Customer,
    SigningKey,
    Subscription,
    parse,
    shape_of,
)
from accounts_app.offblocks.strict_json import parse_json
from accounts_app.offblocks.wallets import same_wallet
from accounts_app.offblocks.wire import ENTITY_LIMIT, LIST_LIMIT, Reply

T = TypeVar("T")
E = TypeVar("E", Customer, Account, Card)
T_co = TypeVar("T_co", covariant=True)

OTHER_ENTITY = "other_entity"
_ABOUT_ANOTHER = "The provider answered about another resource."
_NEXT_PAGE = re.compile(r'rel\s*=\s*"?[^";,]*\bnext\b', re.IGNORECASE)

Result = Customer | Account | Card | Challenge | Subscription | None


@dataclass(frozen=True)
class Answer(Generic[T_co]):
    """A value from the provider, and when we asked for it by our own clock.

    `clock_offset` is the provider's clock minus ours, as far as the answer tells.
    """

    value: T_co
    asked_at: datetime
    status: int
    request_id: str | None
    provider_date: datetime | None
    clock_offset: timedelta | None


def answer(reply: Reply, value: T) -> Answer[T]:
    """Join a value with the circumstances of its reply."""
    return Answer(
        value,
        reply.sent_at,
        reply.status,
        reply.request_id,
        reply.provider_date,
        reply.clock_offset,
    )


def read(reply: Reply, parse_body: Callable[[bytes], T]) -> Answer[T]:
    """The value of a GET answer; raises Unreadable with the reply's evidence."""
    return answer(reply, _parsed(reply, parse_body, errors.Unreadable))


def read_each(
    kind: type[E], reply: Reply, recognise: Recognise | None = None
) -> Answer[Iterator[Entry[E] | Recognised]]:
    """The entries of a list that still arrives, each of them parsed when it is asked for.

    Asking for the next raises Unreadable with the reply's evidence, and what its `rest` raises.
    """
    return answer(reply, _entries(kind, reply, recognise))


def check_whole(reply: Reply) -> None:
    """Raise Unreadable if the answer to a list links to a next page: no paging is documented."""
    if _NEXT_PAGE.search(reply.headers.get("Link", "")):
        raise errors.Unreadable("The provider sent a part of a list.", **reply.evidence)


def uploaded(reply: Reply) -> Answer[SigningKey]:
    """The id the provider gave an uploaded key; raises OutcomeUnknown if it cannot be read."""
    return answer(reply, _parsed(reply, partial(parse, SigningKey), errors.OutcomeUnknown))


def check_owner(asked: UUID, found: Iterable[UUID]) -> None:
    """Raise Unreadable if a read answered about another resource than the one asked for."""
    if any(other != asked for other in found):
        raise errors.Unreadable(_ABOUT_ANOTHER, code=OTHER_ENTITY)


def outcome(change: Change, reply: Reply) -> Answer[Result]:
    """The value of a 2xx answer to a change; raises OutcomeUnknown if it cannot be trusted.

    A creation must answer with what was made. Any other body is optional and ignored unless it is
    the resource itself, or a challenge, as a close may send.
    """
    template = paths.template_of(change.path)
    created = _CREATIONS.get((change.method, template))
    value = _optional(change, reply) if created is None else _required(created, change, reply)
    return answer(reply, value)


# What a creation answers with.
_CREATIONS: dict[tuple[str, str], type[Customer | Account | Card | Subscription]] = {
    ("POST", "/customers"): Customer,
    ("POST", "/customers/{id}/accounts"): Account,
    ("POST", "/accounts/{id}/cards"): Card,
    ("PUT", "/webhooks"): Subscription,
}
# What any other change may answer with.
_RESOURCES: dict[str, type[Customer | Account | Card]] = {
    "customers": Customer,
    "accounts": Account,
    "cards": Card,
}


def _entries(
    kind: type[E], reply: Reply, recognise: Recognise | None
) -> Iterator[Entry[E] | Recognised]:
    arriving = chain([reply.body], reply.rest)
    limits = {"entry": ENTITY_LIMIT, "whole": LIST_LIMIT}
    try:
        yield from parse_each(kind, arriving, recognise=recognise, **limits)
    except errors.Unreadable as error:
        raise errors.Unreadable(error.message, **reply.evidence) from error


def _parsed(reply: Reply, parse_body: Callable[[bytes], T], doubt: type[errors.ProviderError]) -> T:
    try:
        return parse_body(reply.body)
    except errors.Unreadable as error:
        raise doubt(error.message, **reply.evidence) from error


def _required(
    kind: type[Customer | Account | Card | Subscription], change: Change, reply: Reply
) -> Result:
    value = _parsed(reply, partial(parse, kind), errors.OutcomeUnknown)
    if not _is_ours(value, change):
        raise _about_another(reply)
    return value


def _is_ours(value: Customer | Account | Card | Subscription, change: Change) -> bool:
    match value:
        case Account():
            return value.customer_id == paths.id_in(change.path)
        case Card():
            return value.account_id == paths.id_in(change.path)
        case Customer():
            asked = json.loads(change.body)
            is_named_so = bool(value.external_id == asked["externalId"])
            return is_named_so and same_wallet(value.chain_id, asked["chainId"])
    return json.loads(change.body).get("id") in {None, str(value.id)}


def _optional(change: Change, reply: Reply) -> Result:
    try:
        document = parse_json(reply.body)
    except errors.Unreadable:
        return None
    if not isinstance(document, dict):
        return None
    found = document.get("id")
    if found is not None and str(found).lower() != str(paths.id_in(change.path)):
        raise _about_another(reply)
    kind = _RESOURCES.get(change.path.split("/")[1])
    return _first_fitting(document, [kind, Challenge] if kind else [])


def _first_fitting(
    document: object, kinds: list[type[Account | Card | Customer | Challenge]]
) -> Result:
    for kind in kinds:
        try:
            return shape_of(kind, document)
        except errors.Unreadable:
            continue
    return None


def _about_another(reply: Reply) -> errors.OutcomeUnknown:
    return errors.OutcomeUnknown(_ABOUT_ANOTHER, code=OTHER_ENTITY, **reply.evidence)
