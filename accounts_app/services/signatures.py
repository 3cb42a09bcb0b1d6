"""What stays of an owner's signature: its digest and its end, once nothing is sent any more.

The database lets an ended operation be reduced to exactly this (accounts_app.reduction_sql).
"""

import hashlib
from typing import Any

from accounts_app.models import Operation

TAIL = 8
SIGNATURE, SIGNATURE_DIGEST, BODY_DIGEST = "signature", "signature_sha256", "body_sha256"


def reduced(fields: dict[str, Any]) -> dict[str, Any]:
    """Return an operation's fields with the end and the digest of a signature in its place."""
    if SIGNATURE not in fields or SIGNATURE_DIGEST in fields:
        return fields
    signature = str(fields[SIGNATURE])
    digest = hashlib.sha256(signature.encode()).hexdigest()
    return {**fields, SIGNATURE: f"…{signature[-TAIL:]}", SIGNATURE_DIGEST: digest}


def reduction(operation: Operation) -> dict[str, Any]:
    """Return the columns that reduce an operation that ends; none where nobody signed anything.

    The frozen request goes wholly: it holds the challenge as well.
    """
    fields = reduced(operation.fields)
    if fields is operation.fields:
        return {}
    return {"fields": {**fields, BODY_DIGEST: body_digest(operation)}, "body": b""}


def body_digest(operation: Operation) -> str:
    """Return SHA-256, hex, of the frozen request's body, also of one that was reduced."""
    kept = operation.fields.get(BODY_DIGEST)
    return str(kept) if kept else hashlib.sha256(bytes(operation.body)).hexdigest()
