"""What the provider shows of an operation's effect: one look, without judging what it means."""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

import structlog

from accounts_app import clock, conf, mirror
from accounts_app.mirror import Observation
from accounts_app.models import Account, Mirrored, Operation, Snapshot, Source
from accounts_app.offblocks import shapes
from accounts_app.offblocks.errors import NotFound, ProviderError
from accounts_app.services import pausing, refresh
from accounts_app.services.catalogue import KINDS
from accounts_app.services.transitions import target_of

log = structlog.get_logger()
# How far the provider's clock may stand behind ours before its times stop being evidence.
CLOCK_SKEW = timedelta(minutes=5)


class Verdict(Enum):
    """What a read-back showed of the effect."""

    DONE = "it is there"
    NOTHING = "it is not there"
    UNSEEN = "what the provider shows does not tell"
    MANY = "several could be it"
    CONTRADICTED = "the provider contradicts what must not change"


@dataclass(frozen=True)
class Finding:
    """What a read-back showed, in which words, and what is kept as evidence."""

    verdict: Verdict
    words: str
    account: Account | None = None
    status: str = ""
    evidence: dict[str, Any] = field(default_factory=dict)

    @property
    def is_gone(self) -> bool:
        """Whether the provider does not know the target any more."""
        return self.evidence.get("known") is False


def look(operation: Operation) -> Finding:
    """Read the operation's target, or its customer's accounts for a creation whose id is unknown.

    Provider errors pass through.
    """
    if KINDS[operation.kind].creates and operation.account is None:
        return _look_for_created(operation)
    target, asked_at = target_of(operation), clock.now()
    observation = refresh.READERS[target.KIND](
        target.pk, source=Source.OPERATION, operation=operation
    )
    if observation is None:
        return _unseen(target, asked_at)
    return _judge(operation, observation)


def _unseen(target: Mirrored, asked_at: datetime) -> Finding:
    words = f"The provider does not know this {target.KIND}."
    evidence = {
        "proof": "a read of the provider",
        target.KIND: str(target.pk),
        "known": False,
        "asked_at": asked_at.isoformat(),
    }
    return Finding(Verdict.UNSEEN, words, evidence=evidence)


def _judge(operation: Operation, observation: Observation) -> Finding:
    kind, row = KINDS[operation.kind], observation.row
    words, evidence = f"The {row.KIND} is {row.status}.", evidence_of(row)
    if observation.outcome is mirror.Outcome.CONTRADICTED:
        words = f"The provider contradicts itself about the {row.KIND}."
        return Finding(Verdict.CONTRADICTED, words, status=row.status, evidence=evidence)
    is_new = kind.creates or row.status != operation.status_before
    is_done = row.status in kind.proves and is_new and _is_after_sending(operation, row.updated_at)
    if is_done and kind.cascades:
        words += _followed(operation, row)
    verdict = Verdict.DONE if is_done else Verdict.NOTHING
    if verdict is Verdict.NOTHING and _has_changed_since(operation, row):
        verdict = Verdict.UNSEEN
        words += " It has changed since this was sent: the effect may have come and gone."
    return Finding(verdict, words, status=row.status, evidence=evidence)


def _has_changed_since(operation: Operation, row: Mirrored) -> bool:
    """Whether the entity moved after the sending: what it shows no longer tells how that went.

    A change that we had seen before the sending is none, however close the clocks put it.
    """
    if not _is_after_sending(operation, row.updated_at):
        return False
    seen = Snapshot.objects.filter(entity_kind=row.KIND, entity_id=row.pk)
    before = seen.filter(asked_at__lt=operation.first_sent_at, revision=row.revision)
    return not before.exists()


def _followed(operation: Operation, row: Mirrored) -> str:
    """Read what hangs from it; the operation is proven without, so a failed read is only said."""
    try:
        refresh.below(row, source=Source.OPERATION, operation=operation)
    except ProviderError as error:
        pausing.heed(error)
        log.warning("what followed was not read", operation=operation.pk, error=str(error))
        return f" {refresh.BELOW[row.KIND]} could not be read; the next full comparison does."
    return ""


def evidence_of(row: Mirrored) -> dict[str, Any]:
    """Return what a read of an entity proves: what it showed, and when it was asked."""
    return {
        "proof": "a read of the provider",
        row.KIND: str(row.pk),
        "status": row.status,
        "updatedAt": row.updated_at_text,
        "asked_at": row.asked_at.isoformat(),
    }


def _is_after_sending(operation: Operation, moment: datetime) -> bool:
    return bool(operation.first_sent_at and moment >= operation.first_sent_at - CLOCK_SKEW)


def _look_for_created(operation: Operation) -> Finding:
    """Find the account a lost creation made: one is adopted, none is negative, several are MANY."""
    try:
        answer = conf.client().list_customer_accounts(operation.customer_id)
    except NotFound:
        evidence: dict[str, Any] = {"candidates": []}
        words = "The provider does not show this customer."
        return Finding(Verdict.UNSEEN, words, evidence=evidence)
    found = candidates(operation, answer.value)
    evidence = {
        "proof": "the provider's list of the customer's accounts",
        "candidates": [str(shape.id) for shape in found],
        "asked_at": answer.asked_at.isoformat(),
    }
    for shape in found:
        mirror.observe(
            shape, source=Source.OPERATION, asked_at=answer.asked_at, operation=operation
        )
    if not found:
        return Finding(Verdict.NOTHING, "The customer has no new account.", evidence=evidence)
    if len(found) > 1:
        words = f"{len(found)} new accounts could be the one asked for."
        return Finding(Verdict.MANY, words, evidence=evidence)
    account = Account.objects.get(pk=found[0].id)
    words, evidence = "The new account was found.", evidence | evidence_of(account)
    return Finding(Verdict.DONE, words, account, account.status, evidence)


def candidates(operation: Operation, listed: list[shapes.Account]) -> list[shapes.Account]:
    """Return the listed accounts that a creation may have made.

    Those are as asked for, made since it was first sent, not mirrored before that, and not made by
    another operation.
    """
    excluded = _known_before(operation, listed) | _claimed(operation)
    return [shape for shape in listed if shape.id not in excluded and _fits(operation, shape)]


def _known_before(operation: Operation, listed: list[shapes.Account]) -> set[Any]:
    earlier = Snapshot.objects.filter(
        entity_kind=Account.KIND,
        entity_id__in=[shape.id for shape in listed],
        asked_at__lt=operation.first_sent_at or operation.requested_at,
    )
    return set(earlier.values_list("entity_id", flat=True))


def _claimed(operation: Operation) -> set[Any]:
    others = Operation.objects.filter(customer=operation.customer, kind=operation.kind)
    return set(others.exclude(account=None).values_list("account_id", flat=True))


def _fits(operation: Operation, shape: shapes.Account) -> bool:
    asked = json.loads(bytes(operation.body))
    is_same = (shape.type, list(shape.currencies)) == (asked["type"], asked["currencies"])
    return is_same and _is_after_sending(operation, shape.created_at)
