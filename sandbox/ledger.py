"""The ledger: every change that took effect, with its cause and the key that caused it."""

from dataclasses import dataclass

from sandbox.clock import spell
from sandbox.entities import POST_DIGITS, Entity
from sandbox.store import Store


@dataclass(frozen=True)
class Origin:
    """Why something changes. `cause` is api, simulator, timer, provider or cascade."""

    cause: str
    key: str | None = None
    operation_id: str | None = None

    def cascaded(self) -> "Origin":
        """Return the origin of what follows from this change."""
        return Origin("cascade", self.key, self.operation_id)


PROVIDER = Origin("provider")


class Ledger:
    """Append-only; the tests' truth about what the sandbox did."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def write(self, entity: Entity, before: str | None, origin: Origin) -> None:
        """Note one effective change of an entity, which already has its new status."""
        self._store.rows(
            "INSERT INTO ledger (at, entity, id, before, after, cause, key, operation_id)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            *(entity.updated_at, entity.kind, entity.id, before, entity.status),
            *(origin.cause, origin.key, origin.operation_id),
        )

    def lines(self) -> list[dict[str, object]]:
        """Return all changes, oldest first."""
        rows = self._store.rows("SELECT * FROM ledger ORDER BY sequence")
        return [{**dict(row), "at": spell(row["at"], POST_DIGITS)} for row in rows]
