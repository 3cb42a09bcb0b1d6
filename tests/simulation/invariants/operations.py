"""Invariants of operations: one effect, one key, no guessing, and what each ending implies."""

from collections import Counter

from accounts_app.models import Operation, Snapshot
from accounts_app.services import challenges
from accounts_app.services.catalogue import KINDS
from accounts_app.services.readback import CLOCK_SKEW
from accounts_app.services.transitions import known_target_of
from tests.simulation.invariants.violation import demand
from tests.simulation.look import Look, Past, body_digest, plain

OPEN = set(Operation.OPEN)
LANES_OF_ACCOUNT = ("deactivate", "reactivate", "close")


def i1_one_effect(look: Look, _: Past) -> None:
    """At most one effective provider change per operation."""
    for key, lines in look.effects.items():
        demand("I1", len(lines) < 2, f"key {key} took effect {len(lines)} times")


def i2_one_key(look: Look, past: Past) -> None:
    """One key per operation, for ever; a key belongs to one operation; its bytes never change."""
    keys = Counter(row.key for row in look.operations if row.key)
    demand("I2", all(n == 1 for n in keys.values()), "a key belongs to several operations")
    for row in look.operations:
        request = (row.method, row.path, body_digest(row), row.kind, row.lane)
        before = past.frozen.setdefault(row.id, (row.key, *request))
        same = before[1:] == request and before[0] in (None, row.key)
        demand("I2", same, f"operation {row.id}: its request or its key changed")
        past.frozen[row.id] = (row.key, *request)


def i3_sent_in_order(look: Look, _: Past) -> None:
    """No attempt begins after the resend deadline, or before the approval."""
    for row in look.operations:
        attempts = look.attempts.get(row.id, [])
        demand("I3", len(attempts) == row.attempts_made, f"operation {row.id}: attempts miscounted")
        for attempt in attempts:
            in_time = row.resend_deadline is None or attempt.started_at <= row.resend_deadline
            demand("I3", in_time, f"operation {row.id}: sent after the resend deadline")
            approved = row.decided_at and row.decided_at <= attempt.started_at and row.key
            demand("I3", approved, f"operation {row.id}: sent without approval")


def i4_one_open(look: Look, _: Past) -> None:
    """At most one open operation per account, at most one open creation per customer."""
    lanes = Counter(row.lane for row in look.operations if row.state in OPEN)
    for lane, number in lanes.items():
        demand("I4", number == 1, f"{number} open operations on {lane}")


def i5_no_guess(look: Look, past: Past) -> None:
    """Ambiguous and failed never meet, and ambiguity sticks."""
    for row in look.operations:
        failed = row.ambiguous and row.state == "failed"
        demand("I5", not failed, f"operation {row.id} failed although it is ambiguous")
        forgot = row.id in past.ambiguous and not row.ambiguous
        demand("I5", not forgot, f"operation {row.id} is no longer ambiguous")
        if row.ambiguous:
            past.ambiguous.add(row.id)


def i7_proven(look: Look, past: Past) -> None:
    """`succeeded` implies a stored provider answer that shows the effect."""
    for row in look.operations:
        if row.state == "succeeded" and past.states.get(row.id) != "succeeded":
            proven = _is_proven(Operation.objects.get(pk=row.id))
            demand("I7", proven, f"operation {row.id} succeeded without proof")


def _is_proven(operation: Operation) -> bool:
    kind, sent_at = KINDS[operation.kind], operation.first_sent_at
    if kind.build is None:
        subject = challenges.subject_of(operation)
        assert subject, "what is fetched is of somebody"
        fetched = subject.challenges.all()
        return fetched.filter(received_at__gte=operation.last_sent_at).exists()
    assert sent_at, "what succeeded was sent"
    if kind.may_vanish and operation.evidence.get("provider", {}).get("known") is False:
        # Two people took the provider's word, and its lasting 404, for a close that took effect.
        return operation.evidence["proof"] == "two people"
    if kind.makes:
        made = getattr(operation, kind.makes.model.KIND)
        return made is not None and Snapshot.objects.filter(entity_id=made.pk).exists()
    shown = Snapshot.objects.filter(entity_id=known_target_of(operation).pk)
    shown = shown.filter(status__in=kind.proves)
    # Two people may end it by a state that came about before it was sent.
    if operation.evidence.get("proof") != "two people":
        earliest = int((sent_at - CLOCK_SKEW).timestamp() * 1_000_000)
        shown = shown.filter(revision__gte=earliest)
    return shown.exists()


def i8_nothing_there(look: Look, _: Past) -> None:
    """`not_applied` and `failed`, and all that was never sent, imply that nothing took effect.

    What two people ended is theirs: they may know less than the provider.
    """
    effects = look.effects
    for row in look.operations:
        if row.state in {"not_applied", "failed", "rejected", "expired", "stale", "cancelled"}:
            done = row.key and plain(row.key) in effects and "two people" not in str(row.evidence)
            demand("I8", not done, f"operation {row.id} is {row.state} and took effect")


def i9_two_people(look: Look, _: Past) -> None:
    """The approver differs from the maker, and what needs one was not sent without."""
    for row in look.operations:
        demand("I9", row.checker_id != row.maker_id, f"operation {row.id}: one person alone")
        sent = row.attempts_made and row.needs_checker
        demand("I9", not sent or row.checker_id, f"operation {row.id}: sent without a checker")


def states_move_forward(look: Look, past: Past) -> None:
    """An operation that ended stays ended, as it ended."""
    for row in look.operations:
        before = past.states.get(row.id)
        moved = before is not None and before not in OPEN and before != row.state
        demand("states", not moved, f"operation {row.id} went from {before} to {row.state}")
        past.states[row.id] = row.state


CHECKS = (
    i1_one_effect,
    i2_one_key,
    i3_sent_in_order,
    i4_one_open,
    i5_no_guess,
    i7_proven,
    i8_nothing_there,
    i9_two_people,
    states_move_forward,
)
