"""Who is locked out, by failed attempts or by a lost factor, and how they are let in again.

django-axes counts failures per name and source. It is given a digest of the name, because people
now and then type a password where the name belongs.
"""

from allauth.mfa.models import Authenticator
from axes.models import AccessAttempt
from django.contrib.auth.models import User
from django.db import transaction
from django.utils.crypto import salted_hmac

from accounts_app import audit
from accounts_app.services import sessions


def digest_of(name: str) -> str:
    """Return what stands for a typed name, however it is capitalised; only we can compute it."""
    return salted_hmac("accounts_app.signin", name.strip().casefold()).hexdigest()[:32]


@transaction.atomic
def unlock(person: User, *, by: User, reason: str) -> int:
    """Forget a person's failed attempts from everywhere; return from how many sources they came.

    What is recorded is that it was asked for, also when there was nothing to forget.
    """
    name = digest_of(person.get_username())
    rows = AccessAttempt.objects.filter(username=name)
    sources: int = rows.values("ip_address").distinct().count()
    rows.delete()
    audit.record(
        actor=by, action="sign_in.unlock", target=person, reason=reason, after={"sources": sources}
    )
    return sources


@transaction.atomic
def forget_factors(person: User, *, by: User, reason: str) -> int:
    """Take all factors of a person away who lost theirs; return how many. Their sessions end.

    Each leaves an entry of its own.
    """
    found = list(Authenticator.objects.filter(user=person))
    for factor in found:
        factor.removed_by = by
        factor.removed_because = reason
        factor.delete()
    sessions.end_sessions(person, by=by, reason=reason)
    return len(found)
