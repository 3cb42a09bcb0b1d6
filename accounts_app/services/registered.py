"""The provider's webhook subscriptions beside ours, fit to be shown: no secret is in it."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.urls import reverse

from accounts_app import conf
from accounts_app.offblocks.shapes import Subscription
from accounts_app.services import subscriptions

HIDDEN = "…"


@dataclass(frozen=True)
class Registered:
    """One subscription at the provider; `is_ours` when it delivers to our very address."""

    id: uuid.UUID
    address: str
    is_ours: bool
    types: tuple[str, ...]
    missing: tuple[str, ...]
    extra: tuple[str, ...]

    @property
    def is_right(self) -> bool:
        """Whether it is exactly what ours should be."""
        return self.is_ours and not self.missing and not self.extra


@dataclass(frozen=True)
class Look:
    """What the provider had at a moment, beside what it should have."""

    address: str
    types: tuple[str, ...]
    found: list[Registered]
    asked_at: datetime

    @property
    def ours(self) -> list[Registered]:
        """The subscriptions that deliver to us."""
        return [one for one in self.found if one.is_ours]

    @property
    def is_right(self) -> bool:
        """Whether the provider has ours exactly, and no other."""
        return len(self.found) == 1 and self.found[0].is_right


def look() -> Look:
    """Read the provider's subscriptions now. Provider errors pass through."""
    answer = conf.client().list_subscriptions()
    return Look(
        address=masked(subscriptions.callback_url()),
        types=tuple(sorted(settings.OFFBLOCKS_WEBHOOK_TYPES)),
        found=[_registered(one) for one in answer.value],
        asked_at=answer.asked_at,
    )


def masked(address: str) -> str:
    """Return an address without what follows our own path: that is a secret, or was one."""
    own = f"{settings.PUBLIC_URL}{reverse('webhooks:offblocks')}"
    return f"{own}{HIDDEN}/" if address.startswith(own) and address != own else address


def _registered(one: Subscription) -> Registered:
    wanted, has = set(settings.OFFBLOCKS_WEBHOOK_TYPES), set(one.types)
    return Registered(
        id=one.id,
        address=masked(one.callback_url),
        is_ours=one.callback_url == subscriptions.callback_url(),
        types=tuple(sorted(has)),
        missing=tuple(sorted(wanted - has)),
        extra=tuple(sorted(has - wanted)),
    )
