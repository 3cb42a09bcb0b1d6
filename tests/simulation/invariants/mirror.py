"""Invariants of the mirror and of the inbox."""

import hashlib

from accounts_app.models import Account, Card, Customer, WebhookEvent
from tests.simulation.invariants.violation import demand
from tests.simulation.look import Look, Past

FINAL = {model.KIND.value: model.FINAL_STATUSES for model in (Customer, Account, Card)}


def i13_kept(look: Look, past: Past) -> None:
    """Every acknowledged event is in the inbox, byte for byte, for ever."""
    missing = past.acknowledged.keys() - look.inbox
    demand("I13", not missing, f"acknowledged and not in the inbox: {sorted(missing)[:3]}")


def i15_forward(look: Look, past: Past) -> None:
    """`updatedAt` of a mirrored row never goes back."""
    for name, row in look.rows.items():
        before = past.rows.get(name)
        forward = before is None or before.revision <= row.revision
        demand("I15", forward, f"{name} went back in time")


def i16_final(look: Look, past: Past) -> None:
    """A final state changes only with a discrepancy."""
    for name, row in look.rows.items():
        before = past.rows.get(name)
        left = before and before.status in FINAL[name[0]] and before.status != row.status
        told = name[1] in look.discrepancies
        demand("I16", not left or told, f"{name} left {before and before.status} in silence")


def rows_stay(look: Look, past: Past) -> None:
    """Nothing mirrored is ever deleted."""
    gone = past.rows.keys() - look.rows.keys()
    demand("rows", not gone, f"gone from the mirror: {sorted(gone)[:3]}")
    past.rows = look.rows


def i13_byte_for_byte(past: Past) -> None:
    """The bodies in the inbox are those that were acknowledged; checked at the end of a run."""
    for row in WebhookEvent.objects.all():
        body = past.acknowledged.get((row.event_id, row.digest))
        is_same = hashlib.sha256(bytes(row.body)).hexdigest() == row.digest
        demand("I13", is_same, f"event {row.event_id} was altered")
        demand("I13", body is None or body == bytes(row.body), f"event {row.event_id} was altered")


CHECKS = (i13_kept, i15_forward, i16_final, rows_stay)
ENDING = (i13_byte_for_byte,)
