"""Handing the owner's signature to the provider through the page."""

import base64

import pytest
from django.utils import timezone

from accounts_app.models import Account, Challenge, Operation
from accounts_app.services import challenges
from tests.admin import rows
from tests.admin.pages import ask, ask_address, fill_in, page_of, signed_in, text_of


@pytest.fixture
def account(programme, operator) -> Account:
    """An account that waits for its owner's signature."""
    customer = programme.customer()
    ask(operator, customer, "create_account", currency="EUR")
    return customer.accounts.get()


def signature_of(account: Account, sandbox, wallet: str = "") -> str:
    """Sign the waiting challenge with the owner's wallet, or another."""
    text = challenges.current(account).text
    return sandbox.world.sign(text, wallet or account.customer.chain_id)


def submit(person, account: Account, signature: str):
    """Submit a signature through the page."""
    return ask(person, account, "sign_challenge", signature=signature)


def test_the_owners_signature_sets_the_account_going(account, operator, sandbox):
    submit(operator, account, signature_of(account, sandbox))
    account.refresh_from_db()
    assert Operation.objects.get(kind="sign_challenge").state == Operation.State.SUCCEEDED
    assert account.status in ("pending", "active")


def test_base64_is_taken_as_well_as_hex(account, operator, sandbox):
    hexadecimal = signature_of(account, sandbox).removeprefix("0x")
    encoded = base64.b64encode(bytes.fromhex(hexadecimal)).decode()
    submit(operator, account, encoded)
    assert Operation.objects.filter(kind="sign_challenge", state="succeeded").exists()


def test_another_wallets_signature_is_refused_by_name(account, programme, operator, sandbox):
    stranger = programme.customer().chain_id
    signature = signature_of(account, sandbox, stranger)
    answer = submit(operator, account, signature)
    words = text_of(answer)
    assert f"signed by the wallet {stranger.rpartition(':')[2].lower()}" in words.lower()
    assert signature in answer.content.decode()
    assert not Operation.objects.filter(kind="sign_challenge").exists()


@pytest.mark.parametrize("nonsense", ["0x12", "not a signature", "A" * 9000, ""])
def test_what_is_no_signature_is_refused_on_its_field(account, operator, nonsense):
    answer = submit(operator, account, nonsense)
    assert answer.status_code == 200
    assert "id_signature_error" in answer.content.decode()


def test_the_page_shows_the_text_its_age_and_ways_to_copy_it(account, operator):
    page = signed_in(operator).get(ask_address(account, "sign_challenge"))
    waiting = Challenge.objects.get()
    assert "issued just now" in text_of(page)
    assert f'data-copy="{waiting.text}"' in page.content.decode()
    assert f'data-owner="{account.customer.chain_id}"' in page.content.decode()
    assert "hidden\n                data-wallet-sign" in page.content.decode()


def test_a_page_that_showed_an_older_challenge_is_refused(account, operator, sandbox):
    browser, address = signed_in(operator), ask_address(account, "sign_challenge")
    form = fill_in(browser, address, signature=signature_of(account, sandbox))
    ask(operator, account, "refetch_challenge")
    answer = browser.post(address, form)
    assert "A newer challenge was issued since you opened this page" in text_of(answer)
    assert str(challenges.current(account).pk) in answer.content.decode()


def test_without_a_challenge_the_page_says_so(programme, operator):
    account = programme.account("initiating")
    page = text_of(signed_in(operator).get(ask_address(account, "sign_challenge")))
    assert "There is no challenge to sign. Fetch a new one first." in page


def test_the_sandboxs_wallets_are_one_click_away(account, operator, sandbox, settings):
    address = ask_address(account, "sign_challenge")
    page = signed_in(operator).get(address).content.decode()
    assert f'href="{sandbox.root_url}/wallet"' in page
    settings.OFFBLOCKS_BASE_URL = "https://api.provider.example/v1"
    assert "/wallet" not in signed_in(operator).get(address).content.decode()


def test_another_chains_signature_is_passed_on_and_marked(sandbox, operator, db):
    customer = rows.customer(chainId="starknet:SN_MAIN:0x02dd1b492765c064eac4039e3841aa5f38")
    account = rows.account(customer, status="initiating")
    challenges.keep(account, base64.b64encode(b"Sign me").decode(), received_at=timezone.now())
    submit(operator, account, "0x" + "ab" * 64)
    operation = Operation.objects.get(kind="sign_challenge")
    assert operation.fields["checked_here"] is False
    assert "not checked here" in text_of(signed_in(operator).get(page_of(operation)))
