"""Lets sending to the provider go on after a pause."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts_app.errors import Refusal
from accounts_app.management import acting
from accounts_app.services import chain, pausing


class Command(BaseCommand):
    """End the pause, if a test read and the clock and the audit show that nothing is wrong."""

    help = (
        "Let sending go on after a test read of the provider, a comparison of the clocks and a "
        "check of the audit chain; exit 1 and say what is wrong otherwise."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare --reason, --acknowledge and --as."""
        parser.add_argument("--reason", required=True, help="why; it is kept in the audit")
        parser.add_argument(
            "--acknowledge",
            metavar="FAULT",
            help="let sending go on in spite of this fault of the audit chain, named by entry and "
            "what is wrong, such as '17: altered'; needs --as",
        )
        acting.add_person(parser)

    def handle(
        self, *, reason: str, acknowledge: str | None, username: str | None, **_options: Any
    ) -> None:
        """Resume, or raise CommandError with what is still wrong."""
        fault = chain.fault_named(acknowledge) if acknowledge else None
        if acknowledge and fault is None:
            raise CommandError("Name the fault by entry and what is wrong, such as '17: altered'.")
        person = acting.person_named(username)
        try:
            pausing.resume(person=person, reason=reason, acknowledged=fault)
        except Refusal as refusal:
            raise CommandError(refusal.message) from refusal
        self.stdout.write("Sending goes on.")
