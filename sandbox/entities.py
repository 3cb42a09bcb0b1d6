"""The provider's entities as they lie in the store, and as the API shows them."""

import json
import sqlite3
from dataclasses import dataclass, field

from sandbox.clock import spell
from sandbox.store import Store, packed

PARENT_FIELD = {
    "account": "customerId",
    "card": "accountId",
    "authorisation": "cardId",
    "transaction": "cardId",
}
KINDS = ("customer", *PARENT_FIELD)
GET_DIGITS, POST_DIGITS = 6, 9  # the same instant has two spellings at the provider
MICROSECOND = 1000
# The name stands in the text, not in a parameter: only then is the field's index used.
HAVING = (
    "SELECT * FROM entities WHERE kind = ?"
    " AND lower(json_extract(fields, '$.NAME')) = lower(?) ORDER BY number"
)


@dataclass
class Entity:
    """One customer, account, card, authorisation or transaction. Times are nanoseconds."""

    kind: str
    id: str
    parent: str
    status: str
    created_at: int
    updated_at: int
    fields: dict[str, object] = field(default_factory=dict)
    hidden: dict[str, str] = field(default_factory=dict)  # never shown: challenges, cascade marks

    def touch(self, now: int) -> None:
        """Move `updated_at` on; it rises even in six digits and with a stopped clock."""
        self.updated_at = max(now, self.updated_at + MICROSECOND)

    def shown(self, digits: int) -> dict[str, object]:
        """Return the API's representation, with this many fraction digits."""
        above = {PARENT_FIELD[self.kind]: self.parent} if self.kind in PARENT_FIELD else {}
        return {
            "id": self.id,
            **above,
            **self.fields,
            "status": self.status,
            "createdAt": spell(self.created_at, digits),
            "updatedAt": spell(self.updated_at, digits),
        }


class Entities:
    """Reads and writes entities."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def add(self, entity: Entity) -> None:
        """Store a new entity."""
        self._store.rows(
            "INSERT INTO entities (kind, id, parent, status, fields, hidden, created_at,"
            " updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            *(entity.kind, entity.id, entity.parent, entity.status),
            *(packed(entity.fields), packed(entity.hidden)),
            *(entity.created_at, entity.updated_at),
        )

    def save(self, entity: Entity) -> None:
        """Store what changed."""
        self._store.rows(
            "UPDATE entities SET status = ?, fields = ?, hidden = ?, updated_at = ? WHERE id = ?",
            *(entity.status, packed(entity.fields), packed(entity.hidden)),
            *(entity.updated_at, entity.id),
        )

    def find(self, identifier: str, kind: str | None = None) -> Entity | None:
        """Return the entity with this id, if there is one and it is of that kind."""
        row = self._store.row("SELECT * FROM entities WHERE id = ?", identifier.lower())
        if row is None or kind not in {None, row["kind"]}:
            return None
        return _entity(row)

    def all(self, kind: str) -> list[Entity]:
        """Return all of one kind, oldest first."""
        rows = self._store.rows("SELECT * FROM entities WHERE kind = ? ORDER BY number", kind)
        return [_entity(row) for row in rows]

    def below(self, kind: str, parent: str) -> list[Entity]:
        """Return what hangs from one parent, oldest first."""
        rows = self._store.rows(
            "SELECT * FROM entities WHERE kind = ? AND parent = ? ORDER BY number", kind, parent
        )
        return [_entity(row) for row in rows]

    def having(self, kind: str, name: str, value: str) -> list[Entity]:
        """Return those with a field of this value, whatever its case."""
        rows = self._store.rows(HAVING.replace("NAME", name), kind, value)
        return [_entity(row) for row in rows]


def _entity(row: sqlite3.Row) -> Entity:
    return Entity(
        kind=row["kind"],
        id=row["id"],
        parent=row["parent"],
        status=row["status"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        fields=json.loads(row["fields"]),
        hidden=json.loads(row["hidden"]),
    )
