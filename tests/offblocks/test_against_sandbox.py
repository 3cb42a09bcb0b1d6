"""Every method of the client against the sandbox, which checks what we send with its own code."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import pytest
import requests

from accounts_app.offblocks import changes, errors, inbound, signing, wallets
from accounts_app.offblocks.changes import Change
from accounts_app.offblocks.client import Client
from accounts_app.offblocks.credentials import Credentials, Secret
from accounts_app.offblocks.transport import Transport
from sandbox.server import Sandbox

ADDRESS = {"firstLine": "1 Main Street", "city": "Berlin", "country": "DE", "postCode": "10115"}


@pytest.fixture
def provider() -> Iterator[Sandbox]:
    """The sandbox, with its deliveries kept back."""
    with Sandbox(deliveries="manual") as running:
        yield running


@pytest.fixture
def credentials(provider: Sandbox, pem: str) -> Credentials:
    """Credentials whose key the sandbox knows, uploaded as one does the first time."""
    first = Credentials(provider.api_key, Secret(provider.api_secret), Secret(pem), "none yet")
    uploaded = Client(Transport(provider.url, first)).upload_signing_key(signing.public_pem(pem))
    return replace(first, key_id=uploaded.value.key_id)


@pytest.fixture
def client(provider: Sandbox, credentials: Credentials) -> Client:
    """The client, talking to the sandbox."""
    return Client(Transport(provider.url, credentials))


def send(client: Client, change: Change) -> Any:
    """Send a change once under a fresh key and return its value."""
    return client.send(change, uuid4(), retries=0).value


def signature(provider: Sandbox, challenge: str, wallet: str) -> str:
    """The owner's signature over a challenge, checked by our own code on the way."""
    raw = wallets.parse_signature(provider.world.sign(challenge, wallet))
    signer = wallets.recover_address(wallets.decode_challenge(challenge), raw)
    assert wallets.ChainAccount.parse(wallet).has_address(signer)
    return wallets.encode_signature(raw, "raw")


def account_in(provider: Sandbox, status: str = "active") -> tuple[UUID, UUID]:
    """An account in this status; its id and its customer's."""
    customer = provider.world.add_customer()
    account = provider.world.add_account(str(customer["id"]), status)
    return UUID(str(account["id"])), UUID(str(customer["id"]))


def test_a_customer_is_created_and_signs(provider: Sandbox, client: Client) -> None:
    wallet = provider.world.wallets.create()
    created = send(client, changes.create_customer(chain_id=wallet, external_id="C-1"))
    fetched = client.fetch_customer_challenge(created.id).value.challenge
    assert fetched != created.challenge
    signed = signature(provider, fetched, wallet)
    send(
        client,
        changes.sign_customer_challenge(created.id, challenge=fetched, signature_base64=signed),
    )
    assert client.get_customer(created.id).value.status in {"screening", "verifying"}


def test_an_account_is_created_signed_and_active(provider: Sandbox, client: Client) -> None:
    customer = provider.world.add_customer()
    wallet = str(customer["chainId"])
    created = send(client, changes.create_account(UUID(str(customer["id"])), ["EUR"]))
    challenge = client.fetch_account_challenge(created.id).value.challenge
    change = changes.sign_account_challenge(
        created.id,
        owner_id=wallet,
        challenge=challenge,
        signature_base64=signature(provider, challenge, wallet),
    )
    assert send(client, change) is None
    provider.world.settle()
    account = client.get_account(created.id).value
    assert (account.status, account.chain_id is None) == ("active", False)
    assert account.revision > created.revision


@pytest.mark.parametrize(
    ("before", "build", "after"),
    [
        ("active", changes.deactivate_account, "inactive"),
        ("inactive", changes.activate_account, "active"),
        ("active", changes.close_account, "closed"),
    ],
)
def test_an_account_changes_its_state(
    provider: Sandbox, client: Client, before: str, build: Any, after: str
) -> None:
    account_id, customer_id = account_in(provider, before)
    send(client, build(account_id))
    assert client.get_account(account_id).value.status == after
    assert [a.status for a in client.list_customer_accounts(customer_id).value] == [after]


def test_a_customer_changes_state(provider: Sandbox, client: Client) -> None:
    account_id, customer_id = account_in(provider)
    send(client, changes.deactivate_customer(customer_id))
    assert client.get_account(account_id).value.status == "inactive"
    send(client, changes.activate_customer(customer_id))
    assert client.get_customer(customer_id).value.status == "active"


def test_a_card_lives_and_ends(provider: Sandbox, client: Client) -> None:
    account_id, _ = account_in(provider)
    issue = changes.create_card(account_id, card_type="virtual", billing_address=ADDRESS)
    card = send(client, issue)
    provider.world.change("card", str(card.id), "active")
    for build in (changes.deactivate_card, changes.activate_card, changes.terminate_card):
        send(client, build(card.id))
    assert client.get_card(card.id).value.status == "terminated"
    assert [found.id for found in client.list_account_cards(account_id).value] == [card.id]


def test_the_lists_are_complete(provider: Sandbox, client: Client) -> None:
    account_id, customer_id = account_in(provider)
    card = provider.world.add_card(str(account_id))
    assert [found.id for found in client.each_customer().value] == [customer_id]
    assert [found.id for found in client.each_account().value] == [account_id]
    assert [str(found.id) for found in client.each_card().value] == [card["id"]]


def test_a_subscription_comes_and_goes(client: Client) -> None:
    url = "http://127.0.0.1:9/hook"
    made = client.put_subscription(url, ["account.updated"], key=uuid4()).value
    updated = client.put_subscription(url, ["card.updated"], key=uuid4(), id=made.id).value
    assert updated.types == ("card.updated",)
    assert client.get_subscription(made.id).value == client.list_subscriptions().value[0]
    client.delete_subscription(made.id, key=uuid4())
    assert client.list_subscriptions().value == []


def test_a_key_gives_its_first_answer_again(provider: Sandbox, client: Client) -> None:
    customer = provider.world.add_customer()
    change, key = changes.create_account(UUID(str(customer["id"])), ["EUR"]), uuid4()
    first, second = (client.send(change, key, retries=0).value for _ in range(2))
    assert first == second
    assert len(list(client.each_account().value)) == 1
    with pytest.raises(errors.KeyReused):
        client.send(changes.create_account(UUID(str(customer["id"])), ["GBP"]), key)


@pytest.mark.parametrize("action", ["drop_reply", "kill_before", "conflict_in_flight", "malformed"])
def test_trouble_on_the_way_makes_one_account(
    provider: Sandbox, client: Client, action: str
) -> None:
    customer = provider.world.add_customer()
    fault = {"operation": "createAccount", "action": action}
    requests.post(f"{provider.root_url}/_sandbox/faults", json=fault, timeout=5).raise_for_status()
    change, key = changes.create_account(UUID(str(customer["id"])), ["EUR"]), uuid4()
    with pytest.raises((errors.OutcomeUnknown, errors.KeyInFlight)):
        client.send(change, key, retries=0)
    created: Any = client.send(change, key, retries=0).value
    assert [found.id for found in client.each_account().value] == [created.id]


def test_a_revoked_token_heals(provider: Sandbox, client: Client) -> None:
    account_id, _ = account_in(provider)
    client.get_account(account_id)
    provider.tokens.install(provider.api_key, provider.api_secret)
    assert client.get_account(account_id).value.id == account_id


def test_what_the_provider_does_not_know_is_not_found(client: Client) -> None:
    for ask in (client.get_account, client.get_customer, client.get_card, client.get_subscription):
        with pytest.raises(errors.NotFound):
            ask(uuid4())


def test_its_webhooks_are_believed(provider: Sandbox, client: Client) -> None:
    key = client.verification_key().value
    assert (key.key_id, key.pem) == (provider.webhook_key_id, provider.webhook_public_key)
    url, body = "https://backoffice.test/webhooks/offblocks/", b'{"a":1}'
    verified = inbound.verify(
        method="POST",
        path=urlsplit(url).path,
        target_uri=url,
        headers=provider.deliveries.signer.headers(url, body),
        body=body,
        keys={str(key.key_id): signing.load_public_key(key.pem)},
        now=datetime.now(UTC),
    )
    assert verified.keyid == provider.webhook_key_id
