"""CAIP-10 ids, EIP-55 spelling and challenges as text."""

import base64

import pytest

from accounts_app.offblocks import wallets
from accounts_app.offblocks.wallets import ChainAccount

# EIP-55
CHECKSUMMED = [
    "0x52908400098527886E0F7030069857D2E4169EE7",
    "0x8617E340B3D01FA5F11F306F4090FD50E238070D",
    "0xde709f2102306220921060314715629080e2fb77",
    "0x27b1fdb04752bbc536007a920d24acb045561c26",
    "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
    "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
    "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
    "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
]
ADDRESS = CHECKSUMMED[4]


def test_an_evm_account_is_read() -> None:
    account = ChainAccount.parse(f"eip155:324:{ADDRESS}")
    assert (account.namespace, account.reference, account.address) == ("eip155", "324", ADDRESS)
    assert account.is_evm
    assert str(account) == f"eip155:324:{ADDRESS}"


@pytest.mark.parametrize(
    "text",
    [
        "solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp:7S3P4HxJpyyigGzodYwHtCxZyUQe9JiBMHyRWXArAaKv",
        "starknet:SN_MAIN:0x02dd1b492765c064eac4039e3841aa5f382773b598097a40073bd8b48170ab57",
        "eip155:324:0x1234",
        "eip155:324:5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
    ],
)
def test_an_account_elsewhere_is_not_checked_here(text: str) -> None:
    assert not ChainAccount.parse(text).is_evm


@pytest.mark.parametrize(
    "text",
    [
        "",
        "eip155:324",
        "eip155:324:",
        "EIP155:324:0x1",
        "ei:324:0x1",
        "eip155::0x1",
        "eip155:324:0x1:2",
        "eip155:324:0x1 ",
        "eip155:324:0x1\n",
        "eip155:324:" + "a" * 129,
    ],
)
def test_anything_else_is_no_account(text: str) -> None:
    with pytest.raises(ValueError, match="CAIP-10"):
        ChainAccount.parse(text)


def test_only_evm_addresses_ignore_case() -> None:
    def same(one: str, two: str) -> bool:
        return ChainAccount.parse(one).same_wallet(ChainAccount.parse(two))

    assert same(f"eip155:324:{ADDRESS}", f"eip155:324:{ADDRESS.lower()}")
    assert not same(f"eip155:324:{ADDRESS}", f"eip155:300:{ADDRESS}")
    assert not same(f"eip155:324:{ADDRESS}", f"eip155:324:{CHECKSUMMED[5]}")
    assert same("solana:main:7S3P", "solana:main:7S3P")
    assert not same("solana:main:7S3P", "solana:main:7s3p")


def test_an_account_knows_its_address() -> None:
    assert ChainAccount.parse(f"eip155:1:{ADDRESS}").has_address(ADDRESS.lower())
    assert not ChainAccount.parse("solana:main:7S3P").has_address("7s3p")


@pytest.mark.parametrize("address", CHECKSUMMED)
def test_an_address_is_spelled_with_its_checksum(address: str) -> None:
    assert wallets.checksum_address(address.lower()) == address
    assert wallets.checksum_address("0x" + address[2:].upper()) == address


@pytest.mark.parametrize("text", ["", "0x", ADDRESS[2:], ADDRESS + "0", "0X" + ADDRESS[2:]])
def test_what_is_no_address_has_no_checksum(text: str) -> None:
    with pytest.raises(ValueError, match="EVM address"):
        wallets.checksum_address(text)


@pytest.mark.parametrize("length", range(1, 7))
def test_a_challenge_is_decoded_in_any_base64(length: int) -> None:
    message = b"\xfb\xff\xfe?>~"[:length]
    standard = base64.b64encode(message).decode()
    url_safe = base64.urlsafe_b64encode(message).decode()
    for text in (standard, url_safe, standard.rstrip("="), f" {url_safe}\n"):
        assert wallets.decode_challenge(text) == message


@pytest.mark.parametrize("text", ["", "?", "a", "ab!d", "é", "===="])
def test_what_is_no_base64_is_no_challenge(text: str) -> None:
    with pytest.raises(ValueError, match="challenge is not base64"):
        wallets.decode_challenge(text)
