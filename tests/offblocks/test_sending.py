"""Typed changes: what an answer to one is worth."""

import base64
import json
from typing import Any

import pytest

from accounts_app.offblocks import changes, errors
from accounts_app.offblocks.changes import Change
from accounts_app.offblocks.client import Client
from accounts_app.offblocks.shapes import Account, Card, Challenge, Customer
from accounts_app.offblocks.signing import public_pem

from . import samples
from .far_end import FarEnd, answer
from .samples import ACCOUNT_ID, CARD_ID, CUSTOMER_ID, KEY, OTHER_ID, WALLET

CREATE_CUSTOMER = changes.create_customer(chain_id=WALLET, external_id="C-1")
CREATE_ACCOUNT = changes.create_account(CUSTOMER_ID, ["EUR"])
CREATE_CARD = changes.create_card(ACCOUNT_ID, card_type="virtual", billing_address={})
DEACTIVATE = changes.deactivate_account(ACCOUNT_ID)
CLOSE = changes.close_account(ACCOUNT_ID)
SIGN = changes.sign_account_challenge(
    ACCOUNT_ID, owner_id=WALLET, challenge="Y2g=", signature_base64="c2ln"
)
PUT = changes.put_subscription("https://x.test/hook", ["card.updated"])


def refused(client: Client, change: Change) -> errors.OutcomeUnknown:
    """Send once and return the doubt about the outcome."""
    with pytest.raises(errors.OutcomeUnknown) as caught:
        client.send(change, KEY, retries=0)
    return caught.value


def test_a_created_account_comes_with_its_challenge(far_end: FarEnd, client: Client) -> None:
    far_end.will(answer(201, samples.account(status="initiating", challenge="Y2g=")))
    sent = client.send(CREATE_ACCOUNT, KEY, retries=0)
    assert isinstance(sent.value, Account)
    assert (sent.status, sent.value.id, sent.value.challenge) == (201, ACCOUNT_ID, "Y2g=")
    assert far_end.seen[0].body == CREATE_ACCOUNT.body


@pytest.mark.parametrize(
    ("change", "body", "kind"),
    [
        (CREATE_CUSTOMER, samples.customer(), Customer),
        (CREATE_CARD, samples.card(), Card),
        (DEACTIVATE, samples.account(status="inactive"), Account),
        (CLOSE, samples.account(challenge="Y2g="), Account),
        (CLOSE, {"id": str(ACCOUNT_ID), "status": "active", "challenge": "Y2g="}, Challenge),
        (CLOSE, {"challenge": "Y2g="}, Challenge),
        (SIGN, samples.account(status="pending"), Account),
        (changes.terminate_card(CARD_ID), samples.card(status="terminated"), Card),
        (changes.deactivate_customer(CUSTOMER_ID), samples.customer(), Customer),
    ],
)
def test_the_value_is_what_the_path_is_about(
    far_end: FarEnd, client: Client, change: Change, body: dict[str, Any], kind: type
) -> None:
    far_end.will(answer(200, body))
    assert type(client.send(change, KEY, retries=0).value) is kind


@pytest.mark.parametrize("change", [DEACTIVATE, CLOSE, SIGN])
@pytest.mark.parametrize("body", [b"", b"accepted", b"{}", b"[]", b"1", b'{"status":"closed"}'])
@pytest.mark.parametrize("status", [200, 202, 299])
def test_an_accepted_change_may_say_nothing(
    far_end: FarEnd, client: Client, change: Change, body: bytes, status: int
) -> None:
    far_end.will(answer(status, body))
    sent = client.send(change, KEY, retries=0)
    assert (sent.value, sent.status) == (None, status)


@pytest.mark.parametrize("change", [CREATE_CUSTOMER, CREATE_ACCOUNT, CREATE_CARD, PUT])
@pytest.mark.parametrize("body", [b"", b"created", b"{}", b"[]"])
def test_a_creation_that_does_not_say_what_is_unknown(
    far_end: FarEnd, client: Client, change: Change, body: bytes
) -> None:
    far_end.will(answer(201, body))
    assert refused(client, change).status == 201


@pytest.mark.parametrize(
    ("change", "body"),
    [
        (CREATE_CUSTOMER, samples.customer(externalId="C-2")),
        (CREATE_ACCOUNT, samples.account(customerId=str(OTHER_ID))),
        (CREATE_CARD, samples.card(accountId=str(OTHER_ID))),
        (DEACTIVATE, samples.account(id=str(OTHER_ID))),
        (DEACTIVATE, {"id": str(OTHER_ID)}),
        (CLOSE, {"id": 5, "challenge": "Y2g="}),
        (SIGN, samples.account(id=str(OTHER_ID))),
    ],
)
def test_an_answer_about_another_is_unknown(
    far_end: FarEnd, client: Client, change: Change, body: dict[str, Any]
) -> None:
    far_end.will(answer(200, body))
    assert refused(client, change).code == "other_entity"


def test_a_change_is_sent_once_when_asked_so(far_end: FarEnd, client: Client) -> None:
    far_end.will(answer(500), answer(202))
    assert refused(client, DEACTIVATE).status == 500
    assert len(far_end.seen) == 1


def test_a_change_is_repeated_by_default(far_end: FarEnd, client: Client) -> None:
    far_end.will(answer(500), answer(202))
    assert client.send(DEACTIVATE, KEY).status == 202


def test_a_subscription_is_put_and_deleted(far_end: FarEnd, client: Client) -> None:
    far_end.will(answer(200, samples.subscription()), answer(204))
    put = client.put_subscription("https://x.test/hook", ["card.updated"], key=KEY)
    client.delete_subscription(put.value.id, key=OTHER_ID)
    assert [(seen.method, seen.path) for seen in far_end.seen] == [
        ("PUT", "/v1/webhooks"),
        ("DELETE", f"/v1/webhooks/{OTHER_ID}"),
    ]
    assert [seen.headers["idempotency-key"] for seen in far_end.seen] == [str(KEY), str(OTHER_ID)]


def test_an_update_of_another_subscription_is_unknown(far_end: FarEnd, client: Client) -> None:
    far_end.will(answer(200, samples.subscription()))
    with pytest.raises(errors.OutcomeUnknown):
        client.put_subscription("https://x.test/hook", [], key=KEY, id=CARD_ID)


def test_a_signing_key_is_uploaded(far_end: FarEnd, client: Client, pem: str) -> None:
    far_end.will(answer(200, {"keyId": "new-key"}))
    assert client.upload_signing_key(public_pem(pem)).value.key_id == "new-key"
    (seen,) = far_end.seen
    assert (seen.method, seen.path) == ("PUT", "/v1/auth/signing")
    assert base64.b64decode(json.loads(seen.body)["publicKey"]).decode() == public_pem(pem)


def test_an_upload_without_a_key_id_is_unknown(far_end: FarEnd, client: Client, pem: str) -> None:
    far_end.will(answer(200))
    with pytest.raises(errors.OutcomeUnknown):
        client.upload_signing_key(public_pem(pem))


def test_a_private_key_is_never_uploaded(far_end: FarEnd, client: Client, pem: str) -> None:
    with pytest.raises(ValueError, match="PEM"):
        client.upload_signing_key(pem)
    assert not far_end.token_requests
