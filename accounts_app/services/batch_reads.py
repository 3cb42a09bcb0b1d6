"""The reads that staff asked for many at once: each item's row is due until it was read.

A worker that dies leaves a lease that runs out; reading twice changes nothing.
"""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import F, Q, QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts_app import clock, conf
from accounts_app.errors import Refusal
from accounts_app.mirror import Observation
from accounts_app.models import BatchItem, EntityKind
from accounts_app.offblocks.errors import ProviderError, Unavailable
from accounts_app.services import limiter, pausing, refresh
from accounts_app.services.batches import TABLES

State = BatchItem.State
# An account is read with its cards; each read may take the client's whole patience.
LEASE = timedelta(seconds=90)
TRIES = 5


def due(limit: int) -> list[int]:
    """List the items to read, the longest waiting first; not those being read."""
    waiting = _free(clock.now()).order_by("next_at", "pk")
    return list(waiting.values_list("pk", flat=True)[:limit])


def read(number: int) -> None:
    """Read one item's entity and keep what came of it; nothing happens to one that is not due."""
    item = _claim(number)
    if item is None:
        return
    if item.attempts > TRIES:
        _end(item, State.FAILED, why=_("It broke off several times. Tell engineering."))
        return
    batch = item.batch
    row = TABLES[batch.entity_kind].objects.get(pk=item.entity_id)
    if batch.entity_kind == EntityKind.ACCOUNT:
        # Its cards are read as well: they take a place of their own.
        limiter.reserve()
    try:
        observation = refresh.on_request(row, person=batch.maker)
    except Refusal as refusal:
        _end(item, State.FAILED, why=refusal.message)
    except ProviderError as error:
        pausing.heed(error)
        _again_or_end(item, error)
    else:
        _keep(item, observation)


def _free(now: datetime) -> QuerySet[Any]:
    is_free = Q(lease_until=None) | Q(lease_until__lte=now)
    return BatchItem.objects.filter(is_free, state=State.WAITING, next_at__lte=now)


def _claim(number: int) -> BatchItem | None:
    """Take a due item for as long as LEASE; None when somebody else was faster."""
    now = clock.now()
    until = now + LEASE
    if not _free(now).filter(pk=number).update(lease_until=until, attempts=F("attempts") + 1):
        return None
    taken: BatchItem = BatchItem.objects.select_related("batch__maker").get(pk=number)
    return taken if taken.lease_until == until else None


def _keep(item: BatchItem, observation: Observation | None) -> None:
    if observation is None:
        _end(item, State.FAILED, why=_("The provider does not know it."))
    else:
        _end(item, State.DONE, why=observation.outcome.value, changed=observation.changed)


def _again_or_end(item: BatchItem, error: ProviderError) -> None:
    """Leave it due for later while the provider is away; any other trouble ends it."""
    if not isinstance(error, Unavailable) or item.attempts >= TRIES:
        _end(item, State.FAILED, why=_told(error))
        return
    asked = min(error.retry_after or timedelta(), settings.RESEND_WINDOW)
    wait = max(conf.backoff(item.attempts), asked)
    _ours(item).update(next_at=clock.now() + wait, lease_until=None, why=_told(error))


def _told(error: ProviderError) -> str:
    return str(capfirst(refresh.trouble(error)))


def _end(item: BatchItem, state: State, **columns: Any) -> None:
    ended = {"ended_at": clock.now(), "next_at": None, "lease_until": None}
    _ours(item).update(state=state, **ended, **columns)


def _ours(item: BatchItem) -> QuerySet[Any]:
    """The item's row as long as the lease is ours: who slept through it decides nothing."""
    return BatchItem.objects.filter(pk=item.pk, state=State.WAITING, lease_until=item.lease_until)
