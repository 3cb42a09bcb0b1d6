"""Find out what became of an operation: only what the provider shows ends an uncertain one."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts_app import audit, conf, mirror
from accounts_app.errors import AlreadyMoved
from accounts_app.models import Account, Attempt, Challenge, Operation, Source
from accounts_app.offblocks import shapes
from accounts_app.offblocks.errors import ProviderError
from accounts_app.services import answers, challenges, refresh
from accounts_app.services.catalogue import KINDS
from accounts_app.services.transitions import move, target_of

State = Operation.State
# How far the provider's clock may stand behind ours before its times stop being evidence.
CLOCK_SKEW = timedelta(minutes=5)
BETWEEN_NEGATIVES = timedelta(minutes=10)


class Verdict(Enum):
    """What a read-back showed of the effect."""

    DONE = "it is there"
    NOTHING = "it is not there"
    UNSEEN = "the provider does not show the account at all"
    MANY = "several could be it"


@dataclass(frozen=True)
class Finding:
    """What a read-back showed, and in which words."""

    verdict: Verdict
    words: str
    account: Account | None = None
    status: str = ""


def settle(operation: Operation) -> None:
    """Read back an accepted or uncertain operation and end it when the provider shows how it went.

    Does nothing when somebody else was faster; a failed read is tried again later.
    """
    try:
        finding = _look(operation)
    except ProviderError as error:
        _again(operation, conf.backoff(4), f"Checking: {error}")
        return
    try:
        _conclude(operation, finding)
    except AlreadyMoved:
        return


def recover(operation: Operation) -> None:
    """Take over an operation whose sender vanished: nobody knows whether it was sent."""
    try:
        if KINDS[operation.kind].build is None:
            answers.no_challenge(operation, None)
            return
        move(
            operation,
            State.UNCERTAIN,
            actor=audit.system_user(),
            result="The sender vanished.",
            ambiguous=True,
            lease_number=operation.lease_number + 1,
            next_at=timezone.now(),
            lease_until=None,
            outcome="Outcome being checked. Do not repeat it.",
        )
    except AlreadyMoved:
        return


def _look(operation: Operation) -> Finding:
    if KINDS[operation.kind].creates and operation.account is None:
        return _look_for_created(operation)
    kind, target = KINDS[operation.kind], target_of(operation)
    observation = refresh.READERS[target.KIND](
        target.pk, source=Source.OPERATION, operation=operation
    )
    if observation is None:
        return Finding(Verdict.UNSEEN, f"The provider does not show this {target.KIND}.")
    row = observation.row
    is_new = kind.creates or row.status != operation.status_before
    is_done = row.status in kind.proves and is_new and _is_after_sending(operation, row.updated_at)
    if is_done and kind.cards_follow:
        refresh.cards_of(target.pk, source=Source.OPERATION, operation=operation)
    verdict = Verdict.DONE if is_done else Verdict.NOTHING
    return Finding(verdict, f"The {target.KIND} is {row.status}.", status=row.status)


def _is_after_sending(operation: Operation, updated_at: Any) -> bool:
    return bool(operation.first_sent_at and updated_at >= operation.first_sent_at - CLOCK_SKEW)


def _look_for_created(operation: Operation) -> Finding:
    """Find the account a lost creation made: new, of this customer, made since, not claimed yet."""
    answer = conf.client().list_customer_accounts(operation.customer_id)
    known = set(operation.seen.get("accounts", ()))
    claimed = {
        str(pk)
        for pk in Operation.objects.filter(customer=operation.customer, kind=operation.kind)
        .exclude(account=None)
        .values_list("account_id", flat=True)
    }
    candidates = [
        shape
        for shape in answer.value
        if str(shape.id) not in known | claimed and _fits(operation, shape)
    ]
    if not candidates:
        return Finding(Verdict.NOTHING, "The customer has no new account.")
    if len(candidates) > 1:
        words = f"{len(candidates)} new accounts could be the one asked for."
        return Finding(Verdict.MANY, words)
    found = candidates[0]
    mirror.observe(found, source=Source.OPERATION, asked_at=answer.asked_at, operation=operation)
    account = Account.objects.get(pk=found.id)
    return Finding(
        Verdict.DONE, "The new account was found.", account=account, status=account.status
    )


def _fits(operation: Operation, shape: shapes.Account) -> bool:
    is_same = list(shape.currencies) == [operation.fields["currency"]]
    return is_same and _is_after_sending(operation, shape.created_at)


def _conclude(operation: Operation, finding: Finding) -> None:
    if finding.verdict is Verdict.DONE:
        _succeed(operation, finding)
    elif _waits_for_owner(operation):
        _again(operation, conf.backoff(3), "Accepted. Waiting for the owner's signature.")
    elif finding.verdict is Verdict.MANY or _is_overdue(operation):
        _call_people(operation, finding)
    elif operation.state == State.ACCEPTED:
        _wait_for_effect(operation, finding)
    elif finding.verdict is Verdict.UNSEEN or _was_accepted(operation):
        # Neither proves that nothing happened: look on, and let people decide in the end.
        _again(operation, conf.backoff(4), f"Checking. {finding.words}")
    else:
        _weigh_negative(operation, finding)


def _succeed(operation: Operation, finding: Finding) -> None:
    columns: dict[str, Any] = {"status_after": finding.status}
    if finding.account:
        columns["account"] = finding.account
    with transaction.atomic():
        answers.stop(operation, State.SUCCEEDED, f"Done. {finding.words}", **columns)
        signed = operation.fields.get("challenge")
        waiting = challenges.current(operation.account) if operation.account else None
        if waiting and str(waiting.pk) == signed:
            challenges.end(waiting.account, Challenge.State.SIGNED, at=timezone.now())


def _waits_for_owner(operation: Operation) -> bool:
    """Whether a close was accepted and its challenge waits; the owner may take their time."""
    if operation.state != State.ACCEPTED or operation.account is None:
        return False
    return challenges.current(operation.account) is not None


def _is_overdue(operation: Operation) -> bool:
    return timezone.now() - _moved_at(operation) > settings.SETTLE_DEADLINE


def _was_accepted(operation: Operation) -> bool:
    return operation.attempts.filter(result=Attempt.Result.ANSWERED).exists()


def _moved_at(operation: Operation) -> datetime:
    """Return when the provider last had reason to act: our request, or the owner's signature."""
    asked_at: datetime = operation.last_sent_at or operation.requested_at
    signed = Challenge.objects.filter(account=operation.account, state=Challenge.State.SIGNED)
    signed_at = signed.aggregate(last=Max("ended_at"))["last"]
    return max(asked_at, signed_at) if signed_at else asked_at


def _wait_for_effect(operation: Operation, finding: Finding) -> None:
    """Keep looking at an accepted operation, for as long as the provider may take."""
    if timezone.now() - _moved_at(operation) < settings.ACCEPTED_PATIENCE:
        _again(operation, _patience(operation), f"Accepted, not finished. {finding.words}")
    else:
        move(
            operation,
            State.UNCERTAIN,
            actor=audit.system_user(),
            result=finding.words,
            ambiguous=True,
            resend_deadline=timezone.now(),
            next_at=timezone.now(),
            outcome="Accepted long ago without effect; checking.",
        )


def _patience(operation: Operation) -> timedelta:
    """Look often at first, then ever more rarely: half of the time already waited."""
    waited = timezone.now() - _moved_at(operation)
    return min(max(waited / 2, timedelta(seconds=1)), timedelta(minutes=5))


def _weigh_negative(operation: Operation, finding: Finding) -> None:
    """Believe that nothing happened only when seen twice, after the last flight is over."""
    now = timezone.now()
    quiet_from = (operation.last_sent_at or now) + settings.LONGEST_FLIGHT
    if now < quiet_from:
        _again(operation, quiet_from - now, f"Checking. {finding.words}")
    elif operation.negative_at is None:
        _again(operation, BETWEEN_NEGATIVES, f"Checking. {finding.words}", negative_at=now)
    elif now - operation.negative_at < BETWEEN_NEGATIVES:
        _again(operation, operation.negative_at + BETWEEN_NEGATIVES - now, finding.words)
    else:
        words = f"Not applied at the provider. {finding.words} A new request is needed."
        answers.stop(operation, State.NOT_APPLIED, words, status_after=finding.status)


def _call_people(operation: Operation, finding: Finding) -> None:
    move(
        operation,
        State.NEEDS_HUMAN,
        actor=audit.system_user(),
        result=finding.words,
        next_at=None,
        outcome=f"Needs attention. {finding.words}",
    )


def _again(operation: Operation, wait: timedelta, words: str, **columns: Any) -> None:
    """Stay in the state and look again later."""
    columns |= {"next_at": timezone.now() + wait, "outcome": words}
    Operation.objects.filter(
        pk=operation.pk, state=operation.state, lease_number=operation.lease_number
    ).update(**columns)
