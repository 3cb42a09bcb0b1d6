"""Verifies the audit: the chain or a part of it, its anchors, and what the database refuses."""

from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Max

from accounts_app import audit
from accounts_app.models import AuditEntry
from accounts_app.services import anchors, chain, privileges


class Command(BaseCommand):
    """Walk the chain and name the first entry at which it breaks."""

    help = "Verify that no audit entry was altered, removed or inserted; exit 1 when one was."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare which part, against which anchor, and whether to look at rights instead."""
        parser.add_argument("--from", dest="first", type=int, metavar="N", help="from this entry")
        parser.add_argument("--to", dest="last", type=int, metavar="N", help="up to this entry")
        parser.add_argument(
            "--anchor", metavar="last|FILE", help="there must be this anchor, and it must hold"
        )
        parser.add_argument(
            "--privileges",
            action="store_true",
            help="verify that the triggers are set and that we may not change what is kept",
        )

    def handle(
        self,
        *,
        first: int | None,
        last: int | None,
        anchor: str | None,
        privileges: bool,
        **_options: Any,
    ) -> None:
        """Print what holds, or raise CommandError that names the first fault."""
        if privileges:
            self._verify_privileges()
        elif first is not None or last is not None:
            self._verify_part(first or 1, last, anchor)
        else:
            self._verify_whole(anchor)

    def _verify_privileges(self) -> None:
        found = list(privileges.faults())
        if found:
            raise CommandError("\n".join(found))
        self.stdout.write("The database refuses to change the audit.")

    def _verify_part(self, first: int, last: int | None, name: str | None) -> None:
        # Without an end it goes to the newest entry, whatever is missing before that one.
        newest = AuditEntry.objects.aggregate(last=Max("sequence"))["last"] or 0
        end = last or max(first, newest)
        _refuse(next(_part_faults(first, end, is_open=last is None, name=name), None))
        self.stdout.write(f"Audit entries {first} to {end} hold.")

    def _verify_whole(self, name: str | None) -> None:
        number = AuditEntry.objects.count()
        found = next(self._faults(name), None)
        words = f"Audit entry {chain.named(found)}." if found else f"All {number} entries hold."
        chain.keep_result(words, holds=not found)
        _refuse(found)
        self.stdout.write(f"All {number} audit entries hold.")
        newest = _anchor(name) if name else anchors.last()
        if newest:
            self.stdout.write(f"Entry {newest.sequence} was anchored at {newest.at}.")

    def _faults(self, name: str | None) -> Iterator[audit.Fault]:
        yield from chain.faults()
        if name:
            yield from anchors.faults([_anchor(name)])


def _part_faults(first: int, end: int, *, is_open: bool, name: str | None) -> Iterator[audit.Fault]:
    """Yield the faults of a part; an open one must reach to what was anchored behind it."""
    yield from audit.faults(first, end)
    for fault in anchors.all_faults():
        if first <= fault.sequence and (is_open or fault.sequence <= end):
            yield fault
    if name:
        yield from anchors.faults([_anchor(name)])


def _anchor(name: str) -> anchors.Anchor:
    try:
        found = anchors.last() if name == "last" else anchors.read(Path(name))
    except anchors.Unreadable as reason:
        raise CommandError(f"{reason}.") from reason
    if found is None:
        raise CommandError("There is no anchor: nobody has signed the head of the chain yet.")
    return found


def _refuse(fault: audit.Fault | None) -> None:
    if fault:
        raise CommandError(f"Audit entry {chain.named(fault)}.")
