"""The parts of a pack: which rows belong into each, read one after the other from the database."""

from collections.abc import Callable, Iterator
from typing import Any

from django.db.models import Q, QuerySet

from accounts_app import sealing
from accounts_app.models import (
    Attempt,
    AuditEntry,
    Challenge,
    Discrepancy,
    Drift,
    Operation,
    Resolution,
    Snapshot,
    WebhookEvent,
)
from accounts_app.services import past
from accounts_app.services.evidence import records
from accounts_app.services.evidence.scope import Scope

Records = Iterator[dict[str, Any]]
AT_A_TIME = 500


def _rows(rows: QuerySet[Any]) -> Iterator[Any]:
    return rows.order_by("pk").iterator(chunk_size=AT_A_TIME)


def state(scope: Scope) -> Records:
    """Each entity as we knew it at the end of the period, and as we know it now."""
    for entity in scope.entities:
        known = Snapshot.objects.filter(entity_kind=entity.KIND, entity_id=entity.pk)
        then = known.filter(asked_at__lt=scope.until).order_by("-id").first()
        yield {
            "entity_kind": str(entity.KIND),
            "entity_id": str(entity.pk),
            "then": records.of(then) if then else None,
            "now": records.of(type(entity).objects.get(pk=entity.pk)),
        }


def operations(scope: Scope) -> Records:
    """What staff asked for: the request, who asked and agreed, why, and what came of it."""
    rows = Operation.objects.filter(pk__in=scope.operations).select_related("maker", "checker")
    return (records.of_operation(row) for row in _rows(rows))


def attempts(scope: Scope) -> Records:
    """Every try at sending one of them, and what came back."""
    rows = Attempt.objects.filter(operation__in=scope.operations)
    return (records.of(row) for row in _rows(rows))


def challenges(scope: Scope) -> Records:
    """The messages that the owner was to sign in the period, by digest."""
    whose = Q(account__in=scope.accounts) | Q(customer=scope.customer)
    open_then = Q(ended_at=None) | Q(ended_at__gte=scope.since)
    rows = Challenge.objects.filter(whose, open_then, received_at__lt=scope.until)
    ordered = rows.order_by("received_at", "pk").iterator(chunk_size=AT_A_TIME)
    return (records.of_challenge(row) for row in ordered)


def events(scope: Scope) -> Records:
    """What the provider's webhooks brought, word for word."""
    about = Q(entity_id__in=scope.ids) | Q(account_id__in=[one.pk for one in scope.accounts])
    rows = WebhookEvent.objects.filter(about, **_within(scope, "received_at"))
    return (records.of_event(row) for row in _rows(rows))


def snapshots(scope: Scope) -> Records:
    """Every representation that brought a change, word for word."""
    rows = Snapshot.objects.filter(entity_id__in=scope.ids, **_within(scope, "asked_at"))
    return (records.of(row) for row in _rows(rows))


def _differences(scope: Scope) -> QuerySet[Any]:
    return Drift.objects.filter(entity_id__in=scope.ids, **_within(scope, "asked_at"))


def differences(scope: Scope) -> Records:
    """What full comparisons with the provider found."""
    return (records.of(row) for row in _rows(_differences(scope)))


def _comparisons(scope: Scope) -> list[int]:
    """Return the numbers of the comparisons that found them: people may have decided about one."""
    found = _differences(scope).order_by("reconciliation")
    return list(found.values_list("reconciliation", flat=True).distinct())


def _discrepancies(scope: Scope) -> QuerySet[Any]:
    open_then = Q(resolved_at=None) | Q(resolved_at__gte=scope.since)
    of_entities = Discrepancy.objects.filter(entity_id__in=scope.ids)
    return of_entities.filter(open_then, past.opened(scope.ids, scope.until))


def discrepancies(scope: Scope) -> Records:
    """Where the provider contradicted what must not change."""
    return (records.of(row) for row in _rows(_discrepancies(scope)))


def resolutions(scope: Scope) -> Records:
    """How two people ended what no machine could."""
    about = Q(operation__in=scope.operations) | Q(discrepancy__in=_discrepancies(scope))
    about |= Q(reconciliation__in=_comparisons(scope))
    rows = Resolution.objects.filter(about, proposed_at__lt=scope.until)
    return (records.of(row) for row in _rows(rows.select_related("proposer", "decider")))


def audit(scope: Scope) -> Records:
    """The audit entries; each hash is SHA-256 of the text in `sealed`, in UTF-8."""
    numbers = [str(id) for id in scope.ids]
    found = [str(pk) for pk in _discrepancies(scope).values_list("pk", flat=True)]
    compared = [str(pk) for pk in _comparisons(scope)]
    about = Q(object_kind__in=("customer", "account", "card"), object_id__in=numbers)
    about |= Q(object_kind="discrepancy", object_id__in=found)
    about |= Q(object_kind="reconciliation", object_id__in=compared)
    about |= Q(operation__in=scope.operations)
    rows = AuditEntry.objects.filter(about, **_within(scope, "at")).select_related("actor")
    for row in _rows(rows):
        sealed = sealing.canonical(sealing.content_of(row))
        yield records.of(row, sealed=sealed)


def _within(scope: Scope, column: str) -> dict[str, Any]:
    return {f"{column}__gte": scope.since, f"{column}__lt": scope.until}


# In the order of the report; the JSON has them by name.
SECTIONS: dict[str, Callable[[Scope], Records]] = {
    "state": state,
    "operations": operations,
    "attempts": attempts,
    "challenges": challenges,
    "events": events,
    "snapshots": snapshots,
    "differences": differences,
    "discrepancies": discrepancies,
    "resolutions": resolutions,
    "audit": audit,
}
