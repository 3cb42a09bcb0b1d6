"""Faults of the audit chain that people have acknowledged: sending may go on in spite of them.

A broken chain stays broken: nothing here mends or hides it, and `audit_verify` goes on naming it.
Any other fault than an acknowledged one stops sending again.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import transaction

from accounts_app import audit
from accounts_app.audit import Fault
from accounts_app.errors import NotPermitted, StaleView
from accounts_app.models import AuditEntry, Pause
from accounts_app.sentences import say
from accounts_app.services import anchors, privileges

ACKNOWLEDGED = "chain.acknowledged"
HOLDS, BROKEN = "chain.verified", "chain.broken"


@dataclass(frozen=True)
class Look:
    """What one walk of the chain found: the first fault nobody has acknowledged, and the others."""

    new: Fault | None
    known: tuple[Fault, ...]

    @property
    def words(self) -> str:
        """How the chain is, in a sentence."""
        if self.new:
            return say("Audit entry {entry}.", entry=named(self.new))
        if not self.known:
            return say("The audit chain holds.")
        faults = "; ".join(named(fault) for fault in self.known)
        return say(
            "The audit chain holds but for what people have acknowledged: entry {entry}.",
            entry=faults,
        )


def look() -> Look:
    """Walk the whole chain."""
    acknowledged, found = _acknowledged(), list(faults())
    new = next((fault for fault in found if fault not in acknowledged), None)
    return Look(new, tuple(fault for fault in found if fault in acknowledged))


def keep_result(words: str, *, holds: bool) -> None:
    """Record what a verification found, about the entry that was the last one then."""
    head = AuditEntry.objects.order_by("sequence").last()
    if head is None:
        return
    with transaction.atomic():
        audit.record(
            actor=audit.system_user(),
            action=HOLDS if holds else BROKEN,
            target=head,
            result=words,
        )


def acknowledge(fault: Fault, paused: Pause, *, person: User | None, reason: str) -> None:
    """Record that a person lets sending go on in spite of exactly this fault.

    Raises NotPermitted without a person, and StaleView when the first fault is another one.
    """
    if person is None:
        raise NotPermitted("Only a person can acknowledge a fault of the audit chain.")
    first = look().new
    if first != fault:
        raise StaleView(
            say(
                "Sending stays paused: audit entry {entry} is not, or no longer, the first "
                "fault that nobody has acknowledged. Look again.",
                entry=named(fault),
            ),
            fault=first,
        )
    with transaction.atomic():
        audit.record(
            actor=person,
            action=ACKNOWLEDGED,
            target=paused,
            reason=reason,
            after={"sequence": fault.sequence, "what": fault.what},
            result=say("Sending may go on in spite of audit entry {entry}.", entry=named(fault)),
        )


def named(fault: Fault) -> str:
    """Name a fault as people read it and type it: the entry's number, and what is wrong."""
    return f"{fault.sequence}: {fault.what}"


def fault_named(text: str) -> Fault | None:
    """Return the fault that a text names, or None when it names none."""
    number, what = (part.strip() for part in text.partition(":")[::2])
    is_number = number.isascii() and number.isdecimal() and len(number) < 19
    return Fault(int(number), what) if is_number and what else None


def faults() -> Iterator[Fault]:
    """Yield every fault; behind the first others could hide."""
    yield from privileges.missing_triggers()
    yield from audit.faults()
    yield from anchors.all_faults()


def _acknowledged() -> set[Fault]:
    told = AuditEntry.objects.filter(action=ACKNOWLEDGED).values_list("after", flat=True)
    return {Fault(after["sequence"], after["what"]) for after in told}
