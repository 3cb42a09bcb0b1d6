"""The figures of the health page: each with since when, whether it is as it should be, its list."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.db.models import Count, Max, Sum
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts_app import sentences
from accounts_app.admin import banners, moments
from accounts_app.models import Job, Operation, Reconciliation, RefusedDelivery, WebhookEvent
from accounts_app.services import jobs
from accounts_app.services.health import NEWS, NOT_STORED, Health

# An operation is normally settled within seconds; past this somebody should look.
LONGEST_UNCERTAIN = timedelta(minutes=15)
A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Figure:
    """One figure: what, how it is, and where its rows are listed."""

    label: str
    words: str
    address: str = ""
    is_wrong: bool = False


@dataclass(frozen=True)
class Refused:
    """The deliveries of a day that were refused for one reason."""

    reason: str
    number: int
    sources: int
    last_at: datetime
    address: str


def of(now: Health) -> list[Figure]:
    """Return all figures, in the order in which somebody who looks for a fault would ask."""
    done = {job.name: job for job in Job.objects.exclude(ended_at=None)}
    return [
        *_sending(now),
        *_operations(now),
        *_events(now),
        _sweep(),
        _job(done, jobs.CHAIN, _("Last check of the audit chain"), list_of("auditentry")),
        _job(done, jobs.SUBSCRIPTION, _("Last check of the webhook subscription"), ""),
    ]


def refused(now: datetime) -> list[Refused]:
    """Return the deliveries refused within a day, by reason."""
    rows = RefusedDelivery.objects.filter(last_at__gt=now - A_DAY).order_by("reason")
    sums = (Sum("number"), Count("source", distinct=True), Max("last_at"))
    told = rows.values("reason").annotate(*sums)
    return [
        Refused(
            reason=row["reason"],
            number=row["number__sum"],
            sources=row["source__count"],
            last_at=row["last_at__max"],
            address=list_of("refuseddelivery", reason=row["reason"]),
        )
        for row in told
    ]


def list_of(model: str, **narrowed: str) -> str:
    """Return the address of a list, narrowed to some of its rows."""
    address = reverse(f"admin:accounts_app_{model}_changelist")
    return f"{address}?{urlencode(narrowed)}" if narrowed else address


def _since(at: datetime | None, now: Health) -> str:
    return moments.lasting(at, now.at) if at else ""


def _sending(now: Health) -> Iterator[Figure]:
    pauses = list_of("pause")
    if now.pause:
        since = _("paused for %(time)s") % {"time": _since(now.pause.since, now)}
        yield Figure(_("Sending"), since, pauses, is_wrong=True)
    else:
        yield Figure(_("Sending"), _("goes on"), pauses)
    yield _provider(now)
    measured = _("not measured yet")
    if now.measured_at:
        measured = banners.clock(now.clock_offset)
    yield Figure(_("Clock"), measured, is_wrong=now.is_clock_wrong)
    token = _("none since the programme began")
    if now.token_at:
        token = _("got %(time)s ago") % {"time": _since(now.token_at, now)}
    yield Figure(_("Token of the provider"), token)


def _provider(now: Health) -> Figure:
    if now.silent_since:
        silent = _("has not answered for %(time)s") % {"time": _since(now.silent_since, now)}
        return Figure(_("Provider"), silent, is_wrong=True)
    if now.last_answer_at is None:
        return Figure(_("Provider"), _("not asked yet"))
    answered = _("answered %(time)s ago") % {"time": _since(now.last_answer_at, now)}
    return Figure(_("Provider"), answered)


def _operations(now: Health) -> Iterator[Figure]:
    uncertain = Operation.objects.filter(state=Operation.State.UNCERTAIN)
    first = uncertain.order_by("first_sent_at").values_list("first_sent_at", flat=True).first()
    since = _("sent %(time)s ago") % {"time": _since(first, now)} if first else _("none")
    is_old = bool(first and now.at - first > LONGEST_UNCERTAIN)
    address = list_of("operation", state="uncertain")
    yield Figure(_("Oldest operation of unknown outcome"), since, address, is_wrong=is_old)
    due = now.due["operation"]
    waits = _("due for %(time)s") % {"time": _since(now.operation_due_at, now)}
    yield Figure(
        _("Oldest operation that is due"),
        waits if due else _("none"),
        list_of("operation"),
        is_wrong=now.is_overdue and due == now.longest_due,
    )


def _events(now: Health) -> Iterator[Figure]:
    waits = _("none waits")
    if now.pending_events:
        count = {"number": now.pending_events, "time": _since(now.event_due_at, now)}
        waits = _("due for %(time)s, %(number)s in all") % count
    is_late = now.has_backlog or (now.is_overdue and now.due["event"] == now.longest_due)
    pending = list_of("webhookevent", state="pending")
    yield Figure(_("Oldest event to look into"), waits, pending, is_wrong=is_late)
    number = WebhookEvent.objects.filter(state=WebhookEvent.State.PARKED).count()
    yield Figure(_("Parked events"), str(number), list_of("webhookevent", state="parked"))
    yield _intake(now)


def _intake(now: Health) -> Figure:
    """Say since when deliveries could not be stored, as far as it is news."""
    if now.not_stored_at is None:
        return Figure(_("Intake"), _("takes deliveries"))
    down = RefusedDelivery.objects.filter(reason__in=NOT_STORED, last_at__gt=now.at - NEWS)
    found = down.aggregate(number=Sum("number"))["number"] or 0
    at = moments.time_of_day(now.not_stored_at)
    said = ngettext(
        "%(number)s delivery could not be stored, the last at %(at)s",
        "%(number)s deliveries could not be stored, the last at %(at)s",
        found,
    )
    address = list_of("refuseddelivery", reason=NOT_STORED[0])
    return Figure(_("Intake"), said % {"number": found, "at": at}, address, is_wrong=True)


def _sweep() -> Figure:
    label, address = _("Last full comparison"), list_of("reconciliation")
    ended = Reconciliation.objects.exclude(ended_at=None).annotate(found=Count("drifts"))
    last = ended.order_by("-ended_at").first()
    if last is None or last.ended_at is None:
        return Figure(label, _("not yet"), address)
    found = ngettext("%(number)s difference", "%(number)s differences", last.found)
    when, state = moments.minute(last.ended_at), last.get_state_display()
    facts = (when, state, found % {"number": last.found})
    is_bad = last.state in (Reconciliation.State.HELD, Reconciliation.State.FAILED)
    address = reverse("admin:accounts_app_reconciliation_change", args=[last.pk])
    return Figure(label, ". ".join(facts), address, is_wrong=is_bad)


def _job(done: dict[str, Job], name: str, label: str, address: str) -> Figure:
    job = done.get(name)
    if job is None or job.ended_at is None:
        return Figure(label, _("not yet"), address)
    return Figure(label, f"{moments.minute(job.ended_at)}. {sentences.told(job.result)}", address)
