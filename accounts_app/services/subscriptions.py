"""Our webhook subscription at the provider: exactly our address, exactly our types."""

import uuid
from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse

from accounts_app import conf


@dataclass(frozen=True)
class Difference:
    """What the provider's subscriptions are, other than they should be."""

    sentence: str


def callback_url() -> str:
    """Return the address the provider is to deliver to, with the secret path where one is used."""
    uses_secret = "secret" in settings.OFFBLOCKS_WEBHOOK_AUTH
    arguments = [settings.OFFBLOCKS_WEBHOOK_SECRET] if uses_secret else []
    return f"{settings.PUBLIC_URL}{reverse('webhooks:offblocks', args=arguments)}"


def check() -> list[Difference]:
    """Compare the provider's subscriptions with ours; an empty list means they are equal.

    A subscription to somebody else's address is a difference too: it tells a stranger everything.
    """
    wanted, types = callback_url(), set(settings.OFFBLOCKS_WEBHOOK_TYPES)
    found = conf.client().list_subscriptions().value
    ours = [one for one in found if one.callback_url == wanted]
    differences = [
        Difference(f"Subscription {one.id} delivers to another address.")
        for one in found
        if one.callback_url != wanted
    ]
    if not ours:
        differences.append(Difference("There is no subscription to our address."))
    for one in ours:
        if set(one.types) != types:
            differences.append(Difference(f"Subscription {one.id} has other types than ours."))
    if len(ours) > 1:
        differences.append(Difference(f"Our address is subscribed {len(ours)} times."))
    return differences


def ensure() -> uuid.UUID:
    """Create our subscription, or correct the one that has our address; return its id."""
    client, wanted = conf.client(), callback_url()
    ours = [one for one in client.list_subscriptions().value if one.callback_url == wanted]
    answer = client.put_subscription(
        callback_url=wanted,
        types=list(settings.OFFBLOCKS_WEBHOOK_TYPES),
        id=ours[0].id if ours else None,
        key=uuid.uuid4(),
    )
    return answer.value.id
