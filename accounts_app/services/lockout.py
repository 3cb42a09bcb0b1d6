"""Who is locked out, by failed attempts or by a lost factor, and how they are let in again.

django-axes counts failures per name and source. It is given a digest of the name, because people
now and then type a password where the name belongs.
"""

from datetime import datetime, timedelta

from allauth.mfa.models import Authenticator
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Max, Sum
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts_app import audit
from accounts_app.services import sessions, staff


def digest_of(name: str) -> str:
    """Return what stands for a typed name, however it is capitalised; only we can compute it."""
    return salted_hmac("accounts_app.signin", name.strip().casefold()).hexdigest()[:32]


def wait(name: str, source: str | None) -> timedelta:
    """Return how long a name, given by its digest, has to wait before the next try from a source.

    It doubles with each failure; after SIGN_IN_FAILURES of them the lockout takes over.
    """
    rows = AccessAttempt.objects.filter(username=name, ip_address=source)
    told = rows.aggregate(failures=Sum("failures_since_start"), last=Max("attempt_time"))
    failures = told["failures"] or 0
    if not 0 < failures < settings.SIGN_IN_FAILURES:
        return timedelta(0)
    over: datetime = told["last"] + settings.SIGN_IN_DELAY * 2 ** (failures - 1)
    return max(over - timezone.now(), timedelta(0))


@transaction.atomic
def unlock(person: User, *, by: User | None, reason: str) -> int:
    """Forget a person's failed attempts from everywhere; return from how many sources they came.

    What is recorded is that it was asked for, also when there was nothing to forget. Raises
    NotPermitted for somebody who may not change the person; the programme itself is nobody.
    """
    actor = _permitted(by, person)
    name = digest_of(person.get_username())
    rows = AccessAttempt.objects.filter(username=name)
    sources: int = rows.values("ip_address").distinct().count()
    rows.delete()
    audit.record(
        actor=actor,
        action="sign_in.unlock",
        target=person,
        reason=reason,
        after={"sources": sources},
    )
    return sources


@transaction.atomic
def forget_factors(person: User, *, by: User | None, reason: str) -> int:
    """Take all factors of a person away who lost theirs; return how many. Their sessions end.

    Each leaves an entry of its own. Raises NotPermitted as `unlock` does.
    """
    actor = _permitted(by, person)
    found = list(Authenticator.objects.filter(user=person))
    for factor in found:
        factor.removed_by = actor
        factor.removed_because = reason
        factor.delete()
    sessions.end_sessions(person, by=actor, reason=reason)
    return len(found)


def _permitted(by: User | None, person: User) -> User:
    """Return whose act it is on record."""
    if by is None:
        return audit.system_user()
    staff.refuse_unless_may_change(by, person)
    return by
