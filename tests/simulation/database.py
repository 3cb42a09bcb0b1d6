"""The real databases a run may use, each returned to the same beginning before every seed.

The connection takes the place of Django's own while a simulation lasts, so the suite's is untouched.
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

    def remember(self) -> None:
        """Take the present content for the beginning."""

    def reset(self) -> None:
        """Return to the beginning."""


class Sqlite:
    """A database in memory; the beginning is copied page by page."""

    def __init__(self, connection: BaseDatabaseWrapper) -> None:
        self._connection = connection
        self._beginning = sqlite3.connect(":memory:")

    def remember(self) -> None:
        """Copy the present content away."""
        self._connection.connection.backup(self._beginning)

    def reset(self) -> None:
        """Copy the beginning over everything."""
        self._beginning.backup(self._connection.connection)


class Postgres:
    """A database of our own on a real server; the beginning lies in a second schema."""

    def __init__(self, connection: BaseDatabaseWrapper) -> None:
        self._connection = connection
        self._tables: list[str] = []
        self._filled: list[str] = []

    def remember(self) -> None:
        """Copy the tables that hold something into the schema `beginning`."""
        names = set(self._connection.introspection.table_names()) - UNCHANGING
        self._tables = sorted(names)
        with self._connection.cursor() as cursor:
            cursor.execute("DROP SCHEMA IF EXISTS beginning CASCADE")
            cursor.execute("CREATE SCHEMA beginning")
            self._filled = [name for name in self._tables if _is_filled(cursor, name)]
            for name in self._filled:
                cursor.execute(f"CREATE TABLE beginning.{name} AS TABLE public.{name}")

    def reset(self) -> None:
        """Empty the tables and copy the beginning back; triggers are off for that long."""
        tables = ", ".join(f"public.{name}" for name in self._tables)
        statements = [
            "SET session_replication_role = replica",
            f"TRUNCATE {tables} RESTART IDENTITY",
            *(
                f"INSERT INTO public.{name} SELECT * FROM beginning.{name}"  # noqa: S608 -- our own names
                for name in self._filled
            ),
            *(_sequence_after(name) for name in self._filled if name in {"auth_user", "auth_user_groups"}),
            "SET session_replication_role = origin",
        ]
        with self._connection.cursor() as cursor:
            cursor.execute("; ".join(statements))


def _is_filled(cursor: Any, name: str) -> bool:
    cursor.execute(f"SELECT EXISTS (SELECT 1 FROM {name})")  # noqa: S608 -- our own name
    return bool(cursor.fetchone()[0])


def _sequence_after(name: str) -> str:
    return (
        f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), "  # noqa: S608 -- our own name
        f"(SELECT max(id) FROM {name}))"
    )


@contextmanager
def opened(url: str) -> Iterator[Database]:
    """Put a fresh, migrated database in the place of Django's default one: `sqlite` or an address."""
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
        options = {"transaction_mode": "IMMEDIATE", "init_command": "PRAGMA recursive_triggers=ON;"}
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
