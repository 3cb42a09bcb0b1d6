"""What stands in the way of proposing how something ends."""

import uuid
from typing import Any

from accounts_app import clock
from accounts_app.errors import AlreadyMoved, Incomplete, StaleView
from accounts_app.models import Operation, Resolution
from accounts_app.sentences import english, say
from accounts_app.services import proof, subjects
from accounts_app.services.subjects import Subject


def open_one(subject: Subject) -> Resolution | None:
    """Return the proposal about the subject that waits for a second person, if any."""
    waiting: Any = subject.resolutions
    found: Resolution | None = (
        waiting.filter(state=Resolution.State.PROPOSED).select_related("proposer").first()
    )
    return found


def refuse_unless_possible(
    subject: Subject,
    verdict: str,
    evidence: str,
    made_id: uuid.UUID | None,
    *,
    seen: str | None,
) -> None:
    """Raise the Refusal that tells what stands in the way, if anything does."""
    fitting = subjects.verdicts_for(subject)
    if not fitting:
        raise AlreadyMoved("This does not wait for people any more. Nothing was proposed.")
    waiting = open_one(subject)
    if waiting:
        raise _already_proposed(waiting)
    if seen is not None and seen != subjects.seen_digest(subject):
        raise StaleView("This changed since you opened the page. Look at it again, then propose.")
    if verdict not in fitting:
        raise Incomplete("Choose one of the ends offered.", field="verdict")
    if not evidence.strip():
        raise Incomplete(
            "Give the evidence: the provider's reference, who there said it, and when.",
            field="evidence",
        )
    if isinstance(subject, Operation):
        proof.refuse_unless_shown(subject, verdict, made_id)


def _already_proposed(waiting: Resolution) -> AlreadyMoved:
    at = clock.told(waiting.proposed_at)
    return AlreadyMoved(
        say(
            "{person} already proposed an end at {at}: {verdict}. Decide that one, or have it "
            "withdrawn.",
            person=waiting.proposer.get_username(),
            at=at,
            verdict=english(Resolution.Verdict(waiting.verdict).label).lower(),
        ),
        resolution=waiting,
    )


def picks_account(subject: Subject, verdict: str) -> bool:
    """Whether the verdict has to say which account the operation opened."""
    is_success = verdict == Resolution.Verdict.SUCCEEDED
    return is_success and isinstance(subject, Operation) and proof.is_creation_unknown(subject)
