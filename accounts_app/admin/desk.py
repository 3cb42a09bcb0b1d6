"""What waits for a person when they sign in: counts, each leading to the list it counts."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts_app.models import (
    Account,
    Challenge,
    Discrepancy,
    Operation,
    Reconciliation,
    Resolution,
    WebhookEvent,
)
from accounts_app.people import subject_of
from accounts_app.services import operations, resolutions, reviews

State = Operation.State


@dataclass(frozen=True)
class Pile:
    """Things of one sort that wait; `is_alarming` when there should be none."""

    label: str
    number: int
    address: str
    is_alarming: bool = False

    @property
    def tone(self) -> str:
        """How the start page draws it."""
        if not self.number:
            return "none"
        return "alarm" if self.is_alarming else "some"


def waiting_for(person: User | AnonymousUser) -> list[Pile]:
    """Count what waits, as far as the person may see it."""
    piles = list(_for_second_person(person)) if isinstance(person, User) else []
    if person.has_perm("accounts_app.view_operation"):
        piles += [_own(person), _uncertain(), _for_two_people()]
    if person.has_perm("accounts_app.view_challenge"):
        piles.append(_to_sign())
    if person.has_perm("accounts_app.view_discrepancy"):
        piles.append(_contradictions())
    if person.has_perm("accounts_app.view_reconciliation"):
        piles.append(_held())
    if person.has_perm("accounts_app.view_webhookevent"):
        piles.append(_parked())
    return piles


def _for_second_person(person: User) -> Iterator[Pile]:
    if person.has_perm("accounts_app.decide_operation"):
        yield _to_decide(person)
    if person.has_perm(resolutions.CONFIRM):
        yield _to_confirm(person)
    if person.has_perm(reviews.RIGHT):
        yield from _to_review(person)


def _list_of(model: str, **choice: object) -> str:
    return f"{reverse(f'admin:accounts_app_{model}_changelist')}?{urlencode(choice)}"


def _to_decide(person: User) -> Pile:
    requests = operations.to_decide(Operation.objects.all(), person)
    return Pile("requests to decide", requests.count(), _list_of("operation", waits="me"))


def _own(person: User | AnonymousUser) -> Pile:
    own = Operation.objects.filter(maker=person.pk, state__in=Operation.OPEN)
    states = ",".join(Operation.OPEN)
    address = _list_of("operation", maker__id__exact=person.pk, state__in=states)
    return Pile("open operations of mine", own.count(), address)


def _to_confirm(person: User) -> Pile:
    proposals = Resolution.objects.filter(state=Resolution.State.PROPOSED)
    proposals = proposals.exclude(proposer=person).exclude(proposer_subject=subject_of(person))
    address = _list_of("resolution", state__exact=Resolution.State.PROPOSED)
    return Pile("proposals to confirm", proposals.count(), address)


def _to_review(person: User) -> list[Pile]:
    others = reviews.waiting().filter(reviews.of_others(person))
    counts = others.aggregate(
        waiting=Count("pk"), overdue=Count("pk", filter=Q(due_at__lt=timezone.now()))
    )
    return [
        Pile(_("acts to review"), counts["waiting"], _list_of("review", state="waiting")),
        Pile(
            _("reviews overdue"),
            counts["overdue"],
            _list_of("review", state="overdue"),
            is_alarming=True,
        ),
    ]


def _uncertain() -> Pile:
    uncertain = Operation.objects.filter(state=State.UNCERTAIN)
    address = _list_of("operation", state__exact=State.UNCERTAIN)
    return Pile("outcomes being checked", uncertain.count(), address, is_alarming=True)


def _for_two_people() -> Pile:
    stuck = Operation.objects.filter(state=State.NEEDS_HUMAN)
    address = _list_of("operation", state__exact=State.NEEDS_HUMAN)
    return Pile("operations for two people", stuck.count(), address, is_alarming=True)


def _to_sign() -> Pile:
    waiting = Challenge.objects.filter(state=Challenge.State.WAITING, customer=None)
    waiting = waiting.exclude(account__status__in=Account.FINAL_STATUSES)
    address = _list_of("account", signature="waiting")
    return Pile("signatures awaited", waiting.count(), address)


def _contradictions() -> Pile:
    open_ones = Discrepancy.objects.filter(resolved_at=None)
    address = _list_of("discrepancy", state="open")
    return Pile("open discrepancies", open_ones.count(), address, is_alarming=True)


def _held() -> Pile:
    held = Reconciliation.objects.filter(state=Reconciliation.State.HELD)
    address = _list_of("reconciliation", state__exact=Reconciliation.State.HELD)
    return Pile("held comparisons", held.count(), address, is_alarming=True)


def _parked() -> Pile:
    parked = WebhookEvent.objects.filter(state=WebhookEvent.State.PARKED)
    address = _list_of("webhookevent", state__exact=WebhookEvent.State.PARKED)
    return Pile("parked events", parked.count(), address, is_alarming=True)
