"""What an answer of the provider is to the mirror: its table, its columns, its digest.

Nothing here reads or writes a row.
"""

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from accounts_app.models import Account, Card, Customer, Mirrored, Source
from accounts_app.offblocks import shapes

Shape = shapes.Customer | shapes.Account | shapes.Card
TIMES = ("createdAt", "updatedAt")
# The way entries are read: to be raised when their digest, their columns or their masking change,
# so that no text is taken for one that was read in today's way.
READING = b"1"
# One for all answers: to make it takes as long as to write one by it.
_CANONICAL = json.JSONEncoder(sort_keys=True, ensure_ascii=False)


def _customer_columns(shape: shapes.Customer) -> dict[str, Any]:
    return {"external_id": shape.external_id, "chain_id": shape.chain_id}


def _account_columns(shape: shapes.Account) -> dict[str, Any]:
    return {
        "customer_id": shape.customer_id,
        "type": shape.type,
        "currencies": ", ".join(shape.currencies)[:255],
        "chain_id": shape.chain_id or "",
    }


def _card_columns(shape: shapes.Card) -> dict[str, Any]:
    return {
        "account_id": shape.account_id,
        "type": shape.type,
        # The provider states no lengths; the snapshot keeps what a column cuts off.
        "name": (shape.name or "")[:255],
        "network": (shape.network or "")[:64],
        "masked_pan": (shape.masked_pan or "")[:32],
        "expiration_date": (shape.expiration_date or "")[:16],
    }


# shape -> its table, its own columns, the column that names its parent, the parent's table
TABLES: dict[type, tuple[type[Mirrored], Any, str, type[Mirrored] | None]] = {
    shapes.Customer: (Customer, _customer_columns, "", None),
    shapes.Account: (Account, _account_columns, "customer_id", Customer),
    shapes.Card: (Card, _card_columns, "account_id", Account),
}


def columns_of(shape: Shape, *, source: Source, asked_at: datetime, digest: str) -> dict[str, Any]:
    """Return the columns that the shape gives its row, id excepted."""
    return {
        "status": shape.status,
        "created_at": shape.created_at,
        "updated_at": shape.updated_at,
        "updated_at_text": shape.updated_at_text,
        "revision": shape.revision,
        "asked_at": asked_at,
        "digest": digest,
        "source": source,
        **TABLES[type(shape)][1](shape),
    }


def normalised(shape: Shape) -> dict[str, Any]:
    """Return the representation with its times at microseconds.

    The provider spells the same instant with six digits in GET answers and nine elsewhere.
    """
    times = {"createdAt": shape.created_at.isoformat(), "updatedAt": shape.updated_at.isoformat()}
    return {**shape.representation, **times}


def digest_of(shape: Shape) -> str:
    """Return SHA-256, hex, of the normalised representation."""
    canonical = _CANONICAL.encode(normalised(shape))
    return hashlib.sha256(canonical.encode()).hexdigest()


def text_digests(inner: Iterable[bytes]) -> list[str]:
    """Return SHA-256, hex, of what stands between the braces of entries, as it was written."""
    return [hashlib.sha256(READING + text).hexdigest() for text in inner]


def difference(before: dict[str, Any], after: dict[str, Any]) -> dict[str, list[Any]]:
    """Map each field that two representations disagree about, times excepted, to both values."""
    names = sorted((before.keys() | after.keys()) - set(TIMES))
    return {
        name: [before.get(name), after.get(name)]
        for name in names
        if before.get(name) != after.get(name)
    }
