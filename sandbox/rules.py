"""The engine under the world: one way to change a status, and all that follows from it."""

import json
from collections.abc import Callable

from sandbox import details
from sandbox.clock import SECOND, Clock
from sandbox.entities import Entities, Entity
from sandbox.ledger import Ledger, Origin
from sandbox.mint import Mint
from sandbox.options import Options
from sandbox.states import AUTOMATIC
from sandbox.store import Store, packed

FOREVER = 2**63 - 1
FIRST_DUE = "SELECT * FROM timers WHERE due_at <= ? ORDER BY due_at, number LIMIT 1"
STOPPED_BY = "stopped by"  # hidden mark: which parent's deactivation stopped this entity


class Rules:
    """Moves entities, keeps the ledger, tells `announce`, starts timers and cascades."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        mint: Mint,
        options: Options,
        announce: Callable[[Entity], None],
    ) -> None:
        self.entities = Entities(store)
        self.ledger = Ledger(store)
        self._store = store
        self._clock = clock
        self._mint = mint
        self._options = options
        self._announce = announce

    def create(self, entity: Entity, origin: Origin) -> None:
        """Let a new entity begin. It must have its first status."""
        self.entities.add(entity)
        self._after(entity, None, origin)

    def move(self, entity: Entity, status: str, origin: Origin, stopped_by: str = "") -> None:
        """Give an entity another status, whether or not the tables would allow it."""
        before, entity.status = entity.status, status
        entity.hidden[STOPPED_BY] = stopped_by
        entity.touch(self._clock.now())
        if status == "active":
            self._furnish(entity)
        self.entities.save(entity)
        self._after(entity, before, origin)
        self._cascade(entity, before, origin.cascaded())

    def schedule(
        self, entity: Entity, sources: list[str], goal: str, seconds: float, origin: Origin
    ) -> None:
        """Move the entity to `goal` later, provided it is then still in one of the sources."""
        self._store.rows(
            "INSERT INTO timers (due_at, entity, sources, goal, origin) VALUES (?, ?, ?, ?, ?)",
            *(self._clock.now() + int(seconds * SECOND), entity.id, packed(sources), goal),
            packed([origin.cause, origin.key, origin.operation_id]),
        )

    def unschedule(self, entity: Entity) -> None:
        """Forget what was to happen to the entity later."""
        self._store.rows("DELETE FROM timers WHERE entity = ?", entity.id)

    def fire(self, until: int) -> None:
        """Do what is due at `until`, and what then becomes due."""
        while self._store.row(FIRST_DUE, until) is not None:
            with self._store.transaction():
                self._fire_first(until)

    def _fire_first(self, until: int) -> None:
        row = self._store.row(FIRST_DUE, until)
        if row is None:
            return
        self._store.rows("DELETE FROM timers WHERE number = ?", row["number"])
        entity = self.entities.find(row["entity"])
        if entity is not None and entity.status in json.loads(row["sources"]):
            self.move(entity, row["goal"], Origin(*json.loads(row["origin"])))

    def _after(self, entity: Entity, before: str | None, origin: Origin) -> None:
        self.ledger.write(entity, before, origin)
        self._announce(entity)
        option, goal = AUTOMATIC.get((entity.kind, entity.status), (None, ""))
        if option is not None and origin.cause != "provider":
            seconds = getattr(self._options, option)
            self.schedule(entity, [entity.status], goal, seconds, Origin("timer"))
        if (entity.kind, entity.status) == ("authorisation", "captured"):
            self._settle_payment(entity, origin)

    def _furnish(self, entity: Entity) -> None:
        if entity.kind == "card":
            details.emboss(entity, self._clock.now(), self._mint)
        if entity.kind == "account":
            owner = self.entities.find(entity.parent)
            details.deploy(entity, str(owner.fields["chainId"]) if owner else "", self._mint)

    def _settle_payment(self, authorisation: Entity, origin: Origin) -> None:
        now = self._clock.now()
        fields = {
            **authorisation.fields,
            "authorisationId": authorisation.id,
            "type": "debit",
            "fees": [
                {"type": "network", "amount": "0.1", "currency": authorisation.fields["currency"]}
            ],
        }
        number = self._mint.id("transaction")
        self.create(
            Entity("transaction", number, authorisation.parent, "processing", now, now, fields),
            origin.cascaded(),
        )

    def _cascade(self, entity: Entity, before: str | None, origin: Origin) -> None:
        if entity.kind not in {"customer", "account"}:
            return
        below = "account" if entity.kind == "customer" else "card"
        children = self.entities.below(below, entity.id)
        if entity.status in {"inactive", "rejected"}:
            self._stop(children, entity.id, origin)
        elif (before, entity.status) == ("inactive", "active"):
            self._revive(children, entity.id, origin)
        elif entity.status == "closed":
            self._end(children, origin)

    def _stop(self, children: list[Entity], parent: str, origin: Origin) -> None:
        for child in children:
            if child.status == "active":
                self.move(child, "inactive", origin, stopped_by=parent)

    def _revive(self, children: list[Entity], parent: str, origin: Origin) -> None:
        for child in children:
            wanted = child.kind == "account" or self._options.revive_cards
            if wanted and child.status == "inactive" and child.hidden.get(STOPPED_BY) == parent:
                self.move(child, "active", origin)

    def _end(self, cards: list[Entity], origin: Origin) -> None:
        goal = self._options.closed_cards
        for card in cards:
            if card.status == "issuing":
                self.move(card, "issue_failed", origin)
            elif card.status in {"active", "inactive"} and card.status != goal:
                self.move(card, goal, origin)
