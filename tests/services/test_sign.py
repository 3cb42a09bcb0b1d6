"""The challenge and its signature: kept, checked against the owner's wallet, handed on."""

import pytest

from accounts_app import work
from accounts_app.errors import Incomplete, StaleView, WrongState
from accounts_app.models import Account, Challenge, Operation
from accounts_app.services import challenges
from tests.factories import ask, customer_shape
from tests.mirror.test_observe import show
from tests.services.test_send import approved_by

State = Operation.State


@pytest.fixture
def account(programme, operator) -> Account:
    """An account opened by an operation, waiting for its owner's signature."""
    operation = ask("create_account", programme.customer(), operator)
    work.advance(operation.pk)
    operation.refresh_from_db()
    return Account.objects.get(pk=operation.account_id)


def signature_of(account: Account, sandbox, wallet: str = "") -> str:
    """Sign the waiting challenge as the owner, or with another wallet."""
    text = challenges.current(account).text
    return sandbox.world.sign(text, wallet or account.customer.chain_id)


def submit(account: Account, operator, signature: str) -> Operation:
    """Submit a signature and send it on."""
    operation = ask("sign_challenge", account, operator, fields={"signature": signature})
    work.advance(operation.pk)
    operation.refresh_from_db()
    return operation


def test_the_owners_signature_is_accepted(account, operator, sandbox):
    operation = submit(account, operator, signature_of(account, sandbox))
    assert operation.state == State.SUCCEEDED
    assert operation.fields["checked_here"] is True
    account.refresh_from_db()
    assert account.status in ("pending", "active")


def test_a_signed_challenge_is_forgotten_but_for_its_tail(account, operator, sandbox):
    text = challenges.current(account).text
    submit(account, operator, signature_of(account, sandbox))
    challenge = Challenge.objects.get()
    assert (challenge.state, challenge.text) == ("signed", text[-8:])
    assert challenge.digest == challenges.digest_of(text)


def test_another_wallets_signature_is_refused_by_name(account, programme, operator, sandbox):
    stranger = programme.customer()
    signature = signature_of(account, sandbox, stranger.chain_id)
    with pytest.raises(Incomplete, match="signed by the wallet") as refused:
        ask("sign_challenge", account, operator, fields={"signature": signature})
    assert stranger.chain_id.split(":")[-1].lower() in str(refused.value).lower()


@pytest.mark.parametrize("signature", ["", "hello", "0x1234", "é", "00" * 65])
def test_what_is_no_signature_is_said_to_be_none(account, operator, signature):
    with pytest.raises(Incomplete):
        ask("sign_challenge", account, operator, fields={"signature": signature})
    assert not Operation.objects.filter(kind="sign_challenge").exists()


def test_without_a_challenge_there_is_nothing_to_sign(programme, operator):
    account = programme.account("initiating")
    with pytest.raises(WrongState, match="no challenge"):
        ask("sign_challenge", account, operator, fields={"signature": "0x00"})


def test_a_signature_for_an_earlier_challenge_is_refused(account, operator, sandbox):
    old = challenges.current(account)
    fields = {"signature": signature_of(account, sandbox), "challenge": str(old.pk)}
    work.advance(ask("refetch_challenge", account, operator).pk)
    with pytest.raises(StaleView, match="newer challenge"):
        ask("sign_challenge", account, operator, fields=fields)


def test_a_new_challenge_replaces_the_waiting_one(account, operator):
    old = challenges.current(account)
    operation = ask("refetch_challenge", account, operator)
    work.advance(operation.pk)
    operation.refresh_from_db()
    old.refresh_from_db()
    assert (operation.state, old.state) == (State.SUCCEEDED, "replaced")
    assert challenges.current(account).pk != old.pk


def test_a_lost_challenge_is_a_failure_and_never_fetched_again(account, operator, sandbox):
    sandbox.faults.add(operation="getAccountChallenge", action="drop_reply", times=1)
    operation = ask("refetch_challenge", account, operator)
    work.advance(operation.pk)
    work.advance(operation.pk)
    operation.refresh_from_db()
    assert (operation.state, operation.attempts.count()) == (State.FAILED, 1)
    assert challenges.current(account) is None


def test_a_signature_the_provider_refuses_voids_the_challenge(account, operator, sandbox):
    signature = signature_of(account, sandbox)
    # Somebody else fetched a challenge behind our back, which voids the one we hold.
    sandbox.world.fetch_challenge("account", str(account.pk))
    operation = submit(account, operator, signature)
    assert operation.state == State.FAILED
    assert "fetch a new one" in operation.outcome
    assert challenges.current(account) is None


@pytest.mark.sandbox(close_needs_signature=True)
def test_a_close_that_waits_for_its_owner_ends_with_the_signature(
    programme, operator, approver, sandbox
):
    account = programme.account()
    close = approved_by(approver, ask("close", account, operator))
    work.advance(close.pk)
    close.refresh_from_db()
    assert close.state == State.ACCEPTED
    assert submit(account, operator, signature_of(account, sandbox)).state == State.SUCCEEDED
    account.refresh_from_db()
    assert account.status == "closed"


@pytest.mark.parametrize("wallet", ["starknet:SN_MAIN:0x1234", "placeholder"])
def test_a_wallet_of_another_kind_is_passed_on_unchecked(account, programme, wallet):
    customer = show(customer_shape(chainId=wallet)).row
    account.customer = customer
    checked = challenges.check(account, challenges.current(account), "0x" + "12" * 64)
    assert checked.is_checked is False
