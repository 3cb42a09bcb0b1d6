"""What every page says on top while something is wrong with the programme itself."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import AnonymousUser, User
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts_app import audit, sentences
from accounts_app.admin import moments, words
from accounts_app.models import Pause
from accounts_app.services import health
from accounts_app.services.health import Health, Paused

PAUSES = "admin:accounts_app_pause_changelist"
HEALTH = "admin:health"
RESUME = "admin:accounts_app_pause_resume"


@dataclass(frozen=True)
class Banner:
    """One thing that is wrong: what, in more words, in one of the tones of notes, where to go."""

    what: str
    words: str
    tone: str = "warn"
    address: str = ""
    link: str = ""


def context(person: User | AnonymousUser) -> dict[str, Any]:
    """Return what each page shows of the programme's health; one query."""
    now = health.look()
    return {"health": now, "banners": list(of(now, person))}


def of(now: Health, person: User | AnonymousUser) -> Iterator[Banner]:
    """Yield what is wrong, the gravest first."""
    if now.pause:
        yield _pause(now.pause, person)
    if now.silent_since:
        since = moments.time_of_day(now.silent_since)
        said = _("The provider has not answered since %(time)s.") % {"time": since}
        yield Banner(said, _("What is shown may be old."))
    if now.is_clock_wrong:
        yield Banner(_("Clock alarm:"), f"{clock(now.clock_offset)}.", "danger")
    if now.incidents:
        yield _incidents(now, person)
    yield from _deliveries(now)
    yield from _work(now)


def clock(offset: timedelta) -> str:
    """Say how far the provider's clock is from ours."""
    seconds = offset.total_seconds()
    told = {"seconds": words.tenths(abs(seconds))}
    if seconds > 0:
        return _("the provider's clock is %(seconds)s s ahead of ours") % told
    return _("the provider's clock is %(seconds)s s behind ours") % told


def name_of(username: str) -> str:
    """Name who did something: a person, or the programme itself."""
    return _("the programme itself") if username == audit.SYSTEM else username


def _pause(pause: Paused, person: User | AnonymousUser) -> Banner:
    since = moments.time_of_day(pause.since)
    is_ours = pause.who == audit.SYSTEM
    reason = sentences.told(pause.reason) if is_ours else pause.reason
    what = _("Sending is paused since %(time)s by %(who)s.") % {
        "time": since,
        "who": name_of(pause.who),
    }
    said = f"{Pause.Cause(pause.cause).label}: “{reason}” "
    said += _("Nothing is sent to the provider; reading goes on.")
    if person.has_perm("accounts_app.resume_sending"):
        return Banner(what, said, "danger", reverse(RESUME), _("Let sending go on"))
    said += " " + _("An approver can let it go on.")
    if person.has_perm("accounts_app.view_pause"):
        return Banner(what, said, "danger", reverse(PAUSES), _("All pauses"))
    return Banner(what, said, "danger")


def _incidents(now: Health, person: User | AnonymousUser) -> Banner:
    said = ngettext(
        "%(number)s incident waits to be dealt with.",
        "%(number)s incidents wait to be dealt with.",
        now.incidents,
    ) % {"number": now.incidents}
    if person.has_perm("accounts_app.view_contact"):
        return Banner(_("Incident:"), said, "danger", reverse(HEALTH), _("Look at it"))
    return Banner(_("Incident:"), said, "danger")


def _deliveries(now: Health) -> Iterator[Banner]:
    if now.not_stored_at:
        said = _(
            "at %(time)s a webhook delivery could not be stored. The provider sends it again."
        ) % {"time": moments.time_of_day(now.not_stored_at)}
        yield Banner(_("Intake was down:"), said)
    if now.out_of_time_at:
        said = _(
            "at %(time)s a genuine webhook delivery was refused because of its time. Is our clock "
            "right?"
        ) % {"time": moments.time_of_day(now.out_of_time_at)}
        yield Banner(_("Clock alarm:"), said, "danger")


def _work(now: Health) -> Iterator[Banner]:
    if now.is_overdue:
        minutes = now.longest_due // timedelta(minutes=1)
        said = ngettext(
            "the oldest waits for %(number)s minute. Is a worker up?",
            "the oldest waits for %(number)s minutes. Is a worker up?",
            minutes,
        ) % {"number": minutes}
        yield Banner(_("Work is overdue:"), said)
    if now.has_backlog:
        said = ngettext(
            "%(number)s event waits to be looked into.",
            "%(number)s events wait to be looked into.",
            now.pending_events,
        ) % {"number": now.pending_events}
        yield Banner(_("Backlog:"), said)
