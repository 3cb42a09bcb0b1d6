"""Verifies the chain of the audit entries."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts_app import audit
from accounts_app.models import AuditEntry


class Command(BaseCommand):
    """Walk the whole chain and name the first entry at which it breaks."""

    help = "Verify that no audit entry was altered, removed or inserted; exit 1 when one was."

    def handle(self, **_options: Any) -> None:
        """Print how many entries hold, or raise CommandError that names the first bad one."""
        fault = audit.verify()
        if fault:
            raise CommandError(f"Audit entry {fault.sequence}: {fault.what}.")
        self.stdout.write(f"All {AuditEntry.objects.count()} audit entries hold.")
