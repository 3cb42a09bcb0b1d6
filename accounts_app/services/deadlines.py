"""Requests that nobody decided in time."""

from django.conf import settings

from accounts_app import audit, clock
from accounts_app.errors import AlreadyMoved
from accounts_app.models import Operation
from accounts_app.services.transitions import move


def expire() -> None:
    """End every request that waited longer than it may for a second person."""
    oldest = clock.now() - settings.REQUEST_LIFETIME
    State = Operation.State
    for operation in Operation.objects.filter(state=State.REQUESTED, requested_at__lt=oldest):
        try:
            words = "Expired: nobody decided in time. Please ask for it anew."
            move(operation, State.EXPIRED, actor=audit.system_user(), outcome=words)
        except AlreadyMoved:
            continue
