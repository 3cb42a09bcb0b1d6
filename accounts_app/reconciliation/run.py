"""One full comparison, from the provider's lists to the differences taken over.

What a crash leaves behind is harmless: every difference is taken over in a transaction of its own,
and the next comparison finds the rest.
"""

import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

import structlog
from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction

from accounts_app import clock, mirror
from accounts_app.models import Operation, Reconciliation, Source
from accounts_app.offblocks.errors import ProviderError
from accounts_app.reconciliation import drifts, reading, record
from accounts_app.reconciliation.drifts import Outcome
from accounts_app.reconciliation.plan import (
    Agreement,
    Difference,
    Limits,
    Plan,
    compare,
    judge,
)
from accounts_app.reconciliation.reading import Progress
from accounts_app.sentences import say
from accounts_app.services import limiter, pausing, sending, settling

log = structlog.get_logger()
State = Reconciliation.State
Trigger = Reconciliation.Trigger
FINISHED = (State.EQUAL, State.APPLIED)
# What is no difference, or was told by an earlier comparison.
UNTOLD = (None, Outcome.UNCHANGED, Outcome.KNOWN)
# Far less than a lease lasts, and far more than it takes to renew it.
RENEWED_AFTER = 10  # seconds
TAKEN = (Outcome.CREATED, Outcome.UPDATED)


def silent(items: Iterable[Any], _name: str) -> Iterable[Any]:
    """Show no progress."""
    return items


def run(
    trigger: Trigger,
    starter: User | None = None,
    progress: Progress = silent,
    *,
    apply: bool = True,
) -> Reconciliation:
    """Compare the mirror with the provider and take over what differs; return how it ended.

    It ends held when the plan is implausible, failed when the provider does not let it finish, and
    without `apply` nothing but the comparison itself is written. Raises AlreadyMoved while another
    one runs, and when it was taken for abandoned.
    """
    return _make(record.start(trigger, starter), progress, apply=apply)


def run_next() -> Reconciliation:
    """Make the comparison that somebody asked for, else one by schedule; raises as `run` does."""
    return _make(record.start_waiting() or record.start(Trigger.SCHEDULE, None), silent, apply=True)


def _make(reconciliation: Reconciliation, progress: Progress, *, apply: bool) -> Reconciliation:
    try:
        drifts.credit_late_webhooks()
        if apply:
            _settle_due()
        plan = compare(reading.sides(_renewing(reconciliation, progress), learns=apply))
        reasons = judge(plan, _limits())
        if not reasons:
            plan = _confirmed(reconciliation, plan)
        reconciliation.counts, reconciliation.digest = plan.counts, plan.digest
        _conclude(reconciliation, plan, reasons, progress, apply=apply)
    except ProviderError as error:
        words = say("Reading from the provider failed: {why}", why=error.message)
        _end(reconciliation, State.FAILED, words, failure=words)
    return reconciliation


def _renewing(reconciliation: Reconciliation, progress: Progress) -> Progress:
    """Keep the comparison ours while the lists arrive."""

    def renewed(items: Iterable[Any]) -> Iterator[Any]:
        last = time.monotonic()
        for item in items:
            yield item
            if time.monotonic() - last > RENEWED_AFTER:
                record.renew(reconciliation)
                last = time.monotonic()
        record.renew(reconciliation)

    return lambda items, name: renewed(progress(items, name))


def _settle_due() -> None:
    """End the operations that a look can end, before their effects look like differences."""
    due = Operation.objects.filter(
        state__in=(Operation.State.ACCEPTED, Operation.State.UNCERTAIN), next_at__lte=clock.now()
    )
    for operation in due:
        is_uncertain = operation.state == Operation.State.UNCERTAIN
        if is_uncertain and not pausing.current() and sending.may_resend(operation):
            continue  # It is sent again first, by the worker.
        limiter.wait_for_place()
        try:
            settling.settle(operation)
        except Exception:
            # The mirror of everything else does not wait for one broken row.
            log.exception("an operation was not settled", operation=operation.pk)


def _limits() -> Limits:
    finished = Reconciliation.objects.filter(state__in=FINISHED)
    return Limits(
        settings.RECONCILE_HOLD_SHARE,
        settings.RECONCILE_HOLD_ROWS,
        is_first=not finished.exists(),
    )


def _confirmed(reconciliation: Reconciliation, plan: Plan) -> Plan:
    """Have the provider's own reads confirm what the lists alone do not prove."""
    kept: list[Difference] = []
    for difference in plan.differences:
        if difference.is_doubtful:
            record.renew(reconciliation)
            found = reading.confirmed(difference)
            kept += [found] if found else []
        else:
            kept.append(difference)
    return replace(plan, differences=tuple(kept))


def _conclude(
    reconciliation: Reconciliation,
    plan: Plan,
    reasons: list[str],
    progress: Progress,
    *,
    apply: bool,
) -> None:
    if not apply:
        _end_unapplied(reconciliation, plan, " ".join(reasons))
    elif reasons:
        _hold(reconciliation, plan, " ".join(reasons))
    else:
        _apply(reconciliation, plan, progress)


def _end_unapplied(reconciliation: Reconciliation, plan: Plan, why_held: str) -> None:
    drifts.keep(reconciliation, plan.differences)
    state = State.CHECKED if plan.differences else State.EQUAL
    _end(
        reconciliation,
        state,
        say("{found}; nothing was taken over.", found=_found(plan)),
        why_held=why_held,
    )


def _hold(reconciliation: Reconciliation, plan: Plan, why_held: str) -> None:
    """Keep the plan for two people, once: the same one may be waiting for them already."""
    twin = Reconciliation.objects.filter(state=State.HELD, digest=plan.digest).first()
    if twin:
        words = say(
            "Comparison {pk} holds the same differences and waits for two people.", pk=twin.pk
        )
        _end(reconciliation, State.CHECKED, words, why_held=words)
        return
    with transaction.atomic():
        drifts.keep(reconciliation, plan.differences)
        _end(reconciliation, State.HELD, why_held, why_held=why_held)
    record.replace_held(reconciliation)


def _apply(reconciliation: Reconciliation, plan: Plan, progress: Progress) -> None:
    came = [
        (difference, _take_over(reconciliation, difference))
        for difference in progress(plan.differences, "differences")
    ]
    for agreement in plan.agreements:
        _confirm(agreement)
    plan = replace(plan, differences=tuple(difference for difference, outcome in came if outcome))
    reconciliation.counts = record.with_known(plan.counts)
    state = State.APPLIED if plan.differences else State.EQUAL
    number = sum(outcome in TAKEN for _, outcome in came)
    if number == len(plan.differences):
        words = say("{found} and taken over.", found=_found(plan))
    else:
        words = say("{found} and {number} taken over.", found=_found(plan), number=number)
    _end(reconciliation, state, words)
    record.replace_held(reconciliation)


def _take_over(reconciliation: Reconciliation, difference: Difference) -> str:
    """Take one difference over and keep what came of it; empty for what is to be told no more."""
    row = drifts.row_of(reconciliation, difference)

    def keep(outcome: Outcome | None) -> None:
        record.renew(reconciliation)
        if outcome not in UNTOLD:
            row.outcome = str(outcome)
            row.save(force_insert=True)

    drifts.take_over(difference, keep)
    return row.outcome


def _confirm(agreement: Agreement) -> None:
    mirror.observe(agreement.shape, source=Source.SYNC, asked_at=agreement.asked_at)


def _end(reconciliation: Reconciliation, to: State, words: str, **columns: Any) -> None:
    columns |= {"counts": reconciliation.counts, "digest": reconciliation.digest}
    record.end(reconciliation, to, words=words, **columns)


def _found(plan: Plan) -> str:
    number = len(plan.differences)
    return (
        say("{number} difference found", number=number)
        if number == 1
        else say("{number} differences found", number=number)
    )
