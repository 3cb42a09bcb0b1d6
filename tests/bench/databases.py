"""Databases of our own on the PostgreSQL server there is; what the figures rest on is verified."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg.sql import SQL, Identifier

from tests.drill.crew import Broken

USUAL = "postgres://postgres@127.0.0.1:5432/postgres"
# Without these a commit is not kept through a crash, and every figure of it is worth nothing.
DURABLE = ("fsync", "synchronous_commit", "full_page_writes")
TOLD = (*DURABLE, "server_version", "shared_buffers", "work_mem", "wal_sync_method")


def address() -> str:
    """Return where the server is: DATABASE_URL, or the local one."""
    told = os.environ.get("DATABASE_URL", "")
    return told if told.startswith("postgres") else USUAL


class Server:
    """Makes databases, and removes those it made when the block around it ends."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._prefix = f"bench_{secrets.token_hex(4)}"
        self._made: list[str] = []

    def settings(self) -> dict[str, str]:
        """Return the server's settings; Broken unless a commit is durable."""
        with self._connection() as connection:
            rows = connection.execute(
                "SELECT name, setting FROM pg_settings WHERE name = ANY(%s)", [list(TOLD)]
            )
            found = dict(rows.fetchall())
        careless = [name for name in DURABLE if found[name] != "on"]
        if careless:
            raise Broken(f"PostgreSQL has {', '.join(careless)} switched off: switch it on.")
        return found

    def create(self, name: str, template: str | None = None) -> str:
        """Make a database, as a copy of another one if that is named; return its address."""
        full = f"{self._prefix}_{name}"
        copied = (
            SQL(" TEMPLATE {}").format(Identifier(self._name(template))) if template else SQL("")
        )
        with self._connection() as connection:
            connection.execute(SQL("CREATE DATABASE {}").format(Identifier(full)) + copied)
        self._made.append(full)
        return urlunsplit(urlsplit(self._url)._replace(path=f"/{full}"))

    def drop_all(self) -> None:
        """Remove what was made, whoever is connected."""
        with self._connection() as connection:
            for name in self._made:
                connection.execute(
                    SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(Identifier(name))
                )
        self._made.clear()

    def _name(self, url: str) -> str:
        return urlsplit(url).path.lstrip("/")

    @contextmanager
    def _connection(self) -> Iterator["psycopg.Connection[tuple[str, ...]]"]:
        try:
            with psycopg.connect(self._url, autocommit=True) as connection:
                yield connection
        except psycopg.OperationalError as error:
            raise Broken(
                f"The benchmarks need a PostgreSQL server. Start one, or name it in DATABASE_URL: "
                f"{str(error).strip().splitlines()[0]}"
            ) from error
