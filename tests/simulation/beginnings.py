"""How runs begin: a few programmes, made once and then only copied."""

import random
import sqlite3
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.simulation.provider import Temper
from tests.simulation.steps import engine

if TYPE_CHECKING:
    from tests.simulation.ground import Ground
    from tests.simulation.office import Office


@dataclass(frozen=True)
class Beginning:
    """A programme: our database's content by name, the provider's, and the ids we were told."""

    name: str
    provider: sqlite3.Connection | None
    known_ids: frozenset[str]


# Nothing but the customers, at the provider alone.
EMPTY = Beginning("empty", None, frozenset())


def make(ground: "Ground", number: int) -> list[Beginning]:
    """Make so many, each with some accounts and cards that the mirror knows."""
    return [_make(ground, one) for one in range(number)]


def _make(ground: "Ground", number: int) -> Beginning:
    from tests.simulation.office import Office  # noqa: PLC0415 -- it stands on the ground

    chance = random.Random(number)  # noqa: S311 -- no secret
    office = Office(ground, chance, Temper(), EMPTY)
    _furnish(office)
    # Their events came long ago.
    office.provider.take_events()
    engine.pull(office)
    name = f"beginning_{number}"
    ground.database.remember(name)
    return Beginning(name, office.provider.kept(), frozenset(office.network.known_ids))


def _furnish(office: "Office") -> None:
    chance, world = office.chance, office.world
    customers = world.entities.all("customer")
    for _ in range(chance.randint(1, 4)):
        status = chance.choice(("active", "active", "inactive", "initiating"))
        owner = chance.choice(customers)
        account = world.add_account(owner.id, status)
        if status == "active" and chance.random() < 0.5:
            world.add_card(str(account["id"]))
