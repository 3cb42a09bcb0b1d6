"""Who and what goes along when something is asked for: each account and card, and what is to come.

For what may come back it is said who stopped it, as far as snapshots tell: a person, the provider,
or the same change that stopped what it hangs from.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Max
from django.utils.translation import gettext as _

from accounts_app.admin import comparison, words
from accounts_app.models import Account, Card, Customer, Operation, Snapshot
from accounts_app.services import lanes, payments
from accounts_app.services.catalogue import Kind, Target
from accounts_app.services.payments import Authorisation
from accounts_app.services.transitions import asked_about

# The provider stops what hangs from something in the same act; its times are this close.
TOGETHER = 10_000_000  # microseconds
LIVING = {"active", "inactive", "issuing", "suspended"}


@dataclass(frozen=True)
class Affected:
    """One account or card, what the request is likely to do to it, and why it is as it is."""

    row: Account | Card
    name: str
    to_come: str
    is_hit: bool
    why: str = ""


def by(kind: Kind, target: Target) -> list[Affected]:
    """List what hangs from the target, accounts first; nothing for kinds that reach no further."""
    if not kind.cascades or isinstance(target, Card):
        return []
    accounts = list(target.accounts.order_by("created_at")) if isinstance(target, Customer) else []
    cards = lanes.cards_of(target)
    causes = _causes([target, *accounts, *cards]) if kind.proves == {"active"} else {}
    return [_told(kind, row, causes) for row in [*accounts, *cards]]


def payments_of(kind: Kind, target: Target) -> list[Authorisation]:
    """List what is authorised and not finished on an account or card that is to end for good."""
    if not kind.is_irreversible or isinstance(target, Customer):
        return []
    return payments.open_on([target.account_id if isinstance(target, Card) else target.pk])


def why_so(target: Target) -> str:
    """Say who made the target what it is; for a reactivation that is half of the decision."""
    return comparison.words_for(target)


def _told(kind: Kind, row: Account | Card, causes: dict[uuid.UUID, Snapshot]) -> Affected:
    name = comparison.name_of(row)
    if kind.proves == {"inactive"}:
        is_hit = row.status == "active"
        to_come = _("will stop") if is_hit else _("stays %(status)s") % {"status": row.status}
        return Affected(row, name, to_come, is_hit)
    if kind.proves == {"active"}:
        is_hit = row.status == "inactive"
        to_come = _("may come back") if is_hit else _("stays %(status)s") % {"status": row.status}
        return Affected(row, name, to_come, is_hit, _cause(row, causes) if is_hit else "")
    is_hit = row.status in LIVING
    to_come = _("stops for good") if is_hit else _("stays %(status)s") % {"status": row.status}
    return Affected(row, name, to_come, is_hit)


def _causes(rows: Iterable[Target]) -> dict[uuid.UUID, Snapshot]:
    """Return for each the snapshot in which its present status first showed. Two queries."""
    changed = Snapshot.objects.filter(
        entity_id__in=[row.pk for row in rows], changed__has_key="status"
    )
    last = changed.order_by().values("entity_id").annotate(last=Max("id")).values("last")
    found = Snapshot.objects.filter(pk__in=last).select_related(
        "operation__maker", "operation__checker", "operation__card", "operation__account"
    )
    return {snapshot.entity_id: snapshot for snapshot in found}


def _cause(row: Account | Card, causes: dict[uuid.UUID, Snapshot]) -> str:
    snapshot = causes.get(row.pk)
    if snapshot is None:
        return _("It was so when it was first seen here.")
    operation = snapshot.operation
    is_by_us = operation is not None and comparison.is_effect(operation, snapshot)
    if operation and is_by_us and asked_about(operation) == row:
        return _("Stopped on purpose: %(operation)s of %(people)s, “%(reason)s”") % _of(operation)
    upper = _stopped_with(row, snapshot, causes)
    if upper:
        return _("Stopped together with its %(what)s.") % {"what": upper.entity_kind}
    if operation and is_by_us:
        return _("Stopped along with %(operation)s of %(people)s, “%(reason)s”") % _of(operation)
    return _("Stopped by the provider, or by whoever acted there: look at why before.")


def _stopped_with(
    row: Account | Card, snapshot: Snapshot, causes: dict[uuid.UUID, Snapshot]
) -> Snapshot | None:
    """Return the change of what it hangs from that stopped both, if one did."""
    above = (
        [row.account_id, row.account.customer_id] if isinstance(row, Card) else [row.customer_id]
    )
    candidates = [causes[number] for number in above if number in causes]
    together = (
        upper
        for upper in candidates
        if upper.status == snapshot.status and abs(upper.revision - snapshot.revision) < TOGETHER
    )
    return next(together, None)


def _of(operation: Operation) -> dict[str, str]:
    """Return what is told of an operation that stopped something."""
    people = [operation.maker, operation.checker] if operation.checker else [operation.maker]
    return {
        "operation": words.operation_name(operation),
        "people": " and ".join(person.get_username() for person in people),
        "reason": operation.reason,
    }
