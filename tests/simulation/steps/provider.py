"""What comes from the provider's side: its changes, its webhooks, and what pretends to be one."""

import json
import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sandbox.ledger import PROVIDER

if TYPE_CHECKING:
    from tests.simulation.office import Office

MOVES = {
    "account": {
        "initiating": ("pending", "failed", "active"),
        "pending": ("active",),
        "active": ("inactive", "inactive", "closed"),
        "inactive": ("active", "active", "closed"),
    },
    "card": {
        "issuing": ("active", "issue_failed"),
        "active": ("inactive", "suspended", "blocked", "terminated"),
        "inactive": ("active", "terminated"),
        "suspended": ("active", "blocked"),
    },
    "customer": {"active": ("inactive",), "inactive": ("active", "active", "rejected")},
}
# Nothing may leave a final state, and nobody knows the last one; the provider may do both.
ODD = ("active", "inactive", "closed", "under_review")


def changes_by_itself(office: "Office") -> None:
    """The provider changes something by itself, mostly as its tables allow."""
    kind = office.chance.choices(("account", "card", "customer"), (6, 3, 1))[0]
    entities = office.world.entities.all(kind)
    if not entities:
        return
    entity = office.chance.choice(entities)
    usual = MOVES[kind].get(entity.status, ())
    is_odd = office.chance.random() < 0.03
    if not usual and not is_odd:
        return
    status = office.chance.choice(ODD if is_odd else usual)
    office.world.change(kind, entity.id, status)
    office.journal.count("provider", "odd status" if is_odd else "change by itself")
    office.journal.write(f"provider: {kind} {entity.id[:8]} {entity.status} -> {status}")


def adds_by_itself(office: "Office") -> None:
    """The provider opens an account or issues a card by itself."""
    accounts = office.world.entities.all("account")
    if accounts and office.chance.random() < 0.6:
        account = office.chance.choice(accounts)
        if account.status not in {"closed", "failed"} and not _has_card(office, account.id):
            office.world.add_card(account.id)
            office.journal.write(f"provider: a card on {account.id[:8]}")
        return
    customer = office.chance.choice(office.world.entities.all("customer"))
    if customer.status == "active":
        made = office.world.create_account(customer.id, ["EUR"], PROVIDER)
        office.journal.write(f"provider: account {made.id[:8]} opened by itself")


def _has_card(office: "Office", account_id: str) -> bool:
    return bool(office.world.entities.below("card", account_id))


def owner_signs_elsewhere(office: "Office") -> None:
    """The owner gives the signature to the provider without us."""
    asking = [
        account
        for account in office.world.entities.all("account")
        if office.world.ownership.asks(account)
    ]
    if not asking:
        return
    account = office.chance.choice(asking)
    with office.provider.sandbox._store.transaction():
        purpose, account.hidden["purpose"] = account.hidden["purpose"], ""
        goal = "closed" if purpose == "deletion" else "pending"
        office.world.rules.move(account, goal, PROVIDER)
    office.journal.write(f"provider: the owner of {account.id[:8]} signed elsewhere")


def delivers(office: "Office") -> None:
    """The provider delivers some of its webhooks."""
    web = office.web()
    if web is not None:
        office.courier.deliver(web, office.chance.randint(1, 6))


def delivers_again(office: "Office") -> None:
    """A delivery that was acknowledged comes once more."""
    web = office.web()
    if web is not None and office.courier.delivered:
        office.journal.count("webhook", "again")
        office.courier.post(web, office.chance.choice(office.courier.delivered))


def spoils(office: "Office") -> None:
    """Something comes that is no delivery of the provider's, or tells what is not so."""
    web = office.web()
    if web is None or not office.courier.delivered:
        return
    body = office.chance.choice(office.courier.delivered)
    how = office.chance.choice(tuple(SPOILT))
    office.journal.count("webhook", how)
    SPOILT[how](office, web, body)


def _with_bad_signature(office: "Office", web: Any, body: bytes) -> None:
    status = office.courier.post(web, body, Signature=f"sig=:{'A' * 128}:")
    assert status in {0, 401}, "a forged delivery is refused"


def _told_otherwise(**members: Any) -> Callable[["Office", Any, bytes], None]:
    """An authentic event whose words are other than the provider's entity."""

    def post(office: "Office", web: Any, body: bytes) -> None:
        event = json.loads(body)
        drawn = {"eventId": str(uuid.UUID(int=office.chance.getrandbits(128), version=4))}
        office.courier.post(web, json.dumps({**event, **drawn, **members}).encode())

    return post


def _same_event_other_body(office: "Office", web: Any, body: bytes) -> None:
    office.courier.post(web, json.dumps({**json.loads(body), "status": "inactive"}).encode())


SPOILT: dict[str, Callable[["Office", Any, bytes], None]] = {
    "forged": _with_bad_signature,
    "same event, other body": _same_event_other_body,
    "claims a final state": _told_otherwise(status="closed"),
    "unknown type": _told_otherwise(webhookType="statement.updated"),
    "unknown entity": _told_otherwise(id="0f0f0f0f-0000-4000-8000-000000000001"),
    "from the future": _told_otherwise(updatedAt="2031-01-01T00:00:00.000000000Z"),
    "odd time": _told_otherwise(updatedAt="yesterday"),
    "another owner": _told_otherwise(customerId="0f0f0f0f-0000-4000-8000-000000000002"),
}
STEPS: dict[str, tuple[int, Callable[["Office"], None]]] = {
    "provider changes": (5, changes_by_itself),
    "provider adds": (1, adds_by_itself),
    "owner signs elsewhere": (1, owner_signs_elsewhere),
    "deliver": (9, delivers),
    "deliver again": (1, delivers_again),
    "spoil": (1, spoils),
}
