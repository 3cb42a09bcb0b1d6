"""What staff do with operations: ask for one, agree to it, refuse it, withdraw it.

Everything here is local and immediate. Sending is accounts_app.services.sending, woken by work.
"""

import hashlib
import json
import uuid
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from accounts_app import audit, clock
from accounts_app.errors import (
    AlreadyMoved,
    Incomplete,
    NotPermitted,
    SameEyes,
    StaleView,
)
from accounts_app.models import Customer, Operation
from accounts_app.people import subject_of
from accounts_app.sentences import english, say
from accounts_app.services import asking, lanes, limits, newcomers, presence, reviews, seen
from accounts_app.services.asking import Asked
from accounts_app.services.catalogue import KINDS, Kind, Target
from accounts_app.services.transitions import move


def request(asked: Asked, *, maker: User) -> Operation:
    """Record what a person asks for; kinds for one person are approved at once, by policy.

    The same form sent twice gives the operation it made the first time. Raises a Refusal that
    says what stands in the way.
    """
    kind = KINDS[asked.kind]
    if not maker.has_perm(kind.permission):
        what = english(kind.label).lower()
        raise NotPermitted(say("You may not ask for this: {what}.", what=what))
    with transaction.atomic():
        target = _held(kind, asked)
        return _of_form(kind, asked, maker) or _request(kind, target, asked, maker)


def _held(kind: Kind, asked: Asked) -> Target | None:
    """Return the target as it is now, held until the transaction ends.

    Whoever else asks about anything of this customer waits here, and finds our operation open.
    """
    if kind.begins or asked.target_id is None:
        return None
    owner = lanes.customer_of(kind.target.objects.get(pk=asked.target_id))
    Customer.objects.select_for_update(no_key=True).get(pk=owner.pk)
    target: Target = kind.target.objects.get(pk=asked.target_id)
    return target


def _request(kind: Kind, target: Target | None, asked: Asked, maker: User) -> Operation:
    asking.refuse_unless_possible(kind, target, asked)
    limits.hold(maker)
    limits.refuse_above(kind, maker)
    fields = asking.entries(kind, target, asked)
    operation = _new(kind, target, asked, fields, maker)
    audit.record(
        actor=maker,
        action=f"{kind.name}.requested",
        target=target or operation,
        operation=operation,
        reason=asked.reason,
        before=operation.seen,
        after=seen.asked_for(operation),
    )
    if not operation.needs_checker:
        reviews.open_for(operation)
        result = say("One person suffices for this kind.")
        move(operation, Operation.State.APPROVED, actor=maker, result=result, **_approval())
    return operation


def _new(
    kind: Kind, target: Target | None, asked: Asked, fields: dict[str, Any], maker: User
) -> Operation:
    operation = Operation(
        kind=kind.name,
        lane=lanes.of(kind, target, fields),
        **seen.place(target),
        fields=fields,
        seen=seen.by_maker(target),
        maker=maker,
        maker_subject=subject_of(maker),
        **presence.of("maker"),
        cause=asked.cause,
        reason=asked.reason.strip(),
        reference=asked.reference.strip(),
        form_number=asked.form_number,
        requested_at=clock.now(),
        needs_checker=limits.needs_checker(kind, maker),
        # What is about to be created has no state yet.
        status_before="" if target is None or kind.creates else target.status,
    )
    operation.earlier = lanes.not_applied_before(kind, operation.lane, target)
    if kind.build:
        change = kind.build(target, fields)
        operation.method, operation.path, operation.body = change.method, change.path, change.body
    operation.digest = digest_of(operation)
    _insert(operation)
    return operation


def _insert(operation: Operation) -> None:
    """Write the new operation; without a row to hold, two may come for one lane at once."""
    try:
        with transaction.atomic():
            operation.save(force_insert=True)
    except IntegrityError:
        first = Operation.objects.filter(lane=operation.lane, state__in=Operation.OPEN).first()
        if first is None or operation.customer_id:
            raise
        raise newcomers.already_open(first) from None


def approve(operation_id: int, *, checker: User, digest: str, note: str = "") -> Operation:
    """Agree to exactly what was seen, named by its digest, and let it be sent.

    Raises SameEyes for one's own request, with whichever login it was made, StaleView when it is
    not the one that was shown, and AlreadyMoved when it was decided in the meantime.
    """
    with transaction.atomic():
        operation = _to_decide(operation_id, checker)
        if digest != operation.digest or operation.digest != digest_of(operation):
            raise StaleView("This is not the request you were shown. Look at it again.")
        decision = {**_decided_by(checker, note), **_approval()}
        move(operation, Operation.State.APPROVED, actor=checker, result=note.strip(), **decision)
    return operation


def reject(operation_id: int, *, checker: User, note: str) -> Operation:
    """Refuse a request; the note tells the maker why."""
    if not note.strip():
        raise Incomplete("Say why you reject it: the maker will read it.", field="note")
    with transaction.atomic():
        operation = _to_decide(operation_id, checker)
        decision = {**_decided_by(checker, note), "decided_at": clock.now()}
        told = {"person": checker.get_username(), "note": note.strip()}
        decision["outcome"] = say("Rejected by {person}: {note}", **told)
        move(operation, Operation.State.REJECTED, actor=checker, result=note.strip(), **decision)
    return operation


def cancel(operation_id: int, *, maker: User) -> Operation:
    """Withdraw one's own request before it is sent."""
    with transaction.atomic():
        operation = _locked(operation_id)
        if not is_own(operation, maker):
            raise NotPermitted("Only the person who asked can withdraw the request.")
        if operation.state != Operation.State.REQUESTED:
            raise AlreadyMoved("It is too late to withdraw this: it has been decided.")
        outcome = say("Withdrawn by its maker.")
        move(operation, Operation.State.CANCELLED, actor=maker, outcome=outcome)
    return operation


def to_decide(among: QuerySet[Operation], person: User) -> QuerySet[Operation]:
    """Keep the requests that this person can decide: not their own, with whichever login."""
    waiting = among.filter(state=Operation.State.REQUESTED)
    return waiting.exclude(maker=person).exclude(maker_subject=subject_of(person))


def is_own(operation: Operation, person: User) -> bool:
    """Whether this person asked for the operation, be it with another of their logins."""
    makers = {operation.maker_subject, subject_of(operation.maker)}
    return operation.maker_id == person.pk or subject_of(person) in makers


def _locked(operation_id: int) -> Operation:
    operation: Operation = Operation.objects.select_for_update(no_key=True).get(pk=operation_id)
    return operation


def _to_decide(operation_id: int, checker: User) -> Operation:
    operation = _locked(operation_id)
    if not checker.has_perm("accounts_app.decide_operation"):
        raise NotPermitted("You may not approve or reject requests.")
    if is_own(operation, checker):
        raise SameEyes("You cannot decide your own request: a second person must.")
    presence.refuse_same(operation.maker_seat, operation.maker_device)
    if operation.state != Operation.State.REQUESTED:
        state = Operation.State(operation.state).label
        raise AlreadyMoved(say("This request was decided already: {state}.", state=state))
    if clock.now() - operation.requested_at > settings.REQUEST_LIFETIME:
        raise AlreadyMoved("This request is too old to be decided. It has to be asked for anew.")
    return operation


def _decided_by(checker: User, note: str) -> dict[str, Any]:
    return {"checker": checker, "checker_subject": subject_of(checker), "note": note.strip()}


def _approval() -> dict[str, Any]:
    """Mint the key, once and for ever, with the decision that lets it be used."""
    now = clock.now()
    return {"key": uuid.uuid4(), "decided_at": now, "next_at": now}


def digest_of(operation: Operation) -> str:
    """Return SHA-256, hex, of everything the checker agrees to."""
    content = {
        "kind": operation.kind,
        "lane": operation.lane,
        "request": [
            operation.method,
            operation.path,
            hashlib.sha256(bytes(operation.body)).hexdigest(),
        ],
        "fields": operation.fields,
        "seen": operation.seen,
        "maker": operation.maker_id,
        "reason": operation.reason,
        "reference": operation.reference,
        "form": str(operation.form_number),
        # Requests of before there were causes keep the digest that people were shown.
        **({"cause": operation.cause} if operation.cause else {}),
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _of_form(kind: Kind, asked: Asked, maker: User) -> Operation | None:
    """Return what this form already made; raise when it was used for something else."""
    earlier: Operation | None = Operation.objects.filter(form_number=asked.form_number).first()
    if earlier is None:
        return None
    if earlier.maker_id != maker.pk or not _is_about(earlier, kind, asked):
        raise StaleView("This form was used before. Open the page anew and ask again.")
    return earlier


def _is_about(operation: Operation, kind: Kind, asked: Asked) -> bool:
    """Whether the operation is what the form asks for, about the same target."""
    if asked.target_id is None:
        return operation.kind == kind.name and operation.fields == newcomers.entries(asked.fields)
    return operation.lane in lanes.both(kind, asked.target_id)
