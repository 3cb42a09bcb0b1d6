"""What two people end together, and sending that is paused and let go on by hand."""

import uuid
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from accounts_app.models import Discrepancy, Operation, Pause, Reconciliation, Resolution
from accounts_app.services import pausing, proof, proposing, resolutions, subjects
from accounts_app.services.subjects import Subject
from tests.simulation.people import APPROVERS, OPERATORS

if TYPE_CHECKING:
    from tests.simulation.office import Office

PROPOSED = Resolution.State.PROPOSED


def undecided() -> Iterator[Subject]:
    """Everything that waits for people, in the order in which it came."""
    yield from Reconciliation.objects.filter(state=Reconciliation.State.HELD).order_by("pk")
    yield from Discrepancy.objects.filter(resolved_at=None).order_by("pk")
    yield from Operation.objects.filter(state=Operation.State.NEEDS_HUMAN).order_by("pk")


def propose(office: "Office") -> None:
    """Somebody proposes how something ends."""
    waiting = list(undecided())
    if waiting:
        subject = office.chance.choice(waiting)
        verdicts = likely(office, subject)
        if verdicts:
            wrong = office.chance.random() < 0.1
            propose_that(office, subject, verdicts[-1 if wrong else 0])


def likely(office: "Office", subject: Subject) -> list[Resolution.Verdict]:
    """What can be proposed, the truth first as far as the provider's support knows it."""
    verdicts = list(subjects.verdicts_for(subject))
    if isinstance(subject, Operation) and not office.provider.took_effect(subject.key):
        verdicts.reverse()
    elif not isinstance(subject, Operation):
        office.chance.shuffle(verdicts)
    return verdicts


def propose_that(office: "Office", subject: Subject, verdict: str) -> Resolution | None:
    """Somebody proposes this end of it."""
    person = office.people.named(office.chance.choice(OPERATORS + APPROVERS))
    name = f"{subjects.field_of(subject)} {subject.pk}"
    number = uuid.UUID(int=office.chance.getrandbits(128), version=4)

    def job() -> Resolution:
        made = resolutions.propose(
            subject,
            verdict,
            "The provider's support says so.",
            proposer=person,
            form_number=number,
            made_id=_picked(office, subject, verdict),
        )
        office.journal.count("proposed", f"{subjects.field_of(subject)} {verdict}")
        return made

    return office.desk(f"{person.username} proposes {verdict} for {name}", job)


def _picked(office: "Office", subject: Subject, verdict: str) -> uuid.UUID | None:
    if not proposing.picks_account(subject, verdict):
        return None
    assert isinstance(subject, Operation)
    candidates = [account.pk for account in proof.candidates(subject)]
    return office.chance.choice(candidates) if candidates else None


def decide(office: "Office") -> None:
    """Somebody confirms or rejects a proposal, perhaps their own."""
    waiting = list(Resolution.objects.filter(state=PROPOSED).order_by("pk"))
    if waiting:
        resolution = office.chance.choice(waiting)
        how = office.chance.choices(("confirm", "reject", "withdraw"), (8, 1, 1))[0]
        DECISIONS[how](office, resolution)


def confirm(office: "Office", resolution: Resolution) -> Any:
    """An approver confirms."""
    person = office.people.named(office.chance.choice(APPROVERS))

    def job() -> Resolution:
        made = resolutions.confirm(resolution.pk, decider=person, digest=resolution.digest)
        office.journal.count("confirmed", f"{subjects.field_of(made.subject)} {made.verdict}")
        return made

    return office.desk(f"{person.username} confirms resolution {resolution.pk}", job)


def _reject(office: "Office", resolution: Resolution) -> None:
    person = office.people.named(office.chance.choice(APPROVERS))
    office.desk(
        f"{person.username} rejects resolution {resolution.pk}",
        lambda: resolutions.reject(resolution.pk, decider=person, note="No."),
    )


def _withdraw(office: "Office", resolution: Resolution) -> None:
    office.desk(
        f"resolution {resolution.pk} is withdrawn",
        lambda: resolutions.withdraw(resolution.pk, proposer=resolution.proposer),
    )


DECISIONS = {"confirm": confirm, "reject": _reject, "withdraw": _withdraw}


def pause(office: "Office") -> None:
    """Somebody pauses sending by hand, now and then."""
    if office.chance.random() < 0.8:
        return
    person = office.people.named(office.chance.choice(OPERATORS + APPROVERS))
    office.desk(
        f"{person.username} pauses sending",
        lambda: pausing.pause(Pause.Cause.HAND, "To be safe.", person=person),
    )


def resume(office: "Office") -> None:
    """An approver lets sending go on, if it is paused."""
    paused = pausing.current()
    if paused is None:
        return
    office.journal.count("pause", paused.cause)
    person = office.people.named(office.chance.choice(APPROVERS))
    office.desk(
        f"{person.username} lets sending go on",
        lambda: pausing.resume(person=person, reason="All is well."),
    )


STEPS: dict[str, tuple[int, Callable[["Office"], None]]] = {
    "propose": (3, propose),
    "decide": (3, decide),
    "pause": (1, pause),
    "resume": (4, resume),
}
