"""One run: our processes and staff, the provider, the network between them, and what must hold.

`take(step)` does one step of the table in `steps`, then checks every invariant. A seeded run draws
the steps; a state machine may take them one by one, with its own chance.
"""

import random
from collections.abc import Callable
from typing import Any

from accounts_app.errors import Refusal
from tests.simulation.beginnings import Beginning
from tests.simulation.courier import Courier
from tests.simulation.exchange import Exchange
from tests.simulation.ground import Ground
from tests.simulation.invariants import CHECKS, wire
from tests.simulation.invariants.violation import demand
from tests.simulation.journal import Journal
from tests.simulation.look import Look, look
from tests.simulation.network import Network
from tests.simulation.people import People
from tests.simulation.processes import Process, Processes
from tests.simulation.provider import Provider, Temper
from tests.simulation.steps import STEPS

WORKERS, WEBS = ("worker 1", "worker 2", "worker 3"), ("web 1", "web 2")


class Office:
    """The whole world of one run."""

    def __init__(
        self, ground: Ground, chance: random.Random, temper: Temper, beginning: Beginning
    ) -> None:
        ground.begin(chance, beginning.name)
        self.ground = ground
        self.chance = chance
        self.clock = ground.clock
        self.journal = Journal(self.clock)
        self.provider = Provider(temper, beginning.provider)
        self.world = self.provider.world
        self.network = Network(self.provider, self.clock, chance, self.journal)
        self.network.known_ids |= beginning.known_ids
        self.processes = Processes(self.network, chance, self.journal)
        self.processes.inspect = self.inspect
        self.people = People()
        self.courier = Courier(self.provider, self.processes, self.clock, chance, self.journal)
        self.past = self.courier.past
        self.used_forms: list[Any] = []
        self._team = {name: Process(name) for name in (*WORKERS, *WEBS)}
        self._seen_at = (-1, -1)
        ground.processes = self.processes
        ground.watch.listener = self.processes.meet

    def idle(self, names: tuple[str, ...]) -> Process | None:
        """Draw a process that is not frozen or busy."""
        idle = [self._team[name] for name in names if not self._team[name].is_busy]
        return self.chance.choice(idle) if idle else None

    def worker(self) -> Process | None:
        """Draw an idle worker."""
        return self.idle(WORKERS)

    def web(self) -> Process | None:
        """Draw an idle web process."""
        return self.idle(WEBS)

    def desk(self, words: str, job: Callable[[], Any]) -> Any:
        """Let a web process do what a person asks; None when it refused, died or was too busy."""
        web = self.web()
        if web is None:
            return None

        def guarded() -> Any:
            try:
                return job()
            except Refusal as refusal:
                self.journal.count("refusal", type(refusal).__name__)
                self.journal.write(f"  refused: {type(refusal).__name__}")
                return None

        self.journal.write(words)
        return self.processes.run(web, guarded)

    def take(self, name: str) -> None:
        """Take one step, then check every invariant."""
        self.journal.count("step", name)
        STEPS[name][1](self)
        self.check_invariants()

    def pass_time(self, seconds: float) -> None:
        """Let time pass for everybody."""
        self.clock.advance(seconds)
        self.world.tick()
        self.courier.collect()

    def inspect(self, process: Process, exchange: Exchange) -> None:
        """Check what must hold before a request leaves."""
        wire.i22_allowed_path(exchange)
        wire.i21_events_only_read(exchange, for_event=process.reading_for_event)
        if exchange.is_change:
            row = wire.asked_by(exchange)
            wire.i3_committed_before(exchange, row, self.clock.now)
            wire.i10_looked_before(row, process.seen)
            wire.i9_rights_held(row, self.people.lost)

    def check_invariants(self) -> None:
        """Check everything that must hold between two steps; raises Violation."""
        demand("work", not self.ground.surprises, "; ".join(self.ground.surprises))
        state = (self.ground.watch.writes, self.provider.count_lines())
        if state == self._seen_at:
            return
        self._seen_at = state
        self.processes.outside(self._check)

    def _check(self) -> None:
        found = look(self.provider.lines())
        self._tell(found)
        for check in CHECKS:
            check(found, self.past)
        strangers = {name[1] for name in found.rows} - self.network.known_ids
        demand("I17", not strangers, f"mirrored without an answer: {sorted(strangers)[:3]}")

    def _tell(self, found: Look) -> None:
        """Write what has moved since the last look."""
        for row in found.operations:
            before = self.past.states.get(row.id, "nothing")
            if before != row.state:
                self.journal.count("state", f"{row.kind} {row.state}")
                self.journal.write(f"  operation {row.id} {row.kind}: {before} -> {row.state}")
        for name, row in found.rows.items():
            before = self.past.rows.get(name)
            if before is None or before.status != row.status:
                held = before.status if before else "nothing"
                self.journal.write(f"  {name[0]} {name[1][:8]}: {held} -> {row.status}")
