"""The one way to record an act: a sealed audit entry and the admin's history, in one transaction.

An entry's hash covers the one before it, so a changed, removed or inserted entry shows.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db import connection, models, transaction
from django.utils import timezone

from accounts_app import masking, origin, people
from accounts_app.models import AuditEntry, Operation
from accounts_app.offblocks import card_numbers
from accounts_app.sealing import FIRST, FORMAT, GENESIS, seal

SYSTEM = "system"
# Any fixed number: it names the chain's lock among PostgreSQL's advisory locks.
CHAIN_LOCK = 7_301_992


@dataclass(frozen=True)
class Fault:
    """The first entry at which the chain breaks, and how."""

    sequence: int
    what: str


def system_user() -> User:
    """Return the user in whose name the programme itself acts; nobody can sign in as it."""
    return User.objects.get(username=SYSTEM)


def record(  # noqa: PLR0913 -- an audit entry has this many parts
    *,
    actor: User,
    action: str,
    target: models.Model,
    reason: str = "",
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    result: str = "",
    operation: Operation | None = None,
) -> AuditEntry:
    """Append an entry about `target` and the admin history, in the caller's transaction.

    Raises TransactionManagementError outside a transaction: an act and its entry are one.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("audit.record needs the act's transaction.")
    entry = _append(
        AuditEntry(
            at=timezone.now(),
            format=FORMAT,
            actor=actor,
            actor_name=actor.get_username(),
            **_circumstances(actor),
            action=action,
            object_kind=str(target._meta.model_name),
            object_id=str(target.pk),
            operation=operation,
            **_told(reason=reason, before=before or {}, after=after or {}, result=result),
        )
    )
    _write_history(entry, target)
    return entry


def _told(**facts: Any) -> dict[str, Any]:
    """Return what is kept of what is told: no card number, no wallet, no external id.

    The entry is kept for ever, sealed, and what it is about may have to be erased.
    """
    kept: dict[str, Any] = card_numbers.texts(masking.tree(facts))
    return kept


def _circumstances(actor: User) -> dict[str, str]:
    """Return who a person was when they acted, in which roles, and how and whence they came.

    The programme itself has none, also where it acts during somebody's request.
    """
    if actor.get_username() == SYSTEM:
        return {}
    here = origin.current()
    return {
        "actor_subject": people.subject_of(actor),
        "roles": ",".join(people.roles_of(actor))[:255],
        "strength": here.strength()[:64],
        "source": here.source,
        "request_id": here.request_id[:64],
    }


def _append(entry: AuditEntry) -> AuditEntry:
    """Give the entry its place in the chain and save it, one writer at a time."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CHAIN_LOCK])
    last = AuditEntry.objects.order_by("-sequence").values_list("sequence", "hash").first()
    number, previous = last or (0, GENESIS)
    entry.sequence, entry.previous_hash = number + 1, previous
    entry.hash = seal(entry)
    entry.save(force_insert=True)
    return entry


def _write_history(entry: AuditEntry, target: models.Model) -> None:
    """Write the admin's own history line, so that stock tools tell the same story."""
    message = {
        "action": entry.action,
        "reason": entry.reason,
        "before": entry.before,
        "after": entry.after,
        "result": entry.result,
        "operation": entry.operation_id,
        "audit": entry.sequence,
    }
    LogEntry.objects.create(
        user_id=entry.actor_id,
        content_type=ContentType.objects.get_for_model(target),
        object_id=entry.object_id,
        object_repr=str(target)[:200],
        action_flag=CHANGE,
        change_message=json.dumps(message, ensure_ascii=False),
    )


def verify() -> Fault | None:
    """Walk the whole chain; return the first fault, or None when every entry holds."""
    return next(faults(), None)


def faults(first: int = 1, last: int | None = None) -> Iterator[Fault]:
    """Walk the chain, or the part from one entry to another, and yield every fault."""
    entries = AuditEntry.objects.order_by("sequence")
    before = entries.filter(sequence__lt=first).last()
    expected, format_before = first, before.format if before else FIRST
    previous = before.hash if before and before.sequence == first - 1 else GENESIS
    entries = entries.filter(sequence__gte=first)
    if last is not None:
        entries = entries.filter(sequence__lte=last)
    for entry in entries.iterator(chunk_size=1000):
        if entry.sequence != expected:
            yield Fault(expected, "missing")
        if entry.previous_hash != previous:
            yield Fault(entry.sequence, "does not follow the entry before it")
        # A weaker way of sealing may not come back.
        if entry.hash != seal(entry) or entry.format < format_before:
            yield Fault(entry.sequence, "altered")
        expected, previous = entry.sequence + 1, entry.hash
        format_before = entry.format
    if last is not None and expected <= last:
        yield Fault(expected, "missing")
