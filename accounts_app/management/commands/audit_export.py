"""Takes the audit out of the system, so that others can check it without us."""

from argparse import ArgumentParser, ArgumentTypeError
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts_app.errors import NotPermitted
from accounts_app.management.acting import add_person, person_named
from accounts_app.services import audit_export
from accounts_app.services.audit_export import Part


class Command(BaseCommand):
    """Write FILE and FILE.manifest.json."""

    help = "Export audit entries as JSON lines, with a signed manifest beside them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the file and the part."""
        parser.add_argument("file", type=Path, help="is made; must not exist")
        for name, dest in (("--from", "first"), ("--to", "last")):
            words = "an entry's number or a day (2026-05-31), included"
            parser.add_argument(name, dest=dest, type=_bound, metavar="N|DAY", help=words)
        parser.add_argument("--person", default="", help="a user name, or the subject behind it")
        parser.add_argument("--object", default="", help="an id, or kind:id as in account:…")
        add_person(parser)

    def handle(self, *, file: Path, username: str | None, **options: Any) -> None:
        """Write both files and say what is in them; raises CommandError and leaves none."""
        part = Part(options["first"], options["last"], options["person"], options["object"])
        try:
            manifest = audit_export.export(part, file, person=person_named(username))
        except NotPermitted as reason:
            raise CommandError(reason.message) from reason
        except OSError as error:
            raise CommandError(f"{file} cannot be written: {error.strerror}.") from error
        self.stdout.write(f"{manifest['entries']} audit entries are in {file}.")


def _bound(text: str) -> int | date:
    try:
        return int(text) if text.isdecimal() else date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text} is neither an entry's number nor a day") from None
