"""Whether a claimed operation may still be sent: its people, its approval, and the target now."""

from typing import Any

from django.conf import settings
from django.contrib.auth.models import User

from accounts_app import clock
from accounts_app.models import Operation, Source
from accounts_app.offblocks.errors import ProviderError
from accounts_app.sentences import say
from accounts_app.services import answers, asking, deadlines, operations, pausing, refresh
from accounts_app.services.catalogue import KINDS, Kind, Target
from accounts_app.services.transitions import known_target_of, target_of

State = Operation.State


def check(operation: Operation) -> bool:
    """Recheck everything the approval rested on, and end the operation when it no longer holds.

    What may have arrived is past rechecking: only its outcome is left to find out. A target that
    cannot be read leaves the operation approved, to be tried later.
    """
    if operation.ambiguous:
        return True
    obstacle = _invalid(operation)
    if obstacle:
        answers.stop(operation, State.STALE, obstacle)
        return False
    return not KINDS[operation.kind].reads_first or _still_in_start_state(operation)


def _invalid(operation: Operation) -> str:
    kind = KINDS[operation.kind]
    if operation.digest != operations.digest_of(operation):
        return say("Not sent: this is no longer the request that was agreed to.")
    if not User.objects.get(pk=operation.maker_id).has_perm(kind.permission):
        return say("Not sent: the person who asked no longer has the right to.")
    if operation.checker_id:
        checker = User.objects.get(pk=operation.checker_id)
        if not checker.has_perm("accounts_app.decide_operation"):
            return say("Not sent: the approval is no longer valid.")
    if operation.decided_at and clock.now() - operation.decided_at > settings.APPROVAL_LIFETIME:
        return deadlines.TOO_OLD
    target = target_of(operation)
    if target is None or not asking.is_contradicted(target):
        return ""
    # Whatever was agreed to: until two people have looked at it nothing is sent about it.
    return say("Not sent: {why}", why=_contradicted(target))


def _still_in_start_state(operation: Operation) -> bool:
    """Look at the target right before sending; a changed one is not touched."""
    kind, target = KINDS[operation.kind], known_target_of(operation)
    try:
        observation = refresh.READERS[kind.target.KIND](
            target.pk, source=Source.OPERATION, operation=operation
        )
    except ProviderError as error:
        pausing.heed(error)
        answers.wait(operation, State.APPROVED, error, say("Waiting for the provider."))
        return False
    now: Any = kind.target.objects.get(pk=target.pk)
    obstacle = _obstacle(kind, now, is_known=observation is not None)
    if obstacle:
        answers.stop(operation, State.STALE, say("Not sent: {why}", why=obstacle))
    return not obstacle


def _obstacle(kind: Kind, target: Target, *, is_known: bool) -> str:
    if not is_known:
        return say("the provider does not know {this}.", this=f"this {target.KIND}")
    if asking.is_contradicted(target):
        return _contradicted(target)
    return (
        ""
        if kind.may_start(target)
        else say("{the} is now {status}.", the=f"the {target.KIND}", status=target.status)
    )


def _contradicted(target: Target) -> str:
    return say("the provider contradicts itself about {this}.", this=f"this {target.KIND}")
