"""Compares the mirror with the provider, and takes the differences over when told to."""

from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse
from tqdm import tqdm  # type: ignore[import-untyped]  # publishes no types

from accounts_app.errors import AlreadyMoved
from accounts_app.models import Drift, EntityKind, Reconciliation
from accounts_app.offblocks.seams import entries_in
from accounts_app.reconciliation import record, run

State = Reconciliation.State
NUMBERS = ("mirrored", "listed", *Drift.What.values)
HEADINGS = ("in the mirror", "listed", *(what.label for what in Drift.What))
# More than this nobody reads in a terminal; the page shows all.
SHOWN = 20
IN_TROUBLE = 2


class Command(BaseCommand):
    """Plan, print, and with --apply take over."""

    help = "Compare the mirror with the provider. Without --apply nothing is taken over."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare --check and --apply, which exclude each other."""
        choice = parser.add_mutually_exclusive_group()
        choice.add_argument("--check", action="store_true", help="exit 1 on any difference")
        choice.add_argument("--apply", action="store_true", help="take a plausible plan over")

    def handle(self, *, check: bool, apply: bool, **_options: Any) -> None:
        """Compare and print; exit 1 on a difference with --check, 2 on trouble or a held plan."""
        try:
            made = run.run(Reconciliation.Trigger.COMMAND, progress=_progress, apply=apply)
        except AlreadyMoved as reason:
            raise CommandError(
                f"{reason.message} Wait for it to end.", returncode=IN_TROUBLE
            ) from reason
        self.stdout.write("\n".join(_told(made)))
        if made.state == State.FAILED:
            raise CommandError(
                f"{made.failure} What was taken over before is kept; run the command again.",
                returncode=IN_TROUBLE,
            )
        if apply and made.why_held:
            raise CommandError(_what_to_do(made), returncode=IN_TROUBLE)
        if check and made.state != State.EQUAL:
            raise CommandError("The mirror and the provider differ.")


def _progress(items: Iterable[Any], name: str) -> Iterator[Any]:
    """Show a bar to a person; `disable=None` shows none where nobody looks."""
    with tqdm(desc=name, unit="", disable=None) as bar:
        for item in items:
            yield item
            bar.update(entries_in(item))


def _told(made: Reconciliation) -> Iterator[str]:
    yield _line("", HEADINGS)
    for kind in (kind for kind in EntityKind if kind in made.counts):
        yield _line(kind, [made.counts[kind][name] for name in NUMBERS])
    for drift in made.drifts.select_related("event").defer("event__body")[:SHOWN]:
        yield _sentence(drift)
    more = made.drifts.count() - SHOWN
    if more > 0:
        yield f"… and {more} more: {_address(made)}"
    if made.why_held and made.state == State.CHECKED:
        yield f"It would be held: {made.why_held}"
    yield f"Comparison {made.pk}: {made.get_state_display()}. {record.known(made)}".strip()


def _line(kind: str, cells: Iterable[object]) -> str:
    columns = zip(cells, HEADINGS, strict=True)
    return f"{kind:10}" + "".join(f"{cell!s:>{len(name) + 3}}" for cell, name in columns)


def _sentence(drift: Drift) -> str:
    changes = ", ".join(
        f"{name} {before} → {after}" for name, (before, after) in drift.changed.items()
    )
    parts = [f"{drift.entity_kind} {drift.entity_id} {drift.get_what_display()}", changes]
    if drift.since:
        told = "a webhook told of it" if drift.event else "no webhook came"
        parts.append(f"since {drift.since:%Y-%m-%d %H:%M} UTC, {told}")
    return "; ".join(part for part in [*parts, drift.outcome] if part)


def _address(made: Reconciliation) -> str:
    page = reverse("admin:accounts_app_reconciliation_change", args=[made.pk])
    return f"{settings.PUBLIC_URL}{page}"


def _what_to_do(made: Reconciliation) -> str:
    return (
        f"Nothing was taken over. {made.why_held} Look at {_address(made)} : one person proposes"
        " there what to do, a second confirms it."
    )
