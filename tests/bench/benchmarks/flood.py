"""Many deliveries about few accounts: how many reads of the provider they cost."""

import json
import random
import uuid
from collections.abc import Iterator
from functools import partial

from sandbox.server import Sandbox
from tests.bench import deliveries, load
from tests.bench.figures import Comparison, Taken, Target
from tests.bench.live import Live, at_work
from tests.bench.stand import Stand

ACCOUNTS = 100
PER_READ = 20
"""Deliveries that one read must serve at least."""


def comparisons(stand: Stand) -> Iterator[Comparison]:
    """Hold how many reads there may be."""
    number = stand.scale.flood
    # Each account must be read, whatever the number of deliveries.
    most = max(number // PER_READ, 2 * _accounts(number))
    yield Comparison(
        f"{number:,} deliveries about {_accounts(number)} accounts",
        partial(_flood, stand),
        (
            Target("reads", "", at_most=most, is_ratio=False),
            Target("stale", "accounts", at_most=0, is_ratio=False),
        ),
        warm_up="",
        once=True,
    )


def _accounts(number: int) -> int:
    return min(ACCOUNTS, number // 10)


def _flood(stand: Stand) -> Taken:
    number, live = stand.scale.flood, at_work(stand, "inline")
    accounts = make_accounts(live.sandbox, _accounts(number))
    live.at_rest()
    reads = live.sandbox.faults.add(action="delay", operation="getAccount", times=None)
    about = [account for account in accounts for _ in range(number // len(accounts))]
    random.Random(7).shuffle(about)  # noqa: S311 -- to be repeated
    sent = load.send_all(live.web, requests(live, about))
    is_done = live.at_rest()
    figures = {"reads": float(reads.met), "stale": float(live.stale("account"))}
    return Taken(figures, sent.failures + (not is_done))


def make_accounts(sandbox: Sandbox, number: int) -> list[str]:
    """Make active accounts of one customer; return their ids."""
    customer = str(sandbox.world.add_customer()["id"])
    return [str(sandbox.world.add_account(customer)["id"]) for _ in range(number)]


def requests(live: Live, about: list[str], mark: str = "") -> list[bytes]:
    """Sign deliveries as the sandbox does, each an event of its own.

    Its id begins with the mark, which is at most eight digits long.
    """
    url = f"http://127.0.0.1:{live.web}{deliveries.PATH}"
    bodies = [
        json.dumps(
            {
                "webhookType": "account.updated",
                "eventId": f"{mark}{str(uuid.uuid4())[len(mark) :]}",
                "id": account,
                "status": "active",
                "updatedAt": "2026-03-01T09:00:00.123456789Z",
            }
        ).encode()
        for account in about
    ]
    return [
        deliveries.request(live.web, deliveries.PATH, body, headers)
        for body in bodies
        for headers, _ in [live.sandbox.deliveries.request_for(body, url)]
    ]
