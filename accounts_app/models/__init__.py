"""The tables: what the provider told us, what staff asked for, and what was recorded about it."""

from .allowance import Allowance
from .audit import AuditAnchor, AuditEntry
from .batch import Batch, BatchItem
from .challenge import Challenge
from .erasure import ErasureRequest
from .event import Nonce, WebhookEvent
from .incident import Incident
from .mirrored import Account, Card, Customer, EntityKind, Mirrored
from .operation import Attempt, Operation
from .programme import Census, Contact, Job, Pause, RefusedDelivery
from .reconciliation import Drift, Reconciliation
from .resolution import Resolution
from .review import Review
from .saved_view import SavedView
from .snapshot import Discrepancy, Snapshot, Source
from .subscription import SubscriptionChange
from .unmasking import Unmasking

__all__ = [
    "Account",
    "Allowance",
    "Attempt",
    "AuditAnchor",
    "AuditEntry",
    "Batch",
    "BatchItem",
    "Card",
    "Census",
    "Challenge",
    "Contact",
    "Customer",
    "Discrepancy",
    "Drift",
    "EntityKind",
    "ErasureRequest",
    "Incident",
    "Job",
    "Mirrored",
    "Nonce",
    "Operation",
    "Pause",
    "Reconciliation",
    "RefusedDelivery",
    "Resolution",
    "Review",
    "SavedView",
    "Snapshot",
    "Source",
    "SubscriptionChange",
    "Unmasking",
    "WebhookEvent",
]
