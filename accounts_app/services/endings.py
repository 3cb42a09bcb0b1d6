"""What a confirmed resolution does: it ends an operation, or a discrepancy.

First a look at the provider, with no transaction open; then, in the decision's own transaction, the
end. A held comparison is only made due: accounts_app.reconciliation applies or discards it.
"""

from typing import Any

from django.contrib.auth.models import User

from accounts_app import clock, mirror
from accounts_app.errors import StaleView, WrongState
from accounts_app.mirror import Observation
from accounts_app.models import (
    Challenge,
    Discrepancy,
    EntityKind,
    Operation,
    Reconciliation,
    Resolution,
    Source,
)
from accounts_app.offblocks.errors import ProviderError
from accounts_app.sentences import say
from accounts_app.services import challenges, jobs, lanes, proof, refresh
from accounts_app.services.catalogue import KINDS
from accounts_app.services.readback import Finding
from accounts_app.services.transitions import move

Verdict = Resolution.Verdict
Look = Finding | Observation | None
# Why there is no word of the provider to take, by what the mirror made of its answer.
NO_WORD = {
    mirror.Outcome.CREATED: say("There is no other word to take: it is new to the mirror."),
    mirror.Outcome.UPDATED: say("There is no other word to take: the provider agrees with us now."),
    mirror.Outcome.UNCHANGED: say(
        "There is no other word to take: the provider agrees with us now."
    ),
    mirror.Outcome.STALE: (
        say("There is no other word to take: the provider's answer is older than what we hold.")
    ),
}


def look(resolution: Resolution) -> Look:
    """Read what the decision rests on from the provider; None for what rests on no read.

    Raises a Refusal when the provider cannot be read, or does not show what was proposed.
    """
    subject = resolution.subject
    if isinstance(subject, Operation):
        finding = proof.fresh(subject)
        subject.refresh_from_db()
        proof.refuse_unless_shown(subject, resolution.verdict, resolution.made_id, finding)
        return finding
    if isinstance(subject, Discrepancy) and resolution.verdict == Verdict.FOLLOW:
        return _word_of_provider(subject)
    return None


def _word_of_provider(discrepancy: Discrepancy) -> Observation:
    try:
        read = refresh.READERS[EntityKind(discrepancy.entity_kind)]
        observation = read(discrepancy.entity_id, source=Source.REFRESH)
    except ProviderError as error:
        raise proof.unreadable(error) from error
    if observation is None:
        raise WrongState(
            say("The provider does not know {this} now.", this=f"this {discrepancy.entity_kind}")
        )
    if observation.outcome is not mirror.Outcome.CONTRADICTED:
        raise StaleView(say("{why} Reject this proposal.", why=NO_WORD[observation.outcome]))
    return observation


def end(
    resolution: Resolution,
    subject: Operation | Discrepancy | Reconciliation,
    shown: Look,
    *,
    decider: User,
) -> None:
    """Do what was confirmed, in the decision's transaction, which holds the subject."""
    if isinstance(subject, Operation):
        assert isinstance(shown, Finding), "every end of an operation rests on a look"  # noqa: S101
        _end_operation(resolution, subject, shown, decider)
    elif isinstance(subject, Discrepancy):
        _end_discrepancy(resolution, subject, shown)
    elif isinstance(subject, Reconciliation):
        # The row is the queue: the worker finds the confirmed resolution and carries it out.
        jobs.make_due(jobs.DECISIONS)


def _end_operation(
    resolution: Resolution, operation: Operation, finding: Finding, decider: User
) -> None:
    columns: dict[str, Any] = {"status_after": finding.status}
    creation = KINDS[operation.kind].makes
    if resolution.made_id and creation:
        made = creation.model.objects.get(pk=resolution.made_id)
        columns = {str(made.KIND): made, "status_after": made.status}
    to = Operation.State(resolution.verdict)
    people = f"{resolution.proposer.get_username()} and {decider.get_username()}"
    words = say(
        "{label}. Ended by {people}: {evidence}",
        label=to.label,
        people=people,
        evidence=resolution.evidence,
    )
    evidence = {
        "proof": "two people",
        "resolution": resolution.pk,
        "words": resolution.evidence,
        "people": [resolution.proposer.get_username(), decider.get_username()],
        "provider": finding.evidence,
    }
    result = f"{finding.words} {resolution.evidence}"
    move(operation, to, actor=decider, result=result, outcome=words, evidence=evidence, **columns)
    if to == Operation.State.SUCCEEDED:
        challenges.end_signed(operation)
    elif operation.account and lanes.is_joined(operation):
        # The close is over: nobody is to be handed its challenge any more.
        challenges.end(operation.account, Challenge.State.REPLACED, at=clock.now())


def _end_discrepancy(resolution: Resolution, discrepancy: Discrepancy, shown: Look) -> None:
    discrepancy.verdict = resolution.verdict
    discrepancy.save(update_fields=["verdict"])
    if isinstance(shown, Observation):
        _take_the_word(discrepancy, shown)
    discrepancy.resolved_at = clock.now()
    discrepancy.save(update_fields=["resolved_at"])


def _take_the_word(discrepancy: Discrepancy, shown: Observation) -> None:
    """Let the mirror take the answer: it does while the discrepancy is open and to be followed."""
    taken = mirror.observe(shown.shape, source=Source.REFRESH, asked_at=shown.asked_at)
    if str(getattr(taken.row, discrepancy.what)) != discrepancy.told:
        raise StaleView("The provider has said something else in the meantime. Look at it again.")
