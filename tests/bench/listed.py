"""A programme as the provider lists it, in the sandbox's format, and a mirror that agrees with it.

There are customers and accounts, ten accounts for a customer, and no cards.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

import psycopg
from psycopg.sql import SQL, Identifier

from tests.bench import rows, world

PER_CUSTOMER = 10
LISTS = {"customer": "customers", "account": "accounts"}
EMPTY = "cards"
# What the sandbox calls the columns, in its order.
MEMBERS = {
    "customer": {"id": "id", "externalId": "external_id", "chainId": "chain_id"},
    "account": {
        "id": "id",
        "customerId": "customer_id",
        "type": "type",
        "currencies": "currencies",
        "chainId": "chain_id",
    },
}
ALL = {"status": "status", "createdAt": "created_at", "updatedAt": "updated_at"}
# As in accounts_app/representations.py, which needs Django to be set up.
READING = "1"
ENTRY, DIGESTED = ".000000Z", "+00:00"


def fill(url: str, size: int) -> None:
    """Write a mirror of so many accounts, each with the digests of what the provider lists.

    It is as a comparison leaves it that found everything equal.
    """
    customers = max(1, size // PER_CUSTOMER)
    owner = f"md5('customer' || (1 + n % {customers}))::uuid"
    for kind, number in (("customer", customers), ("account", size)):
        values = rows.PROGRAMME[kind] | ({"customer_id": owner} if kind == "account" else {})
        world.fill_table(url, kind, values | _digests(kind, values), number)


def _digests(kind: str, values: dict[str, str]) -> dict[str, str]:
    """Return SQL for the digests that the mirror keeps (accounts_app/representations.py)."""
    canonical = _json(sorted(_members(kind, DIGESTED, values)))
    inner = f"'{READING}' || {_inner(_members(kind, ENTRY, values))}"
    return {"digest": _sha256(canonical), "listed_digest": _sha256(inner)}


def _sha256(text: str) -> str:
    return f"encode(sha256(convert_to({text}, 'UTF8')), 'hex')"


def write(url: str, folder: Path) -> int:
    """Write the lists that this mirror agrees with; return their entries."""
    (folder / f"{EMPTY}.json").write_bytes(b"[]")
    return sum(_write(url, kind, folder / f"{name}.json") for kind, name in LISTS.items())


def _write(url: str, kind: str, path: Path) -> int:
    number = 0
    with path.open("wb") as file:
        for number, entry in enumerate(_entries(url, kind), start=1):
            file.write((b"[" if number == 1 else b", ") + entry)
        file.write(b"]")
    return number


def _entries(url: str, kind: str) -> Iterator[bytes]:
    columns = {name: name for name in [*MEMBERS[kind].values(), *ALL.values()]}
    entry = _json(_members(kind, ENTRY, columns))
    told = SQL("COPY (SELECT {} FROM {} ORDER BY created_at) TO STDOUT")
    asked = told.format(SQL(entry), Identifier(f"accounts_app_{kind}"))  # type: ignore[arg-type]
    with psycopg.connect(url) as connection, connection.cursor().copy(asked) as copy:
        for (text,) in copy.rows():
            yield text.encode()


def _members(kind: str, end: str, values: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Yield each member's name and SQL for its value as JSON; `end` closes a time."""
    for name, column in (MEMBERS[kind] | ALL).items():
        value = f"({values[column]})"
        if column.endswith("_at"):
            value = f"to_char({value} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS')||'{end}'"
        quoted = f"'\"' || {value} || '\"'"
        yield name, f"'[' || {quoted} || ']'" if name == "currencies" else quoted


def _json(members: Iterable[tuple[str, str]]) -> str:
    return f"('{{' || {_inner(members)} || '}}')"


def _inner(members: Iterable[tuple[str, str]]) -> str:
    return " || ', ' || ".join(f"'\"{name}\": ' || {value}" for name, value in members)
