"""The browser's edge: view-only pages of the mirror, and the pages that ask for operations.

Importing the package registers every page.
"""

from accounts_app.admin import (
    accounts,
    audit,
    batches,
    cards,
    customers,
    discrepancies,
    drifts,
    events,
    health,
    operations,
    pauses,
    people,
    reconciliation,
    resolutions,
    reviews,
    snapshots,
)

__all__ = [
    "accounts",
    "audit",
    "batches",
    "cards",
    "customers",
    "discrepancies",
    "drifts",
    "events",
    "health",
    "operations",
    "pauses",
    "people",
    "reconciliation",
    "resolutions",
    "reviews",
    "snapshots",
]
