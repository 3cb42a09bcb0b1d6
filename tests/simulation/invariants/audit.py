"""Invariants of the audit: everything is explained once, in a chain that verifies."""

from accounts_app import sealing
from accounts_app.models import AuditEntry, Operation
from tests.simulation.invariants.violation import demand
from tests.simulation.look import Look, Past, count_entries, entries_after

TERMINAL = {state.value for state in Operation.State} - set(Operation.OPEN)
DECISIONS = {"requested", "approved", "rejected", "cancelled"}


def i20_chain(_: Look, past: Past) -> None:
    """The chain verifies and its sequence has no gaps; only what is new is looked at."""
    if count_entries() == past.sealed[0]:
        return
    for entry in entries_after(past.sealed[0]):
        number, previous = past.sealed
        demand("I20", entry.sequence == number + 1, f"audit entry {number + 1} is missing")
        demand("I20", entry.previous_hash == previous, f"audit entry {entry.sequence} is loose")
        demand("I20", entry.hash == sealing.seal(entry), f"audit entry {entry.sequence} is altered")
        past.sealed = (entry.sequence, entry.hash)
        _remember(entry, past)


def _remember(entry: AuditEntry, past: Past) -> None:
    if entry.operation_id is None or "operation" not in entry.after:
        return
    past.actions.setdefault(entry.operation_id, []).append(entry.after["operation"])


def i18_one_outcome(look: Look, past: Past) -> None:
    """Exactly one outcome entry per ended operation, and one entry per human decision."""
    for row in look.operations:
        told = past.actions.get(row.id, [])
        ends = [state for state in told if state in TERMINAL]
        wanted = [row.state] if row.state in TERMINAL else []
        demand("I18", ends == wanted, f"operation {row.id} is {row.state}; the audit tells {ends}")
        for decision in DECISIONS - {"approved"}:
            demand("I18", told.count(decision) < 2, f"operation {row.id}: two entries {decision}")
        demand("I18", told[:1] == ["requested"], f"operation {row.id}: nobody asked for it")


def i19_no_silent_change(look: Look, past: Past) -> None:
    """No state change without its audit entry, and no entry without its change."""
    for row in look.operations:
        told = past.actions.get(row.id, [""])[-1]
        demand("I19", told == row.state, f"operation {row.id} is {row.state}, audited as {told}")


CHECKS = (i20_chain, i18_one_outcome, i19_no_silent_change)
