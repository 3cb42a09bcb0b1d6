"""Where a stack keeps its rows and its messages: SQLite, a private PostgreSQL, a private Redis."""

import os
import pwd
import shutil
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from tests.drill.crew import Broken, free_port

SERVER_OPTIONS = "-c listen_addresses=127.0.0.1 -c max_connections=200 -c fsync=off"
"""Only processes die here, never the machine: what was written is safe without fsync."""


@dataclass(frozen=True)
class Sqlite:
    """A database in a file."""

    folder: Path
    can_restart = False

    @property
    def url(self) -> str:
        """Where Django finds it."""
        return f"sqlite:///{self.folder / 'db.sqlite3'}"

    def start(self) -> None:
        """There is nothing to start."""

    def stop(self) -> None:
        """There is nothing to stop."""


@dataclass
class Postgres:
    """A cluster of its own in a temporary folder: nobody else's database is ever restarted."""

    folder: Path = field(init=False)
    port: int = field(default_factory=free_port)
    can_restart = True

    @property
    def url(self) -> str:
        """Where Django finds it."""
        return f"postgres://postgres@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        """Make the cluster and start it. Broken when PostgreSQL is not installed."""
        self.folder = Path(tempfile.mkdtemp(prefix="drill-postgres-"))
        if os.getuid() == 0:
            # It refuses to run as root.
            shutil.chown(self.folder, "postgres")
        self._run("initdb", "-A", "trust", "-U", "postgres", "-E", "UTF8", "--no-sync")
        self._control("start")

    def restart(self) -> None:
        """End it without a farewell, as a crash does, and start it again."""
        self._control("restart", "-m", "immediate")

    def stop(self) -> None:
        """End it and remove all of it."""
        self._control("stop", "-m", "immediate")
        shutil.rmtree(self.folder, ignore_errors=True)

    def _control(self, *what: str) -> None:
        options = f"{SERVER_OPTIONS} -p {self.port} -k {self.folder}"
        self._run("pg_ctl", "-w", "-l", str(self.folder / "log"), "-o", options, *what)

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(binaries() / program), "-D", str(self.folder / "data"), *arguments]
        if os.getuid() == 0:
            command = ["runuser", "-u", "postgres", "--", *command]
        made = subprocess.run(
            command,
            cwd="/",
            stdin=subprocess.DEVNULL,
            # The server inherits what it says from pg_ctl: a pipe would never end.
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=60,
            check=False,
        )
        if made.returncode:
            raise Broken(f"{program} {arguments[-1]} failed; see {self.folder}.")


def binaries() -> Path:
    """Return the folder of PostgreSQL's server programs. Broken when there is none."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    folders += [Path(found).parent for found in [shutil.which("initdb")] if found]
    for folder in folders:
        if (folder / "initdb").exists() and (os.getuid() or _has_postgres_user()):
            return folder
    raise Broken(
        "The drill starts a PostgreSQL of its own and found no initdb. Install the server "
        "(Debian and Ubuntu: apt install postgresql), or drill SQLite alone: --database sqlite"
    )


def _has_postgres_user() -> bool:
    return any(entry.pw_name == "postgres" for entry in pwd.getpwall())


def redis_server() -> str:
    """Return the program of the Redis server. Broken when there is none."""
    found = shutil.which("redis-server")
    if not found:
        raise Broken(
            "The drill starts a Redis of its own and found no redis-server. Install it "
            "(Debian and Ubuntu: apt install redis-server), or drill --engine inline alone."
        )
    return found
