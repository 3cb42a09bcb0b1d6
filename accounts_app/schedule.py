"""What comes round by itself: how often, and what is done then.

Done twice or days late, it changes nothing but the time.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import structlog
from django.conf import settings
from django.db import Error

from accounts_app.errors import AlreadyMoved
from accounts_app.models import Incident, Pause, Reconciliation
from accounts_app.offblocks.errors import ProviderError
from accounts_app.reconciliation import held, record, run
from accounts_app.sentences import say
from accounts_app.services import (
    anchoring,
    census,
    chain,
    configuration,
    contact,
    incidents,
    jobs,
    pausing,
    subscriptions,
    tidying,
)

log = structlog.get_logger()

ANOTHER_ONE = timedelta(minutes=1)
SUBSCRIBED = say("The subscription is exactly ours.")
# While the provider does not answer, each try of a comparison leaves a row.
AFTER_TROUBLE = timedelta(minutes=30)
BROKE_OFF = say("It broke off; the log tells why.")


class NotDone(Exception):
    """The job could not be done now; it is due again after `wait`."""

    def __init__(self, words: str, wait: timedelta = AFTER_TROUBLE) -> None:
        super().__init__(words)
        self.wait = wait


def sweep() -> str:
    """Compare the whole mirror with the provider."""
    wait = contact.may_read()
    if wait:
        raise NotDone("The provider does not answer.", max(wait, ANOTHER_ONE))
    try:
        comparison = run.run_next()
    except AlreadyMoved as reason:
        raise NotDone(reason.message, ANOTHER_ONE) from reason
    known = record.known(comparison)
    state = Reconciliation.State(comparison.state).label
    words = f"{say('Comparison {pk}: {state}.', pk=comparison.pk, state=state)} {known}".strip()
    if comparison.state == Reconciliation.State.FAILED:
        raise NotDone(f"{words} {comparison.failure}")
    return words


def check_subscription() -> str:
    """Compare the provider's webhook subscription with ours; any difference is an incident.

    Without it no event comes, and one to another address tells a stranger everything.
    """
    words = " ".join(difference.sentence for difference in subscriptions.check())
    if words:
        incidents.notice(Incident.Kind.SUBSCRIPTION, words)
        return words
    incidents.clear(Incident.Kind.SUBSCRIPTION, SUBSCRIBED)
    return SUBSCRIBED


def check_chain() -> str:
    """Walk the audit chain; a fault in it that nobody has acknowledged stops all sending."""
    found = chain.look()
    if found.new:
        fault = found.new
        log.error("the audit chain does not verify", sequence=fault.sequence, fault=fault.what)
        pausing.pause(Pause.Cause.CHAIN, found.words)
    chain.keep_result(found.words, holds=not found.new)
    return found.words


def anchor_chain() -> str:
    """Sign the head of the audit chain when it is time to."""
    try:
        return anchoring.anchor_if_due()
    except anchoring.NotAnchored as reason:
        log.error("the audit chain is not anchored", reason=str(reason))
        raise NotDone(str(reason)) from reason


def carry_out_decisions() -> str:
    """Apply or discard the held comparisons that two people have decided."""
    number = held.carry_out_decisions()
    return (
        say("{number} held comparisons ended.", number=number)
        if number
        else say("Nothing was decided.")
    )


@dataclass(frozen=True)
class Task:
    """What a job does, in words of what came of it, and how long it rests in between."""

    do: Callable[[], str]
    every: Callable[[], timedelta]


TASKS = {
    jobs.SWEEP: Task(sweep, lambda: settings.RECONCILE_EVERY),
    jobs.SUBSCRIPTION: Task(check_subscription, lambda: timedelta(days=1)),
    jobs.CHAIN: Task(check_chain, lambda: timedelta(hours=1)),
    jobs.ANCHOR: Task(anchor_chain, lambda: timedelta(minutes=5)),
    # Each decision makes it due at once; this is how long a broken off one would wait.
    jobs.DECISIONS: Task(carry_out_decisions, lambda: timedelta(hours=1)),
    jobs.TIDYING: Task(tidying.tidy, lambda: timedelta(hours=1)),
    jobs.CENSUS: Task(census.take, lambda: timedelta(minutes=5)),
}


def at_start() -> None:
    """Have the audit chain verified in the first round of a process that begins to work.

    And have it on record which settings that process works with.
    """
    try:
        configuration.note()
        jobs.make_due(jobs.CHAIN)
    except Error as error:
        # It comes round within the hour; a worker waits for a database that is away.
        log.warning("the database does not answer", error=type(error).__name__)


def due() -> list[str]:
    """List the jobs that are due; those never seen before are first due after their interval."""
    jobs.make({name: task.every() for name, task in TASKS.items()})
    return [name for name in jobs.due() if name in TASKS]


def do(name: str) -> None:
    """Do a due job and record what came of it; nothing happens when somebody else has it.

    What breaks off rests for a while, and whatever broke it passes through.
    """
    job = jobs.claim(name)
    if job is None:
        return
    task = TASKS[name]
    try:
        result, again_in = task.do(), task.every()
    except NotDone as reason:
        result, again_in = str(reason), reason.wait
        log.warning("job not done", job=name, reason=result)
    except ProviderError as error:
        result, again_in = error.message, AFTER_TROUBLE
        log.warning("job not done", job=name, reason=result)
    except Exception:
        jobs.finish(job, result=BROKE_OFF, again_in=AFTER_TROUBLE)
        raise
    jobs.finish(job, result=result, again_in=min(again_in, task.every()))
