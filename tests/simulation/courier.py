"""The provider's webhooks on their way to us: lost, late, twice, out of order, tried again."""

import hashlib
import io
import json
import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.core.handlers.base import BaseHandler
from django.core.handlers.wsgi import WSGIRequest

from tests.simulation.clock import Clock
from tests.simulation.invariants.violation import demand
from tests.simulation.journal import Journal
from tests.simulation.look import Past
from tests.simulation.processes import Process, Processes
from tests.simulation.provider import Provider

PATH = "/webhooks/offblocks/"
URL = f"http://127.0.0.1:8000{PATH}"
# The provider gives up on an event after a day.
DISCARDED_AFTER = timedelta(hours=24)
RETRIES = (1, 2, 5, 60, 600, 3600)  # seconds
NOT_DELIVERED = 0


@dataclass(eq=False)
class Delivery:
    """One event on its way; `copies` are the deliveries that are still to be acknowledged."""

    body: bytes
    since: datetime
    due: datetime
    copies: int = 1
    tries: int = 0


class Courier:
    """Delivers by the rules of the provider, and against them where the weather is bad."""

    def __init__(
        self,
        provider: Provider,
        processes: Processes,
        clock: Clock,
        chance: random.Random,
        journal: Journal,
    ) -> None:
        self.past = Past()
        self.trouble = 0.0
        self.waiting: list[Delivery] = []
        self.delivered: list[bytes] = []
        self.lost: list[bytes] = []
        self._provider = provider
        self._processes = processes
        self._clock = clock
        self._chance = chance
        self._journal = journal

    def collect(self) -> None:
        """Take over the events that happened, each with its own luck."""
        for body in self._provider.take_events():
            lucky = self._chance.random() >= self.trouble
            luck = "in time" if lucky else self._chance.choice(("lost", "late", "twice"))
            self._journal.count("webhook", luck)
            if luck == "lost":
                self.lost.append(body)
                continue
            wait = self._chance.uniform(1, 90_000) if luck == "late" else 0
            due = self._clock.now + timedelta(seconds=wait)
            copies = 2 if luck == "twice" else 1
            self.waiting.append(Delivery(body, self._clock.now, due, copies))

    def deliver(self, web: Process, number: int) -> None:
        """Deliver some of what is due, in any order."""
        self.collect()
        due = [one for one in self.waiting if one.due <= self._clock.now]
        if self.trouble and len(due) > 1:
            self._chance.shuffle(due)
            self._journal.count("webhook", "reordered")
        for delivery in due[:number]:
            self._try(web, delivery)

    def _try(self, web: Process, delivery: Delivery) -> None:
        delivery.tries += 1
        if self.post(web, delivery.body) == 200:
            delivery.copies -= 1
        else:
            wait = RETRIES[min(delivery.tries, len(RETRIES)) - 1]
            delivery.due = self._clock.now + timedelta(seconds=wait)
            self._journal.count("webhook", "tried again")
        if delivery.copies == 0:
            self.waiting.remove(delivery)
        elif self._clock.now - delivery.since > DISCARDED_AFTER:
            self.waiting.remove(delivery)
            self.lost.append(delivery.body)
            self._journal.count("webhook", "discarded after a day")

    def post(self, web: Process, body: bytes, **spoilt: str) -> int:
        """Post one body to the intake, freshly signed, and remember it when acknowledged."""
        headers = {**self._provider.sandbox.deliveries.request_for(body, URL)[0], **spoilt}
        status = self._processes.run(web, lambda: self._answered(body, headers)) or NOT_DELIVERED
        event = json.loads(body)
        name = f"{event['webhookType']} {event['id'][:8]} {event.get('status')}"
        self._journal.write(f"webhook {name} -> {status or 'no answer'}")
        demand("intake", status != 500, "the intake failed")
        if status == 200:
            digest = hashlib.sha256(body).hexdigest()
            self.past.acknowledged[str(event["eventId"]), digest] = body
            self.delivered.append(body)
        return status

    def _answered(self, body: bytes, headers: dict[str, str]) -> int:
        response = _handler().get_response(WSGIRequest(_environ(body, headers)))
        response.close()
        return response.status_code


@cache
def _handler() -> BaseHandler:
    """Our web application, middleware and all, as a server would call it."""
    handler = BaseHandler()
    handler.load_middleware()
    return handler


def _environ(body: bytes, headers: dict[str, str]) -> dict[str, Any]:
    spelled = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()}
    return {
        **spelled,
        "REQUEST_METHOD": "POST",
        "PATH_INFO": PATH,
        "SCRIPT_NAME": "",
        "QUERY_STRING": "",
        "CONTENT_TYPE": headers["Content-Type"],
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_HOST": "127.0.0.1:8000",
        "REMOTE_ADDR": "127.0.0.1",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
    }
