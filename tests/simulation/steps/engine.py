"""What our machines do: work, compare; and time, which passes."""

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

from accounts_app import work
from accounts_app.errors import AlreadyMoved
from accounts_app.models import Reconciliation
from accounts_app.offblocks.errors import ProviderError
from accounts_app.reconciliation import run
from accounts_app.services import sync
from tests.simulation import due

if TYPE_CHECKING:
    from tests.simulation.office import Office

# Seconds, and how often compared with the others.
LONGEST_WAIT = timedelta(minutes=50)
BUSY = "another one runs"
PAUSES = ((1, 3), (5, 4), (15, 4), (70, 4), (310, 4), (1200, 4), (3900, 3), (90_000, 1))


def do_work(office: "Office") -> None:
    """A worker does a round of what is due."""
    worker = office.worker()
    if worker is None:
        return
    office.journal.write(f"{worker.name} works")
    office.processes.run(worker, work.run_due)


def wait_and_work(office: "Office") -> None:
    """Time passes until something is due, and a worker does it."""
    moment = due.next_at()
    if moment is None or moment > office.clock.now + LONGEST_WAIT:
        pass_time(office)
        return
    wait = max((moment - office.clock.now).total_seconds(), 0)
    office.pass_time(wait + office.chance.choice((0, 0.5, 30)))
    do_work(office)


def sweep(office: "Office") -> bool:
    """Everything is compared with the provider; false when another comparison has its place."""
    worker = office.worker()
    if worker is None:
        return False
    office.journal.write(f"{worker.name} compares everything")
    found = office.processes.run(worker, compare)
    office.journal.count("comparison", found or "died of it")
    return found != BUSY


def compare() -> str:
    """Compare the mirror with the provider, as the command does."""
    try:
        return str(run.run(Reconciliation.Trigger.COMMAND).state)
    except AlreadyMoved:
        return BUSY


def pull(office: "Office") -> None:
    """Everything is pulled without a comparison; a provider that stops us is asked again later."""
    worker = office.worker()
    if worker is None:
        return
    office.journal.write(f"{worker.name} pulls everything")
    office.processes.run(worker, _pull)


def _pull() -> None:
    try:
        sync.run(lambda items, _: items)
    except ProviderError:
        return


def pass_time(office: "Office") -> None:
    """Some time passes."""
    (seconds, _) = office.chance.choices(PAUSES, [weight for _, weight in PAUSES])[0]
    drawn = seconds * office.chance.uniform(0.8, 1.2)
    office.journal.write(f"{drawn:.0f} s pass")
    office.pass_time(drawn)


STEPS: dict[str, tuple[int, Callable[["Office"], object]]] = {
    "work": (4, do_work),
    "wait and work": (22, wait_and_work),
    "sweep": (1, sweep),
    "pull": (1, pull),
    "time": (9, pass_time),
}
