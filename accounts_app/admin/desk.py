"""What needs a person when they sign in: numbers, each leading to the list it counts."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Count, Min, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

from accounts_app.admin.lists import COUNTED, NARROW_SPACE
from accounts_app.models import (
    Account,
    Challenge,
    Discrepancy,
    Operation,
    Reconciliation,
    Resolution,
    WebhookEvent,
)
from accounts_app.services import batches, operations, resolutions, reviews

State = Operation.State


@dataclass(frozen=True)
class Pile:
    """Things of one sort that wait; `is_alarming` when there should be none.

    They are counted up to COUNTED, as their list does. `oldest` is since when the first has waited.
    """

    label: str
    counted: int
    address: str
    is_alarming: bool = False
    oldest: datetime | None = None

    @property
    def number(self) -> int:
        """How many there are, or COUNTED."""
        return min(self.counted, COUNTED)

    @property
    def shown(self) -> str:
        """The number, and whether there are more."""
        return written(self.number) + ("+" if self.counted > COUNTED else "")

    @property
    def age(self) -> str:
        """For how long the first has waited."""
        if self.oldest is None:
            return ""
        if (timezone.now() - self.oldest).total_seconds() < 60:
            return _("just now")
        return _("the oldest for %(time)s") % {"time": timesince(self.oldest, depth=1)}

    @property
    def tone(self) -> str:
        """How the start page draws it."""
        if not self.number:
            return "none"
        return "alarm" if self.is_alarming else "some"


def written(number: int) -> str:
    """Write a number as the lists do."""
    return f"{number:,}".replace(",", NARROW_SPACE)


def waiting_for(person: User | AnonymousUser) -> list[Pile]:
    """Count what waits, as far as the person may see it: what is theirs to do comes first."""
    if not isinstance(person, User):
        return []
    return [pile(person) for right, pile in PILES if person.has_perm(right)]


def list_of(model: str, **choice: object) -> str:
    """Return the address of a list, narrowed."""
    return f"{reverse(f'admin:accounts_app_{model}_changelist')}?{urlencode(choice)}"


def _pile(
    label: str, rows: QuerySet[Any], since: str, address: str, *, is_alarming: bool = False
) -> Pile:
    """Count the longest waiting rows, as far as anybody counts, in one query."""
    first = rows.order_by(since)[: COUNTED + 1]
    found = first.aggregate(number=Count("pk"), oldest=Min(since))
    return Pile(label, found["number"], address, is_alarming, found["oldest"])


def _counted(rows: QuerySet[Any]) -> int:
    return int(rows.order_by().values("pk")[: COUNTED + 1].count())


def _to_decide(person: User) -> Pile:
    requests = operations.to_decide(Operation.objects.all(), person)
    address = list_of("operation", waits="me")
    return _pile(_("requests to decide"), requests, "requested_at", address)


def _to_confirm(person: User) -> Pile:
    address = list_of("resolution", waits="me")
    proposals = resolutions.to_confirm(Resolution.objects.all(), person)
    return _pile(_("proposals to confirm"), proposals, "proposed_at", address)


def _to_review(person: User) -> Pile:
    counted = _counted(reviews.waiting().filter(reviews.of_others(person)))
    return Pile(_("acts to review"), counted, list_of("review", state="waiting"))


def _reviews_overdue(person: User) -> Pile:
    waiting = reviews.waiting().filter(reviews.of_others(person))
    counted = _counted(waiting.filter(due_at__lt=timezone.now()))
    address = list_of("review", state="overdue")
    return Pile(_("reviews overdue"), counted, address, is_alarming=True)


def _own(person: User) -> Pile:
    own = Operation.objects.filter(maker=person.pk, state__in=Operation.OPEN)
    states = ",".join(Operation.OPEN)
    address = list_of("operation", maker__id__exact=person.pk, state__in=states)
    return _pile(_("open operations of mine"), own, "requested_at", address)


def _uncertain(_person: User) -> Pile:
    uncertain = Operation.objects.filter(state=State.UNCERTAIN)
    address = list_of("operation", state__exact=State.UNCERTAIN)
    label = _("outcomes being checked")
    return _pile(label, uncertain, "requested_at", address, is_alarming=True)


def _for_two_people(_person: User) -> Pile:
    stuck = Operation.objects.filter(state=State.NEEDS_HUMAN)
    address = list_of("operation", state__exact=State.NEEDS_HUMAN)
    label = _("operations for two people")
    return _pile(label, stuck, "requested_at", address, is_alarming=True)


def _to_sign(_person: User) -> Pile:
    rows = Challenge.objects.filter(state=Challenge.State.WAITING, customer=None)
    rows = rows.exclude(account__status__in=Account.FINAL_STATUSES)
    address = list_of("account", signature="waiting")
    return _pile(_("signatures awaited"), rows, "received_at", address)


def _batches(_person: User) -> Pile:
    address = list_of("batch", state="open")
    return _pile(_("batches under way"), batches.under_way(), "asked_at", address)


def _contradictions(_person: User) -> Pile:
    open_ones = Discrepancy.objects.filter(resolved_at=None)
    address = list_of("discrepancy", state="open")
    return _pile(_("open discrepancies"), open_ones, "found_at", address, is_alarming=True)


def _held(_person: User) -> Pile:
    held = Reconciliation.objects.filter(state=Reconciliation.State.HELD)
    address = list_of("reconciliation", state__exact=Reconciliation.State.HELD)
    return _pile(_("held comparisons"), held, "started_at", address, is_alarming=True)


def _parked(_person: User) -> Pile:
    parked = WebhookEvent.objects.filter(state=WebhookEvent.State.PARKED)
    address = list_of("webhookevent", state__exact=WebhookEvent.State.PARKED)
    return Pile(_("parked events"), _counted(parked), address, is_alarming=True)


# Who may do or see what waits, and the pile of it, in the order of the page.
PILES: tuple[tuple[str, Callable[[User], Pile]], ...] = (
    ("accounts_app.decide_operation", _to_decide),
    (resolutions.CONFIRM, _to_confirm),
    (reviews.RIGHT, _to_review),
    (reviews.RIGHT, _reviews_overdue),
    ("accounts_app.view_operation", _own),
    ("accounts_app.view_operation", _uncertain),
    ("accounts_app.view_operation", _for_two_people),
    ("accounts_app.view_batch", _batches),
    ("accounts_app.view_challenge", _to_sign),
    ("accounts_app.view_discrepancy", _contradictions),
    ("accounts_app.view_reconciliation", _held),
    ("accounts_app.view_webhookevent", _parked),
)
