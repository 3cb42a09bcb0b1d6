"""What is personal is written so that staff tell customers apart, and nobody reads it."""

import json

import pytest

from accounts_app import masking

WALLET = "eip155:324:0xabcdef0123456789abcdef0123456789abcdef9f"


@pytest.mark.parametrize(
    ("whole", "masked"),
    [
        ("crm-00041", "crm-…41"),
        ("jane.doe@example.com", "jane…om"),
        ("abc", "a…"),
        ("ab12", "ab…2"),
        ("x", "…"),
        ("", ""),
    ],
)
def test_an_external_id_keeps_its_ends(whole, masked):
    assert masking.external_id(whole) == masked


@pytest.mark.parametrize(
    ("whole", "masked"),
    [
        (WALLET, "eip155:324:0xab…9f"),
        ("solana:mainnet:7S3P4HxJpyyigGzodYwHtCxZyUQe9JiBMHyRWXArAaKv", "solana:mainnet:7S3P…Kv"),
        ("0xabcdef0123456789abcdef0123456789abcdef9f", "0xab…9f"),
        ("", ""),
    ],
)
def test_a_wallet_keeps_its_chain_and_its_ends(whole, masked):
    assert masking.chain_id(whole) == masked


def test_addresses_in_a_text_are_masked_and_digests_are_not():
    digest = "0x" + "ab" * 32
    told = masking.text(f"{WALLET} signed {digest}, not {WALLET[11:]}.")
    assert told == f"eip155:324:0xab…9f signed {digest}, not 0xab…9f."


def test_a_representation_is_masked_wherever_it_is_personal():
    told = {"id": "1", "externalId": "crm-00041", "owners": [{"chainId": WALLET, "note": WALLET}]}
    assert masking.tree(told) == {
        "id": "1",
        "externalId": "crm-…41",
        "owners": [{"chainId": "eip155:324:0xab…9f", "note": "eip155:324:0xab…9f"}],
    }


def test_a_text_that_breaks_off_is_masked_by_name_too():
    cut = '{"externalId": "crm-00041", "chainId": "eip155:324:0xabcdef01234567'
    assert masking.raw(cut) == '{"externalId": "crm-…41", "chainId": "eip155:324:0xab…67'


def test_a_text_without_anything_personal_stays_as_it_came():
    text = '{"a":   1}'
    assert masking.raw(text) == text
    assert json.loads(masking.raw('{"challenge": "bWlkZGxlLWVuZA=="}')) == {
        "challenge": "…LWVuZA=="
    }
