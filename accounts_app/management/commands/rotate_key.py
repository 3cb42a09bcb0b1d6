"""Changes the key that signs our requests to the provider."""

import stat
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts_app.errors import Refusal
from accounts_app.management import acting, draining
from accounts_app.models import Pause
from accounts_app.services import keys, pausing


class Command(BaseCommand):
    """Pause, wait until nothing is being sent, upload, try the new key with a read."""

    help = (
        "Pause sending, wait until nothing is being sent, upload the public half of a new signing "
        "key and try it with a read. Sending stays paused until all processes have the new key. "
        "Safe to repeat with the same file."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the file, --reason, --drain and --as."""
        parser.add_argument("file", type=Path, help="the new private key, P-384 in PEM, mode 0400")
        parser.add_argument("--reason", required=True, help="why; it is kept in the audit")
        parser.add_argument(
            "--drain",
            type=float,
            default=200,
            metavar="SECONDS",
            help="how long to wait until nothing is being sent; 200 unless told",
        )
        acting.add_person(parser)

    def handle(
        self, *, file: Path, reason: str, drain: float, username: str | None, **_options: Any
    ) -> None:
        """Change the key and say what is left to do, or raise CommandError."""
        pem, person = _read(file), acting.person_named(username)
        try:
            keys.check_new(pem)
            pausing.pause(Pause.Cause.MAINTENANCE, reason, person=person)
            self.stdout.write("Sending is paused.")
            if left := draining.wait_until_sent(drain):
                raise CommandError(
                    f"{draining.still_sent(left)} Nothing was changed; run it again."
                )
            rotation = keys.rotate(pem, person=person, reason=reason)
        except Refusal as refusal:
            raise CommandError(refusal.message) from refusal
        self._say(rotation, file)

    def _say(self, rotation: keys.Rotation, file: Path) -> None:
        self.stdout.write(f"The provider has the new key under the id {rotation.key_id}.")
        if rotation.trouble:
            raise CommandError(
                f"A read signed with it failed: {rotation.trouble} The old key is gone at the "
                "provider and sending stays paused. Run this again with the same file."
            )
        self.stdout.write(
            "A read signed with it was answered. Sending stays paused. Now:\n"
            f"1. Put OFFBLOCKS_SIGNING_KEY_FILE={file} and "
            f"OFFBLOCKS_SIGNING_KEY_ID={rotation.key_id} into the environment.\n"
            "2. Restart web and worker, all of them.\n"
            '3. Type: manage.py resume_sending --reason "Key changed"\n'
            "4. Destroy the old key: the provider has forgotten it."
        )


def _read(file: Path) -> str:
    try:
        if file.stat().st_mode & stat.S_IROTH:
            raise CommandError(f"{file} can be read by others. Type: chmod 400 {file}")
        return file.read_text()
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{file} cannot be read: {error}") from error
