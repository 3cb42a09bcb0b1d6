"""Where the provider, or an event, says what must not be so: opened here, ended by two people.

The one way to open a discrepancy: the mirror uses it for the provider's own answers, the use-cases
for everything else. While one is open, every operation on its entity is refused.
"""

import json
import uuid
from enum import Enum
from typing import Any

from django.db import transaction

from accounts_app import audit, clock
from accounts_app.models import (
    Account,
    Card,
    Customer,
    Discrepancy,
    Mirrored,
    Resolution,
    Snapshot,
    WebhookEvent,
)
from accounts_app.sentences import say

Verdict = Resolution.Verdict
ToldBy = Discrepancy.ToldBy
# The facts that a read of the entity speaks about, so that it can agree with us again.
EXISTENCE = "existence"
READ_FACTS = ("status", "customer_id", "account_id", EXISTENCE)
# What the provider calls the facts that a representation tells.
FIELDS = {"status": "status", "customer_id": "customerId", "account_id": "accountId"}
TABLES: dict[str, type[Mirrored]] = {model.KIND: model for model in (Customer, Account, Card)}


class Standing(Enum):
    """What becomes of a fact about which the provider's answer contradicts the mirror."""

    OPEN = say("what we hold stays, and the entity is blocked")
    KEPT = say("what we hold stays: two people decided so")
    FOLLOWED = say("the provider's word is taken: two people decided so")


def open(  # noqa: PLR0913 -- the parts of a discrepancy
    entity_kind: str,
    entity_id: uuid.UUID,
    what: str,
    held: str,
    told: str,
    *,
    told_by: ToldBy = ToldBy.READ,
    event: WebhookEvent | None = None,
) -> Discrepancy | None:
    """Open a discrepancy about one fact, or write into the open one what is said now.

    There is one open discrepancy per fact, however many find it at once. Saying the same again
    changes nothing. None when two people have acknowledged exactly this; one that is open about
    another word waits for them all the same, and it is noted that the provider took that back.
    """
    with transaction.atomic():
        # Always the entity first, then its discrepancies, then the audit chain: no deadlock.
        entity = _entity(entity_kind, entity_id).select_for_update(no_key=True).first()
        fact = Discrepancy.objects.filter(
            entity_kind=entity_kind, entity_id=entity_id, what=what
        ).select_for_update()
        told_now = {"held": held[:255], "told": told[:255], "told_by": told_by, "event": event}
        open_one = fact.filter(resolved_at=None).first()
        is_said_there = open_one is not None and open_one.told == told_now["told"]
        if not is_said_there and _is_acknowledged(fact, told_now, entity):
            _take_back(open_one, told_now, entity)
            return None
        found, is_new = Discrepancy.objects.get_or_create(
            entity_kind=entity_kind,
            entity_id=entity_id,
            what=what,
            resolved_at=None,
            defaults=told_now,
        )
        if is_new:
            _record(found, "opened", entity)
        else:
            _tell(found, told_now, entity)
    return found


def weigh(row: Mirrored, broken: dict[str, tuple[str, str]]) -> dict[str, Standing]:
    """Say how each fact stands that an answer contradicts; `broken` maps it to (held, told).

    Opens what is new, and notes that the provider agrees again about every other open fact. The
    caller's transaction holds the row.
    """
    _agree(row, broken)
    return {what: _stand(row, what, held, told) for what, (held, told) in broken.items()}


def acknowledged(**about: Any) -> list[Discrepancy]:
    """List what people decided to live with and the provider, as last read, still says.

    `about` narrows it to rows of Discrepancy, such as those of one entity.
    """
    facts: dict[tuple[Any, ...], list[Discrepancy]] = {}
    told = Discrepancy.objects.filter(told_by=ToldBy.READ, what__in=READ_FACTS, **about)
    for found in told.order_by("-pk"):
        facts.setdefault((found.entity_kind, found.entity_id, found.what), []).append(found)
    standing = (_standing(said) for said in facts.values())
    return [found for found in standing if found]


def _standing(said: list[Discrepancy]) -> Discrepancy | None:
    """Return which of the discrepancies about one fact, newest first, is lived with now."""
    if said[0].resolved_at is None:
        return None
    for past in said:
        if past.verdict == Verdict.FOLLOW:
            return None
        is_lived_with = past.verdict == Verdict.KEEP or past.what == EXISTENCE
        if is_lived_with and _is_still_said(past):
            return past
    return None


def _is_still_said(past: Discrepancy) -> bool:
    if past.what == EXISTENCE:
        return not _was_shown_since(past, entity_of(past))
    last = Snapshot.objects.filter(entity_kind=past.entity_kind, entity_id=past.entity_id).first()
    if last is None or past.resolved_at is None or last.asked_at <= past.resolved_at:
        return True
    return str(json.loads(last.representation).get(FIELDS[past.what])) == past.told


def was_kept_before(discrepancy: Discrepancy) -> bool:
    """Whether people kept what we hold against another word before: it may be back at that one."""
    same = Discrepancy.objects.filter(
        entity_kind=discrepancy.entity_kind, entity_id=discrepancy.entity_id, what=discrepancy.what
    )
    return same.filter(verdict=Verdict.KEEP, pk__lt=discrepancy.pk).exists()


def entity_of(discrepancy: Discrepancy) -> Mirrored | None:
    """Return the mirrored row it is about; an event may tell of one that is not mirrored."""
    row: Mirrored | None = _entity(discrepancy.entity_kind, discrepancy.entity_id).first()
    return row


def _entity(kind: str, id: uuid.UUID) -> Any:
    return TABLES[kind].objects.filter(pk=id)


def _stand(row: Mirrored, what: str, held: str, told: str) -> Standing:
    found = open(row.KIND, row.pk, what, held, told)
    if found is None:
        return Standing.KEPT
    is_followed = (found.verdict, found.held, found.told) == (Verdict.FOLLOW, held, told)
    return Standing.FOLLOWED if is_followed else Standing.OPEN


def _is_acknowledged(fact: Any, told_now: dict[str, Any], entity: Mirrored | None) -> bool:
    """Whether people decided to live with exactly this, and nothing has made it void since."""
    for past in fact.exclude(resolved_at=None).order_by("-pk"):
        if past.verdict == Verdict.FOLLOW or _was_shown_since(past, entity):
            return False
        is_this = {name: getattr(past, name) for name in told_now} == told_now
        # What was noted once the provider agreed again says nothing of its next contradiction.
        if is_this and (past.verdict == Verdict.KEEP or past.agreed_at is None):
            return True
    return False


def _was_shown_since(past: Discrepancy, entity: Mirrored | None) -> bool:
    """Whether an entity that people took for gone was there again, before or after that."""
    if past.what != EXISTENCE or entity is None or past.resolved_at is None:
        return False
    return past.agreed_at is not None or entity.asked_at > past.resolved_at


def _take_back(found: Discrepancy | None, now: dict[str, Any], entity: Mirrored | None) -> None:
    """Note that the provider is back at what is acknowledged; that alone ends nothing."""
    is_read = now["told_by"] == ToldBy.READ and found is not None and found.told_by == ToldBy.READ
    if found is None or not is_read or found.agreed_at:
        return
    _write(found, agreed_at=clock.now())
    said = say(
        "The provider is back at {now}, which two people have acknowledged.", now=now["told"]
    )
    _record(found, "agreed", entity, said)


def _tell(found: Discrepancy, told_now: dict[str, Any], entity: Mirrored | None) -> None:
    """Write what is said now into an open discrepancy, unless it says so already."""
    if found.told_by == ToldBy.READ and told_now["told_by"] == ToldBy.EVENT:
        return  # An event's word weighs less than the provider's own answer.
    columns = {**told_now, "agreed_at": None}
    if {name: getattr(found, name) for name in columns} == columns:
        return
    # What was decided about another word says nothing of this one, nor does its time.
    _write(found, **columns, verdict="", found_at=clock.now())
    _record(found, "told_anew", entity)


def _agree(row: Mirrored, broken: dict[str, tuple[str, str]]) -> None:
    """Note that an answer agrees with us again about what is open; that alone ends nothing."""
    agreed = Discrepancy.objects.filter(
        entity_kind=row.KIND,
        entity_id=row.pk,
        resolved_at=None,
        agreed_at=None,
        told_by=ToldBy.READ,
        what__in=READ_FACTS,
    ).exclude(what__in=broken)
    for found in agreed:
        _write(found, agreed_at=clock.now())
        _record(found, "agreed", row, say("The provider agrees again."))


def _write(found: Discrepancy, **columns: Any) -> None:
    for name, value in columns.items():
        setattr(found, name, value)
    found.save(update_fields=[*columns])


def _record(found: Discrepancy, step: str, entity: Mirrored | None, said: str = "") -> None:
    audit.record(
        actor=audit.system_user(),
        action=f"discrepancy.{step}",
        target=entity or found,
        after={"held": found.held, "told": found.told, "discrepancy": found.pk},
        result=said or _contradiction(found),
    )


def _contradiction(found: Discrepancy) -> str:
    both = {"told": found.told, "held": found.held}
    if found.told_by == ToldBy.EVENT:
        return say("An event says {told}; we hold {held}. Operations are blocked.", **both)
    return say("The provider says {told}; we hold {held}. Operations are blocked.", **both)
