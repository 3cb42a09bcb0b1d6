"""Invariants of each request, checked right before it leaves."""

import re
from datetime import timedelta
from typing import Any

from django.conf import settings

from accounts_app.models import Attempt, Operation
from accounts_app.services.catalogue import KINDS
from accounts_app.services.transitions import asked_about
from tests.simulation.exchange import Exchange
from tests.simulation.invariants.violation import demand
from tests.simulation.provider import HOST

_ID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_ALLOWED = re.compile(
    rf"/v1/(auth/token|webhooks|customers(/{_ID}"
    rf"(/(accounts|activate|deactivate|challenge|challenge/sign))?)?"
    rf"|cards(/{_ID}(/(activate|deactivate))?)?"
    rf"|accounts(/{_ID}(/(activate|deactivate|cards|challenge|challenge/sign))?)?)"
)
# What the resend deadline leaves for the last request to get on its way.
MARGIN = timedelta(minutes=2)


def i22_allowed_path(exchange: Exchange) -> None:
    """Every path is on the list, and the host is the configured one."""
    demand("I22", exchange.host == HOST, f"sent to {exchange.host}")
    demand("I22", _ALLOWED.fullmatch(exchange.path), f"asked for {exchange.path}")


def i21_events_only_read(exchange: Exchange, *, for_event: bool) -> None:
    """No webhook causes a changing request, or one with a side effect."""
    changes = exchange.is_change or exchange.path.endswith("/challenge")
    demand("I21", not (for_event and changes), f"an event caused {exchange.shown()}")


def asked_by(exchange: Exchange) -> Operation:
    """Return the operation a change belongs to, as it is right before the request leaves."""
    row: Operation | None = Operation.objects.filter(key=exchange.key).first()
    demand("I3", row, f"no operation has the key {exchange.key}")
    assert row, "demanded"
    return row


def i3_committed_before(exchange: Exchange, row: Operation, now: Any) -> None:
    """Nothing is sent without approval and a committed attempt, or signed after the deadline.

    What froze between its signature and its first byte is the provider's to refuse, by its age.
    """
    demand("I3", row.decided_at, f"operation {row.pk} is sent without approval")
    begun = Attempt.objects.filter(operation=row, started_at__lte=now)
    demand("I3", begun.exists(), f"operation {row.pk} is sent without an attempt")
    assert row.resend_deadline, "what is sent has one"
    late = exchange.signed_at - row.resend_deadline
    demand("I3", late <= MARGIN, f"operation {row.pk} is signed {late} too late")
    i2_frozen(exchange, row)


def i2_frozen(exchange: Exchange, row: Operation) -> None:
    """What is sent are the frozen method, path and bytes."""
    frozen = (row.method, f"/v1{row.path}", bytes(row.body))
    sent = (exchange.method, exchange.path, exchange.body)
    demand("I2", frozen == sent, f"operation {row.pk}: other bytes are sent than were agreed to")


def i10_looked_before(row: Operation, seen: dict[str, tuple[str, Any]]) -> None:
    """What must be looked at before sending was, and showed a state in which it may be done."""
    kind = KINDS[row.kind]
    if not kind.reads_first or row.ambiguous:
        return
    target = asked_about(row)
    status, moment = seen.get(str(target.pk), ("nothing", None))
    fresh = moment and moment >= claimed_at(row)
    demand("I10", fresh, f"operation {row.pk}: {row.kind} is sent without a fresh look")
    joins = bool(kind.joins) and kind.may_start(target)
    may = status in kind.start or joins
    demand("I10", may, f"operation {row.pk}: {row.kind} is sent after a look at {status}")


def i9_rights_held(row: Operation, lost: dict[int, Any]) -> None:
    """Maker and checker held their roles when it was claimed; `lost` tells since when not."""
    if row.ambiguous:
        return
    for person in (row.maker_id, row.checker_id):
        since = lost.get(person) if person else None
        late = since is None or since >= claimed_at(row)
        demand("I9", late, f"operation {row.pk} is sent; user {person} has no right since {since}")


def claimed_at(row: Operation) -> Any:
    """When the present lease was taken."""
    return row.lease_until - settings.SEND_LEASE if row.lease_until else row.requested_at
