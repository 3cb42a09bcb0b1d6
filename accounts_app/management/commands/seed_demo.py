"""Plays the demo: staff, half a year of a card programme at the sandbox, and a desk with work."""

from collections import Counter
from typing import Any

import requests
from django.conf import settings
from django.core.management import BaseCommand, CommandError
from django.core.management.base import CommandParser
from django.utils import timezone

from accounts_app.management.demo import desk, inbox, people, programme
from accounts_app.management.demo.programme import Step
from accounts_app.management.demo.provider import Provider
from accounts_app.management.demo.stage import Stage
from accounts_app.models import Account, Card, Customer
from accounts_app.offblocks.errors import ProviderError

PARTS = 6
MIRRORED = (Customer, Account, Card)


class Command(BaseCommand):
    """Nothing is written into the mirror: it fills by webhooks and read-backs, as in real life.

    Run again it goes on where it stopped; once all is there it does nothing.
    """

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Take `--work`, for where no worker runs."""
        parser.add_argument(
            "--work", action="store_true", help="do the worker's part here, where none is running"
        )

    def handle(self, *, work: bool, **_options: Any) -> None:
        """Seed, or say that it is done. CommandError where this is no demo, or nothing moves."""
        refuse_unless_demo()
        if desk.is_done():
            self.stdout.write("The demo is in place; nothing to do.")
            return
        try:
            with Provider() as provider:
                self._seed(provider, works=work)
        except (ProviderError, requests.RequestException) as error:
            raise CommandError(
                f"The sandbox at {settings.OFFBLOCKS_BASE_URL} did not do its part: {error} "
                "Look whether it runs, then run seed_demo again: it goes on where it stopped."
            ) from error
        self._sum_up()

    def _seed(self, provider: Provider, *, works: bool) -> None:
        staff = people.ensure()
        self._play(provider, works=works)
        refuse_a_hollow_mirror(provider)
        self.stdout.write("Staff are at their desks.")
        desk.work_through(staff)
        inbox.drain(provider, works=works)

    def _play(self, provider: Provider, *, works: bool) -> None:
        stage = Stage(provider, timezone.now() - programme.LENGTH)
        steps = stage.left_of(programme.steps())
        try:
            for part in range(PARTS):
                stage.play(step for step in steps if part_of(step) == part)
                # Between the parts the mirror catches up, and so has a history to show.
                inbox.drain(provider, works=works)
                self.stdout.write(f"Month {part + 1} of {PARTS}: {mirrored()} in the mirror.")
        finally:
            stage.leave()
        inbox.drain(provider, works=works)

    def _sum_up(self) -> None:
        for model in MIRRORED:
            counts = Counter(model.objects.values_list("status", flat=True))
            states = ", ".join(f"{count} {status}" for status, count in sorted(counts.items()))
            self.stdout.write(f"{model._meta.verbose_name_plural}: {states}")


def refuse_unless_demo() -> None:
    """Raise CommandError where people with a known password must not be made."""
    if not settings.DEMO:
        raise CommandError(
            "This makes people with a known password and plays a programme at the sandbox: it "
            "runs only where DEMO is on. `make run` does all of it."
        )
    if not settings.DEMO_PASSWORD:
        raise CommandError("DEMO_PASSWORD is empty: set it, or DEMO_PASSWORD_FILE.")


def refuse_a_hollow_mirror(provider: Provider) -> None:
    """Raise CommandError when the sandbox has what the mirror was never told of."""
    world = provider.ask("world")
    for model in MIRRORED:
        theirs, ours = len(world[model.KIND]), model.objects.count()
        if ours < theirs:
            raise CommandError(
                f"The sandbox has {theirs} {model._meta.verbose_name_plural}, the mirror {ours}: "
                "webhooks did not arrive. Run manage.py subscribe_webhooks and manage.py sync, "
                "then seed_demo again."
            )


def part_of(step: Step) -> int:
    """Return the month a step belongs to, counted from 0."""
    return min(int(step.day * PARTS / programme.LENGTH.days), PARTS - 1)


def mirrored() -> str:
    """Say how much is mirrored now."""
    counts = (f"{model.objects.count()} {model._meta.verbose_name_plural}" for model in MIRRORED)
    return ", ".join(counts)
