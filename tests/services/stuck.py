"""What people end: operations that need attention, discrepancies; and the two who end them."""

import uuid
from datetime import timedelta
from typing import Any

import time_machine
from django.contrib.auth.models import Group, User
from django.db.models import F
from django.utils import timezone

from accounts_app.models import Account, Customer, Discrepancy, Operation, Resolution, Source
from accounts_app.services import refresh, resolutions
from tests.factories import Programme, ask
from tests.services.test_send import advanced

EVIDENCE = "OffBlocks support, ticket 4711, Jane Doe, 12 May 14:05: never executed."


def person(name: str, group: str = "approver", **fields: Any) -> User:
    """Return a colleague with a role."""
    colleague = User.objects.create_user(name, is_staff=True, **fields)
    colleague.groups.add(Group.objects.get(name=group))
    return colleague


def needing_people(programme: Programme, maker: User, kind: str = "deactivate") -> Operation:
    """Return an operation of which nothing was seen for a day: it never reached the provider."""
    names = {"deactivate": "deactivateAccount", "create_account": "createAccount"}
    programme.sandbox.faults.add(operation=names[kind], action="kill_before", times=1)
    target = programme.customer() if kind == "create_account" else programme.account()
    return a_day_later(advanced(ask(kind, target, maker)))


def one_of_several(programme: Programme, maker: User) -> Operation:
    """Return a creation that took effect, whose account cannot be told from another new one."""
    customer = programme.customer()
    programme.sandbox.faults.add(operation="createAccount", action="drop_reply", times=1)
    operation = advanced(ask("create_account", customer, maker))
    programme.sandbox.world.add_account(str(customer.pk), status="initiating")
    return a_day_later(operation)


def a_day_later(operation: Operation) -> Operation:
    """Let a day pass in which nothing was seen, so that it needs people."""
    with time_machine.travel(timezone.now() + timedelta(hours=25), tick=True):
        operation = advanced(operation)
    assert operation.state == Operation.State.NEEDS_HUMAN
    sent = {name: F(name) - timedelta(days=1) for name in ("last_sent_at", "resend_deadline")}
    Operation.objects.filter(pk=operation.pk).update(**sent)
    operation.refresh_from_db()
    return operation


def made_by(programme: Programme, operation: Operation) -> uuid.UUID:
    """Return the account that the operation's key made at the provider."""
    key = str(operation.key)
    (made,) = [line["id"] for line in programme.sandbox.ledger() if line["key"] == key]
    return uuid.UUID(made)


def provider_says(programme: Programme, row: Account, status: str) -> None:
    """Let the provider change an account by itself, and let us read it."""
    programme.sandbox.world.change("account", str(row.pk), status)
    refresh.account(row.pk, source=Source.WEBHOOK)


def contradicted(programme: Programme) -> Discrepancy:
    """Return the discrepancy about a closed account of which the provider says it is active."""
    account = programme.account("closed")
    provider_says(programme, account, "active")
    return Discrepancy.objects.get(entity_id=account.pk)


def provider_gives(programme: Programme, account: Account, owner: Customer) -> None:
    """Let the provider give an account to another customer, and let us read it."""
    # The provider's rules know no way to do this.
    programme.sandbox.world._store.rows(
        "UPDATE entities SET parent = ?, updated_at = updated_at + 1000000 WHERE id = ?",
        str(owner.pk),
        str(account.pk),
    )
    refresh.account(account.pk, source=Source.WEBHOOK)


def propose(subject: Any, verdict: str, proposer: User, **entries: Any) -> Resolution:
    """Propose an end as the page would, with everything in order unless overridden."""
    entries = {"evidence": EVIDENCE, "form_number": uuid.uuid4(), **entries}
    return resolutions.propose(subject, verdict, proposer=proposer, **entries)


def confirm(resolution: Resolution, decider: User, **entries: Any) -> Resolution:
    """Confirm a proposal as the page would."""
    entries = {"digest": resolution.digest, **entries}
    return resolutions.confirm(resolution.pk, decider=decider, **entries)
