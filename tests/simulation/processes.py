"""Our processes, played one at a time on one thread: they die, freeze, and lose their database.

A frozen process stands at a boundary while others work; only there no transaction is open.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

import django.db
from django.db import connection

from accounts_app.offblocks.client import Client
from tests.simulation.boundaries import Boundary, place
from tests.simulation.exchange import Exchange, document
from tests.simulation.invariants.violation import Violation
from tests.simulation.journal import Journal
from tests.simulation.network import LONGEST_FLIGHT, Network
from tests.simulation.provider import Reply

T = TypeVar("T")
DEEPEST = 2
FATES = ("crash", "crash", "freeze", "freeze", "database")
# Where fate may look for its boundary: anywhere, or in the modules that matter most.
PLACES: tuple[tuple[str, ...], ...] = (
    (),
    ("sending.",),
    ("sending.", "answers.", "transitions."),
    ("settling.", "readback.", "answers."),
    ("events.", "refresh.", "counting."),
    ("run.", "drifts.", "record.", "held."),
    ("resolutions.", "endings.", "pausing."),
)


class Died(BaseException):
    """The process is gone; nothing in it may catch this."""


class Alarm(BaseException):
    """A violation on its way out of a process, in which nothing may catch it."""

    def __init__(self, violation: Violation) -> None:
        super().__init__(str(violation))
        self.violation = violation


class DatabaseGone(django.db.OperationalError):
    """The database restarts under us."""


@dataclass(eq=False)
class Process:
    """One process of ours: what it has in memory goes when it dies."""

    name: str
    clients: dict[tuple[str, ...], Client] = field(default_factory=dict)
    seen: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    is_busy: bool = False
    reading_for_event: bool = False


@dataclass
class Fate:
    """What happens to an activity, and at which boundary from now."""

    what: str = ""
    countdown: int = 0
    where: tuple[str, ...] = ()


@dataclass(eq=False)
class Activity:
    """A process doing one thing."""

    process: Process
    fate: Fate
    is_dead: bool = False


class Processes:
    """Runs activities, and meets each boundary with what was drawn for it."""

    def __init__(self, network: Network, chance: random.Random, journal: Journal) -> None:
        self.meanwhile: Callable[[], None] = lambda: None
        self.inspect: Callable[[Process, Exchange], None] = lambda *_: None
        self.trouble = 0.0
        self.fates: tuple[str, ...] = FATES
        self.places = PLACES
        self._network = network
        self._chance = chance
        self._journal = journal
        self._activities: list[Activity] = []
        self.depth = 0

    @property
    def current(self) -> Activity | None:
        """Who is at work; None while the simulator itself looks."""
        return self._activities[-1] if self._activities else None

    def run(self, process: Process, job: Callable[[], T], fate: Fate | None = None) -> T | None:
        """Let a process do a job; None when it died of it or its database was gone."""
        activity = Activity(process, fate or self._draw())
        process.is_busy = True
        self._activities.append(activity)
        try:
            return job()
        except Died:
            self._bury(process)
        except DatabaseGone:
            self._journal.write(f"{process.name}: the database was gone")
        except Alarm as alarm:
            raise alarm.violation from None
        finally:
            self._activities.pop()
            process.is_busy = False
            process.reading_for_event = False
        return None

    def outside(self, job: Callable[[], T]) -> T:
        """Do something of the simulator's own, which meets no boundary."""
        activities, self._activities = self._activities, []
        try:
            return job()
        except Violation as violation:
            if activities:
                raise Alarm(violation) from None
            raise
        finally:
            self._activities = activities

    def _draw(self) -> Fate:
        if self._chance.random() >= self.trouble:
            return Fate()
        what = self._chance.choice(self.fates)
        if what == "freeze" and self.depth >= DEEPEST:
            what = "crash"
        where = self._chance.choice(self.places)
        return Fate(what, self._chance.randint(1, 4 if where else 20), where)

    def _bury(self, process: Process) -> None:
        process.clients.clear()
        connection.run_on_commit = []
        assert not connection.in_atomic_block, "the transaction of the dead is rolled back"
        self._journal.write(f"{process.name} is dead; another takes its place")

    def meet(self, boundary: Boundary) -> None:
        """Pass a boundary, if nothing happens there."""
        activity = self.current
        if activity is None:
            return
        if activity.is_dead:
            raise Died
        fate = activity.fate
        if not fate.what or (fate.what == "freeze" and not boundary.is_open):
            return
        if fate.what == "database" and not boundary.is_database:
            return
        if fate.where and not place().startswith(fate.where):
            return
        fate.countdown -= 1
        if fate.countdown == 0:
            self._happen(activity, boundary)

    def _happen(self, activity: Activity, boundary: Boundary) -> None:
        what, activity.fate = activity.fate.what, Fate()
        where = f"{place()}, {boundary.value}"
        self._journal.count(f"{what} at", where)
        self._journal.write(f"  {what} of {activity.process.name}: {where}")
        if what == "crash":
            activity.is_dead = True
            raise Died
        if what == "database":
            raise DatabaseGone("the database restarts")
        self._freeze(activity, boundary)

    def _freeze(self, activity: Activity, boundary: Boundary) -> None:
        self.depth, self._journal.depth = self.depth + 1, self._journal.depth + 1
        self.outside(self.meanwhile)
        self.depth, self._journal.depth = self.depth - 1, self._journal.depth - 1
        self._journal.write(f"  {activity.process.name} wakes")

    def carry(self, process: Process, exchange: Exchange) -> Reply:
        """Carry a request of this process, with the boundaries before and after."""
        self.meet(Boundary.SEND)
        if exchange.is_change and self._is_too_old(exchange):
            # Only an enforced age of signatures bounds such a flight; this provider has none.
            self._journal.write("  frozen for longer than a flight may last: killed")
            assert self.current
            self.current.is_dead = True
            raise Died
        self.outside(lambda: self.inspect(process, exchange))
        asked_at = self._network.now
        try:
            reply = self._network.carry(exchange)
            _notice(process, exchange, reply, asked_at)
            return reply
        finally:
            self.meet(Boundary.ANSWERED)

    def _is_too_old(self, exchange: Exchange) -> bool:
        is_enforced = self._network.provider.temper.signature_age is not None
        return not is_enforced and self._network.now - exchange.signed_at > LONGEST_FLIGHT / 2


def _notice(process: Process, exchange: Exchange, reply: Reply, asked_at: datetime) -> None:
    """Remember which status the process was shown of which entity."""
    if exchange.entity_id and reply.status == 200:
        shown = document(reply)
        status = shown.get("status") if isinstance(shown, dict) else None
        process.seen[exchange.entity_id] = (str(status), asked_at)
