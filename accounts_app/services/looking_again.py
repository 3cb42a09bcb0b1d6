"""Having events looked into once more because a person asks: due now, by the same road as ever.

What is looked into is the entity, once for all its events: those that were parked about it wait
again too, for one answer settles them all.
"""

import uuid
from collections import defaultdict
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts_app import audit, clock
from accounts_app.errors import Incomplete, NotPermitted
from accounts_app.models import EntityKind, WebhookEvent
from accounts_app.sentences import say

LOOK_AGAIN = "accounts_app.look_again"
AT_ONCE = 100
State = WebhookEvent.State


@dataclass(frozen=True)
class Again:
    """How many entities are read anew, and how many events there is nothing to read for."""

    entities: int
    idle: int


def ask(numbers: list[int], *, person: User) -> Again:
    """Make what these events are about due now.

    Raises NotPermitted, and Incomplete for more than AT_ONCE events.
    """
    if not person.has_perm(LOOK_AGAIN):
        raise NotPermitted(_("You may not have events looked into again."))
    if len(numbers) > AT_ONCE:
        words = _("Have at most %(number)s events looked into at a time. Nothing was done.")
        raise Incomplete(words % {"number": AT_ONCE})
    chosen = defaultdict[tuple[str, uuid.UUID], list[int]](list)
    idle = 0
    for event in WebhookEvent.objects.filter(pk__in=numbers).defer("body").order_by("pk"):
        if event.entity_kind in EntityKind.values and event.entity_id:
            chosen[event.entity_kind, event.entity_id].append(event.pk)
        else:
            idle += 1
    # In one order, so that two people who choose the same events never wait for each other.
    for (kind, entity_id), events in sorted(chosen.items()):
        _make_due(kind, entity_id, events, person)
    return Again(len(chosen), idle)


def _make_due(kind: str, entity_id: uuid.UUID, numbers: list[int], person: User) -> None:
    now = clock.now()
    with transaction.atomic():
        of_entity = WebhookEvent.objects.filter(entity_kind=kind, entity_id=entity_id)
        locked = of_entity.filter(Q(pk__in=numbers) | Q(state__in=(State.PENDING, State.PARKED)))
        rows = list(locked.select_for_update().order_by("pk").defer("body"))
        # What a worker has in hand is its own: it is being looked into this very moment.
        free = [row for row in rows if not (row.lease_until and row.lease_until > now)]
        _again(WebhookEvent.objects.filter(pk__in=[row.pk for row in free]))
        shown = next(row for row in rows if row.pk == numbers[0])
        audit.record(
            actor=person,
            action="event.look_again",
            target=shown,
            before={"state": shown.state},
            after={"state": State.PENDING.value, "about": [kind, str(entity_id)]},
            result=say("{number} events are due", number=len(free)),
        )


def _again(rows: QuerySet[WebhookEvent]) -> None:
    """Let the events wait as new ones do, without the note that keeps an unknown id at rest."""
    now = clock.now()
    waiting = {"state": State.PENDING, "next_at": now, "ended_at": None, "lease_until": None}
    rows.update(**waiting, open_answers=0, note="")
