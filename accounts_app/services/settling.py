"""Find out what became of an operation: only what the provider shows ends an uncertain one."""

from datetime import datetime, timedelta
from functools import partial
from typing import Any

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Max

from accounts_app import audit, clock, conf
from accounts_app.errors import AlreadyMoved
from accounts_app.models import Attempt, Challenge, Operation
from accounts_app.offblocks.errors import ProviderError
from accounts_app.sentences import say
from accounts_app.services import answers, challenges, contact, lanes, pausing, readback
from accounts_app.services.catalogue import KINDS
from accounts_app.services.readback import Finding, Verdict
from accounts_app.services.transitions import move

log = structlog.get_logger()
State = Operation.State
BETWEEN_NEGATIVES = timedelta(minutes=10)


def settle(operation: Operation) -> None:
    """Read back an accepted or uncertain operation and end it when the provider shows how it went.

    Does nothing when somebody else was faster; a failed read is tried again later, and while the
    provider is down none is made but the one that tries the way for all.
    """
    wait = contact.may_read()
    if wait:
        _again(operation, wait, operation.outcome)
        return
    try:
        finding = readback.look(operation)
    except ProviderError as error:
        pausing.heed(error)
        step = partial(_unread, operation, error)
    else:
        step = partial(_conclude, operation, finding)
    try:
        step()
    except AlreadyMoved:
        return


def _unread(operation: Operation, error: ProviderError) -> None:
    """Look again later; what cannot be read for a day is for people, like what shows nothing."""
    if _is_overdue(operation) and not lanes.waits_for_owner(operation):
        _call_people(
            operation, Finding(Verdict.UNSEEN, say("It could not be looked for: {why}", why=error))
        )
    else:
        _again(operation, conf.backoff(4), say("Checking: {why}", why=error))


def recover(operation: Operation) -> None:
    """Take over an operation whose sender vanished.

    Without an attempt of its lease nothing left, and it waits to be sent as before. With one,
    nobody knows whether it arrived.
    """
    has_begun = operation.attempts.filter(lease_number=operation.lease_number).exists()
    try:
        if has_begun and KINDS[operation.kind].build is None:
            answers.no_challenge(operation, None)
        elif has_begun or operation.ambiguous:
            words = say("Outcome being checked. Do not repeat it.")
            _take_over(operation, State.UNCERTAIN, ambiguous=True, outcome=words)
        else:
            _take_over(operation, State.APPROVED)
    except AlreadyMoved:
        return


def _take_over(operation: Operation, to: Operation.State, **columns: Any) -> None:
    columns |= {
        "lease_number": operation.lease_number + 1,
        "lease_until": None,
        "next_at": clock.now(),
    }
    move(operation, to, actor=audit.system_user(), result=say("The sender vanished."), **columns)


def _conclude(operation: Operation, finding: Finding) -> None:
    if finding.verdict is Verdict.DONE:
        _succeed(operation, finding)
    elif _is_for_people(finding):
        _call_people(operation, finding)
    elif lanes.waits_for_owner(operation) and not finding.is_gone:
        _again(operation, conf.backoff(3), say("Accepted. Waiting for the owner's signature."))
    elif _is_overdue(operation):
        _call_people(operation, finding)
    elif operation.state == State.ACCEPTED:
        _wait_for_effect(operation, finding)
    elif finding.verdict is Verdict.UNSEEN or _was_accepted(operation):
        # Neither proves that nothing happened: look on, and let people decide in the end.
        _again(operation, conf.backoff(4), say("Checking. {words}", words=finding.words))
    else:
        _weigh_negative(operation, finding)


def _is_for_people(finding: Finding) -> bool:
    return finding.verdict in {Verdict.MANY, Verdict.CONTRADICTED}


def _succeed(operation: Operation, finding: Finding) -> None:
    columns: dict[str, Any] = {"status_after": finding.status, "evidence": finding.evidence}
    if finding.made:
        columns[str(finding.made.KIND)] = finding.made
    with transaction.atomic():
        answers.stop(
            operation, State.SUCCEEDED, say("Done. {words}", words=finding.words), **columns
        )
        challenges.end_signed(operation)


def _is_overdue(operation: Operation) -> bool:
    return clock.now() - _moved_at(operation) > settings.SETTLE_DEADLINE


def _was_accepted(operation: Operation) -> bool:
    return operation.attempts.filter(result=Attempt.Result.ANSWERED).exists()


def _moved_at(operation: Operation) -> datetime:
    """Return when the provider last had reason to act: our request, or the owner's signature."""
    asked_at: datetime = operation.last_sent_at or operation.requested_at
    subject = challenges.subject_of(operation)
    if subject is None:
        return asked_at
    signed = subject.challenges.filter(state=Challenge.State.SIGNED)
    signed_at = signed.aggregate(last=Max("ended_at"))["last"]
    return max(asked_at, signed_at) if signed_at else asked_at


def _wait_for_effect(operation: Operation, finding: Finding) -> None:
    """Keep looking at an accepted operation, for as long as the provider may take."""
    if clock.now() - _moved_at(operation) < settings.ACCEPTED_PATIENCE:
        _again(
            operation,
            _patience(operation),
            say("Accepted, not finished. {words}", words=finding.words),
        )
    else:
        move(
            operation,
            State.UNCERTAIN,
            actor=audit.system_user(),
            result=finding.words,
            ambiguous=True,
            resend_deadline=clock.now(),
            next_at=clock.now(),
            outcome=say("Accepted long ago without effect; checking."),
        )


def _patience(operation: Operation) -> timedelta:
    """Look often at first, then ever more rarely: half of the time already waited."""
    waited = clock.now() - _moved_at(operation)
    return min(max(waited / 2, timedelta(seconds=1)), timedelta(minutes=5))


def _weigh_negative(operation: Operation, finding: Finding) -> None:
    """Believe that nothing happened only when seen twice, after sending and flight are over."""
    now, quiet_from = clock.now(), all_landed_at(operation)
    if now < quiet_from:
        _again(operation, quiet_from - now, say("Checking. {words}", words=finding.words))
    elif operation.negative_at is None:
        _again(
            operation,
            BETWEEN_NEGATIVES,
            say("Checking. {words}", words=finding.words),
            negative_at=now,
        )
    elif now - operation.negative_at < BETWEEN_NEGATIVES:
        _again(operation, operation.negative_at + BETWEEN_NEGATIVES - now, finding.words)
    else:
        words = say(
            "Not applied at the provider. {words} A new request is needed.", words=finding.words
        )
        evidence = finding.evidence | {"first_negative": operation.negative_at.isoformat()}
        columns = {"status_after": finding.status, "evidence": evidence}
        answers.stop(operation, State.NOT_APPLIED, words, **columns)


def all_landed_at(operation: Operation) -> datetime:
    """Return from when on nothing we sent can still arrive: the window and the last flight over."""
    landed = (operation.last_sent_at or clock.now()) + settings.LONGEST_FLIGHT
    return max(landed, operation.resend_deadline) if operation.resend_deadline else landed


def _call_people(operation: Operation, finding: Finding) -> None:
    log.error("an operation needs people", operation=operation.pk, why=finding.words)
    move(
        operation,
        State.NEEDS_HUMAN,
        actor=audit.system_user(),
        result=finding.words,
        next_at=None,
        evidence=finding.evidence,
        outcome=say("Needs attention. {words}", words=finding.words),
    )


def _again(operation: Operation, wait: timedelta, words: str, **columns: Any) -> None:
    """Stay in the state and look again later."""
    columns |= {"next_at": clock.now() + wait, "outcome": words}
    Operation.objects.filter(
        pk=operation.pk, state=operation.state, lease_number=operation.lease_number
    ).update(**columns)
