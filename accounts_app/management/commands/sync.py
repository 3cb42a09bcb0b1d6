"""Pulls the whole programme into the mirror."""

from collections.abc import Iterable
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm  # type: ignore[import-untyped]  # publishes no types

from accounts_app.errors import Refusal
from accounts_app.offblocks.errors import ProviderError
from accounts_app.services import sync

OUTCOMES = ("created", "updated", "unchanged", "stale", "contradicted", "unknown")
COLUMNS = (*OUTCOMES, "not listed")


class Command(BaseCommand):
    """Read all customers, accounts and cards, and show what came of each."""

    help = "Pull customers, accounts and cards into the mirror. Safe to repeat."

    def handle(self, **_options: Any) -> None:
        """Pull and print a table; raise CommandError when the provider does not let us finish."""
        try:
            tally = sync.run(_progress)
        except Refusal as refusal:
            raise CommandError(refusal.message) from refusal
        except ProviderError as error:
            raise CommandError(
                f"{error.message} What was read before is kept; run the command again."
            ) from error
        self.stdout.write(_line("", COLUMNS))
        for kind, counts in tally.outcomes.items():
            numbers = [counts[outcome] for outcome in OUTCOMES]
            self.stdout.write(_line(kind, [*numbers, tally.absent[kind]]))


def _progress(items: Iterable[Any], name: str) -> Iterable[Any]:
    """Show a bar to a person; `disable=None` shows none where nobody looks."""
    bar: Iterable[Any] = tqdm(items, desc=name, unit="", disable=None)
    return bar


def _line(kind: str, cells: Iterable[object]) -> str:
    columns = zip(cells, COLUMNS, strict=True)
    return f"{kind:10}" + "".join(f"{cell!s:>{len(name) + 3}}" for cell, name in columns)
