"""Send an approved operation: claim it, look, commit the attempt, send once.

No database transaction is open during a call. Whatever is not a trustworthy answer leaves the
operation uncertain, and accounts_app.services.settling finds out.
"""

from datetime import datetime
from typing import Any

import structlog
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts_app import audit, clock, conf
from accounts_app.errors import AlreadyMoved
from accounts_app.models import Attempt, Operation, Source
from accounts_app.offblocks.changes import Change
from accounts_app.offblocks.errors import ProviderError, Refused
from accounts_app.sentences import say
from accounts_app.services import answers, challenges, pausing, readiness, refresh
from accounts_app.services.catalogue import KINDS
from accounts_app.services.kind import Fetch
from accounts_app.services.transitions import move, target_of

log = structlog.get_logger()
State = Operation.State
IDENTICAL_ERRORS = 3


def send(operation: Operation) -> None:
    """Send an approved operation, or an uncertain one again with the same key and bytes.

    Does nothing when somebody else has it. Leaves it accepted, uncertain, or ended.
    """
    before = State(operation.state)
    try:
        _claim(operation)
        if pausing.current():
            _give_back(operation, before)
        elif readiness.check(operation):
            _begin_and_send(operation)
    except AlreadyMoved:
        return


def may_resend(operation: Operation) -> bool:
    """Whether the same key may still be sent: inside the window, and not told thrice the same."""
    if operation.resend_deadline and clock.now() >= operation.resend_deadline:
        return False
    last = operation.attempts.order_by("-number").values_list("http_status", flat=True)
    statuses = list(last[:IDENTICAL_ERRORS])
    is_repeating = len(statuses) == IDENTICAL_ERRORS and len(set(statuses)) == 1
    return not (is_repeating and _is_no_answer(statuses[0]))


def _is_no_answer(status: int | None) -> bool:
    """Whether a status, told again and again, says nothing of the change: an error or redirect."""
    return status is not None and (status >= 500 or 300 <= status < 400)


def _claim(operation: Operation) -> None:
    """Take the lease; the number in it makes every earlier holder's result worthless."""
    until = clock.now() + settings.SEND_LEASE
    move(
        operation,
        State.SENDING,
        actor=audit.system_user(),
        lease_number=operation.lease_number + 1,
        lease_until=until,
        next_at=until,
    )


def _give_back(operation: Operation, to: Operation.State) -> None:
    """Return an operation that was claimed while sending was being paused; nothing was sent."""
    move(
        operation,
        to,
        actor=audit.system_user(),
        result=say("Sending is paused."),
        lease_until=None,
        next_at=clock.now() + conf.backoff(2),
    )


def _begin_and_send(operation: Operation) -> None:
    attempt = _begin(operation)
    fetch = KINDS[operation.kind].fetch
    if fetch:
        _fetch_challenge(operation, attempt, fetch)
    else:
        _send(operation, attempt)


def _begin(operation: Operation) -> Attempt:
    """Commit the attempt before the first byte leaves, unless the lease ran out meanwhile."""
    now = clock.now()
    with transaction.atomic():
        columns: dict[str, Any] = {
            "attempts_made": operation.attempts_made + 1,
            "last_sent_at": now,
        }
        if not (operation.ambiguous or _was_heard(operation)):
            # Whatever was tried before never left: the window opens with this attempt.
            columns |= {"first_sent_at": now, "resend_deadline": now + settings.RESEND_WINDOW}
        held = Operation.objects.filter(
            pk=operation.pk,
            state=State.SENDING,
            lease_number=operation.lease_number,
            lease_until__gt=now,
        )
        if operation.ambiguous:
            held = held.filter(resend_deadline__gt=now)
        if not held.update(**columns):
            raise AlreadyMoved(say("Operation {pk} was taken over.", pk=operation.pk))
        for name, value in columns.items():
            setattr(operation, name, value)
        return Attempt.objects.create(
            operation=operation,
            number=operation.attempts_made,
            lease_number=operation.lease_number,
            started_at=now,
        )


def _was_heard(operation: Operation) -> bool:
    """Whether the provider has seen the key, be it only to put us off (429).

    From then on the key may grow old there, so the window stays where it is.
    """
    return operation.attempts.filter(result=Attempt.Result.WAIT).exists()


def _not_after(operation: Operation) -> datetime:
    """Return until when this attempt may leave: lease and window must both hold.

    The client counts by this process's clock, so it is told how long, not until when.
    """
    assert operation.lease_until and operation.resend_deadline, "a begun attempt has both"  # noqa: S101, PT018
    left = min(operation.lease_until, operation.resend_deadline) - clock.now()
    return timezone.now() + left


def _send(operation: Operation, attempt: Attempt) -> None:
    change = Change(operation.method, operation.path, bytes(operation.body))
    assert operation.key is not None, "an approved operation has its key"  # noqa: S101
    not_after = _not_after(operation)
    try:
        answer = conf.client().send(change, operation.key, retries=0, not_after=not_after)
    except ProviderError as error:
        _finish(attempt, answers.result_of(error), error.status, error.request_id, str(error))
        answers.failed(operation, error)
        if isinstance(error, Refused):
            _look_again(operation)
    else:
        _finish(attempt, Attempt.Result.ANSWERED, answer.status, answer.request_id, "")
        answers.accepted(operation, answer)


def _look_again(operation: Operation) -> None:
    """Read what a refused operation was about: the mirror may be why it was refused."""
    target = target_of(operation)
    if target is None:
        return
    try:
        refresh.READERS[target.KIND](target.pk, source=Source.OPERATION, operation=operation)
    except ProviderError as error:
        log.warning("no look after a refusal", operation=operation.pk, error=str(error))


def _finish(
    attempt: Attempt, result: str, status: int | None, request_id: str | None, message: str
) -> None:
    attempt.finished_at, attempt.result, attempt.http_status = clock.now(), result, status
    attempt.request_id, attempt.message = request_id or "", message
    attempt.save(update_fields=["finished_at", "result", "http_status", "request_id", "message"])


def _fetch_challenge(operation: Operation, attempt: Attempt, fetch: Fetch) -> None:
    """Fetch a new challenge, once: asking again would void what the first call issued."""
    subject = challenges.subject_of(operation)
    assert subject is not None, "a challenge is of an account or a customer"  # noqa: S101
    try:
        answer = fetch(conf.client(), subject, _not_after(operation))
    except ProviderError as error:
        _finish(attempt, answers.result_of(error), error.status, error.request_id, str(error))
        answers.no_challenge(operation, error)
        return
    _finish(attempt, Attempt.Result.ANSWERED, answer.status, answer.request_id, "")
    with transaction.atomic():
        answers.stop(
            operation,
            State.SUCCEEDED,
            say("A new challenge is waiting for the owner."),
            evidence=answers.evidence_of(attempt),
        )
        challenges.keep(subject, answer.value.challenge, received_at=answer.asked_at)
