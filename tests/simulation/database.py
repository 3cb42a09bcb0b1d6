"""The real databases a run may use, each returned to the same beginning before every seed.

The connection takes the place of Django's own while a simulation lasts; the suite's is untouched.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

import environ
from django.core.management import call_command
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

# What no run changes: kept as the migrations made it.
UNCHANGING = {
    "django_migrations",
    "django_content_type",
    "auth_permission",
    "auth_group",
    "auth_group_permissions",
}


class Database(Protocol):
    """A database that can remember how it is, and become so again."""

    def remember(self, name: str) -> None:
        """Keep the present content as a beginning of this name."""

    def reset(self, name: str) -> None:
        """Return to that beginning."""


class Sqlite:
    """A database in memory; a beginning is copied page by page."""

    def __init__(self, connection: BaseDatabaseWrapper) -> None:
        self._connection = connection
        self._beginnings: dict[str, sqlite3.Connection] = {}

    def remember(self, name: str) -> None:
        """Copy the present content away."""
        self._beginnings[name] = sqlite3.connect(":memory:")
        self._connection.connection.backup(self._beginnings[name])

    def reset(self, name: str) -> None:
        """Copy the beginning over everything."""
        self._beginnings[name].backup(self._connection.connection)


class Postgres:
    """A database of our own on a real server; each beginning lies in a schema of its own."""

    def __init__(self, connection: BaseDatabaseWrapper) -> None:
        self._connection = connection
        self._filled: dict[str, list[str]] = {}
        names = set(connection.introspection.table_names())
        self._tables = sorted(names - UNCHANGING)

    def remember(self, name: str) -> None:
        """Copy the tables that hold something into the schema of that name."""
        with self._connection.cursor() as cursor:
            cursor.execute(f"CREATE SCHEMA {name}")
            self._filled[name] = [table for table in self._tables if _is_filled(cursor, table)]
            for table in self._filled[name]:
                cursor.execute(f"CREATE TABLE {name}.{table} AS TABLE public.{table}")

    def reset(self, name: str) -> None:
        """Empty the tables and copy the beginning back; triggers are off for that long."""
        tables = ", ".join(f"public.{table}" for table in self._tables)
        filled = self._filled[name]
        statements = [
            "SET session_replication_role = replica",
            f"TRUNCATE {tables} RESTART IDENTITY",
            *(f"INSERT INTO public.{table} SELECT * FROM {name}.{table}" for table in filled),  # noqa: S608 -- our own names
            *(_sequence_after(table) for table in filled),
            "SET session_replication_role = origin",
        ]
        with self._connection.cursor() as cursor:
            cursor.execute("; ".join(statements))


def _is_filled(cursor: Any, name: str) -> bool:
    cursor.execute(f"SELECT EXISTS (SELECT 1 FROM {name})")  # noqa: S608 -- our own name
    return bool(cursor.fetchone()[0])


def _sequence_after(table: str) -> str:
    """Let a table's numbers go on after the highest; tables without numbers are passed over."""
    return (
        f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id::text::bigint)) "  # noqa: S608 -- our own name
        f"FROM {table} WHERE EXISTS (SELECT 1 FROM information_schema.columns WHERE "
        f"table_name = '{table}' AND column_name = 'id' AND is_identity = 'YES')"
    )


@contextmanager
def opened(url: str) -> Iterator[Database]:
    """Put a fresh, migrated database in the place of Django's: `sqlite` or a server's address."""
    before = connections["default"] if "default" in _open_aliases() else None
    settings = {**connections.settings["default"], **_settings(url)}
    with _server_database(settings):
        connection = _wrapper(settings)
        connections["default"] = connection
        try:
            call_command("migrate", verbosity=0, interactive=False)
            is_postgres = connection.vendor == "postgresql"
            yield Postgres(connection) if is_postgres else Sqlite(connection)
        finally:
            connection.run_on_commit = []
            BaseDatabaseWrapper.close(connection)
            _put_back(before)


def _open_aliases() -> list[str]:
    return [connection.alias for connection in connections.all(initialized_only=True)]


def _put_back(before: BaseDatabaseWrapper | None) -> None:
    del connections["default"]
    if before is not None:
        connections["default"] = before


def _settings(url: str) -> dict[str, Any]:
    if url == "sqlite":
        options = {
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA recursive_triggers=ON;",
            "cached_statements": 2000,
        }
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:", "OPTIONS": options}
    found = environ.Env.db_url_config(url)
    return {**found, "OPTIONS": {}, "CONN_MAX_AGE": None, "NAME": f"simulation_{os.getpid()}"}


def _wrapper(settings: dict[str, Any]) -> BaseDatabaseWrapper:
    from django.db.utils import load_backend  # noqa: PLC0415

    return load_backend(settings["ENGINE"]).DatabaseWrapper(settings, "default")


@contextmanager
def _server_database(settings: dict[str, Any]) -> Iterator[None]:
    """Make the database on its server, and drop it afterwards; SQLite needs neither."""
    if settings["ENGINE"] == "django.db.backends.sqlite3":
        yield
        return
    keeper = _wrapper({**settings, "NAME": "postgres"})
    name = settings["NAME"]
    with keeper.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {name}")
        cursor.execute(f"CREATE DATABASE {name}")
    try:
        yield
    finally:
        with keeper.cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        keeper.close()
