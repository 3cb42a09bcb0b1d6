"""The folder that keeps a running stack: databases, secrets, logs, the lock and the ready note."""

import fcntl
import json
import os
import secrets
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from launcher.errors import CannotStart

# Letters and digits that cannot be mistaken for each other: the password is typed by hand.
PASSWORD_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # noqa: S105 - an alphabet
READY = "ready.json"


class RunDirectory:
    """A private folder; what it generates once it keeps for later starts."""

    def __init__(self, path: Path) -> None:
        self.path = path.resolve()
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.path.chmod(0o700)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the folder for this launcher; refuse when another one has it."""
        with (self.path / "lock").open("a+") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise CannotStart(
                    f"It is already running from {self.path}. "
                    "Stop that one first (Ctrl-C in its window), then start again."
                ) from None
            # A launcher that was killed could not take its note away.
            self.file(READY).unlink(missing_ok=True)
            yield

    def file(self, name: str) -> Path:
        """Where a file of this name lives, whether it exists or not."""
        return self.path / name

    def secret(self, name: str, make: Callable[[], str]) -> Path:
        """Return the file of a secret, making it the first time."""
        path = self.file(name)
        if not path.exists():
            self.write(name, make())
        return path

    def write(self, name: str, text: str) -> Path:
        """Write a file that only its owner can read; a crash leaves the old one or the new one."""
        path, fresh = self.file(name), self.file(f".{name}.new")
        fresh.unlink(missing_ok=True)
        with os.fdopen(os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o400), "w") as file:
            file.write(text)
        fresh.replace(path)
        return path

    @contextmanager
    def ready_note(self, note: dict[str, object]) -> Iterator[None]:
        """Keep the ready note while everything is up: what tests wait for and read."""
        path = self.write(READY, json.dumps(note, indent=2))
        try:
            yield
        finally:
            path.unlink(missing_ok=True)


def new_token() -> str:
    """Make a secret that nobody types."""
    return secrets.token_urlsafe(48)


def new_api_key() -> str:
    """Make an API key in the provider's form."""
    return str(uuid.uuid4())


def new_password() -> str:
    """Make a password a person can type: four groups of four."""
    groups = ("".join(secrets.choice(PASSWORD_LETTERS) for _ in range(4)) for _ in range(4))
    return "-".join(groups)
