"""What waits for a person when they sign in: counts, each leading to the list it counts."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib.auth.models import AnonymousUser, User
from django.urls import reverse

from accounts_app.models import Account, Challenge, Discrepancy, Operation, WebhookEvent

State = Operation.State
TROUBLED = (State.UNCERTAIN, State.NEEDS_HUMAN)


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
    piles = []
    if person.has_perm("accounts_app.decide_operation"):
        piles.append(_to_decide(person))
    if person.has_perm("accounts_app.view_operation"):
        piles += [_own(person), _troubled()]
    if person.has_perm("accounts_app.view_challenge"):
        piles.append(_to_sign())
    if person.has_perm("accounts_app.view_discrepancy"):
        piles.append(_contradictions())
    if person.has_perm("accounts_app.view_webhookevent"):
        piles.append(_parked())
    return piles


def _list_of(model: str, **choice: object) -> str:
    return f"{reverse(f'admin:accounts_app_{model}_changelist')}?{urlencode(choice)}"


def _to_decide(person: User | AnonymousUser) -> Pile:
    requests = Operation.objects.filter(state=State.REQUESTED).exclude(maker=person.pk)
    address = _list_of("operation", state__exact=State.REQUESTED)
    return Pile("requests to decide", requests.count(), address)


def _own(person: User | AnonymousUser) -> Pile:
    own = Operation.objects.filter(maker=person.pk, state__in=Operation.OPEN)
    states = ",".join(Operation.OPEN)
    address = _list_of("operation", maker__id__exact=person.pk, state__in=states)
    return Pile("open operations of mine", own.count(), address)


def _troubled() -> Pile:
    troubled = Operation.objects.filter(state__in=TROUBLED)
    address = _list_of("operation", state__in=",".join(TROUBLED))
    return Pile("operations in trouble", troubled.count(), address, is_alarming=True)


def _to_sign() -> Pile:
    waiting = Challenge.objects.filter(state=Challenge.State.WAITING)
    waiting = waiting.exclude(account__status__in=Account.FINAL_STATUSES)
    address = _list_of("account", signature="waiting")
    return Pile("signatures awaited", waiting.count(), address)


def _contradictions() -> Pile:
    open_ones = Discrepancy.objects.filter(resolved_at=None)
    address = _list_of("discrepancy", state="open")
    return Pile("open discrepancies", open_ones.count(), address, is_alarming=True)


def _parked() -> Pile:
    parked = WebhookEvent.objects.filter(state=WebhookEvent.State.PARKED)
    address = _list_of("webhookevent", state__exact=WebhookEvent.State.PARKED)
    return Pile("parked events", parked.count(), address, is_alarming=True)
