"""What the sandbox knows and what our database holds, side by side."""

import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from accounts_app.management.demo.provider import Provider
from accounts_app.models import AuditEntry, Operation, WebhookEvent
from tests import mirrored
from tests.drill.matrix import FETCHES
from tests.drill.patience import again
from tests.drill.stage import Target


@dataclass(frozen=True)
class Sight:
    """Both sides at about the same moment."""

    world: dict[str, Any]
    ledger: list[dict[str, Any]]
    deliveries: list[dict[str, Any]]
    provider: mirrored.Fields
    mirror: mirrored.Fields
    events: Counter[str]

    def family(self, target: Target) -> set[str]:
        """Return the ids of a customer and of all that hangs from it, on either side."""
        registered = {one["id"] for one in self.world["customer"] if _is(one, target.name)}
        found = {target.customer, *registered} - {""}
        for parent, kind in (("customerId", "account"), ("accountId", "card")):
            found |= {one["id"] for one in self.world[kind] if one[parent] in found}
        for parent in ("customer_id", "account_id"):
            found |= {id for id, row in self.mirror.items() if row.get(parent) in found}
        return found

    def differences(self, ids: set[str] | None = None) -> list[str]:
        """Name every field of these entities in which the mirror is not the provider."""
        both = self.provider.keys() | self.mirror.keys()
        return [
            f"{id} {name}: {ours.get(name)} here, {theirs.get(name)} there"
            for id in sorted(both if ids is None else both & ids)
            for ours, theirs in [(self.mirror.get(id, {}), self.provider.get(id, {}))]
            for name in sorted(ours.keys() | theirs.keys())
            if ours.get(name) != theirs.get(name)
        ]

    def unstored(self, ids: set[str] | None = None) -> list[str]:
        """Name the events that we acknowledged and do not hold exactly once."""
        acknowledged = {
            delivery["eventId"]
            for delivery in self.deliveries
            if delivery["status"] == "delivered" and (ids is None or delivery["entityId"] in ids)
        }
        return sorted(event for event in acknowledged if self.events[event] != 1)

    def is_at_rest(self, ids: set[str]) -> bool:
        """Whether these are equal, all is delivered, and the provider is not about to go on."""
        ours = [one for one in self.deliveries if one["entityId"] in ids]
        is_delivered = all(one["status"] != "queued" for one in ours)
        deploys = any(self.provider[id]["status"] == "pending" for id in ids & set(self.provider))
        return is_delivered and not deploys and not self.differences(ids)

    def changes(self, ids: set[str]) -> list[dict[str, Any]]:
        """List the effective changes of these entities that requests of ours made."""
        return [line for line in self.ledger if line["id"] in ids and line["cause"] == "api"]


def _is(customer: dict[str, Any], name: str) -> bool:
    return bool(name) and customer["externalId"] == name


@dataclass
class Truth:
    """Looks at both sides; runs that ask while somebody looks share the next look."""

    _lock: threading.Lock = field(default_factory=threading.Lock)
    _last: Sight | None = None
    _began: float = -1.0

    def look(self) -> Sight:
        """Return both sides as they are now, or a moment later."""
        asked = time.monotonic()
        with self._lock:
            if self._last is None or self._began < asked:
                self._began = time.monotonic()
                self._last = _look()
            return self._last


def _look() -> Sight:
    with Provider() as provider:
        deliveries, ledger, world = map(provider.ask, ("deliveries", "ledger", "world"))
    events = again(lambda: Counter(WebhookEvent.objects.values_list("event_id", flat=True)))
    mirror = again(mirrored.mirror)
    return Sight(world, ledger, deliveries, mirrored.world(world), mirror, events)


def complaints(operation: Operation, target: Target, sight: Sight) -> list[str]:
    """Say what about this operation must not be."""
    changes = sight.changes(sight.family(target))
    by_key = [line for line in changes if line["key"] == str(operation.key)]
    attempts = operation.attempts.count()
    outcomes = AuditEntry.objects.filter(
        operation=operation, action=f"{operation.kind}.{operation.state}"
    )
    is_done = operation.state == Operation.State.SUCCEEDED
    expected = 1 if is_done and operation.method else 0
    checks = {
        f"{len(by_key)} effective changes instead of {expected}": len(by_key) != expected,
        f"{len(changes) - len(by_key)} changes under another key": len(changes) != len(by_key),
        f"it ended as {operation.state}: {operation.outcome}": not _may_end_so(operation),
        f"{attempts} attempts at a challenge": not operation.method and attempts > 1,
        f"{outcomes.count()} audit entries of its end": outcomes.count() != 1,
    }
    return [words for words, is_wrong in checks.items() if is_wrong]


def _may_end_so(operation: Operation) -> bool:
    """A lost challenge is never fetched again: it ends as failed, and staff ask for a new one."""
    State = Operation.State
    may_fail = operation.kind in FETCHES
    return operation.state == State.SUCCEEDED or (may_fail and operation.state == State.FAILED)
