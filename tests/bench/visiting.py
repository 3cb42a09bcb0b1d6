"""Looks at a page again and again: how long the server takes, and how many queries."""

import http.client
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle
from statistics import median

from tests.bench.counting import QUERIES, TIME
from tests.bench.figures import Taken
from tests.bench.load import percentile

PATIENCE = 300.0
"""Seconds: the stock admin takes minutes for some pages of a large programme."""
READING = 0.5
"""Seconds that a page is looked at."""


@dataclass(frozen=True)
class Visitor:
    """Somebody signed in at a server."""

    port: int
    session: str

    def look(self, addresses: Sequence[str], visits: int) -> Taken:
        """Open the addresses in turn; a status other than 200 is a failure."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        times, queries, failures = [], [], 0
        for visit in range(visits):
            headers = {"Cookie": f"sessionid={self.session}"}
            line.request("GET", addresses[visit % len(addresses)], headers=headers)
            answer = line.getresponse()
            answer.read()
            failures += answer.status != 200
            times.append(float(answer.headers.get(TIME, "inf")))
            queries.append(float(answer.headers.get(QUERIES, "inf")))
        line.close()
        return Taken({"time": median(times), "queries": median(queries)}, failures)


@dataclass(frozen=True)
class Clicker:
    """Somebody who opens one page after the other, with a pause to read it."""

    port: int
    session: str
    addresses: Sequence[str]

    def click(self, until: float, pause: float = READING) -> Taken:
        """Open pages until then, by the monotonic clock, and each at least once."""
        durations, failures = [], 0
        for number, address in enumerate(cycle(self.addresses)):
            if number >= len(self.addresses) and time.monotonic() >= until:
                break
            began = time.perf_counter()
            failures += self._status(address) != 200
            durations.append((time.perf_counter() - began) * 1000)
            time.sleep(pause)
        return Taken({"p95": percentile(durations, 95)}, failures)

    def _status(self, address: str) -> int:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            line.request("GET", address, headers={"Cookie": f"sessionid={self.session}"})
            answer = line.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):
            return 0
        finally:
            line.close()
        return answer.status
