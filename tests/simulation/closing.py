"""How two people end, at the end of a run, everything that still waits for people."""

from functools import partial
from typing import TYPE_CHECKING

from accounts_app.models import Resolution
from accounts_app.services import resolutions
from accounts_app.services.subjects import Subject
from tests.simulation.steps import deciding

if TYPE_CHECKING:
    from tests.simulation.office import Office

# How often a second person is drawn: it may be the first one again.
TRIES = 20


def people_end_everything(office: "Office") -> bool:
    """Two people end all that waits for them; whether there was anything."""
    if not next(deciding.undecided(), None):
        return False
    for resolution in Resolution.objects.filter(state=Resolution.State.PROPOSED).order_by("pk"):
        deciding.confirm(office, resolution)
    for resolution in Resolution.objects.filter(state=Resolution.State.PROPOSED).order_by("pk"):
        proposer = resolution.proposer
        job = partial(resolutions.withdraw, resolution.pk, proposer=proposer)
        office.desk(f"resolution {resolution.pk} is withdrawn", job)
    for subject in deciding.undecided():
        _end(office, subject)
    office.check_invariants()
    return True


def _end(office: "Office", subject: Subject) -> None:
    """Propose and confirm, in this order, what could be the end of it, until one is."""
    for verdict in deciding.likely(office, subject):
        made = deciding.propose_that(office, subject, verdict)
        # The second person may be the first one's only choice: ask until it is another.
        for _ in range(TRIES):
            if made is None or deciding.confirm(office, made) is not None:
                break
        if made is not None:
            made.refresh_from_db()
            if made.state == Resolution.State.CONFIRMED:
                return
            proposer = made.proposer
            office.desk(
                "it is withdrawn", partial(resolutions.withdraw, made.pk, proposer=proposer)
            )
