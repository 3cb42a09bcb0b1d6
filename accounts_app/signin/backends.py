"""Who may sign in at all: active staff, by password only where no single sign-on is configured."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from axes.backends import AxesStandaloneBackend
from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest


class LockoutBackend(AxesStandaloneBackend):
    """Refuses whoever is locked out before any password is looked at."""

    def authenticate(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Raise PermissionDenied for a name that is locked out at this source."""
        try:
            super().authenticate(request, *args, **kwargs)
        except PermissionDenied:
            request.was_locked_out = True  # type: ignore[attr-defined]  # read where it is recorded
            raise


class StaffBackend(AuthenticationBackend):
    """Passwords of active staff.

    It is also asked on every request, so whoever is no longer staff is signed out by the next one.
    """

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> User | None:
        """Return the person, or None for every reason alike and after the same time."""
        if settings.OIDC_ISSUER:
            return None
        return super().authenticate(request, **credentials)

    def user_can_authenticate(self, user: User) -> bool:
        """Whether they work here."""
        return user.is_active and user.is_staff

    @classmethod
    def _stash_user(cls, user: User | None) -> None:
        """Keep nobody: a right password of somebody inactive is to look like a wrong one."""
