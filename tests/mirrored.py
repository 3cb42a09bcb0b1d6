"""The mirror and the provider side by side, field by field; times compare to the microsecond."""

from datetime import datetime
from typing import Any

from accounts_app.models import Account, Card, Customer, Mirrored
from accounts_app.offblocks.instants import Instant
from sandbox.server import Sandbox

Fields = dict[str, dict[str, Any]]
# per table: its columns, and the provider's names for them
COLUMNS: dict[type[Mirrored], dict[str, str]] = {
    Customer: {"external_id": "externalId", "chain_id": "chainId"},
    Account: {
        "customer_id": "customerId",
        "type": "type",
        "currencies": "currencies",
        "chain_id": "chainId",
    },
    Card: {
        "account_id": "accountId",
        "type": "type",
        "name": "name",
        "network": "network",
        "masked_pan": "maskedPan",
        "expiration_date": "expirationDate",
    },
}


def mirror() -> Fields:
    """Return what the mirror holds, by id."""
    return {str(row.pk): _of_row(row) for model in COLUMNS for row in model.objects.all()}


def provider(sandbox: Sandbox) -> Fields:
    """Return what the sandbox would answer, by id."""
    return world(sandbox.world.snapshot())


def world(told: dict[str, Any]) -> Fields:
    """Return the same of what the sandbox's control `world` tells."""
    return {
        str(entity["id"]): _of_entity(model.KIND, entity, columns)
        for model, columns in COLUMNS.items()
        for entity in told[model.KIND]
    }


def _of_row(row: Mirrored) -> dict[str, Any]:
    return {
        **{column: str(getattr(row, column)) for column in COLUMNS[type(row)]},
        "kind": row.KIND.value,
        "status": row.status,
        "created_at": row.created_at,
        "updated_at": row.updated_at,
        "revision": row.revision,
    }


def _of_entity(kind: str, entity: dict[str, Any], columns: dict[str, str]) -> dict[str, Any]:
    return {
        **{column: _plain(entity.get(name, "")) for column, name in columns.items()},
        "kind": str(kind),
        "status": entity["status"],
        "created_at": datetime.fromisoformat(entity["createdAt"]),
        "updated_at": datetime.fromisoformat(entity["updatedAt"]),
        "revision": Instant.parse(entity["updatedAt"]).microseconds,
    }


def _plain(value: Any) -> str:
    return ", ".join(value) if isinstance(value, list) else str(value)
