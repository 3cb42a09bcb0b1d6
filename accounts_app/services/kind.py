"""What one kind of operation is made of: a row of the catalogue."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from accounts_app import conf
from accounts_app.models import Account, Card, Customer, Operation
from accounts_app.offblocks.changes import Change

Target = Customer | Account | Card


@dataclass(frozen=True)
class Kind:
    """One kind of operation.

    `target` is what it is asked about, `makes` what it brings into being under that, if anything.
    `build` makes the frozen request from the target and the kind's own fields; None means the kind
    reads instead of changing. `start` are the statuses it may be asked in, `proves` those that show
    it is done. `reads_first` asks for a fresh look right before sending, `cascades` says that what
    hangs from the target may go with it. `beside` is the kind that does not stand in its way while
    it merely waits for the owner; `may_vanish` says that the provider need not know the target any
    more once it is done.
    """

    name: str
    label: str
    target: type[Customer] | type[Account] | type[Card]
    start: frozenset[str]
    proves: frozenset[str]
    sentence: str
    build: Callable[[Any, dict[str, Any]], Change] | None
    makes: type[Account] | None = None
    fields: tuple[str, ...] = ()
    own_lane: str = ""
    joins: str = ""
    beside: str = ""
    may_vanish: bool = False
    reads_first: bool = False
    is_irreversible: bool = False
    cascades: bool = False

    @property
    def permission(self) -> str:
        """The permission needed to ask for it."""
        return f"accounts_app.request_{self.name}"

    @property
    def needs_checker(self) -> bool:
        """Whether a second person must agree."""
        return conf.needs_checker(self.name)

    @property
    def creates(self) -> bool:
        """Whether it brings a new entity into being."""
        return self.makes is not None

    def lane(self, target_id: uuid.UUID) -> str:
        """Name what the operation keeps to itself while it is open."""
        scope = f"{self.target.KIND}:{target_id}"
        return f"{scope}:{self.own_lane}" if self.own_lane else scope

    def may_start(self, target: Target) -> bool:
        """Whether the target's state allows it, or an operation that waits for it does."""
        if target.status in self.start:
            return True
        waiting = target.operations.filter(kind=self.joins, state=Operation.State.ACCEPTED)
        return bool(self.joins) and waiting.exists()
