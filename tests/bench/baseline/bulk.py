"""The bare bulk insert: rows that are ready in memory, written as Django writes many at once."""

import time
from urllib.parse import urlsplit

BATCH = 1000


def insert(target: str) -> tuple[int, float]:
    """Write the mirror and the snapshots of our database into the empty one at this address.

    Return how many rows, and the seconds that writing alone took.
    """
    from django.db import connections, transaction  # noqa: PLC0415 -- needs set up settings

    from accounts_app.models import Account, Customer, Snapshot  # noqa: PLC0415

    name = urlsplit(target).path.removeprefix("/")
    connections.settings["target"] = {**connections.settings["default"], "NAME": name}
    doors = [Customer.door, Account.door, Snapshot.objects]
    made = [(door, list(door.all())) for door in doors]
    connections["target"].ensure_connection()
    began = time.perf_counter()
    with transaction.atomic("target"):
        for door, rows in made:
            door.using("target").bulk_create(rows, batch_size=BATCH)
    return sum(len(rows) for _, rows in made), time.perf_counter() - began
