"""Representations as the provider sends them."""

from typing import Any
from uuid import UUID

CUSTOMER_ID = UUID("8a2f1f0e-9a53-5d0b-8a6e-1c0ad4a3f001")
ACCOUNT_ID = UUID("0f2f7d6a-51f5-4e5e-9f0c-3a8a1a0d7e02")
CARD_ID = UUID("5b1d0f7c-7d25-4c9e-8c76-6b1f3f1f9a03")
OTHER_ID = UUID("11111111-2222-4333-8444-555555555555")
KEY = UUID("c0ffee00-1234-4abc-8def-0123456789ab")
WALLET = "eip155:324:0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"
TIMES = {"createdAt": "2026-01-02T03:04:05.123456Z", "updatedAt": "2026-02-03T04:05:06.654321Z"}


def customer(**changes: Any) -> dict[str, Any]:
    """A customer, active."""
    fields = {"id": str(CUSTOMER_ID), "externalId": "C-1", "chainId": WALLET, "status": "active"}
    return {**fields, **TIMES, **changes}


def account(**changes: Any) -> dict[str, Any]:
    """An account of the customer, active."""
    fields = {
        "id": str(ACCOUNT_ID),
        "customerId": str(CUSTOMER_ID),
        "status": "active",
        "type": "card_account",
        "currencies": ["EUR"],
    }
    return {**fields, **TIMES, **changes}


def card(**changes: Any) -> dict[str, Any]:
    """A card of the account, active."""
    fields = {
        "id": str(CARD_ID),
        "accountId": str(ACCOUNT_ID),
        "status": "active",
        "type": "virtual",
        "network": "visa",
        "maskedPan": "400000******1234",
    }
    return {**fields, **TIMES, **changes}


def subscription(**changes: Any) -> dict[str, Any]:
    """A webhook subscription."""
    fields = {"id": str(OTHER_ID), "callbackUrl": "https://x.test/hook", "types": ["card.updated"]}
    return {**fields, **changes}
