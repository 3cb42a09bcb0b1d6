"""Stops all sending to the provider, as before a change of keys."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts_app.errors import Refusal
from accounts_app.management import acting, draining
from accounts_app.models import Pause
from accounts_app.services import pausing


class Command(BaseCommand):
    """Pause, and with --drain wait until the last operation under way has been sent."""

    help = (
        "Stop all sending to the provider; reading and the intake of webhooks go on. Safe to "
        "repeat. Let sending go on with resume_sending."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare --reason, --drain and --as."""
        parser.add_argument("--reason", required=True, help="why; it is kept in the audit")
        parser.add_argument(
            "--drain",
            type=float,
            metavar="SECONDS",
            help="wait so long until nothing is being sent any more; exit 1 if something still is",
        )
        acting.add_person(parser)

    def handle(
        self, *, reason: str, drain: float | None, username: str | None, **_options: Any
    ) -> None:
        """Pause and say what lasts; CommandError when refused or when it does not drain."""
        person = acting.person_named(username)
        try:
            pause = pausing.pause(Pause.Cause.MAINTENANCE, reason, person=person)
        except Refusal as refusal:
            raise CommandError(refusal.message) from refusal
        self.stdout.write(f"Sending is paused. {pause}: {pause.reason}")
        left = draining.wait_until_sent(drain or 0)
        if left and drain is not None:
            raise CommandError(f"{draining.still_sent(left)} Change no key yet; run this again.")
        self.stdout.write(draining.still_sent(left) if left else "Nothing is being sent.")
