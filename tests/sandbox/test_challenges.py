"""Challenges: issued, replaced, signed in either encoding, refused."""

import base64
from collections.abc import Iterator

import pytest
import requests

from sandbox.server import Sandbox
from tests.sandbox.caller import Caller


@pytest.fixture
def fresh(sandbox: Sandbox, customer: str) -> str:
    """The id of an account that waits for its owner."""
    return str(sandbox.world.add_account(customer, "initiating")["id"])


def _challenge(caller: Caller, account: str) -> str:
    return str(caller.call("GET", f"/accounts/{account}/challenge").json()["challenge"])


def _owner(sandbox: Sandbox, account: str) -> str:
    parent = sandbox.world.get("account", account).parent
    return str(sandbox.world.get("customer", parent).fields["chainId"])


def _submit(caller: Caller, account: str, challenge: str, **other: str) -> requests.Response:
    owner = _owner(caller.sandbox, account)
    signature = bytes.fromhex(caller.sandbox.world.sign(challenge, owner)[2:])
    proof = {
        "ownerId": owner,
        "challenge": challenge,
        "signature": base64.b64encode(signature).decode(),
    }
    return caller.call("POST", f"/accounts/{account}/challenge/sign", proof | other)


def test_the_owners_signature_activates_the_account(
    sandbox: Sandbox, caller: Caller, fresh: str
) -> None:
    assert _submit(caller, fresh, _challenge(caller, fresh)).status_code == 204
    assert sandbox.world.get("account", fresh).status == "active"


@pytest.mark.parametrize("prefix", ["0x", ""])
def test_base64_of_the_hex_text_will_do(caller: Caller, fresh: str, prefix: str) -> None:
    challenge = _challenge(caller, fresh)
    text = caller.sandbox.world.sign(challenge, _owner(caller.sandbox, fresh)).removeprefix("0x")
    signature = base64.b64encode(f"{prefix}{text}".encode()).decode()
    assert _submit(caller, fresh, challenge, signature=signature).status_code == 204


def test_an_account_challenge_names_account_session_key_and_nonce(
    caller: Caller, fresh: str
) -> None:
    text = base64.b64decode(_challenge(caller, fresh)).decode()
    assert f"Account: {fresh}\nSession key: 0x" in text
    assert "\nNonce: " in text


def test_a_customer_challenge_is_a_sign_in_text(sandbox: Sandbox, caller: Caller) -> None:
    customer = sandbox.world.add_customer("initiating")
    answer = caller.call("GET", f"/customers/{customer['id']}/challenge").json()
    lines = base64.b64decode(answer["challenge"]).decode().splitlines()
    assert lines[0].endswith("wants you to sign in with your Ethereum account:")
    assert lines[1] == str(customer["chainId"]).rpartition(":")[2]
    assert lines[5].endswith(f"/customers/{customer['id']}")


def test_fetching_a_challenge_ends_the_earlier_one(caller: Caller, fresh: str) -> None:
    first, second = (_challenge(caller, fresh) for _ in range(2))
    stale = _submit(caller, fresh, first)
    assert (stale.status_code, stale.text) == (400, "challenge is not the current one")
    assert _submit(caller, fresh, second).status_code == 204


@pytest.mark.parametrize("signature", ["", "AAAA", "%%%", base64.b64encode(bytes(65)).decode()])
def test_a_wrong_signature_ends_the_challenge(caller: Caller, fresh: str, signature: str) -> None:
    challenge = _challenge(caller, fresh)
    wrong = _submit(caller, fresh, challenge, signature=signature)
    assert (wrong.status_code, wrong.text) == (400, "signature verification failed")
    assert _submit(caller, fresh, challenge).text == "challenge is not the current one"
    assert _submit(caller, fresh, _challenge(caller, fresh)).status_code == 204


def test_another_owner_is_refused(caller: Caller, fresh: str) -> None:
    stranger = caller.sandbox.world.wallets.create()
    answer = _submit(caller, fresh, _challenge(caller, fresh), ownerId=stranger)
    assert answer.text == "signature verification failed"


def test_the_case_of_the_owners_address_does_not_count(caller: Caller, fresh: str) -> None:
    owner = _owner(caller.sandbox, fresh).lower()
    assert _submit(caller, fresh, _challenge(caller, fresh), ownerId=owner).status_code == 204


def test_a_challenge_is_signed_once(caller: Caller, fresh: str) -> None:
    challenge = _challenge(caller, fresh)
    _submit(caller, fresh, challenge)
    assert _submit(caller, fresh, challenge).status_code == 409
    assert caller.call("GET", f"/accounts/{fresh}/challenge").status_code == 400


def test_a_wallet_that_is_not_ethereum_is_not_checked(sandbox: Sandbox, caller: Caller) -> None:
    owner = {"chainId": "tron:27Lqcw:TAbc", "externalId": "t-1"}
    made = caller.call("POST", "/customers", owner).json()
    proof = {"challenge": made["challenge"], "signature": "AAAA"}
    assert caller.call("POST", f"/customers/{made['id']}/challenge/sign", proof).status_code == 204
    assert sandbox.world.get("customer", made["id"]).status == "verifying"


@pytest.fixture
def careful() -> Iterator[Sandbox]:
    """A sandbox where the owner must sign a close."""
    with Sandbox(deliveries="manual", close_needs_signature=True) as running:
        yield running


def test_a_close_may_wait_for_the_owner(careful: Sandbox) -> None:
    caller = Caller(careful)
    account = str(careful.world.add_account(str(careful.world.add_customer()["id"]))["id"])
    told = caller.call("DELETE", f"/accounts/{account}")
    assert (told.status_code, told.json()["status"]) == (202, "active")
    assert "deletion" in base64.b64decode(told.json()["challenge"]).decode()
    assert _submit(caller, account, _challenge(caller, account)).status_code == 204
    assert careful.world.get("account", account).status == "closed"


def test_unchecked_signatures_pass() -> None:
    with Sandbox(deliveries="manual", verify_challenges=False) as sandbox:
        account = str(
            sandbox.world.add_account(str(sandbox.world.add_customer()["id"]), "initiating")["id"]
        )
        caller = Caller(sandbox)
        answer = _submit(caller, account, _challenge(caller, account), signature="c2lnbmF0dXJl")
        assert answer.status_code == 204
