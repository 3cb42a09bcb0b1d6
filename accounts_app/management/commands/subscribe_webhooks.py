"""Keeps our webhook subscription at the provider."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts_app.offblocks.errors import ProviderError
from accounts_app.services import subscriptions


class Command(BaseCommand):
    """Make the subscription ours, or only compare it."""

    help = "Subscribe our address to our event types at the provider, or check that it is so."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare --check."""
        parser.add_argument(
            "--check", action="store_true", help="change nothing; exit 1 on any difference"
        )

    def handle(self, *, check: bool, **_options: Any) -> None:
        """Ensure or compare; raise CommandError with the differences or the provider's trouble."""
        try:
            sentence = _compared() if check else f"Subscribed: {subscriptions.ensure()}."
        except ProviderError as error:
            raise CommandError(error.message) from error
        self.stdout.write(sentence)


def _compared() -> str:
    differences = subscriptions.check()
    if differences:
        raise CommandError("\n".join(difference.sentence for difference in differences))
    return "The subscription is exactly ours."
