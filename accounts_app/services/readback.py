"""What the provider shows of an operation's effect: one look, without judging what it means."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

import structlog

from accounts_app import clock, conf, mirror
from accounts_app.mirror import Observation
from accounts_app.models import Mirrored, Operation, Snapshot, Source
from accounts_app.offblocks.errors import NotFound, ProviderError
from accounts_app.sentences import say
from accounts_app.services import pausing, refresh
from accounts_app.services.catalogue import KINDS
from accounts_app.services.kind import Creation
from accounts_app.services.transitions import known_target_of

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
    made: Mirrored | None = None
    status: str = ""
    evidence: dict[str, Any] = field(default_factory=dict)

    @property
    def is_gone(self) -> bool:
        """Whether the provider does not know the target any more."""
        return self.evidence.get("known") is False


def look(operation: Operation) -> Finding:
    """Read the operation's target, or all that could be what a creation has made.

    Provider errors pass through.
    """
    creation = KINDS[operation.kind].makes
    if creation and is_unknown(operation, creation):
        return _look_for_created(operation, creation)
    target, asked_at = known_target_of(operation), clock.now()
    observation = refresh.READERS[target.KIND](
        target.pk, source=Source.OPERATION, operation=operation
    )
    if observation is None:
        return _unseen(target, asked_at)
    return _judge(operation, observation)


def is_unknown(operation: Operation, creation: Creation) -> bool:
    """Whether it is not known yet what the operation has made."""
    return getattr(operation, creation.model.KIND) is None


def _unseen(target: Mirrored, asked_at: datetime) -> Finding:
    words = say("The provider does not know {this}.", this=f"this {target.KIND}")
    evidence = {
        "proof": "a read of the provider",
        target.KIND: str(target.pk),
        "known": False,
        "asked_at": asked_at.isoformat(),
    }
    return Finding(Verdict.UNSEEN, words, evidence=evidence)


def _judge(operation: Operation, observation: Observation) -> Finding:
    kind, row = KINDS[operation.kind], observation.row
    words, evidence = (
        say("{the} is {status}.", the=f"The {row.KIND}", status=row.status),
        evidence_of(row),
    )
    if observation.outcome is mirror.Outcome.CONTRADICTED:
        words = say("The provider contradicts itself about {the}.", the=f"the {row.KIND}")
        return Finding(Verdict.CONTRADICTED, words, status=row.status, evidence=evidence)
    is_new = kind.creates or row.status != operation.status_before
    is_done = row.status in kind.proves and is_new and _is_after_sending(operation, row.updated_at)
    if is_done and kind.cascades:
        words += _followed(operation, row)
    verdict = Verdict.DONE if is_done else Verdict.NOTHING
    if verdict is Verdict.NOTHING and _has_changed_since(operation, row):
        verdict = Verdict.UNSEEN
        words += " " + say("It has changed since this was sent: the effect may have come and gone.")
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
        return " " + say(
            "{below} could not be read; the next full comparison does.",
            below=refresh.BELOW[row.KIND],
        )
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


def _look_for_created(operation: Operation, creation: Creation) -> Finding:
    """Find what a lost creation made: one is adopted, none is negative, several are MANY."""
    kind = creation.model.KIND
    try:
        answer = creation.listed(conf.client(), operation)
    except NotFound:
        evidence: dict[str, Any] = {"candidates": []}
        words = say("The provider does not show this customer.")
        return Finding(Verdict.UNSEEN, words, evidence=evidence)
    found = candidates(operation, answer.value)
    evidence = {
        "proof": f"the provider's list of {kind}s",
        "candidates": [str(shape.id) for shape in found],
        "asked_at": answer.asked_at.isoformat(),
    }
    for shape in found:
        mirror.observe(
            shape, source=Source.OPERATION, asked_at=answer.asked_at, operation=operation
        )
    if not found:
        return Finding(
            Verdict.NOTHING, say("There is no new {kind}.", kind=kind), evidence=evidence
        )
    if len(found) > 1:
        words = say(
            "{number} new {kinds} could be the one asked for.", number=len(found), kinds=f"{kind}s"
        )
        return Finding(Verdict.MANY, words, evidence=evidence)
    made = creation.model.objects.get(pk=found[0].id)
    words, evidence = say("The new {kind} was found.", kind=kind), evidence | evidence_of(made)
    return Finding(Verdict.DONE, words, made, made.status, evidence)


def candidates(operation: Operation, all_listed: Iterable[Any]) -> list[Any]:
    """Return the listed shapes of what a creation may have made.

    Those are as asked for, made since it was first sent, not mirrored before that, and not made by
    another operation.
    """
    creation = KINDS[operation.kind].makes
    assert creation is not None, "only what a creation made is looked for"  # noqa: S101
    asked = json.loads(bytes(operation.body))
    fitting = (shape for shape in all_listed if creation.fits(asked, shape))
    listed = [shape for shape in fitting if _is_after_sending(operation, shape.created_at)]
    excluded = _known_before(operation, creation, listed) | _claimed(operation, creation)
    return [shape for shape in listed if shape.id not in excluded]


def _known_before(operation: Operation, creation: Creation, listed: list[Any]) -> set[Any]:
    earlier = Snapshot.objects.filter(
        entity_kind=creation.model.KIND,
        entity_id__in=[shape.id for shape in listed],
        asked_at__lt=operation.first_sent_at or operation.requested_at,
    )
    return set(earlier.values_list("entity_id", flat=True))


def _claimed(operation: Operation, creation: Creation) -> set[Any]:
    column = f"{creation.model.KIND}_id"
    others = Operation.objects.filter(kind=operation.kind).exclude(**{column: None})
    if operation.customer:
        others = others.filter(customer=operation.customer)
    return set(others.values_list(column, flat=True))
