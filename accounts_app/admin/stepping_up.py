"""Showing a factor anew before what matters most; a form that was sent meanwhile is kept."""

from allauth.core.exceptions import ReauthenticationRequired
from django.http import HttpRequest

from accounts_app.services import strength


def demand(request: HttpRequest) -> None:
    """Raise ReauthenticationRequired unless a factor was shown a moment ago.

    The person is led to show one and then back to the page; a form they had sent is sent then.
    """
    if not strength.is_fresh_enough(request):
        raise ReauthenticationRequired
