"""What an answer or an error of the provider means for the operation that was sent."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts_app import audit, conf, mirror
from accounts_app.models import Attempt, Challenge, Operation, Source
from accounts_app.offblocks import shapes
from accounts_app.offblocks.client import Answer
from accounts_app.offblocks.errors import (
    InvalidRequest,
    KeyInFlight,
    KeyReused,
    NotAuthorised,
    ProviderError,
    Refused,
    Unavailable,
)
from accounts_app.services import challenges
from accounts_app.services.transitions import move

State = Operation.State


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
    now = timezone.now()
    columns: dict[str, Any] = {"next_at": now, "lease_until": None}
    if isinstance(answer.value, shapes.Account):
        row = mirror.observe(
            answer.value, source=Source.OPERATION, asked_at=answer.asked_at, operation=operation
        ).row
        columns["account"] = row
    with transaction.atomic():
        move(operation, State.ACCEPTED, actor=audit.system_user(), **columns)
        challenge = getattr(answer.value, "challenge", None)
        if challenge and operation.account and not _was_renewed(operation):
            challenges.keep(operation.account, challenge, received_at=answer.asked_at)
        elif operation.kind == "sign_challenge" and operation.account:
            challenges.end(operation.account, Challenge.State.SIGNED, at=now)


def _was_renewed(operation: Operation) -> bool:
    """Whether a newer challenge came since: a replayed answer still carries the void one."""
    newer = Challenge.objects.filter(
        account=operation.account, received_at__gt=operation.first_sent_at
    )
    return newer.exists()


def failed(operation: Operation, error: ProviderError) -> None:
    """Decide what an error means for the operation; what is ambiguous never becomes a failure."""
    if isinstance(error, Unavailable):
        to = State.UNCERTAIN if operation.ambiguous else State.APPROVED
        wait(operation, to, error, "Delayed: the provider asks us to wait or cannot be reached.")
    elif isinstance(error, KeyReused):
        words = "The provider knows this key with another request. Sending has stopped."
        _doubt(operation, error, words, resend_deadline=timezone.now())
    elif isinstance(error, Refused | NotAuthorised) and not operation.ambiguous:
        _refused(operation, error)
    else:
        _doubt(operation, error, "Outcome unknown, checking automatically. Do not repeat it.")


def _refused(operation: Operation, error: ProviderError) -> None:
    outcome = f"Refused by the provider: {error}"
    if not (operation.kind == "sign_challenge" and isinstance(error, InvalidRequest)):
        stop(operation, State.FAILED, outcome)
        return
    outcome += " The challenge is void now; fetch a new one for the owner to sign."
    _stop_with_challenge(operation, outcome)


def no_challenge(operation: Operation, error: ProviderError | None) -> None:
    """End a fetch that brought nothing; unless it provably did nothing, the old one is void."""
    was_declined = isinstance(error, Refused | NotAuthorised)
    if was_declined or (isinstance(error, Unavailable) and not error.sent):
        stop(
            operation, State.FAILED, f"No challenge arrived: {error} The earlier one is as it was."
        )
    else:
        reason = error or "the answer was lost."
        _stop_with_challenge(
            operation,
            f"No challenge arrived: {reason} The earlier one may be void; fetch a new one.",
        )


def _stop_with_challenge(operation: Operation, outcome: str) -> None:
    with transaction.atomic():
        stop(operation, State.FAILED, outcome)
        if operation.account:
            challenges.end(operation.account, Challenge.State.REPLACED, at=timezone.now())


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
    # Leases are counted, not attempts: a look before sending that fails is a try as well.
    wait = error.retry_after or conf.backoff(operation.lease_number)
    return timezone.now() + min(wait, settings.RESEND_WINDOW)


def stop(operation: Operation, to: Operation.State, outcome: str, **columns: Any) -> None:
    """End the operation with the sentence its staff will read."""
    move(operation, to, actor=audit.system_user(), result=outcome, outcome=outcome, **columns)
