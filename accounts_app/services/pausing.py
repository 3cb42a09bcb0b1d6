"""Whether anything may be sent to the provider: the programme or people stop it, people let it on.

While sending is paused nothing is claimed for it; reading, settling and intake go on.
"""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from accounts_app import audit, clock, conf
from accounts_app.audit import Fault
from accounts_app.errors import AlreadyMoved, Incomplete, NotPermitted, Refusal
from accounts_app.models import Pause
from accounts_app.offblocks.errors import NotAuthorised, ProviderError
from accounts_app.sentences import say
from accounts_app.services import chain


def current() -> Pause | None:
    """Return the pause that lasts now, with its person, or None while sending goes on."""
    pause: Pause | None = Pause.objects.select_related("person").filter(ended_at=None).first()
    return pause


def pause(cause: Pause.Cause, reason: str, *, person: User | None = None) -> Pause:
    """Stop all sending, in the programme's own name unless a person is given; return the pause.

    While sending is paused already, that pause is returned and nothing changes. Raises NotPermitted
    or Incomplete.
    """
    _refuse_unless_allowed(person, "pause_sending", "You may not pause sending.", reason)
    try:
        return current() or _begin(cause, reason.strip(), person or audit.system_user())
    except IntegrityError:
        # Somebody else was faster by a moment: theirs is the pause.
        if lasting := current():
            return lasting
        raise


def heed(error: ProviderError) -> None:
    """Stop all sending when the provider refused our credentials, whatever it was asked."""
    if isinstance(error, NotAuthorised):
        pause(Pause.Cause.CREDENTIALS, str(error))


def resume(*, person: User | None, reason: str, acknowledged: Fault | None = None) -> Pause:
    """End the pause when a test read shows that sending would work; None is the command line.

    `acknowledged` is the first fault of the audit chain, which a person knows of and lives with.
    Raises NotPermitted, Incomplete, AlreadyMoved when nothing is paused, and a Refusal that says
    what is still wrong; its detail `fault` is a fault of the chain that could be acknowledged.
    """
    _refuse_unless_allowed(person, "resume_sending", "You may not let sending go on.", reason)
    paused = current()
    if paused is None:
        raise AlreadyMoved("Sending is not paused.")
    _refuse_while_wrong(paused)
    if acknowledged:
        chain.acknowledge(acknowledged, paused, person=person, reason=reason.strip())
    _refuse_while_broken()
    _end(paused, person or audit.system_user(), reason.strip())
    return paused


def _refuse_unless_allowed(person: User | None, right: str, words: str, reason: str) -> None:
    if person is not None and not person.has_perm(f"accounts_app.{right}"):
        raise NotPermitted(words)
    if not reason.strip():
        raise Incomplete("Say why: the reason is kept for ever.", field="reason")


def _begin(cause: Pause.Cause, reason: str, person: User) -> Pause:
    with transaction.atomic():
        row = Pause(cause=cause, reason=reason, person=person, started_at=clock.now())
        row.save(force_insert=True)
        audit.record(
            actor=person,
            action="sending.paused",
            target=row,
            reason=reason,
            before={"sending": "on"},
            after={"sending": "paused", "cause": row.cause},
        )
    return row


def _end(paused: Pause, person: User, reason: str) -> None:
    columns = {"ended_at": clock.now(), "ended_by": person, "end_reason": reason}
    with transaction.atomic():
        if not Pause.objects.filter(pk=paused.pk, ended_at=None).update(**columns):
            raise AlreadyMoved("Somebody else has let sending go on already.")
        for name, value in columns.items():
            setattr(paused, name, value)
        audit.record(
            actor=person,
            action="sending.resumed",
            target=paused,
            reason=reason,
            before={"sending": "paused", "cause": paused.cause},
            after={"sending": "on"},
        )


def _refuse_while_wrong(paused: Pause) -> None:
    """Look at all that stops sending, whatever stopped it first: more may have come since."""
    try:
        # Signed, with our token, small, and it changes nothing ("Webhooks").
        answer = conf.client().list_subscriptions()
    except ProviderError as error:
        raise Refusal(say("Sending stays paused: a test read failed. {why}", why=error)) from error
    _refuse_wrong_clock(paused, answer.clock_offset)


def _refuse_while_broken() -> None:
    fault = chain.look().new
    if fault:
        words = say("Sending stays paused: audit entry {entry}.", entry=chain.named(fault))
        raise Refusal(words, fault=fault)


def _refuse_wrong_clock(paused: Pause, offset: timedelta | None) -> None:
    if offset is None and paused.cause == Pause.Cause.CLOCK:
        raise Refusal("Sending stays paused: the provider's answer told no time to compare with.")
    if offset is not None and abs(offset) > settings.CLOCK_TOLERANCE:
        seconds = offset.total_seconds()
        raise Refusal(
            say(
                "Sending stays paused: the provider's clock is {seconds} s from ours.",
                seconds=f"{seconds:+.0f}",
            )
        )
