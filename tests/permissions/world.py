"""A world in which everything has happened once, by other people, with words to recognise it by."""

import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, User
from django.utils import timezone

from accounts_app import rights
from accounts_app.models import (
    Account,
    Incident,
    Operation,
    Pause,
    RefusedDelivery,
    SavedView,
    Snapshot,
)
from accounts_app.services import operations, pausing, unmasking, views
from accounts_app.services.asking import Asked
from tests.admin import rows
from tests.factories import ask
from tests.permissions.who import may, person

VIEW = "accounts_app.view_account"
# Masked for everybody who has not asked to see them.
EXTERNAL = "leaked-name-7731"
WALLET = "eip155:324:0x1eafed00000000000000000000000000001eafed"
CONTRACT = "eip155:324:0xc0ffee000000000000000000000000001eafed0c"
PERSONAL = (EXTERNAL, WALLET[-40:], CONTRACT[-40:])
# Seen by whoever may see the mirror, and by nobody else.
REASON, PAN = "the reason that nobody else reads", "424299******7731"
MIRRORED = (REASON, "******7731", "leak…31", "0x1e…ed", "0xc0…0c")
# Of a customer who is still to be made: whole for those who could ask to see it.
UNBORN = "unborn-name-8842"


@dataclass(frozen=True)
class World:
    """The rows by the name of their table, and the people who made them."""

    maker: User
    colleague: User
    rows: dict[str, Any]

    def __getitem__(self, name: str) -> Any:
        return self.rows[name]


def build() -> World:
    """Make one of everything."""
    maker = _somebody(rights.OPERATOR, "maker")
    colleague = _somebody(rights.VIEWER, "colleague")
    owner = rows.customer(externalId=EXTERNAL, chainId=WALLET)
    account = rows.account(owner, chainId=CONTRACT)
    made = {
        "customer": owner,
        "account": account,
        "card": rows.card(account, maskedPan=PAN),
        "user": colleague,
        "group": Group.objects.get(name=rights.VIEWER),
        **_asked_for(maker),
        **_told(account),
        **_ours(maker),
        "snapshot": Snapshot.objects.get(entity_id=owner.pk),
        "logentry": LogEntry.objects.first(),
    }
    return World(maker, colleague, made)


def _somebody(role: str, name: str) -> User:
    made = person(role, name)
    assert made is not None, "only who is signed out is nobody"
    return made


def _asked_for(maker: User) -> dict[str, Any]:
    """Let the maker ask: for what waits, for what nobody had to agree to, and for many."""
    alone = ask("deactivate", rows.account(), maker, reason=REASON)
    return {
        "newcomer": _newcomer(maker),
        "operation": ask("close", rows.account(), maker, reason=REASON),
        "review": alone.review,
        "stuck": _stuck(maker),
        "resolution": rows.proposal(_contradicted(), "keep", maker, evidence=REASON),
        "batch": rows.batch([rows.account()], maker, reason=REASON),
    }


def _stuck(maker: User) -> Operation:
    """Return an operation whose outcome nobody can tell."""
    operation = ask("deactivate", rows.account(), maker, reason=REASON)
    before = timezone.now() - timedelta(days=1)
    Operation.objects.filter(pk=operation.pk).update(
        state=Operation.State.NEEDS_HUMAN,
        ambiguous=True,
        next_at=None,
        last_sent_at=before,
        resend_deadline=before,
    )
    return Operation.objects.get(pk=operation.pk)


def _contradicted() -> Any:
    return rows.contradiction(rows.account(status="closed"))


def _told(account: Account) -> dict[str, Any]:
    """Let the provider tell: an event, what contradicts what we hold, what differs."""
    now = timezone.now()
    comparison = rows.comparison(account, chainId=CONTRACT)
    return {
        "webhookevent": rows.event(account, f'{{"externalId": "{EXTERNAL}"}}'.encode()),
        "reconciliation": comparison,
        "drift": comparison.drifts.first(),
        "discrepancy": _contradicted(),
        "refuseddelivery": RefusedDelivery.objects.create(
            hour=now, reason="no_signature", last_at=now
        ),
    }


def _ours(maker: User) -> dict[str, Any]:
    """Let the programme itself have trouble: a pause, an incident; and what is somebody's own."""
    now = timezone.now()
    view = {"name": "theirs", "query": "status=active", "is_default": False}
    return {
        "pause": pausing.pause(Pause.Cause.HAND, "Said to all staff", person=maker),
        "incident": Incident.objects.create(
            kind=Incident.Kind.SUBSCRIPTION, words="Not ours", opened_at=now, last_at=now
        ),
        "savedview": views.save(maker, "accounts_app.account", **view),
        "passkey": Authenticator.objects.create(
            user=maker, type="webauthn", data={"name": "theirs", "credential": {}}
        ),
    }


def _newcomer(maker: User) -> Operation:
    """Let the maker ask for a customer who is in no table yet."""
    fields = {"external_id": UNBORN, "chain_id": "eip155:324:0x" + "8842" * 10}
    asked = Asked("create_customer", None, REASON, uuid.uuid4(), 0, fields=fields)
    return operations.request(asked, maker=maker)


def hidden_from(who: str) -> tuple[str, ...]:
    """Return the words that nothing may tell somebody."""
    if not may(who, VIEW):
        return (*PERSONAL, UNBORN, *MIRRORED)
    return PERSONAL if may(who, unmasking.RIGHT) else (*PERSONAL, UNBORN)


def own_view(person: User) -> SavedView:
    """Keep a view of somebody's own."""
    view = {"name": "mine", "query": "status=active", "is_default": False}
    return views.save(person, "accounts_app.account", **view)
