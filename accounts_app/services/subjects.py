"""What two people can end together: whether it waits for them, which verdicts fit, what it is."""

import hashlib
import json
from typing import Any

from accounts_app import discrepancies
from accounts_app.models import Discrepancy, Mirrored, Operation, Reconciliation, Resolution
from accounts_app.services import comparisons, lanes, proof
from accounts_app.services.transitions import target_of

Subject = Operation | Discrepancy | Reconciliation
Verdict = Resolution.Verdict
# The facts in which the provider's word can be taken: a row has a column for each.
FOLLOWED = ("status", "customer_id", "account_id")


def field_of(subject: Subject) -> str:
    """Return the name of the resolution's column that names the subject."""
    return str(subject._meta.model_name)


def verdicts_for(subject: Subject) -> tuple[Verdict, ...]:
    """Return what can be proposed; nothing when the subject does not wait for people."""
    if isinstance(subject, Discrepancy):
        return () if subject.resolved_at else _for_discrepancy(subject)
    if isinstance(subject, Operation):
        return _for_operation(subject)
    return _for_comparison(subject)


def _for_operation(operation: Operation) -> tuple[Verdict, ...]:
    if operation.state == Operation.State.NEEDS_HUMAN:
        return (Verdict.SUCCEEDED, Verdict.NOT_APPLIED)
    # That a close took effect is found out without people, however long its owner takes.
    return (Verdict.NOT_APPLIED,) if lanes.rests(operation) else ()


def _for_comparison(comparison: Reconciliation) -> tuple[Verdict, ...]:
    if comparison.state != Reconciliation.State.HELD or _is_decided(comparison):
        return ()
    is_old = comparisons.after(comparison) is not None
    return (Verdict.DISCARD,) if is_old else (Verdict.APPLY, Verdict.DISCARD)


def _is_decided(comparison: Reconciliation) -> bool:
    """Whether two people have decided already, and the worker is about to carry it out."""
    return comparison.resolutions.filter(state=Resolution.State.CONFIRMED).exists()


def _for_discrepancy(discrepancy: Discrepancy) -> tuple[Verdict, ...]:
    if discrepancy.told_by == Discrepancy.ToldBy.EVENT:
        return (Verdict.NOTED,)
    if discrepancy.agreed_at is None and discrepancy.what in FOLLOWED:
        return (Verdict.FOLLOW, Verdict.KEEP)
    return (Verdict.NOTED, Verdict.KEEP)


def locked(subject: Subject) -> Any:
    """Return the subject as it is now, held until the transaction ends; its entity comes first."""
    if isinstance(subject, Discrepancy):
        entity = discrepancies.entity_of(subject)
        if entity:
            type(entity).objects.select_for_update(no_key=True).get(pk=entity.pk)
    rows = type(subject)._default_manager.select_for_update(no_key=True)
    return rows.get(pk=subject.pk)


def seen_digest(subject: Subject) -> str:
    """Return SHA-256, hex, of what a page shows of the subject: when it differs, look again."""
    canonical = json.dumps(_seen(subject), sort_keys=True)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _seen(subject: Subject) -> dict[str, Any]:
    if isinstance(subject, Operation):
        return _seen_of_operation(subject)
    if isinstance(subject, Discrepancy):
        return {
            "held": subject.held,
            "told": subject.told,
            "told_by": subject.told_by,
            "event": subject.event_id,
            "agrees": subject.agreed_at is not None,
            "is_open": subject.resolved_at is None,
        }
    newer = comparisons.after(subject)
    is_old = {"newer": newer.pk} if newer else {}
    return {"state": subject.state, "digest": subject.digest, **is_old}


def _seen_of_operation(operation: Operation) -> dict[str, Any]:
    target = target_of(operation)
    return {
        "state": operation.state,
        "lease": operation.lease_number,
        **_seen_of_target(target),
        "candidates": [str(account.pk) for account in proof.candidates(operation)],
        "can_end_as": list(_for_operation(operation)),
        "is_gone": proof.is_gone(operation),
    }


def _seen_of_target(target: Mirrored | None) -> dict[str, Any]:
    """Return what is shown of what exists; of a customer who is to be made, nothing."""
    if target is None:
        return {}
    return {"target": str(target.pk), "status": target.status, "revision": target.revision}


def audited(subject: Subject) -> dict[str, Any]:
    """Return what the audit names when people decide about the subject."""
    if isinstance(subject, Operation):
        return {"target": target_of(subject) or subject, "operation": subject}
    entity: Mirrored | None = None
    if isinstance(subject, Discrepancy):
        entity = discrepancies.entity_of(subject)
    return {"target": entity or subject}
