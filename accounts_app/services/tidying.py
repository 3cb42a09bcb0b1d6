"""What sign-in leaves behind, dropped once it is over: sessions, counters, failed attempts."""

from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts_app.services import allowances


def tidy() -> str:
    """Drop what is over; say how much. What was done is told by the audit trail, and stays."""
    now = timezone.now()
    sessions, _ = Session.objects.filter(expire_date__lte=now).delete()
    since = now - settings.SIGN_IN_LOCKOUT
    attempts, _ = AccessAttempt.objects.filter(attempt_time__lte=since).delete()
    counters = allowances.tidy()
    return f"Dropped: {sessions} sessions, {attempts} failed attempts, {counters} counters."
