"""Who acts in a request."""

from django.contrib.auth.models import User
from django.http import HttpRequest


def person(request: HttpRequest) -> User:
    """Return the signed-in person; the admin lets nobody else reach a page."""
    assert isinstance(request.user, User), "the admin lets nobody else in"  # noqa: S101
    return request.user
