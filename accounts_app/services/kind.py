"""What one kind of operation is made of: a row of the catalogue."""

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet

from accounts_app import conf
from accounts_app.models import Account, Card, Customer, Operation
from accounts_app.offblocks.changes import Change
from accounts_app.offblocks.client import Answer, Client
from accounts_app.offblocks.shapes import Challenge

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise as StrOrPromise

Target = Customer | Account | Card
Build = Callable[[Any, dict[str, Any]], Change]
Fetch = Callable[[Client, Any, datetime], Answer[Challenge]]


@dataclass(frozen=True)
class Creation:
    """What a kind makes, and how that is found again when the answer is lost.

    `listed` asks the provider for all that could be it, `mirrored` are those we know, and `fits`
    says of a request's body and a listed shape whether the one asks for the other.
    """

    model: type[Customer] | type[Account]
    listed: Callable[[Client, Operation], Answer[Iterable[Any]]]
    mirrored: Callable[[Operation], QuerySet[Any]]
    fits: Callable[[dict[str, Any], Any], bool]


@dataclass(frozen=True)
class Kind:
    """One kind of operation.

    `target` is what it is asked about, `makes` what it brings into being under that, if anything;
    what makes its own target is asked about nothing that exists. `build` makes the frozen request
    from the target and the kind's own fields; a kind without one fetches a challenge, by `fetch`.
    `start` are the statuses it may be asked in, `proves` those that show
    it is done. `reads_first` asks for a fresh look right before sending, `cascades` says that what
    hangs from the target may go with it. `beside` is the kind that does not stand in its way while
    it merely waits for the owner; `may_vanish` says that the provider need not know the target any
    more once it is done.
    """

    name: str
    label: "StrOrPromise"
    target: type[Customer] | type[Account] | type[Card]
    start: frozenset[str]
    proves: frozenset[str]
    sentence: "StrOrPromise"
    build: Build | None
    fetch: Fetch | None = None
    makes: Creation | None = None
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

    @property
    def begins(self) -> bool:
        """Whether there is nothing yet that it could be asked about."""
        return self.makes is not None and self.makes.model is self.target

    @property
    def signs(self) -> bool:
        """Whether it hands in the signature of a challenge."""
        return "signature" in self.fields

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
