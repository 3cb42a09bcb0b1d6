"""Typed reads: the right path, the right shape, and only about what was asked."""

from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest

from accounts_app.offblocks import errors
from accounts_app.offblocks.client import Client
from accounts_app.offblocks.signing import public_pem

from . import samples
from .far_end import Act, FarEnd, answer, drop, first
from .samples import ACCOUNT_ID, CARD_ID, CUSTOMER_ID, OTHER_ID

ONE = [
    ("get_customer", CUSTOMER_ID, f"/customers/{CUSTOMER_ID}", samples.customer),
    ("get_account", ACCOUNT_ID, f"/accounts/{ACCOUNT_ID}", samples.account),
    ("get_card", CARD_ID, f"/cards/{CARD_ID}", samples.card),
    ("get_subscription", OTHER_ID, f"/webhooks/{OTHER_ID}", samples.subscription),
]
MANY = [
    ("list_subscriptions", (), "/webhooks", samples.subscription),
    (
        "list_customer_accounts",
        (CUSTOMER_ID,),
        f"/customers/{CUSTOMER_ID}/accounts",
        samples.account,
    ),
    ("list_account_cards", (ACCOUNT_ID,), f"/accounts/{ACCOUNT_ID}/cards", samples.card),
]
CHALLENGES = [
    ("fetch_account_challenge", ACCOUNT_ID, f"/accounts/{ACCOUNT_ID}/challenge"),
    ("fetch_customer_challenge", CUSTOMER_ID, f"/customers/{CUSTOMER_ID}/challenge"),
]


@pytest.mark.parametrize("case", ONE)
def test_one_resource_is_read(far_end: FarEnd, client: Client, case: tuple[Any, ...]) -> None:
    method, asked, path, sample = case
    far_end.will(answer(200, sample()))
    assert getattr(client, method)(asked).value.representation == sample()
    assert (far_end.seen[0].method, far_end.seen[0].path) == ("GET", f"/v1{path}")


@pytest.mark.parametrize("case", MANY)
def test_a_list_is_read(far_end: FarEnd, client: Client, case: tuple[Any, ...]) -> None:
    method, arguments, path, sample = case
    far_end.will(answer(200, [sample(), sample()]))
    listed = getattr(client, method)(*arguments).value
    assert [item.representation for item in listed] == [sample(), sample()]
    assert far_end.seen[0].path == f"/v1{path}"


def test_an_answer_tells_when_it_was_asked_for(far_end: FarEnd, client: Client) -> None:
    far_end.will(answer(200, samples.account(), X_Request_Id="r", Date="nonsense"))
    before = datetime.now(UTC)
    read = client.get_account(ACCOUNT_ID)
    assert before <= read.asked_at <= datetime.now(UTC)
    assert (read.status, read.request_id, read.provider_date) == (200, "r", None)


def test_a_repeated_read_was_asked_when_it_was_answered(far_end: FarEnd, client: Client) -> None:
    answered: list[datetime] = []
    note = partial(first, lambda: answered.append(datetime.now(UTC)))
    far_end.will(note(drop), note(answer(200, samples.account())))
    asked_at = client.get_account(ACCOUNT_ID).asked_at
    assert answered[0] < asked_at <= answered[1]


@pytest.mark.parametrize("case", ONE)
def test_an_answer_about_another_is_unreadable(
    far_end: FarEnd, client: Client, case: tuple[Any, ...]
) -> None:
    method, asked, _, sample = case
    far_end.will(answer(200, sample(id="99999999-2222-4333-8444-555555555555")))
    with pytest.raises(errors.Unreadable) as caught:
        getattr(client, method)(asked)
    assert caught.value.code == "other_entity"


def test_a_list_about_another_owner_is_unreadable(far_end: FarEnd, client: Client) -> None:
    far_end.will(answer(200, [samples.account(customerId=str(OTHER_ID))]))
    far_end.will(answer(200, [samples.card(), samples.card(accountId=str(OTHER_ID))]))
    with pytest.raises(errors.Unreadable):
        client.list_customer_accounts(CUSTOMER_ID)
    with pytest.raises(errors.Unreadable):
        client.list_account_cards(ACCOUNT_ID)


@pytest.mark.parametrize("body", [b"", b"<html>", b"{}", b"[]", b'{"id":1,"id":2}'])
def test_an_answer_in_another_shape_is_unreadable(
    far_end: FarEnd, client: Client, body: bytes
) -> None:
    far_end.will(answer(200, body, X_Request_Id="r-9"))
    with pytest.raises(errors.Unreadable) as caught:
        client.get_account(ACCOUNT_ID)
    assert (caught.value.status, caught.value.request_id) == (200, "r-9")


def test_a_missing_account_is_not_found(far_end: FarEnd, client: Client) -> None:
    far_end.will(answer(404))
    with pytest.raises(errors.NotFound):
        client.get_account(ACCOUNT_ID)


@pytest.mark.parametrize("case", CHALLENGES)
def test_a_challenge_is_fetched(far_end: FarEnd, client: Client, case: tuple[Any, ...]) -> None:
    method, asked, path = case
    far_end.will(answer(200, {"challenge": "Y2g="}))
    assert getattr(client, method)(asked).value.challenge == "Y2g="
    assert far_end.seen[0].path == f"/v1{path}"


@pytest.mark.parametrize("case", CHALLENGES)
@pytest.mark.parametrize("act", [drop, answer(500), answer(503), answer(429)])
def test_a_challenge_is_never_fetched_twice(
    far_end: FarEnd, client: Client, case: tuple[Any, ...], act: Act
) -> None:
    method, asked, _ = case
    far_end.will(act, answer(200, {"challenge": "Y2g="}))
    with pytest.raises(errors.Unavailable):
        getattr(client, method)(asked)
    assert len(far_end.seen) == 1


def test_a_dead_token_does_not_cost_the_challenge(far_end: FarEnd, client: Client) -> None:
    far_end.will(answer(401), answer(200, {"challenge": "Y2g="}))
    assert client.fetch_account_challenge(ACCOUNT_ID).value.challenge == "Y2g="


def test_the_webhook_key_is_read(far_end: FarEnd, client: Client, pem: str) -> None:
    far_end.will(answer(200, {"keyId": "hook-1", "publicKey": public_pem(pem)}))
    key = client.verification_key().value
    assert (key.key_id, key.pem) == ("hook-1", public_pem(pem))
    assert far_end.seen[0].path == "/v1/webhooks/verification-key"
