"""What all runs of one process stand on: settings, virtual time, seeded chance, the database.

Our own code is used as it is. Replaced from outside are the clock, randomness, the sessions of the
provider client, and that each pretended process has a client, and so a token, of its own.
"""

import logging
import os
import random
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import lru_cache
from typing import Any
from unittest import mock

import time_machine
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test import override_settings
from http_sf import bare_item

from accounts_app import clock as product_clock
from accounts_app import conf, schedule, work
from accounts_app.offblocks import transport
from accounts_app.services import contact, events, jobs
from tests.simulation import beginnings, database, provider, quick_keys, quick_sql
from tests.simulation.beginnings import EMPTY, Beginning
from tests.simulation.boundaries import Watch
from tests.simulation.clock import START, Clock
from tests.simulation.exchange import Adapter
from tests.simulation.people import People
from tests.simulation.processes import Process, Processes

BEGINNINGS = 16
# Nothing of these touches operations, events or the mirror, and two of them are due in each round.
NOT_PLAYED = {jobs.ANCHOR, jobs.CENSUS, jobs.TIDYING}
SETTINGS: dict[str, Any] = {
    "DEBUG": False,
    "SECRET_KEY": "of-the-simulation-only-and-long-enough-to-be-one",
    "PUBLIC_URL": "http://127.0.0.1:8000",
    "ALLOWED_HOSTS": ["127.0.0.1"],
    "WORK_ENGINE": "inline",
    "STATIC_ROOT": None,
    # One currency opens an account, the other lets the provider's own check fail it.
    "OFFBLOCKS_CURRENCIES": ["EUR", "XTS"],
    "OFFBLOCKS_WEBHOOK_AUTH": ["signature"],
    "OFFBLOCKS_READS_PER_SECOND": 10,
}


class Ground:
    """Where runs happen, one after the other. `office` is the run at hand."""

    def __init__(self, clock: Clock, storage: database.Database, watch: Watch) -> None:
        self.clock = clock
        self.database = storage
        self.watch = watch
        self.chance = random.Random(0)  # noqa: S311 -- no secret
        self.processes: Processes | None = None
        self.surprises: list[str] = []
        self.beginnings: list[Beginning] = []

    def begin(self, chance: random.Random, name: str) -> None:
        """Return everything to a beginning; all chance comes from here until the next one."""
        self.chance = chance
        random.seed(chance.getrandbits(64))
        self.processes = None
        self.surprises.clear()
        self.clock.reset()
        self.database.reset(name)
        ContentType.objects.clear_cache()
        contact._offsets.clear()

    def client(self, build: Any, *credentials: str) -> Any:
        """Return the client of the process at work, as the product builds it."""
        process = self.process()
        if credentials not in process.clients:
            process.clients[credentials] = build(*credentials)
        return process.clients[credentials]

    def process(self) -> Process:
        """Return the process at work."""
        activity = self.processes.current if self.processes else None
        assert activity, "somebody must be at work"
        return activity.process

    def transport(self, *arguments: Any, **options: Any) -> transport.Transport:
        """Build the real transport, in our surroundings."""
        given = options.pop("surroundings", transport.Surroundings())
        process = self.process()
        processes = self.processes
        assert processes

        def session() -> Any:
            real = given.session_factory()
            for scheme in ("http://", "https://"):
                real.mount(scheme, Adapter(lambda exchange: processes.carry(process, exchange)))
            return real

        ours = replace(
            given,
            sleep=self.clock.advance,
            chance=self.chance.random,
            session_factory=session,
        )
        return transport.Transport(*arguments, surroundings=ours, **options)

    def bytes(self, size: int) -> bytes:
        """Draw bytes where the product would ask the system for them."""
        return self.chance.randbytes(size)

    def log(self, event: str, **details: Any) -> None:
        """Remember what our engine calls an exception: only a database that is gone is none."""
        error = details.get("error") or os.sys.exc_info()[1]  # type: ignore[attr-defined]
        if type(error).__name__ != "DatabaseGone":
            self.surprises.append(f"{event}: {details.get('job')} {error!r}")


@contextmanager
def laid(url: str = "sqlite", number: int = BEGINNINGS) -> Iterator[Ground]:
    """Lay the ground on a database: `sqlite`, or the address of a PostgreSQL server's.

    Runs begin in one of `number` ways; the same seed needs the same number to run the same.
    """
    with ExitStack() as stack:
        traveller = stack.enter_context(time_machine.travel(START, tick=False))
        stack.enter_context(override_settings(**SETTINGS, **provider.settings()))
        storage = stack.enter_context(database.opened(url))
        ContentType.objects.clear_cache()
        stack.callback(ContentType.objects.clear_cache)
        People.hire()
        storage.remember(EMPTY.name)
        ground = Ground(Clock(traveller), storage, Watch(connection))  # type: ignore[arg-type]
        _replace(stack, ground)
        ground.beginnings = beginnings.make(ground, number)
        yield ground


def _replace(stack: ExitStack, ground: Ground) -> None:
    """Replace clock, randomness and network for as long as the ground lasts."""

    def patch(owner: Any, name: str, value: Any) -> None:
        stack.enter_context(mock.patch.object(owner, name, value))

    build = conf._client.__wrapped__
    state, disabled = random.getstate(), logging.root.manager.disable
    stack.callback(random.setstate, state)
    stack.callback(logging.disable, disabled)
    logging.disable(logging.CRITICAL)
    patch(time, "sleep", _for_us(ground.clock.advance, time.sleep))
    patch(os, "urandom", _for_us(ground.bytes, os.urandom))
    patch(product_clock, "now", lambda: ground.clock.now)
    patch(conf, "_client", lambda *credentials: ground.client(build, *credentials))
    patch(conf, "Transport", ground.transport)
    patch(work, "log", mock.Mock(exception=ground.log))
    patch(contact, "log", mock.Mock(exception=ground.log))
    played = {name: task for name, task in schedule.TASKS.items() if name not in NOT_PLAYED}
    patch(schedule, "TASKS", played)
    patch(events, "process", _marked(ground, events.process))
    quick_sql.use(patch)
    quick_keys.use(patch)
    # Signatures spell the same names of headers each time.
    stack.enter_context(
        mock.patch.dict(bare_item._ser_map, {str: lru_cache(4096)(bare_item.ser_string)})
    )


def _for_us(replacement: Any, real: Any) -> Any:
    """Replace a function for this thread alone: others of the process live on as they did."""
    ours = threading.get_ident()

    def either(*arguments: Any) -> Any:
        return (replacement if threading.get_ident() == ours else real)(*arguments)

    return either


def _marked(ground: Ground, real: Any) -> Any:
    """Let the invariants know when a request is made because of an event."""

    def process(*arguments: Any) -> Any:
        at_work = ground.process()
        at_work.reading_for_event = True
        try:
            return real(*arguments)
        finally:
            at_work.reading_for_event = False

    return process
