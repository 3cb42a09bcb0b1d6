"""The programme a stack begins with: for each run a customer of its own, in the state it needs."""

import threading
from collections import Counter
from dataclasses import dataclass

from launcher.run_directory import RunDirectory
from sandbox.server import Sandbox
from sandbox.world import World
from tests.drill.crew import Broken
from tests.drill.matrix import Scenario

SPARE = 5
SHAPES = {
    "create_account": "customer",
    "sign_challenge": "initiating",
    "refetch_challenge": "initiating",
    "reactivate": "inactive",
}


@dataclass(frozen=True)
class Target:
    """One customer with what hangs from it; empty where there is none."""

    customer: str
    account: str = ""
    card: str = ""


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
    customer = str(world.add_customer()["id"])
    if shape == "customer":
        return Target(customer)
    status = "initiating" if shape == "initiating" else "active"
    account = str(world.add_account(customer, status)["id"])
    if shape == "initiating":
        return Target(customer, account)
    card = str(world.add_card(account)["id"])
    if shape == "inactive":
        world.change("account", account, "inactive")
    return Target(customer, account, card)
