"""Showing a factor anew before what matters most; a form that was sent meanwhile is kept."""

from allauth.core.exceptions import ReauthenticationRequired
from django.conf import settings
from django.http import HttpRequest

from accounts_app.services import strength


def demand(request: HttpRequest) -> None:
    """Raise ReauthenticationRequired unless a factor was shown within STEP_UP_LIFETIME.

    The person is led to show one and then back to the page; a form they had sent is sent then.
    In the demo whoever has enrolled no factor has none to show.
    """
    if settings.DEMO and not strength.is_proven(request):
        return
    if not strength.is_fresh(request, settings.STEP_UP_LIFETIME):
        raise ReauthenticationRequired
