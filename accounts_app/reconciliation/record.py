"""How a comparison moves from state to state: one at a time, recorded, never by a sleeper."""

from collections import Counter
from contextlib import suppress
from datetime import timedelta
from typing import Any

import structlog
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from accounts_app import audit, clock, discrepancies
from accounts_app.errors import AlreadyMoved
from accounts_app.models import Discrepancy, Reconciliation, Resolution
from accounts_app.sentences import say
from accounts_app.services import jobs

log = structlog.get_logger()
State = Reconciliation.State
Trigger = Reconciliation.Trigger
# Longer than the longest list with its repetitions; every step renews it.
LEASE = timedelta(minutes=20)
CALLS_PEOPLE = (State.HELD, State.FAILED)


def start(trigger: Trigger, starter: User | None) -> Reconciliation:
    """Begin a comparison. Raises AlreadyMoved while another one runs."""
    _end_abandoned()
    now = clock.now()
    row = Reconciliation(
        trigger=trigger,
        starter=starter or audit.system_user(),
        state=State.RUNNING,
        started_at=now,
        lease_until=now + LEASE,
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise _already_running() from None
    return row


def start_waiting() -> Reconciliation | None:
    """Begin the comparison that somebody asked for, if there is one; raises as `start` does."""
    _end_abandoned()
    waiting: Reconciliation | None = Reconciliation.objects.filter(state=State.WAITING).first()
    if waiting is None:
        return None
    now = clock.now()
    try:
        with transaction.atomic():
            _write(waiting, state=State.RUNNING, started_at=now, lease_until=now + LEASE)
    except IntegrityError:
        raise _already_running() from None
    return waiting


def renew(reconciliation: Reconciliation) -> None:
    """Keep a running comparison ours, and the job it may be done for.

    Raises AlreadyMoved when it was taken for abandoned.
    """
    jobs.renew(jobs.SWEEP)
    _write(reconciliation, lease_until=clock.now() + LEASE)


def end(reconciliation: Reconciliation, to: State, *, words: str = "", **columns: Any) -> None:
    """Move a comparison to how it ends, or to where people decide, and record it in the audit.

    One that found nothing is no act and leaves no entry. Raises AlreadyMoved when it is no longer
    in the state in hand.
    """
    before = reconciliation.state
    columns |= {"ended_at": clock.now(), "lease_until": None}
    with transaction.atomic():
        _write(reconciliation, state=to, **columns)
        if to != State.EQUAL:
            _record(reconciliation, before, words)
    say = log.warning if to in CALLS_PEOPLE else log.info
    say("comparison ended", comparison=reconciliation.pk, state=str(to), words=words)


def _record(reconciliation: Reconciliation, before: str, words: str) -> None:
    audit.record(
        actor=reconciliation.starter if before == State.RUNNING else audit.system_user(),
        action=f"comparison.{reconciliation.state}",
        target=reconciliation,
        before={"state": before},
        after={
            "state": reconciliation.state,
            "counts": reconciliation.counts,
            "digest": reconciliation.digest,
        },
        result=words,
    )


def with_known(counts: dict[str, dict[str, int]]) -> dict[str, dict[str, int]]:
    """Return a comparison's numbers with those of the contradictions that are known, by kind.

    `waiting` are those that two people have yet to end, `acknowledged` those they live with.
    """
    waiting = Counter(
        Discrepancy.objects.filter(
            resolved_at=None, told_by=Discrepancy.ToldBy.READ, what__in=discrepancies.READ_FACTS
        ).values_list("entity_kind", flat=True)
    )
    acknowledged = Counter(found.entity_kind for found in discrepancies.acknowledged())
    return {
        kind: {**numbers, "waiting": waiting[kind], "acknowledged": acknowledged[kind]}
        for kind, numbers in counts.items()
    }


def known(reconciliation: Reconciliation) -> str:
    """Say in a sentence which contradictions were known to a comparison; empty without any."""
    every = reconciliation.counts.values()
    waiting, acknowledged = (
        sum(numbers.get(sort, 0) for numbers in every) for sort in ("waiting", "acknowledged")
    )
    parts = [say("{number} known, acknowledged", number=acknowledged)] if acknowledged else []
    parts += [say("{number} waiting for two people", number=waiting)] if waiting else []
    return say("Contradictions: {which}.", which=", ".join(parts)) if parts else ""


def replace_held(newer: Reconciliation) -> None:
    """Discard the held comparisons that a newer one makes pointless.

    One that a proposal is open about stays: two people are about to decide it. Each is discarded in
    a transaction of its own: the row first, then the audit chain, as wherever people decide.
    """
    held = Reconciliation.objects.filter(state=State.HELD, pk__lt=newer.pk)
    for older in held.exclude(resolutions__state__in=_DECIDING):
        with suppress(AlreadyMoved):
            end(older, State.DISCARDED, words=say("Comparison {pk} replaces it.", pk=newer.pk))


_DECIDING = (Resolution.State.PROPOSED, Resolution.State.CONFIRMED)


def _end_abandoned() -> None:
    """End a comparison whose process is gone; what it took over stays."""
    running = Reconciliation.objects.filter(state=State.RUNNING, lease_until__lte=clock.now())
    for abandoned in running:
        words = say("The process that made it is gone. What it had taken over by then stays.")
        with suppress(AlreadyMoved):
            end(abandoned, State.FAILED, words=words, failure=words)


def _already_running() -> AlreadyMoved:
    running = Reconciliation.objects.filter(state=State.RUNNING).first()
    since = (
        say(", since {started_at} UTC", started_at=f"{running.started_at:%Y-%m-%d %H:%M}")
        if running
        else ""
    )
    return AlreadyMoved(say("Another comparison is running{since}.", since=since))


def _write(reconciliation: Reconciliation, **columns: Any) -> None:
    """Write the columns if the row is still in the state, and under the lease, that is in hand."""
    same = Reconciliation.objects.filter(
        pk=reconciliation.pk,
        state=reconciliation.state,
        lease_until=reconciliation.lease_until,
    )
    if not same.update(**columns):
        raise AlreadyMoved(
            say("Comparison {pk} has moved on in the meantime.", pk=reconciliation.pk)
        )
    for name, value in columns.items():
        setattr(reconciliation, name, value)
