"""What an entity gets when it becomes active for the first time, and what a capture leaves."""

import base64
from datetime import timedelta

from sandbox.clock import EPOCH, SECOND
from sandbox.entities import Entity
from sandbox.mint import Mint

HOLDERS = ("Ada Moreau", "Bruno Keller", "Carla Novak", "Dario Conti", "Elif Aydin", "Femi Okoro")
MERCHANTS = (
    {"id": "m-1001", "name": "Corner Bakery", "mcc": 5462, "country": "DE", "city": "Berlin"},
    {"id": "m-1002", "name": "City Metro", "mcc": 4111, "country": "FR", "city": "Paris"},
    {"id": "m-1003", "name": "Harbour Books", "mcc": 5942, "country": "PT", "city": "Porto"},
)
CARD_YEARS = 4


def deploy(account: Entity, owner_chain_id: str, mint: Mint) -> None:
    """Give an account its smart contract's address, on its owner's chain."""
    chain = owner_chain_id.rpartition(":")[0]
    account.fields.setdefault("chainId", f"{chain}:0x{mint.fresh('contract')[:20].hex()}")


def emboss(card: Entity, now: int, mint: Mint) -> None:
    """Give a card its number, masked, and its date of expiry."""
    if "maskedPan" in card.fields:
        return
    drawn = mint.fresh("pan")
    today = EPOCH + timedelta(seconds=now // SECOND)
    card.fields |= {
        "name": HOLDERS[drawn[0] % len(HOLDERS)],
        "network": "visa",
        "maskedPan": f"400000******{int.from_bytes(drawn[1:4]) % 10_000:04d}",
        "expirationDate": f"{today:%m}/{today.year + CARD_YEARS}",
    }


def money(amount: str, currency: str, mint: Mint) -> dict[str, object]:
    """Return the money and merchant fields of an authorisation."""
    merchant = MERCHANTS[mint.fresh("merchant")[0] % len(MERCHANTS)]
    plain = plain_decimal(amount)
    return {
        "amount": plain,
        "currency": currency,
        "merchantAmount": plain,
        "merchantCurrency": currency,
        "exchangeRate": "1",
        "merchant": merchant,
    }


def plain_decimal(text: str) -> str:
    """Return a decimal without needless zeros: the provider turns 20.0 into 20."""
    sign, digits = ("-", text[1:]) if text.startswith("-") else ("", text)
    whole, _, fraction = digits.partition(".")
    fraction = fraction.rstrip("0")
    return f"{sign}{whole.lstrip('0') or '0'}{'.' if fraction else ''}{fraction}"


def session_key(mint: Mint) -> str:
    """Return a session key for an account's challenge."""
    return f"0x{mint.fresh('session key')[:20].hex()}"


def nonce(mint: Mint) -> str:
    """Return the one-time part of a challenge: 16 letters and digits, as EIP-4361 demands."""
    return base64.b32encode(mint.fresh("nonce")[:10]).decode().lower()
