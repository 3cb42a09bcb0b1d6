"""What the provider shows of an operation that people end: no verdict may stand against it."""

import json
import uuid
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from accounts_app import audit, clock
from accounts_app.errors import Contradicted, Incomplete, NotPermitted, Refusal, WrongState
from accounts_app.models import Account, Customer, Operation, Resolution, Snapshot
from accounts_app.offblocks import shapes
from accounts_app.offblocks.errors import ProviderError
from accounts_app.sentences import say
from accounts_app.services import readback, settling
from accounts_app.services.catalogue import KINDS
from accounts_app.services.readback import Finding
from accounts_app.services.transitions import known_target_of, target_of

Verdict = Resolution.Verdict
SHAPES: dict[str, type[shapes.Account | shapes.Customer]] = {
    Account.KIND: shapes.Account,
    Customer.KIND: shapes.Customer,
}


def is_creation_unknown(operation: Operation) -> bool:
    """Whether it created something and nobody knows which: people pick one of the candidates."""
    creation = KINDS[operation.kind].makes
    return creation is not None and readback.is_unknown(operation, creation)


def candidates(operation: Operation) -> list[Account | Customer]:
    """List the mirrored rows that a creation may have made, the oldest first."""
    creation = KINDS[operation.kind].makes
    if creation is None or not readback.is_unknown(operation, creation):
        return []
    rows, kind = creation.mirrored(operation), creation.model.KIND
    snapshots = Snapshot.objects.filter(entity_kind=kind, entity_id__in=rows.values("pk"))
    last = {one.entity_id: one.representation for one in snapshots.order_by("id")}
    listed = [shapes.shape_of(SHAPES[kind], json.loads(text)) for text in last.values()]
    fitting = [shape.id for shape in readback.candidates(operation, listed)]
    return list(rows.filter(pk__in=fitting).order_by("created_at", "pk"))


def look_again(operation: Operation, *, person: User) -> Finding:
    """Read back because a person asked to, and record who did; it ends nothing.

    What it showed is kept as the evidence of an operation that waits for people.
    Raises NotPermitted, and a Refusal when the provider cannot be read.
    """
    if not person.has_perm("accounts_app.refresh_mirror"):
        raise NotPermitted("You may not read entities anew from the provider.")
    finding = fresh(operation)
    with transaction.atomic():
        # The operation before the audit chain, as whoever decides about it.
        if not (finding.is_gone and is_gone(operation)):
            # Of a target that is missing the first such look is kept: it tells since when.
            waiting = Operation.objects.filter(pk=operation.pk, state=Operation.State.NEEDS_HUMAN)
            waiting.update(evidence=finding.evidence)
        audit.record(
            actor=person,
            action="refreshed",
            target=target_of(operation) or operation,
            operation=operation,
            result=finding.words,
        )
    return finding


def fresh(operation: Operation) -> Finding:
    """Read back now. Raises a Refusal when the provider cannot be read: nothing is decided then."""
    try:
        return readback.look(operation)
    except ProviderError as error:
        raise unreadable(error) from error


def unreadable(error: ProviderError) -> Refusal:
    """Return the refusal to decide anything while the provider cannot be asked."""
    return Refusal(
        say(
            "The provider could not be read, so nothing was decided. Try again soon. {why}",
            why=error,
        )
    )


def is_shown(operation: Operation) -> bool:
    """Whether the mirror shows the effect now."""
    if is_creation_unknown(operation):
        return bool(candidates(operation))
    status, kind = known_target_of(operation).status, KINDS[operation.kind]
    return status in kind.proves and (kind.creates or status != operation.status_before)


def was_shown(operation: Operation) -> bool:
    """Whether a provider answer since the first sending shows the effect, be it gone by now."""
    if is_creation_unknown(operation) or operation.first_sent_at is None:
        return False
    target = known_target_of(operation)
    since = Snapshot.objects.filter(
        entity_kind=target.KIND,
        entity_id=target.pk,
        asked_at__gte=operation.first_sent_at,
        status__in=KINDS[operation.kind].proves,
    )
    return since.exclude(status=operation.status_before).exists()


def is_gone(operation: Operation) -> bool:
    """Whether the last look showed that the provider does not know the target any more."""
    return _gone_since(operation) is not None


def _gone_since(operation: Operation) -> datetime | None:
    if operation.evidence.get("known", True):
        return None
    looked_at = datetime.fromisoformat(operation.evidence["asked_at"])
    return looked_at if known_target_of(operation).asked_at <= looked_at else None


def may_have_vanished(operation: Operation) -> bool:
    """Whether that the target is gone may be what the operation brought about."""
    return KINDS[operation.kind].may_vanish and is_gone(operation)


def obstacle(operation: Operation, verdict: str) -> str:
    """Say what speaks against an end by what the provider showed last; empty if nothing does."""
    picked = next((account.pk for account in candidates(operation)), None)
    try:
        refuse_unless_shown(operation, verdict, picked)
    except Refusal as refusal:
        return refusal.message
    return ""


def refuse_unless_shown(
    operation: Operation, verdict: str, made_id: uuid.UUID | None, finding: Finding | None = None
) -> None:
    """Refuse a verdict that the mirror speaks against, or the fresh look that it was just given."""
    if finding and finding.verdict is readback.Verdict.CONTRADICTED:
        raise Contradicted(
            say("{words} Two people have to end that discrepancy first.", words=finding.words)
        )
    if verdict == Verdict.NOT_APPLIED:
        _refuse_if_there(operation)
    elif is_creation_unknown(operation):
        _refuse_others(operation, made_id, finding)
    elif not (_is_shown_now(operation, finding) or was_shown(operation)):
        _refuse_unless_vanished(operation, finding)


def _refuse_unless_vanished(operation: Operation, finding: Finding | None) -> None:
    """Refuse, unless that the target is gone is what the operation may have brought about."""
    is_away = finding.is_gone if finding else is_gone(operation)
    if is_away and KINDS[operation.kind].may_vanish:
        _refuse_unless_lasting(operation)
        return
    away = say("it does not know {this}.", this=f"this {known_target_of(operation).KIND}")
    sentence = say(
        "The provider does not show the effect: {shown} Look again; what it does not show "
        "cannot be recorded as done.",
        shown=away if is_away else _as_shown(operation),
    )
    raise WrongState(sentence)


def _refuse_unless_lasting(operation: Operation) -> None:
    """Refuse to call a target gone that was not missing before: the provider's reads may lag."""
    since = _gone_since(operation)
    if since is None:
        raise WrongState(
            say(
                "The provider does not know {the} just now, and was not seen so before. Look "
                "again; what goes on missing can be proposed.",
                the=f"the {known_target_of(operation).KIND}",
            )
        )
    if clock.now() < since + settling.BETWEEN_NEGATIVES:
        raise WrongState(
            say(
                "The provider has not known {the} since {since} only, and its reads may lag. "
                "Propose that after {later}.",
                the=f"the {known_target_of(operation).KIND}",
                since=clock.told(since),
                later=clock.told(since + settling.BETWEEN_NEGATIVES),
            )
        )


def _is_shown_now(operation: Operation, finding: Finding | None) -> bool:
    is_unseen = finding is not None and finding.verdict is readback.Verdict.UNSEEN
    return is_shown(operation) and not is_unseen


def _refuse_if_there(operation: Operation) -> None:
    quiet = settling.all_landed_at(operation)
    if clock.now() < quiet:
        raise WrongState(
            say(
                "What was sent may still arrive, so nobody can know yet that it took no "
                "effect. Propose that after {later}.",
                later=clock.told(quiet),
            )
        )
    if is_creation_unknown(operation) and is_shown(operation):
        raise WrongState(
            say(
                "The provider shows new {kinds} that could be the one asked for. Find out "
                "which one it is and propose that.",
                kinds=f"{_sought(operation)}s",
            )
        )
    if is_shown(operation):
        raise WrongState(say("The provider shows the effect: {shown}", shown=_as_shown(operation)))
    if was_shown(operation):
        raise WrongState("The provider has shown the effect since it was sent, be it gone by now.")


def _sought(operation: Operation) -> str:
    """Return what a creation was to make."""
    creation = KINDS[operation.kind].makes
    return creation.model.KIND if creation else ""


def _refuse_others(
    operation: Operation, made_id: uuid.UUID | None, finding: Finding | None
) -> None:
    fitting, what = [row.pk for row in candidates(operation)], _sought(operation)
    if finding:
        # The mirror may hold one that the provider does not list any more.
        fitting = [pk for pk in fitting if str(pk) in finding.evidence["candidates"]]
    if not fitting:
        raise WrongState(say("The provider shows no new {what}. Look again.", what=what))
    if made_id not in fitting:
        raise Incomplete(
            say(
                "Choose the {what} that this operation made: one as asked for, new since it "
                "was sent, and not made by another operation.",
                what=what,
            ),
            field="made_id",
        )


def _as_shown(operation: Operation) -> str:
    target = known_target_of(operation)
    return say("{the} is {status}.", the=f"the {target.KIND}", status=target.status)
