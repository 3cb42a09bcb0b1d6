"""Lets somebody in again who is locked out after failed attempts, or has lost their factors."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts_app.errors import NotPermitted
from accounts_app.management import acting
from accounts_app.services import lockout


class Command(BaseCommand):
    """For when no user admin can do it on the page; each use is recorded."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the name, --reason, --factors and --as."""
        parser.add_argument("name", help="the user name")
        parser.add_argument("--reason", required=True, help="why; it is kept in the audit")
        parser.add_argument(
            "--factors",
            action="store_true",
            help="take all second factors away as well: they enrol anew at the next sign-in",
        )
        acting.add_person(parser)

    def handle(
        self, *, name: str, reason: str, factors: bool, username: str | None, **_options: Any
    ) -> None:
        """Unlock and say what was forgotten; CommandError when nobody has this name, or may."""
        person = acting.person_named(name)
        if person is None:
            raise CommandError("Say whom.")
        by = acting.person_named(username)
        try:
            sources = lockout.unlock(person, by=by, reason=reason)
        except NotPermitted as refusal:
            raise CommandError(refusal.message) from refusal
        self.stdout.write(f"{name} may try again; failures from {sources} sources are forgotten.")
        if factors:
            number = lockout.forget_factors(person, by=by, reason=reason)
            self.stdout.write(f"{number} factors were taken away, and all sessions ended.")
