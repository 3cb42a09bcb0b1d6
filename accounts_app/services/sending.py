"""Send an approved operation: claim it, look, commit the attempt, send once.

No database transaction is open during a call. Whatever is not a trustworthy answer leaves the
operation uncertain, and accounts_app.services.settling finds out.
"""

from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from accounts_app import audit, conf
from accounts_app.errors import AlreadyMoved
from accounts_app.models import Account, Attempt, Customer, Operation, Source
from accounts_app.offblocks.changes import Change
from accounts_app.offblocks.errors import ProviderError
from accounts_app.services import answers, asking, challenges, refresh
from accounts_app.services.catalogue import KINDS, Kind
from accounts_app.services.transitions import move

State = Operation.State
IDENTICAL_ERRORS = 3


def send(operation: Operation) -> None:
    """Send an approved operation, or an uncertain one again with the same key and bytes.

    Does nothing when somebody else has it. Leaves it accepted, uncertain, or ended.
    """
    try:
        _claim(operation)
        if not _is_ready(operation):
            return
        attempt = _begin(operation)
        if KINDS[operation.kind].build is None:
            _fetch_challenge(operation, attempt)
        else:
            _send(operation, attempt)
    except AlreadyMoved:
        return


def may_resend(operation: Operation) -> bool:
    """Whether the same key may still be sent: inside the window, and not told thrice the same."""
    if operation.resend_deadline and timezone.now() >= operation.resend_deadline:
        return False
    last = operation.attempts.order_by("-number").values_list("http_status", flat=True)
    statuses = list(last[:IDENTICAL_ERRORS])
    is_repeating = len(statuses) == IDENTICAL_ERRORS and len(set(statuses)) == 1
    return not (is_repeating and (statuses[0] or 0) >= 500)


def _claim(operation: Operation) -> None:
    """Take the lease; the number in it makes every earlier holder's result worthless."""
    until = timezone.now() + settings.SEND_LEASE
    move(
        operation,
        State.SENDING,
        actor=audit.system_user(),
        lease_number=operation.lease_number + 1,
        lease_until=until,
        next_at=until,
    )


def _is_ready(operation: Operation) -> bool:
    """Recheck everything the approval rested on; what may have arrived is past rechecking."""
    if operation.ambiguous:
        return True
    obstacle = _invalid_approval(operation)
    if obstacle:
        answers.stop(operation, State.STALE, obstacle)
        return False
    return not KINDS[operation.kind].reads_first or _still_in_start_state(operation)


def _invalid_approval(operation: Operation) -> str:
    kind = KINDS[operation.kind]
    maker = User.objects.get(pk=operation.maker_id)
    if not maker.has_perm(kind.permission):
        return "Not sent: the person who asked no longer has the right to."
    if operation.checker_id:
        checker = User.objects.get(pk=operation.checker_id)
        if not checker.has_perm("accounts_app.decide_operation"):
            return "Not sent: the approval is no longer valid."
    if operation.decided_at and timezone.now() - operation.decided_at > settings.APPROVAL_LIFETIME:
        return "Not sent: the approval is too old. Please ask for it anew."
    return ""


def _still_in_start_state(operation: Operation) -> bool:
    """Look at the account right before sending; a changed one is not touched."""
    kind = KINDS[operation.kind]
    target_id = operation.account_id or operation.customer_id
    try:
        observation = refresh.READERS[kind.target.KIND](
            target_id, source=Source.OPERATION, operation=operation
        )
    except ProviderError as error:
        answers.wait(operation, State.APPROVED, error, "Waiting for the provider.")
        return False
    target = kind.target.objects.get(pk=target_id)
    obstacle = _obstacle(kind, target, is_known=observation is not None)
    if obstacle:
        answers.stop(operation, State.STALE, f"Not sent: {obstacle}")
    return not obstacle


def _obstacle(kind: Kind, target: Customer | Account, *, is_known: bool) -> str:
    if not is_known:
        return f"the provider does not know this {target.KIND}."
    if asking.is_contradicted(target):
        return f"the provider contradicts itself about this {target.KIND}."
    return "" if kind.may_start(target) else f"the {target.KIND} is now {target.status}."


def _begin(operation: Operation) -> Attempt:
    """Commit the attempt before the first byte leaves, unless the lease ran out meanwhile."""
    now = timezone.now()
    with transaction.atomic():
        columns: dict[str, Any] = {
            "attempts_made": operation.attempts_made + 1,
            "last_sent_at": now,
        }
        if not operation.ambiguous:
            # Whatever was tried before provably did nothing: the window opens with this attempt.
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
            raise AlreadyMoved(f"Operation {operation.pk} was taken over.")
        for name, value in columns.items():
            setattr(operation, name, value)
        return Attempt.objects.create(
            operation=operation,
            number=operation.attempts_made,
            lease_number=operation.lease_number,
            started_at=now,
        )


def _send(operation: Operation, attempt: Attempt) -> None:
    change = Change(operation.method, operation.path, bytes(operation.body))
    assert operation.key is not None, "an approved operation has its key"  # noqa: S101
    try:
        answer = conf.client().send(change, operation.key, retries=0)
    except ProviderError as error:
        _finish(attempt, answers.result_of(error), error.status, error.request_id, str(error))
        answers.failed(operation, error)
    else:
        _finish(attempt, Attempt.Result.ANSWERED, answer.status, answer.request_id, "")
        answers.accepted(operation, answer)


def _finish(
    attempt: Attempt, result: str, status: int | None, request_id: str | None, message: str
) -> None:
    attempt.finished_at, attempt.result, attempt.http_status = timezone.now(), result, status
    attempt.request_id, attempt.message = request_id or "", message
    attempt.save(update_fields=["finished_at", "result", "http_status", "request_id", "message"])


def _fetch_challenge(operation: Operation, attempt: Attempt) -> None:
    """Fetch a new challenge, once: asking again would void what the first call issued."""
    account = operation.account
    assert account is not None, "a challenge belongs to an account"  # noqa: S101
    try:
        answer = conf.client().fetch_account_challenge(account.pk)
    except ProviderError as error:
        _finish(attempt, answers.result_of(error), error.status, error.request_id, str(error))
        answers.no_challenge(operation, error)
        return
    _finish(attempt, Attempt.Result.ANSWERED, answer.status, answer.request_id, "")
    with transaction.atomic():
        answers.stop(operation, State.SUCCEEDED, "A new challenge is waiting for the owner.")
        challenges.keep(account, answer.value.challenge, received_at=answer.asked_at)
