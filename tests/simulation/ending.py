"""How every run ends: faults stop, all work is done fairly, and what must then be so is checked."""

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import Q

from accounts_app import audit, work
from accounts_app.models import (
    Discrepancy,
    Operation,
    Resolution,
    WebhookEvent,
)
from accounts_app.reconciliation import record
from tests.mirrored import mirror, provider
from tests.simulation import closing, due
from tests.simulation.digest import digest
from tests.simulation.invariants.mirror import ENDING
from tests.simulation.invariants.violation import demand
from tests.simulation.network import Trouble
from tests.simulation.processes import Process
from tests.simulation.steps import deciding, engine

if TYPE_CHECKING:
    from tests.simulation.office import Office

# Seconds between the rounds of a worker that is woken ever more rarely: 28 hours in all.
ROUNDS = (2, 15, 75, 400, 1300, 1300, 960, 960, 7200, 90_000)
# Deliveries that come once more in the end: all of them would take longer than the run did.
AGAIN = 3
BETWEEN = ("sending", "uncertain", "approved", "requested")


def end(office: "Office") -> str:
    """End a run: quiet weather, fair work, then every invariant about how things end.

    Returns the digest of all that the run leaves behind.
    """
    office.journal.write("faults stop")
    office.network.trouble = Trouble()
    office.processes.trouble = office.courier.trouble = 0.0
    _let_sending_go_on(office)
    for seconds in ROUNDS:
        _round(office)
        if _is_at_rest(office):
            break
        office.pass_time(seconds)
        office.check_invariants()
    else:
        _round(office)
    i6_all_left(office)
    i12_events_suffice(office)
    _sweep(office)
    if closing.people_end_everything(office):
        _sweep(office)
    i11_mirror_equals(office)
    for check in ENDING:
        check(office.past)
    demand("I20", audit.verify() is None, "the audit chain does not verify")
    return i24_again_changes_nothing(office)


def _let_sending_go_on(office: "Office") -> None:
    """Everybody has their rights back, and an approver lets sending go on, should it be paused."""
    office.people.bring_back(office.clock.now)
    deciding.resume(office)


def _round(office: "Office") -> None:
    """Deliver what is due and do what is due."""
    web, worker = _hands(office)
    office.courier.deliver(web, 1000)
    moments = (due.next_at(), due.next_at(due.JOBS))
    if any(moment and moment <= office.clock.now for moment in moments) or _is_expiring(office):
        office.processes.run(worker, work.run_due)


def _hands(office: "Office") -> tuple[Process, Process]:
    web, worker = office.web(), office.worker()
    assert web, "nobody is frozen in the end"
    assert worker, "nobody is frozen in the end"
    return web, worker


def _is_at_rest(office: "Office") -> bool:
    """Whether nothing is under way any more: in flight, to be delivered, looked into or settled."""
    if office.clock.next_planned or office.courier.waiting or due.next_at():
        return False
    return not Operation.objects.filter(state__in=BETWEEN).exists()


def _is_expiring(office: "Office") -> bool:
    requested = Operation.objects.filter(state=Operation.State.REQUESTED)
    return requested.filter(requested_at__lt=office.clock.now - settings.REQUEST_LIFETIME).exists()


def _sweep(office: "Office") -> None:
    if not engine.sweep(office):
        # One that died not long ago keeps its place until its lease ends.
        office.pass_time(record.LEASE.total_seconds())
        engine.sweep(office)
    _round(office)
    office.check_invariants()


def i6_all_left(_: "Office") -> None:
    """Every operation has left what is only passed through within 26 hours of fair running."""
    stuck = Operation.objects.filter(state__in=BETWEEN).values_list("pk", "kind", "state")
    demand("I6", not stuck, f"still not settled: {list(stuck)}")


def i12_events_suffice(office: "Office") -> None:
    """Without a comparison the mirror is right about what had an event after its last change."""
    told = _last_told(office)
    _compare(office, "I12", lambda name, entity: told.get(name, 0) >= entity["revision"])


def i11_mirror_equals(office: "Office") -> None:
    """After all deliveries and one comparison the mirror equals the provider, field by field."""
    _compare(office, "I11", lambda *_: True)


def _last_told(office: "Office") -> dict[str, int]:
    """The newest revision that a delivered event told of, per entity."""
    told: dict[str, int] = {}
    for event in WebhookEvent.objects.exclude(claimed_revision=None).exclude(entity_id=None):
        if (event.event_id, event.digest) in office.past.acknowledged:
            name = str(event.entity_id)
            told[name] = max(told.get(name, 0), event.claimed_revision)
    return told


def _compare(office: "Office", number: str, counts: Any) -> None:
    ours, theirs = mirror(), provider(office.provider.sandbox)
    excused = _excused(number)
    for name, entity in theirs.items():
        if name not in excused and counts(name, entity):
            held = ours.get(name, {})
            wrong = {k: (held.get(k), v) for k, v in entity.items() if held.get(k) != v}
            demand(number, not wrong, f"{entity['kind']} {name}: {wrong}")
    demand(number, ours.keys() <= theirs.keys(), "the mirror holds what the provider never had")


def _excused(number: str) -> set[str]:
    """What may differ: an open contradiction, and what two people decided to keep."""
    found = Discrepancy.objects.filter(told_by="read")
    waits = Q(resolved_at=None) | Q(verdict=Resolution.Verdict.KEEP)
    return {str(one) for one in found.filter(waits).values_list("entity_id", flat=True)}


def i24_again_changes_nothing(office: "Office") -> str:
    """Doing every task and every delivery again changes nothing; returns the digest of it all."""
    before = digest(office)
    web, worker = _hands(office)
    for operation in Operation.objects.order_by("pk"):
        number = operation.pk
        office.processes.run(worker, lambda number=number: work.advance(number))
    bodies = list(dict.fromkeys(office.courier.delivered))
    for body in office.chance.sample(bodies, min(len(bodies), AGAIN)):
        office.courier.post(web, body)
    office.processes.run(worker, work.run_due)
    demand("I24", digest(office) == before, "doing everything again changed something")
    return before
