"""Looks at a page again and again: how long the server takes, and how many queries."""

import http.client
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from tests.bench.counting import QUERIES, TIME
from tests.bench.figures import Taken

PATIENCE = 300.0
"""Seconds: the stock admin takes minutes for some pages of a large programme."""


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
