"""Our webhook subscription at the provider: exactly our address, exactly our types."""

import uuid
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from accounts_app import audit, conf
from accounts_app.offblocks.credentials import Secret
from accounts_app.offblocks.errors import ProviderError
from accounts_app.offblocks.shapes import Subscription
from accounts_app.sentences import say
from accounts_app.services import contact, jobs


@dataclass(frozen=True)
class Difference:
    """What the provider's subscriptions are, other than they should be."""

    sentence: str


def callback_url() -> str:
    """Return the address the provider is to deliver to, with the secret path where one is used."""
    uses_secret = "secret" in settings.OFFBLOCKS_WEBHOOK_AUTH
    return _address(settings.OFFBLOCKS_WEBHOOK_SECRET if uses_secret else None)


def _address(secret: Secret | None) -> str:
    arguments = [secret.reveal()] if secret else []
    return f"{settings.PUBLIC_URL}{reverse('webhooks:offblocks', args=arguments)}"


def _earlier_addresses() -> set[str]:
    """Return the addresses of ours that are still believed and no longer asked for."""
    previous = settings.OFFBLOCKS_WEBHOOK_PREVIOUS_SECRET
    return ({_address(None)} | ({_address(previous)} if previous else set())) - {callback_url()}


def check() -> list[Difference]:
    """Compare the provider's subscriptions with ours; an empty list means they are equal.

    A subscription to somebody else's address is a difference too: it tells a stranger everything.
    """
    wanted, types = callback_url(), set(settings.OFFBLOCKS_WEBHOOK_TYPES)
    found = conf.client().list_subscriptions().value
    ours = [one for one in found if one.callback_url == wanted]
    differences = [_elsewhere(one) for one in found if one.callback_url != wanted]
    if not ours:
        differences.append(Difference(say("There is no subscription to our address.")))
    for one in ours:
        if set(one.types) != types:
            differences.append(
                Difference(say("Subscription {id} has other types than ours.", id=one.id))
            )
    if len(ours) > 1:
        differences.append(
            Difference(say("Our address is subscribed {number} times.", number=len(ours)))
        )
    return differences


def _elsewhere(one: Subscription) -> Difference:
    if one.callback_url in _earlier_addresses():
        return Difference(
            say("Subscription {id} delivers to an earlier address of ours.", id=one.id)
        )
    return Difference(say("Subscription {id} delivers to another address.", id=one.id))


def ensure() -> uuid.UUID:
    """Create our subscription, or correct the one that has our address; return its id.

    One that has an earlier address of ours, as after a change of the secret, is moved to the
    present one: no event falls between two subscriptions. Each time is an audit entry, also when
    nobody knows whether it came about. Provider errors pass through.
    """
    client, wanted = conf.client(), callback_url()
    found = client.list_subscriptions().value
    ours = [one for one in found if one.callback_url == wanted]
    ours += [one for one in found if one.callback_url in _earlier_addresses()]
    before = ours[0].id if ours else None
    types = list(settings.OFFBLOCKS_WEBHOOK_TYPES)
    try:
        answer = client.put_subscription(wanted, types, id=before, key=uuid.uuid4())
    except ProviderError as error:
        _record("webhooks.not_subscribed", before, None, str(error))
        raise
    _record("webhooks.subscribed", before, answer.value.id)
    return answer.value.id


def _record(
    action: str, before: uuid.UUID | None, after: uuid.UUID | None, result: str = ""
) -> None:
    with transaction.atomic():
        audit.record(
            actor=audit.system_user(),
            action=action,
            target=contact.state(),
            before={"subscription": str(before or "none")},
            # Never the address: its path may be a secret.
            after={
                "subscription": str(after or "not known"),
                "types": list(settings.OFFBLOCKS_WEBHOOK_TYPES),
            },
            result=result,
        )
    jobs.make_due(jobs.SUBSCRIPTION)
