"""The owner's wallet page, as plain HTTP; it works without script."""

import html
import re

import pytest
import requests

from sandbox.server import Sandbox


@pytest.fixture
def fresh(sandbox: Sandbox, customer: str) -> str:
    """The id of an account that waits for its owner."""
    return str(sandbox.world.add_account(customer, "initiating")["id"])


def _read(sandbox: Sandbox, challenge: str) -> requests.Response:
    return requests.get(f"{sandbox.root_url}/wallet", params={"challenge": challenge}, timeout=5)


def _sign(sandbox: Sandbox, challenge: str, wallet: str) -> requests.Response:
    form = {"challenge": challenge, "wallet": wallet}
    return requests.post(f"{sandbox.root_url}/wallet", data=form, timeout=5)


def _chosen(page: str) -> str:
    found = re.search(r'<option value="([^"]*)" selected>', page)
    return found[1] if found else ""


def test_a_challenge_is_read_and_signed_by_the_wallet_it_names(
    sandbox: Sandbox, customer: str, fresh: str
) -> None:
    sandbox.world.add_customer()
    challenge = sandbox.world.fetch_challenge("account", fresh)
    wallet = _chosen(_read(sandbox, challenge).text)
    assert wallet == sandbox.world.get("customer", customer).fields["chainId"]
    assert sandbox.world.sign(challenge, wallet) in _sign(sandbox, challenge, wallet).text


def test_a_customers_challenge_names_its_wallet(sandbox: Sandbox) -> None:
    customer = sandbox.world.add_customer("initiating")
    challenge = sandbox.world.fetch_challenge("customer", str(customer["id"]))
    assert _chosen(_read(sandbox, challenge).text) == customer["chainId"]


def test_the_decoded_text_may_be_pasted_with_line_ends_of_a_form(
    sandbox: Sandbox, customer: str
) -> None:
    wallet = str(sandbox.world.get("customer", customer).fields["chainId"])
    signature = sandbox.world.sign("one\ntwo", wallet)
    assert signature in _sign(sandbox, "one\r\ntwo", wallet).text


def test_an_address_in_the_text_names_its_wallet(sandbox: Sandbox) -> None:
    sandbox.world.wallets.create()
    wallet = sandbox.world.wallets.create()
    page = _read(sandbox, f"Sign in with {wallet.rpartition(':')[2].lower()}").text
    assert _chosen(page) == wallet


def test_without_a_name_the_wallet_must_be_chosen(sandbox: Sandbox, customer: str) -> None:
    page = _read(sandbox, "hello").text
    assert _chosen(page) == ""
    answer = _sign(sandbox, "hello", "")
    assert (answer.status_code, "Choose the wallet that signs." in answer.text) == (400, True)


def test_signing_for_somebody_else_is_pointed_out(
    sandbox: Sandbox, customer: str, fresh: str
) -> None:
    other = sandbox.world.wallets.create()
    challenge = sandbox.world.fetch_challenge("account", fresh)
    assert "meant for another wallet" in _sign(sandbox, challenge, other).text


@pytest.mark.parametrize(
    ("pasted", "sentence"),
    [
        ("", "Paste a challenge first."),
        ("T2ZmQmxvY2tzIGNhcmQgYWNj1", "This looks like base64, but not all of it is here."),
        ("a " * 5000, "This is too long for a challenge."),
    ],
)
def test_bad_input_gets_a_clear_sentence(sandbox: Sandbox, pasted: str, sentence: str) -> None:
    for answer in (_read(sandbox, pasted), _sign(sandbox, pasted, "")):
        assert (answer.status_code, sentence in html.unescape(answer.text)) == (400, True)


def test_a_wallet_that_is_not_kept_cannot_sign(sandbox: Sandbox) -> None:
    answer = _sign(sandbox, "hello", "eip155:1:0x0000000000000000000000000000000000000001")
    assert "The key of this wallet is not kept here." in answer.text


def test_what_is_pasted_is_never_markup(sandbox: Sandbox) -> None:
    page = _read(sandbox, "<script>alert(1)</script> $problem").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; $problem" in page


def test_nothing_is_inline_and_the_policy_is_strict(sandbox: Sandbox) -> None:
    answer = requests.get(f"{sandbox.root_url}/wallet", timeout=5)
    assert answer.headers["content-security-policy"].startswith("default-src 'none';")
    assert not re.search(r"<style|style=|<script(?! src)|\son\w+=", answer.text)


@pytest.mark.parametrize("name", ["wallet.css", "wallet.js", "wallet.svg"])
def test_its_files_are_served(sandbox: Sandbox, name: str) -> None:
    answer = requests.get(f"{sandbox.root_url}/wallet/{name}", timeout=5)
    assert (answer.status_code, answer.headers["x-content-type-options"]) == (200, "nosniff")


def test_the_page_of_many_wallets_lists_them_all(sandbox: Sandbox) -> None:
    kept = [sandbox.world.wallets.create() for _ in range(60)]
    page = _read(sandbox, "hello").text
    assert all(f'value="{chain_id}"' in page for chain_id in kept)
