"""How an audit entry is sealed: which of its facts, written how, go into its hash.

The way has a number, kept with each entry, so that old entries verify for ever. docs/audit.md tells
it to those who check without us, and tools/verify_audit.py does so in a file of its own.
"""

import hashlib
import json
from datetime import UTC
from typing import Any

from accounts_app.models import AuditEntry

GENESIS = "0" * 64
FIRST, FORMAT = 1, 2
# What the first way of sealing did not know.
SINCE_SECOND = ("actor_subject", "roles", "strength", "source", "request_id")


def seal(entry: AuditEntry) -> str:
    """Compute an entry's hash: SHA-256, hex, of its canonical JSON, previous hash included."""
    return hashlib.sha256(canonical(content_of(entry)).encode()).hexdigest()


def canonical(content: dict[str, Any]) -> str:
    """Write JSON in the one way that counts: sorted keys, no spaces, no escapes beyond need."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def content_of(entry: AuditEntry) -> dict[str, Any]:
    """Return everything about an entry that its hash covers."""
    content = {
        "sequence": entry.sequence,
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor": entry.actor_id,
        "actor_name": entry.actor_name,
        "action": entry.action,
        "object": [entry.object_kind, entry.object_id],
        "operation": entry.operation_id,
        "reason": entry.reason,
        "before": entry.before,
        "after": entry.after,
        "result": entry.result,
        "previous": entry.previous_hash,
    }
    later = {name: getattr(entry, name) for name in SINCE_SECOND}
    if entry.format == FIRST and not any(later.values()):
        return content
    return {**content, "format": entry.format, **later}
