"""The programme's health on the start page: one fact a line, each with when it was so."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Sum

from accounts_app.admin import banners, words
from accounts_app.models import Job, Reconciliation, RefusedDelivery
from accounts_app.services import jobs
from accounts_app.services.health import NEWS, Health

RIGHT = "accounts_app.view_contact"
NOT_YET = "not yet"


@dataclass(frozen=True)
class Fact:
    """One thing that is so; `is_wrong` when it should not be."""

    label: str
    words: str
    is_wrong: bool = False


def facts(now: Health, person: User | AnonymousUser) -> list[Fact]:
    """Return the facts, to those who may see them."""
    if not person.has_perm(RIGHT):
        return []
    return [*_way(now), *_work(now), _comparison(), _chain(), _refused(now)]


def _way(now: Health) -> Iterator[Fact]:
    sending = f"paused since {words.time_of_day(now.pause.since)}" if now.pause else "goes on"
    yield Fact("Sending", sending, is_wrong=bool(now.pause))
    if now.silent_since:
        silent = f"has not answered since {words.time_of_day(now.silent_since)}"
        yield Fact("Provider", silent, is_wrong=True)
    elif now.last_answer_at:
        yield Fact("Provider", f"answered at {words.time_of_day(now.last_answer_at)}")
    else:
        yield Fact("Provider", "not asked yet")
    measured = NOT_YET
    if now.measured_at:
        measured = f"{banners.clock(now.clock_offset)}, {words.time_of_day(now.measured_at)}"
    yield Fact("Clock", measured, is_wrong=now.is_clock_wrong)


def _work(now: Health) -> Iterator[Fact]:
    due = now.longest_due
    waits = f"waits for {due // timedelta(seconds=1)} s" if due else "nothing is due"
    yield Fact("Oldest due work", waits, is_wrong=now.is_overdue)
    yield Fact("Events to look into", str(now.pending_events), is_wrong=now.has_backlog)


def _comparison() -> Fact:
    last = Reconciliation.objects.exclude(ended_at=None).order_by("-ended_at").first()
    if last is None:
        return Fact("Last full comparison", NOT_YET)
    bad = (Reconciliation.State.HELD, Reconciliation.State.FAILED)
    said = f"{last.get_state_display()}, {words.time_of_day(last.ended_at)}"
    return Fact("Last full comparison", said, is_wrong=last.state in bad)


def _chain() -> Fact:
    last = Job.objects.filter(name=jobs.CHAIN).exclude(ended_at=None).first()
    if last is None:
        return Fact("Last check of the audit chain", NOT_YET)
    return Fact(
        "Last check of the audit chain", f"{last.result} {words.time_of_day(last.ended_at)}"
    )


def _refused(now: Health) -> Fact:
    news = RefusedDelivery.objects.filter(last_at__gt=now.at - NEWS)
    number = news.aggregate(number=Sum("number"))["number"] or 0
    return Fact("Deliveries refused in the last hour", str(number))
