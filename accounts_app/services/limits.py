"""How much one person may ask for within an hour before others have to look."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from accounts_app import clock
from accounts_app.errors import TooMuch
from accounts_app.models import Operation
from accounts_app.people import subject_of
from accounts_app.services.catalogue import KINDS, Kind

WHILE = timedelta(hours=1)


def hold(person: User) -> None:
    """Let whatever else the person asks for at this moment wait, so that all of it is counted."""
    User.objects.select_for_update(no_key=True).get(pk=person.pk)


def needs_checker(kind: Kind, person: User) -> bool:
    """Whether a second person must agree: by the kind, or because the person has asked so much."""
    return kind.needs_checker or is_above(person)


def is_above(person: User) -> bool:
    """Whether the person has asked for as much as one may alone within an hour."""
    most: int = settings.OPERATIONS_PER_HOUR
    return _asked(person) >= most


def refuse_above(kind: Kind, person: User) -> None:
    """Raise TooMuch for one more irreversible operation than a person may ask for in an hour."""
    if not kind.is_irreversible:
        return
    final = [one.name for one in KINDS.values() if one.is_irreversible]
    if _asked(person, kind__in=final) >= settings.CLOSES_PER_HOUR:
        sentence = _(
            "Within the last hour you have asked for {number} operations that cannot be undone, "
            "which is as many as one person may. Let a colleague ask for this one, or wait."
        )
        raise TooMuch(sentence.format(number=settings.CLOSES_PER_HOUR))


def _asked(person: User, **narrowed: object) -> int:
    """Count what was asked for with any of the person's logins."""
    asked = Operation.objects.filter(
        maker_subject=subject_of(person), requested_at__gt=clock.now() - WHILE, **narrowed
    )
    return asked.count()
