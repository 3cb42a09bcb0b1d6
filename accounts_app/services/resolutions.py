"""What two people end together: one proposes how, with evidence, and a second confirms or rejects.

Needed where no machine can tell: an operation that needs attention, a discrepancy, a held
comparison. What a confirmed proposal does is accounts_app.services.endings.
"""

import hashlib
import json
import uuid
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet

from accounts_app import audit, clock
from accounts_app.errors import AlreadyMoved, Incomplete, NotPermitted, SameEyes, StaleView
from accounts_app.models import Resolution
from accounts_app.offblocks import card_numbers
from accounts_app.people import subject_of
from accounts_app.sentences import english, say
from accounts_app.services import endings, presence, proposing, subjects
from accounts_app.services.subjects import Subject

PROPOSE = "accounts_app.propose_resolution"
CONFIRM = "accounts_app.confirm_resolution"
State = Resolution.State


def propose(  # noqa: PLR0913 -- the parts of a proposal
    subject: Subject,
    verdict: str,
    evidence: str,
    *,
    proposer: User,
    form_number: uuid.UUID,
    made_id: uuid.UUID | None = None,
    seen: str | None = None,
) -> Resolution:
    """Record how a person proposes that something ends; nothing else changes.

    `made_id` picks the account that a creation made. `seen` is subjects.seen_digest of what the
    person saw. The same form sent twice gives the proposal it made the first time. Raises a
    Refusal that says what stands in the way.
    """
    if not proposer.has_perm(PROPOSE):
        raise NotPermitted("You may not propose how this ends.")
    with transaction.atomic():
        held: Subject = subjects.locked(subject)
        earlier = _of_form(form_number, held, proposer)
        if earlier:
            return earlier
        picked = made_id if proposing.picks_account(held, verdict) else None
        proposing.refuse_unless_possible(held, verdict, evidence, picked, seen=seen)
        resolution = Resolution(
            **{subjects.field_of(held): held},
            verdict=verdict,
            evidence=card_numbers.mask(evidence.strip()),
            made_id=picked,
            form_number=form_number,
            proposer=proposer,
            proposer_subject=subject_of(proposer),
            **presence.of("proposer"),
            proposed_at=clock.now(),
        )
        resolution.digest = digest_of(resolution, held)
        resolution.save(force_insert=True)
        _record(resolution, held, actor=proposer, reason=resolution.evidence, before="")
    return resolution


def confirm(resolution_id: int, *, decider: User, digest: str, note: str = "") -> Resolution:
    """Agree to exactly the proposal that was shown, named by its digest, and end its subject.

    The provider is read first where the verdict rests on it. A held comparison is only released:
    accounts_app.reconciliation applies or discards it. Raises SameEyes, StaleView when anything
    differs from what was shown, and AlreadyMoved when somebody else was faster.
    """
    shown = endings.look(_theirs_to_decide(Resolution.objects.get(pk=resolution_id), decider))
    with transaction.atomic():
        resolution = _theirs_to_decide(_locked(resolution_id), decider)
        subject: Subject = subjects.locked(resolution.subject)
        _refuse_unless_as_shown(resolution, subject, digest)
        _decide(resolution, State.CONFIRMED, subject, decider, note)
        endings.end(resolution, subject, shown, decider=decider)
    return resolution


def reject(resolution_id: int, *, decider: User, note: str) -> Resolution:
    """Refuse a proposal; the note tells the proposer why, and another can be made."""
    if not note.strip():
        raise Incomplete("Say why you reject it: the proposer will read it.", field="note")
    with transaction.atomic():
        resolution = _theirs_to_decide(_locked(resolution_id), decider)
        _decide(resolution, State.REJECTED, resolution.subject, decider, note)
    return resolution


def withdraw(resolution_id: int, *, proposer: User) -> Resolution:
    """Take one's own proposal back before it is decided."""
    with transaction.atomic():
        resolution = _locked(resolution_id)
        if not is_own(resolution, proposer):
            raise NotPermitted("Only the person who proposed this can withdraw it.")
        _refuse_unless_open(resolution)
        columns = {"state": State.WITHDRAWN, "decided_at": clock.now()}
        _swap(resolution, columns)
        _record(resolution, resolution.subject, actor=proposer, before=State.PROPOSED)
    return resolution


def to_confirm(proposals: QuerySet[Any], person: User) -> QuerySet[Any]:
    """Keep the proposals that wait for this person's decision: those of others."""
    waiting = proposals.filter(state=State.PROPOSED)
    return waiting.exclude(proposer=person).exclude(proposer_subject=subject_of(person))


def is_own(resolution: Resolution, person: User) -> bool:
    """Whether this person made the proposal, be it with another of their logins."""
    proposers = {resolution.proposer_subject, subject_of(resolution.proposer)}
    return resolution.proposer_id == person.pk or subject_of(person) in proposers


def digest_of(resolution: Resolution, subject: Subject) -> str:
    """Return SHA-256, hex, of all the second person agrees to: the words, and what they rest on."""
    content = {
        "subject": [subjects.field_of(subject), subject.pk],
        "verdict": resolution.verdict,
        "evidence": resolution.evidence,
        "account": str(resolution.made_id or ""),
        "proposer": resolution.proposer_id,
        "seen": subjects.seen_digest(subject),
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _of_form(form_number: uuid.UUID, subject: Subject, proposer: User) -> Resolution | None:
    """Return what this form already proposed; raise when it was used for something else."""
    earlier: Resolution | None = Resolution.objects.filter(form_number=form_number).first()
    if earlier and (earlier.proposer_id, earlier.subject) != (proposer.pk, subject):
        raise StaleView("This form was used before. Open the page anew and propose again.")
    return earlier


def _locked(resolution_id: int) -> Resolution:
    found: Resolution = Resolution.objects.select_for_update(no_key=True).get(pk=resolution_id)
    return found


def _theirs_to_decide(resolution: Resolution, decider: User) -> Resolution:
    if not decider.has_perm(CONFIRM):
        raise NotPermitted("You may not confirm or reject proposals.")
    if is_own(resolution, decider):
        raise SameEyes("You cannot decide your own proposal: a second person must.")
    presence.refuse_same(resolution.proposer_seat, resolution.proposer_device)
    _refuse_unless_open(resolution)
    return resolution


def _refuse_unless_open(resolution: Resolution) -> None:
    if resolution.state != State.PROPOSED:
        state = english(State(resolution.state).label).lower()
        raise AlreadyMoved(say("This proposal was decided already: {state}.", state=state))


def _refuse_unless_as_shown(resolution: Resolution, subject: Subject, digest: str) -> None:
    if digest != resolution.digest:
        raise StaleView("This is not the proposal you were shown. Look at it again.")
    if digest != digest_of(resolution, subject):
        raise StaleView(
            "What this is about has changed since it was proposed. Look at it again; this proposal "
            "can only be rejected or withdrawn, and a new one made."
        )
    if not resolution.proposer.has_perm(PROPOSE):
        raise StaleView("The person who proposed this no longer has the right to. Reject it.")


def _decide(
    resolution: Resolution, to: Resolution.State, subject: Subject, decider: User, note: str
) -> None:
    columns = {
        "state": to,
        "decider": decider,
        "decider_subject": subject_of(decider),
        "decided_at": clock.now(),
        "note": note.strip(),
    }
    _swap(resolution, columns)
    _record(resolution, subject, actor=decider, reason=note.strip(), before=State.PROPOSED)


def _swap(resolution: Resolution, columns: dict[str, Any]) -> None:
    """Write the decision unless somebody else was faster."""
    waiting = Resolution.objects.filter(pk=resolution.pk, state=State.PROPOSED)
    if not waiting.update(**columns):
        raise AlreadyMoved("This proposal was decided already.")
    for name, value in columns.items():
        setattr(resolution, name, value)


def _record(
    resolution: Resolution, subject: Subject, *, actor: User, before: str, reason: str = ""
) -> None:
    audit.record(
        actor=actor,
        action=f"resolution.{resolution.state}",
        reason=reason,
        before={"resolution": before} if before else {},
        after={
            "resolution": resolution.state,
            "number": resolution.pk,
            "about": [subjects.field_of(subject), subject.pk],
            "verdict": resolution.verdict,
            "digest": resolution.digest,
        },
        result=english(Resolution.Verdict(resolution.verdict).label),
        **subjects.audited(subject),
    )
