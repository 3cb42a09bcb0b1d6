"""The way between our processes and the provider: latency, faults, and what is still in flight."""

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Any

from tests.simulation.answers import SERVER_ERRORS
from tests.simulation.clock import Clock
from tests.simulation.exchange import READ_SECONDS, Exchange, document
from tests.simulation.faults import FAULTS, Fault
from tests.simulation.journal import Journal
from tests.simulation.look import plain
from tests.simulation.provider import Provider, Reply

# How far a replica of the provider's may lag behind; a read-back schedule can count on it.
LONGEST_LAG = timedelta(minutes=5)
# How long a request may be on its way at the longest; the resend deadline counts on it.
LONGEST_FLIGHT = timedelta(minutes=15)


@dataclass(frozen=True)
class Trouble:
    """How likely a change, and any other request, meets a fault."""

    changes: float = 0.0
    others: float = 0.0

    def of(self, exchange: Exchange) -> float:
        """How likely this request meets one."""
        return self.changes if exchange.is_change else self.others


class Network:
    """Carries requests, each with the chance of a fault that the weather has."""

    def __init__(
        self, provider: Provider, clock: Clock, chance: random.Random, journal: Journal
    ) -> None:
        self.provider = provider
        self.chance = chance
        self.trouble = Trouble()
        self.faults = FAULTS
        self.error_codes = SERVER_ERRORS
        self.known_ids: set[str] = set()
        self._clock = clock
        self._journal = journal
        self._answers: dict[str, list[tuple[datetime, Reply]]] = {}

    @property
    def now(self) -> datetime:
        """The virtual time."""
        return self._clock.now

    def carry(self, exchange: Exchange) -> Reply:
        """Carry one request, in good weather or bad."""
        fault = self._draw(exchange)
        if fault is None:
            return self._told(exchange, self.deliver(exchange), "")
        self._journal.count("fault", fault.name)
        try:
            return self._told(exchange, fault.carry(self, exchange), f" [{fault.name}]")
        except Exception as error:
            self._journal.write(f"  {exchange.shown()} [{fault.name}] {type(error).__name__}")
            raise

    def _draw(self, exchange: Exchange) -> Fault | None:
        if self.chance.random() >= self.trouble.of(exchange):
            return None
        possible = [fault for fault in self.faults if fault.meets(exchange)]
        if not possible:
            return None
        return self.chance.choices(possible, [fault.weight for fault in possible])[0]

    def _told(self, exchange: Exchange, reply: Reply, words: str) -> Reply:
        self._journal.write(f"  {exchange.shown()}{words} -> {reply.status}")
        if reply.status < 300:
            self.known_ids |= _ids(document(reply))
        return reply

    def deliver(self, exchange: Exchange) -> Reply:
        """Carry a request there and its answer back."""
        self.pass_time(self.chance.uniform(0.01, 0.3))
        reply = self.arrive(exchange)
        self.pass_time(self.chance.uniform(0.01, 0.3))
        return reply

    def arrive(self, exchange: Exchange) -> Reply:
        """Let a request arrive now and take effect."""
        reply = self.provider.answer(
            exchange.method, exchange.path, exchange.headers, exchange.body
        )
        date = self.now + timedelta(seconds=self.provider.temper.clock_offset)
        headers = {**reply.headers, "Date": format_datetime(date, usegmt=True)}
        reply = replace(reply, headers=headers)
        if exchange.is_read and reply.status == 200:
            self._answers.setdefault(exchange.path, []).append((self.now, reply))
        return reply

    def scripted(self, exchange: Exchange, **script: Any) -> Reply:
        """Have the provider itself answer as scripted."""
        faults = self.provider.sandbox.faults
        self.pass_time(self.chance.uniform(0.01, 0.3))
        faults.add(operation="*", times=1, **({"action": "status"} | script))
        reply = self.arrive(exchange)
        faults.clear()
        self.pass_time(self.chance.uniform(0.01, 0.3))
        return reply

    def earlier_answer(self, exchange: Exchange) -> Reply | None:
        """What was answered to the same question within the longest lag, if it was asked then."""
        recent = [
            reply
            for moment, reply in self._answers.get(exchange.path, ())
            if moment >= self.now - LONGEST_LAG
        ]
        self.pass_time(0.1)
        return self.chance.choice(recent) if recent else None

    def flight(self, exchange: Exchange) -> float:
        """Draw how long it is on its way, in seconds, longer than anybody waits for it."""
        aged = (self.now - exchange.signed_at).total_seconds()
        left = LONGEST_FLIGHT.total_seconds() - aged - READ_SECONDS
        return READ_SECONDS + self.chance.uniform(0.1, max(left - 0.1, 0.2))

    def pass_time(self, seconds: float) -> None:
        """Let time pass while a request is on its way."""
        self._clock.advance(seconds)

    def later(self, seconds: float, action: Callable[[], object]) -> None:
        """Let something happen at the provider later."""
        self._clock.at(self.now + timedelta(seconds=seconds), lambda: (action(), None)[1])


def _ids(found: Any) -> set[str]:
    items = found if isinstance(found, list) else [found]
    return {plain(item["id"]) for item in items if isinstance(item, dict) and "id" in item}
