"""Open authorisations as events told of them, in whatever order those came."""

import json
import uuid

import pytest

from accounts_app.services import payments
from tests.admin import rows

pytestmark = pytest.mark.django_db
ID = uuid.UUID("5f0c7f1e-93d3-4a39-8b35-2f8f7f6f0a01")


def told(account, status: str, revision: int, id: uuid.UUID = ID) -> None:
    """Receive an event about an authorisation on the account's card."""
    body = json.dumps({"amount": "12.5", "currency": "EUR", "at": revision}).encode()
    rows.event(
        account,
        body,
        type="authorisation.updated",
        entity_kind="authorisation",
        entity_id=id,
        status=status,
        revision=revision,
    )


def found(account) -> list[tuple[str, str]]:
    """Return status and amount of what is open on the account."""
    return [(one.status, one.amount) for one in payments.open_on([account.pk])]


def test_a_pending_authorisation_is_open(db):
    account = rows.account()
    told(account, "pending", 1)
    assert found(account) == [("pending", "12.5 EUR")]


@pytest.mark.parametrize("last", ["captured", "released"])
def test_a_finished_one_is_not_whatever_came_last(last):
    account = rows.account()
    told(account, last, 3)
    told(account, "capturing", 2)
    assert found(account) == []


def test_those_of_another_account_are_not_told():
    told(rows.account(), "pending", 1)
    assert found(rows.account()) == []


def test_a_body_that_is_not_read_any_more_is_told_without_an_amount():
    account = rows.account()
    rows.event(
        account,
        b"not json",
        entity_kind="authorisation",
        entity_id=ID,
        status="pending",
        revision=None,
    )
    assert found(account) == [("pending", "")]
