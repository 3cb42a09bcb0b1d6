"""One look at the provider for a page that is just being opened: quick, within the budget, or none.

A person waits for the page, so it is a single try with a short patience; whatever goes wrong is
said on the page and keeps nobody from asking.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog

from accounts_app import clock, conf, mirror
from accounts_app.models import EntityKind, Source
from accounts_app.offblocks.client import Answer, Client
from accounts_app.offblocks.errors import NotFound, ProviderError
from accounts_app.services import contact, limiter
from accounts_app.services.kind import Target

log = structlog.get_logger()
# What was confirmed a moment ago need not be asked again: a form came back, a page was reloaded.
FRESH = timedelta(seconds=5)
# A place in the budget of reads that is further off is left to those who can wait.
LONGEST_WAIT = timedelta(seconds=1)
READS: dict[str, Callable[[Client, uuid.UUID], Answer[Any]]] = {
    EntityKind.CUSTOMER: Client.get_customer,
    EntityKind.ACCOUNT: Client.get_account,
    EntityKind.CARD: Client.get_card,
}


@dataclass(frozen=True)
class Look:
    """Whether the target was confirmed just now, and whether the provider knows it at all."""

    is_fresh: bool
    is_known: bool = True


def at(target: Target) -> Look:
    """Read the target now and let the mirror take what is new; the row in hand follows."""
    if clock.now() - target.asked_at < FRESH:
        return Look(is_fresh=True)
    # The way to a silent provider is tried by those who can wait long enough to tell.
    if limiter.delay() > LONGEST_WAIT or contact.is_down(contact.state()):
        return Look(is_fresh=False)
    limiter.wait_for_place()
    try:
        answer = READS[target.KIND](conf.hasty_client(), target.pk)
    except NotFound:
        return Look(is_fresh=True, is_known=False)
    except ProviderError as error:
        log.info("a page was opened without a look", target=str(target.pk), error=str(error))
        return Look(is_fresh=False)
    mirror.observe(answer.value, source=Source.REFRESH, asked_at=answer.asked_at)
    target.refresh_from_db()
    return Look(is_fresh=True)
