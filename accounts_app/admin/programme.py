"""The programme's health on the start page: one fact a line, each with when it was so."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.contrib.auth.models import AnonymousUser, User
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts_app import sentences
from accounts_app.admin import banners, desk, moments, words
from accounts_app.admin.lists import COUNTED
from accounts_app.models import Job, Reconciliation, WebhookEvent
from accounts_app.services import intake, jobs
from accounts_app.services.health import Health

RIGHT = "accounts_app.view_contact"
A_SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class Fact:
    """One thing that is so, and the list or page behind it; `is_wrong` when it should not be."""

    label: str
    words: str
    is_wrong: bool = False
    address: str = ""


def facts(now: Health, person: User | AnonymousUser) -> list[Fact]:
    """Return the facts, to those who may see them."""
    if not person.has_perm(RIGHT):
        return []
    return [*_way(now), *_work(now), _delay(), _refused(now), *_comparison(), _chain()]


def _way(now: Health) -> Iterator[Fact]:
    sending = _("goes on")
    if now.pause:
        sending = _("paused since %(time)s") % {"time": moments.time_of_day(now.pause.since)}
    pauses = reverse("admin:accounts_app_pause_changelist")
    yield Fact(_("Sending"), sending, bool(now.pause), pauses)
    yield _provider(now)
    measured = _("not yet")
    if now.measured_at:
        measured = f"{banners.clock(now.clock_offset)}, {moments.time_of_day(now.measured_at)}"
    yield Fact(_("Clock"), measured, is_wrong=now.is_clock_wrong)


def _provider(now: Health) -> Fact:
    if now.silent_since:
        since = {"time": moments.time_of_day(now.silent_since)}
        return Fact(_("Provider"), _("has not answered since %(time)s") % since, is_wrong=True)
    if now.last_answer_at:
        at = {"time": moments.time_of_day(now.last_answer_at)}
        return Fact(_("Provider"), _("answered at %(time)s") % at)
    return Fact(_("Provider"), _("not asked yet"))


def _work(now: Health) -> Iterator[Fact]:
    due = now.longest_due
    waits = _("nothing is due")
    if due:
        waits = _("waits for %(seconds)s s") % {"seconds": due // A_SECOND}
    yield Fact(_("Oldest due work"), waits, is_wrong=now.is_overdue)
    address = desk.list_of("webhookevent", state__exact=WebhookEvent.State.PENDING)
    pending = desk.written(now.pending_events)
    yield Fact(_("Events to look into"), pending, now.has_backlog, address)


def _delay() -> Fact:
    last = intake.delay()
    if last is None:
        return Fact(_("Events looked into"), _("none yet"))
    said = _("half within %(half)s s, the slowest after %(longest)s s, of the last %(number)s") % {
        "half": words.tenths(last.half_within / A_SECOND),
        "longest": words.tenths(last.longest / A_SECOND),
        "number": last.number,
    }
    address = desk.list_of("webhookevent", state__exact=WebhookEvent.State.DONE)
    return Fact(_("Events looked into"), said, address=address)


def _refused(now: Health) -> Fact:
    address = desk.list_of("refuseddelivery")
    number = desk.written(intake.refused(now.at))
    return Fact(_("Deliveries refused within a day"), number, address=address)


def _comparison() -> Iterator[Fact]:
    label = _("Last full comparison")
    ended = Reconciliation.objects.exclude(ended_at=None).order_by("-ended_at")
    last = ended.first()
    if last is None:
        yield Fact(label, _("not yet"), address=desk.list_of("reconciliation"))
        return
    bad = (Reconciliation.State.HELD, Reconciliation.State.FAILED)
    said = f"{last.get_state_display()}, {moments.time_of_day(last.ended_at)}"
    yield Fact(label, said, last.state in bad, words.address_of(last))
    number = last.drifts.order_by().values("pk")[:COUNTED].count()
    found = ngettext("%(number)s difference", "%(number)s differences", number)
    address = desk.list_of("drift", comparison=last.pk)
    yield Fact(_("It found"), found % {"number": desk.written(number)}, address=address)


def _chain() -> Fact:
    label = _("Last check of the audit chain")
    last = Job.objects.filter(name=jobs.CHAIN).exclude(ended_at=None).first()
    if last is None:
        return Fact(label, _("not yet"))
    told = sentences.told(last.result)
    return Fact(label, f"{told} {moments.time_of_day(last.ended_at)}")
