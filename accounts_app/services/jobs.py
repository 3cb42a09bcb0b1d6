"""Work that comes round by itself: the row says when it is due, who has it and how it last ended.

What the jobs do is told above, in accounts_app.schedule.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from accounts_app import clock
from accounts_app.models import Job

SWEEP = "sweep"
SUBSCRIPTION = "subscription"
CHAIN = "chain"
ANCHOR = "anchor"
DECISIONS = "decisions"
TIDYING = "tidying"
CENSUS = "census"
# Whoever holds a job for longer is taken to be gone; every job may be done twice.
LEASE = timedelta(minutes=15)


def make(intervals: Mapping[str, timedelta]) -> None:
    """Make the rows that are missing, due after one interval: a new database runs none at once."""
    missing = set(intervals) - set(Job.objects.values_list("name", flat=True))
    now = clock.now()
    rows = [Job(name=name, next_at=now + intervals[name]) for name in sorted(missing)]
    Job.objects.bulk_create(rows, ignore_conflicts=True)


def due() -> list[str]:
    """List the jobs whose time has come and whom nobody holds, the longest waiting first."""
    return list(_free(clock.now()).order_by("next_at").values_list("name", flat=True))


def claim(name: str) -> Job | None:
    """Take a due job for as long as LEASE; None when somebody else was faster."""
    now = clock.now()
    job: Job | None = _free(now).filter(name=name).first()
    if job is None:
        return None
    columns = {"lease_until": now + LEASE, "started_at": now, "ended_at": None}
    same = Job.objects.filter(pk=job.pk, next_at=job.next_at, lease_until=job.lease_until)
    return _written(job, columns) if same.update(**columns) else None


def renew(name: str) -> None:
    """Keep a job that goes on for long with whoever does it now."""
    now = clock.now()
    Job.objects.filter(name=name, lease_until__gt=now).update(lease_until=now + LEASE)


def finish(job: Job, *, result: str, again_in: timedelta) -> None:
    """Record how it ended and when it is due again, unless it was made due meanwhile.

    Does nothing when the lease ran out and somebody else has the job.
    """
    now = clock.now()
    # Not the lease: it is renewed while a long job goes on.
    held = Job.objects.filter(pk=job.pk, started_at=job.started_at)
    held.filter(next_at=job.next_at).update(next_at=now + again_in)
    held.update(lease_until=None, ended_at=now, result=result)


def make_due(name: str) -> None:
    """Have the job done in the next round, or once more right after the one that runs now."""
    now = clock.now()
    _, is_new = Job.objects.get_or_create(name=name, defaults={"next_at": now})
    if not is_new:
        Job.objects.filter(name=name).update(next_at=now)


def _free(now: datetime) -> QuerySet[Any]:
    return Job.objects.filter(Q(lease_until=None) | Q(lease_until__lte=now), next_at__lte=now)


def _written(job: Job, columns: dict[str, Any]) -> Job:
    for name, value in columns.items():
        setattr(job, name, value)
    return job
