"""Changing our webhook subscription at the provider because a person asks: kept, sent, read back.

The intent is committed before the first byte leaves and no transaction is open during a call. What
came of it is what the provider shows when it is read afterwards, whatever became of the answer.
"""

import uuid

from django.conf import settings
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts_app import audit, clock, conf
from accounts_app.errors import AlreadyMoved, Incomplete, NotPermitted, Refusal
from accounts_app.models import SubscriptionChange
from accounts_app.offblocks.errors import ProviderError
from accounts_app.services import jobs, pausing, registered, subscriptions
from accounts_app.services.registered import Look

MANAGE = "accounts_app.manage_subscription"
Kind = SubscriptionChange.Kind
Result = SubscriptionChange.Result


def change(
    kind: Kind, *, subscription_id: uuid.UUID | None, person: User, reason: str, number: uuid.UUID
) -> SubscriptionChange:
    """Make one change and return what came of it; a form that is sent again makes none.

    Raises NotPermitted, Incomplete, AlreadyMoved when there is nothing to change, Refusal while
    sending is paused, and what a read raises when the provider cannot be read before.
    """
    _refuse_unless_allowed(person, reason)
    earlier: SubscriptionChange | None = _of_form(number).first()
    if earlier:
        return earlier
    _refuse_unless_needed(kind, subscription_id, registered.look())
    row = SubscriptionChange(
        kind=kind,
        subscription_id=subscription_id,
        person=person,
        reason=reason.strip(),
        form_number=number,
        asked_at=clock.now(),
    )
    try:
        _begin(row)
    except IntegrityError:
        # The same form came twice at the same moment: the other one's is the change.
        made: SubscriptionChange = _of_form(number).get()
        return made
    _end(row, *_sent(row))
    return row


def _of_form(number: uuid.UUID) -> QuerySet[SubscriptionChange]:
    return SubscriptionChange.objects.select_related("person").filter(form_number=number)


def last() -> SubscriptionChange | None:
    """Return the last change that was asked for."""
    row: SubscriptionChange | None = SubscriptionChange.objects.select_related("person").first()
    return row


def _refuse_unless_allowed(person: User, reason: str) -> None:
    if not person.has_perm(MANAGE):
        raise NotPermitted(_("You may not change the subscription at the provider."))
    if not reason.strip():
        raise Incomplete(_("Say why: the reason is kept for good."), field="reason")
    if pausing.current():
        raise Refusal(_("Sending is paused, so nothing is changed at the provider."))


def _refuse_unless_needed(kind: Kind, subscription_id: uuid.UUID | None, seen: Look) -> None:
    """Look before: what the page showed may have been mended by somebody else."""
    if kind == Kind.CREATE and seen.ours:
        raise AlreadyMoved(_("The provider has our subscription already. Nothing was changed."))
    there = {one.id: one for one in seen.found}
    if kind != Kind.CREATE and subscription_id not in there:
        raise AlreadyMoved(_("The provider has no such subscription any more."))
    if kind == Kind.REPAIR and subscription_id and there[subscription_id].is_right:
        raise AlreadyMoved(_("The subscription is right already. Nothing was changed."))


def _begin(row: SubscriptionChange) -> None:
    with transaction.atomic():
        row.save(force_insert=True)
        _record(row, "requested", "")


def _sent(row: SubscriptionChange) -> tuple[Result, str]:
    """Send the change once, or again under its own key; return what a read shows afterwards."""
    trouble = ""
    try:
        _send(row)
    except ProviderError as error:
        pausing.heed(error)
        trouble = str(error)
    try:
        seen = registered.look()
    except ProviderError as error:
        return Result.UNKNOWN, trouble or str(error)
    return (Result.DONE, trouble) if _is_so(row, seen) else (Result.NOT_DONE, trouble)


def _send(row: SubscriptionChange) -> None:
    client = conf.client()
    if row.kind == Kind.REMOVE and row.subscription_id:
        client.delete_subscription(row.subscription_id, key=row.key)
        return
    types = list(settings.OFFBLOCKS_WEBHOOK_TYPES)
    address = subscriptions.callback_url()
    client.put_subscription(address, types, key=row.key, id=row.subscription_id)


def _is_so(row: SubscriptionChange, seen: Look) -> bool:
    there = {one.id: one for one in seen.found}
    if row.kind == Kind.REMOVE:
        return row.subscription_id not in there
    if row.kind == Kind.REPAIR and row.subscription_id:
        return row.subscription_id in there and there[row.subscription_id].is_right
    return any(one.is_right for one in seen.found)


def _end(row: SubscriptionChange, result: Result, note: str) -> None:
    row.ended_at, row.result, row.note = clock.now(), result, note[:255]
    with transaction.atomic():
        row.save(update_fields=["ended_at", "result", "note"])
        _record(row, result.value, note)
    # Whether an incident begins or ends with it is not left to the next day.
    jobs.make_due(jobs.SUBSCRIPTION)


def _record(row: SubscriptionChange, step: str, note: str) -> None:
    audit.record(
        actor=row.person,
        action=f"subscription.{row.kind}_{step}",
        target=row,
        reason=row.reason,
        after={"subscription": str(row.subscription_id or ""), "kind": str(row.kind)},
        result=note,
    )
