"""The tables: what the provider told us, what staff asked for, and what was recorded about it."""

from .audit import AuditEntry
from .challenge import Challenge
from .event import WebhookEvent
from .mirrored import Account, Card, Customer, EntityKind, Mirrored
from .operation import Attempt, Operation
from .snapshot import Discrepancy, Snapshot, Source

__all__ = [
    "Account",
    "Attempt",
    "AuditEntry",
    "Card",
    "Challenge",
    "Customer",
    "Discrepancy",
    "EntityKind",
    "Mirrored",
    "Operation",
    "Snapshot",
    "Source",
    "WebhookEvent",
]
