"""How far an operation has come, in the words staff read: its steps and what to do now."""

from dataclasses import dataclass, replace
from datetime import datetime

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy

from accounts_app import sentences
from accounts_app.admin import moments, words
from accounts_app.admin.words import both
from accounts_app.models import Operation
from accounts_app.services import lanes, pausing
from accounts_app.services.catalogue import KINDS

State = Operation.State

# Which of the five steps the state belongs to.
AT = {
    State.REQUESTED: 1,
    State.REJECTED: 1,
    State.EXPIRED: 1,
    State.CANCELLED: 1,
    State.APPROVED: 2,
    State.SENDING: 2,
    State.STALE: 2,
    State.ACCEPTED: 3,
    State.UNCERTAIN: 3,
    State.NEEDS_HUMAN: 3,
    State.FAILED: 3,
    State.NOT_APPLIED: 3,
    State.SUCCEEDED: 4,
}
NEXT = {
    State.REQUESTED: gettext_lazy(
        "Wait: a second person approves or rejects it. Nothing is sent before."
    ),
    State.APPROVED: gettext_lazy("Nothing to do: it is sent by itself."),
    State.SENDING: gettext_lazy("Nothing to do: it is on its way to the provider."),
    State.ACCEPTED: gettext_lazy(
        "Nothing to do: the provider is asked again until it shows the change."
    ),
    State.UNCERTAIN: gettext_lazy(
        "Do not repeat it. We find out by ourselves: the same request is sent again under the "
        "same key, which counts only once, and the provider is asked what is so."
    ),
    State.NEEDS_HUMAN: gettext_lazy(
        "Do not repeat it. Ask the provider what became of it. Then two people end this: one "
        "proposes how, with the provider's word as evidence, and a second confirms it."
    ),
    State.SUCCEEDED: "",
    State.FAILED: gettext_lazy("Nothing was changed. Read why; ask anew if it is still wanted."),
    State.NOT_APPLIED: gettext_lazy(
        "Nothing was changed. Ask anew if it is still wanted: it will be linked."
    ),
    State.REJECTED: gettext_lazy("Nothing was sent. The checker's note says why."),
    State.EXPIRED: gettext_lazy("Nothing was sent. Ask anew if it is still wanted."),
    State.STALE: gettext_lazy(
        "Nothing was sent. Look at what is so now; ask anew if it is still wanted."
    ),
    State.CANCELLED: gettext_lazy("Nothing was sent."),
}
RESTS = gettext_lazy(
    "The account's owner has to sign the challenge. Meanwhile the account can be deactivated. If "
    "the owner never signs, have the provider withdraw the close; then two people end the wait "
    "here."
)
# Of a fetch whose answer was lost, and of a refused signature, nobody can say that nothing changed.
CHALLENGED = gettext_lazy(
    "Read what became of the challenge. Where the owner still has to sign, hand over the one that "
    "is shown now, or fetch a new one."
)
PAUSED = {
    State.APPROVED: gettext_lazy(
        "Sending is paused, so it waits. When sending goes on before {until}, it is sent by "
        "itself; after that it ends as “Not sent” and has to be asked for anew."
    ),
    State.UNCERTAIN: gettext_lazy(
        "Do not repeat it. Sending is paused, so the request is not sent again; the provider is "
        "still asked what is so."
    ),
}
# How the theme draws the sentence about the whole.
TONES = {
    State.SUCCEEDED: "good",
    State.UNCERTAIN: "warn",
    State.NEEDS_HUMAN: "danger",
    State.FAILED: "danger",
    State.NOT_APPLIED: "danger",
    State.REJECTED: "warn",
    State.EXPIRED: "warn",
    State.STALE: "warn",
}

SAID = {
    "done": gettext_lazy("done"),
    "current": gettext_lazy("under way"),
    "stopped": gettext_lazy("stopped here"),
    "ahead": gettext_lazy("not yet"),
}


@dataclass(frozen=True)
class Step:
    """One of the five steps: `mark` is done, current, stopped or ahead."""

    name: str
    mark: str
    words: str = ""
    at: datetime | None = None

    @property
    def said(self) -> str:
        """Say the mark to those who do not see it."""
        return str(SAID[self.mark])


@dataclass(frozen=True)
class Progress:
    """An operation's state as staff read it."""

    label: str
    outcome: str
    tone: str
    advice: str
    steps: list[Step]
    next_at: datetime | None


def of(operation: Operation) -> Progress:
    """Describe how far the operation has come."""
    state = State(operation.state)
    is_held_up = state in PAUSED and pausing.current() is not None
    advice = _held_up(operation, state) if is_held_up else _advice(operation, state)
    return Progress(
        label=words.state_of(operation),
        outcome=_outcome(operation, state, advice),
        tone=TONES.get(state, "info"),
        advice=advice,
        steps=_steps(operation, state),
        next_at=None if is_held_up else _next_try(operation),
    )


def _advice(operation: Operation, state: Operation.State) -> str:
    """Say what to do now, which is nothing unless it waits for people."""
    if state == State.FAILED and KINDS[operation.kind].own_lane == "challenge":
        return str(CHALLENGED)
    return str(RESTS if lanes.rests(operation) else NEXT[state])


def _held_up(operation: Operation, state: Operation.State) -> str:
    """Say what a pause of sending makes of it, and how long its approval still counts."""
    approved_at = operation.decided_at or operation.requested_at
    return str(PAUSED[state]).format(
        until=moments.time_of_day(approved_at + settings.APPROVAL_LIFETIME)
    )


def _outcome(operation: Operation, state: Operation.State, advice: str) -> str:
    """Return the outcome without the state's name, and without what the advice says as well."""
    label = sentences.english(state.label)
    said = operation.outcome.removeprefix(f"{label}.").removeprefix(f"{label}:").strip()
    said = sentences.told(said)
    return "" if advice.startswith(said) else said


def _steps(operation: Operation, state: Operation.State) -> list[Step]:
    """Describe each step; where it stands or stopped, the state's own words are used."""
    reached, here = AT[state], words.state_of(operation)
    steps = []
    for position, step in enumerate(_told(operation)):
        if position > reached:
            steps.append(Step(step.name, "ahead"))
        else:
            is_here = position == reached and here != step.name
            said = here if is_here and not _is_by_people(operation) else step.words
            steps.append(replace(step, mark=_mark(position, reached, state), words=said))
    return steps


def _mark(position: int, reached: int, state: Operation.State) -> str:
    if position < reached or state == State.SUCCEEDED:
        return "done"
    return "current" if state in Operation.OPEN else "stopped"


def _told(operation: Operation) -> list[Step]:
    """Describe each step as it is told once it is behind."""
    checker = (
        operation.checker.get_username() if operation.checker else gettext("one person suffices")
    )
    tries = (
        gettext("%(number)s attempts") % {"number": operation.attempts_made}
        if operation.attempts_made > 1
        else gettext("one attempt")
    )
    return [
        Step(gettext("Asked"), "done", operation.maker.get_username(), operation.requested_at),
        Step(gettext("Approved"), "done", checker, operation.decided_at),
        Step(gettext("Sent"), "done", tries, operation.first_sent_at),
        _at_provider(operation),
        Step(gettext("Done"), "done", "", operation.ended_at),
    ]


def _is_by_people(operation: Operation) -> bool:
    return bool(operation.evidence.get("proof") == "two people")


def _at_provider(operation: Operation) -> Step:
    """Say how it is known what the provider made of it: by its answer, a read, or two people."""
    if _is_by_people(operation):
        said = (
            gettext("it took effect")
            if operation.state == State.SUCCEEDED
            else gettext("it did not take effect")
        )
        words = gettext("%(people)s said: %(what)s") % {
            "people": both(operation.evidence["people"]),
            "what": said,
        }
        return Step(gettext("At the provider"), "done", words, operation.ended_at)
    # The answer to what is ambiguous was lost at least once: what a read showed has counted.
    words = gettext("seen there") if operation.ambiguous else gettext("accepted")
    return Step(gettext("At the provider"), "done", words, operation.last_sent_at)


def _next_try(operation: Operation) -> datetime | None:
    """Return when something happens next by itself, if that is not at once."""
    if operation.state == State.REQUESTED:
        return operation.requested_at + settings.REQUEST_LIFETIME
    is_later = operation.next_at is not None and operation.next_at > timezone.now()
    return operation.next_at if is_later and operation.is_open else None
