"""The programme a stack begins with: for each run a customer of its own, in the state it needs."""

import threading
import uuid
from collections import Counter
from dataclasses import dataclass

from launcher.run_directory import RunDirectory
from sandbox.server import Sandbox
from sandbox.world import World
from tests.drill.crew import Broken
from tests.drill.matrix import Scenario

SPARE = 5
SHAPES = {
    "create_customer": "nobody",
    "sign_customer_challenge": "new customer",
    "refetch_customer_challenge": "new customer",
    "reactivate_customer": "inactive customer",
    "create_account": "customer",
    "sign_challenge": "initiating",
    "refetch_challenge": "initiating",
    "reactivate": "inactive account",
    "reactivate_card": "inactive card",
}


@dataclass(frozen=True)
class Target:
    """One customer with what hangs from it; empty where there is none.

    Who is still to be registered has only a name, the external id, and a wallet.
    """

    customer: str = ""
    account: str = ""
    card: str = ""
    name: str = ""
    wallet: str = ""


class Stage:
    """Makes the targets before the sandbox's process starts, and hands them out."""

    def __init__(self, scenarios: list[Scenario]) -> None:
        # A run that never came to its boundary is tried once more, with another target.
        needed = Counter(SHAPES.get(scenario.kind, "active") for scenario in scenarios)
        self._needed = {shape: 2 * number + SPARE for shape, number in needed.items()}
        self._targets: dict[str, list[Target]] = {}
        self._lock = threading.Lock()

    def seed(self, directory: RunDirectory) -> None:
        """Fill the sandbox's file; nobody is subscribed yet, so no webhook tells of it."""
        secrets = {name: directory.file(name).read_text() for name in ("api_key", "api_secret")}
        file = str(directory.file("sandbox.sqlite3"))
        with Sandbox(db=file, seed=1, **secrets) as sandbox:
            for shape, number in self._needed.items():
                self._targets[shape] = [_make(sandbox.world, shape) for _ in range(number)]

    def take(self, kind: str) -> Target:
        """Hand out a target that nobody had before, fit for this kind."""
        with self._lock:
            targets = self._targets.get(SHAPES.get(kind, "active"), [])
            if not targets:
                raise Broken(f"There is no target left for {kind}.")
            return targets.pop()


def _make(world: World, shape: str) -> Target:
    if shape == "nobody":
        return Target(name=f"new-{uuid.uuid4()}", wallet=world.wallets.create())
    if shape == "new customer":
        return Target(str(world.add_customer("initiating")["id"]))
    customer = str(world.add_customer()["id"])
    if shape == "customer":
        return Target(customer)
    if shape == "initiating":
        return Target(customer, str(world.add_account(customer, "initiating")["id"]))
    account = str(world.add_account(customer)["id"])
    target = Target(customer, account, str(world.add_card(account)["id"]))
    if shape.startswith("inactive"):
        kind = shape.split()[1]
        world.change(kind, getattr(target, kind), "inactive")
    return target
