"""What an answer or an error of the provider means for the operation that was sent."""

from datetime import datetime
from typing import Any

import structlog
from django.conf import settings
from django.db import transaction

from accounts_app import audit, clock, conf, discrepancies, mirror
from accounts_app.models import Attempt, Challenge, Operation, Source
from accounts_app.offblocks import shapes
from accounts_app.offblocks.answers import OTHER_ENTITY
from accounts_app.offblocks.client import Answer
from accounts_app.offblocks.errors import (
    InvalidRequest,
    KeyInFlight,
    KeyReused,
    NotAuthorised,
    ProviderError,
    Refused,
    Unavailable,
    WrongState,
)
from accounts_app.sentences import say
from accounts_app.services import challenges, pausing
from accounts_app.services.catalogue import KINDS
from accounts_app.services.transitions import move, target_of

log = structlog.get_logger()
State = Operation.State
STOPPED = say("Nothing more is sent; what the provider shows decides.")


def result_of(error: ProviderError) -> str:
    """Name what came of the attempt."""
    if isinstance(error, Unavailable):
        return Attempt.Result.WAIT if error.sent else Attempt.Result.NOT_SENT
    if isinstance(error, KeyInFlight):
        return Attempt.Result.WAIT
    is_refusal = isinstance(error, Refused | NotAuthorised)
    return Attempt.Result.REFUSED if is_refusal else Attempt.Result.UNKNOWN


def accepted(operation: Operation, answer: Answer[Any]) -> None:
    """Record a 2xx: it means accepted; only the entity itself shows whether it is done."""
    now = clock.now()
    columns: dict[str, Any] = {"next_at": now, "lease_until": None}
    if isinstance(answer.value, shapes.Customer | shapes.Account | shapes.Card):
        row = mirror.observe(
            answer.value, source=Source.OPERATION, asked_at=answer.asked_at, operation=operation
        ).row
        columns[str(row.KIND)] = row
    with transaction.atomic():
        move(operation, State.ACCEPTED, actor=audit.system_user(), **columns)
        challenge = getattr(answer.value, "challenge", None)
        subject = challenges.subject_of(operation)
        if challenge and subject and not _was_renewed(operation, subject):
            challenges.keep(subject, challenge, received_at=answer.asked_at)
        elif KINDS[operation.kind].signs and subject:
            challenges.end(subject, Challenge.State.SIGNED, at=now)


def _was_renewed(operation: Operation, subject: challenges.Subject) -> bool:
    """Whether a newer challenge came since: a replayed answer still carries the void one."""
    return subject.challenges.filter(received_at__gt=operation.first_sent_at).exists()


def failed(operation: Operation, error: ProviderError) -> None:
    """Decide what an error means for the operation; what is ambiguous never becomes a failure."""
    _raise_alarm(operation, error)
    if isinstance(error, Unavailable):
        to = State.UNCERTAIN if operation.ambiguous else State.APPROVED
        wait(operation, to, error, _delay_in_words(error))
    elif isinstance(error, KeyReused):
        words = say(
            "Needs attention: the provider knows this key with another request. {rest}",
            rest=STOPPED,
        )
        _doubt(operation, error, words, resend_deadline=clock.now())
    elif isinstance(error, Refused | NotAuthorised) and not operation.ambiguous:
        _refused(operation, error)
    else:
        _doubt(operation, error, _doubt_in_words(error))


def _raise_alarm(operation: Operation, error: ProviderError) -> None:
    """Do what an answer asks for beyond this operation: stop all sending, or call somebody."""
    pausing.heed(error)
    if error.code == OTHER_ENTITY:
        _contradicts(operation)
    if isinstance(error, KeyReused) or error.code == OTHER_ENTITY or _is_redirect(error):
        log.error("the provider's answer needs attention", operation=operation.pk, error=str(error))


def _contradicts(operation: Operation) -> None:
    """Open a discrepancy about what was answered for another; none about who is still to be."""
    target = target_of(operation)
    if target:
        # The key names the case: what people noted of an earlier one says nothing of this one.
        told = say("another resource, asked under the key {key}", key=operation.key)
        discrepancies.open(target.KIND, target.pk, "answer", held=str(target.pk), told=told)


def _is_redirect(error: ProviderError) -> bool:
    return error.status is not None and 300 <= error.status < 400


def _delay_in_words(error: Unavailable) -> str:
    if error.status:
        return say("Delayed by the provider: it asks us to wait.")
    return say("Waiting for the provider: it cannot be reached.")


def _doubt_in_words(error: ProviderError) -> str:
    if isinstance(error, KeyInFlight):
        return say("The provider is still working on it. Do not repeat it.")
    if error.code == OTHER_ENTITY:
        return say("Needs attention: the provider answered about another resource. Being checked.")
    if _is_redirect(error):
        return say("Needs attention: the provider redirects us. The outcome is being checked.")
    if error.status and error.status >= 500:
        return say("Provider error, checking whether it took effect. Do not repeat it.")
    return say("Outcome unknown, checking automatically. Do not repeat it.")


def _refused(operation: Operation, error: ProviderError) -> None:
    outcome = say("Refused by the provider: {why}", why=error)
    evidence = evidence_of(operation.attempts.latest("number"))
    kind = KINDS[operation.kind]
    if kind.begins and isinstance(error, WrongState):
        outcome += " " + say(
            "It has a customer with this wallet or this id already: compare with it now."
        )
    if not (kind.signs and isinstance(error, InvalidRequest)):
        stop(operation, State.FAILED, outcome, evidence=evidence)
        return
    outcome += " " + say("The challenge is void now; fetch a new one for the owner to sign.")
    _stop_with_challenge(operation, outcome, evidence=evidence)


def evidence_of(attempt: Attempt) -> dict[str, Any]:
    """Return what an attempt proves: which one, what was answered, and under which request id."""
    return {
        "proof": "the provider's answer",
        "attempt": attempt.number,
        "http_status": attempt.http_status,
        "request_id": attempt.request_id,
    }


def no_challenge(operation: Operation, error: ProviderError | None) -> None:
    """End a fetch that brought nothing; unless it provably did nothing, the old one is void."""
    if error:
        pausing.heed(error)
    was_declined = isinstance(error, Refused | NotAuthorised)
    if was_declined or (isinstance(error, Unavailable) and not error.sent):
        stop(
            operation,
            State.FAILED,
            say("No challenge arrived: {why} The earlier one is as it was.", why=error),
        )
    else:
        reason = error or say("the answer was lost.")
        _stop_with_challenge(
            operation,
            say(
                "No challenge arrived: {why} The earlier one may be void; fetch a new one.",
                why=reason,
            ),
        )


def _stop_with_challenge(operation: Operation, outcome: str, **columns: Any) -> None:
    with transaction.atomic():
        stop(operation, State.FAILED, outcome, **columns)
        subject = challenges.subject_of(operation)
        if subject:
            challenges.end(subject, Challenge.State.REPLACED, at=clock.now())


def _doubt(operation: Operation, error: ProviderError, words: str, **columns: Any) -> None:
    columns |= {"ambiguous": True, "outcome": words}
    wait(operation, State.UNCERTAIN, error, words, **columns)


def wait(
    operation: Operation, to: Operation.State, error: ProviderError, words: str, **columns: Any
) -> None:
    """Try again later: when the provider says so, else with growing pauses."""
    due = _next_try(operation, error)
    columns |= {"next_at": due, "lease_until": None, "outcome": words}
    move(operation, to, actor=audit.system_user(), result=str(error), **columns)


def _next_try(operation: Operation, error: ProviderError) -> datetime:
    if isinstance(error, KeyInFlight):
        pause = conf.in_flight_pause(operation.attempts_made)
    else:
        # Leases are counted, not attempts: a look before sending that fails is a try as well.
        pause = conf.backoff(operation.lease_number)
    return clock.now() + min(error.retry_after or pause, settings.RESEND_WINDOW)


def stop(operation: Operation, to: Operation.State, outcome: str, **columns: Any) -> None:
    """End the operation with the sentence its staff will read."""
    move(operation, to, actor=audit.system_user(), result=outcome, outcome=outcome, **columns)
