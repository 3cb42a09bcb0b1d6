"""What allauth asks us: who may join (nobody), where one may be sent, how secrets are kept."""

import time
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext, gettext_lazy

from accounts_app.services import strength
from accounts_app.signin import factors, keeping

WRONG = gettext_lazy("The name or the password is not right.")
PASSKEY_FIRST = {"mfa_reauthenticate:webauthn": 0, "mfa_reauthenticate": 1, "reauthenticate": 2}


class SignInAdapter(DefaultAccountAdapter):
    """Sign-in of staff: nobody joins by themselves, and nothing tells who exists."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": WRONG,
        "incorrect_password": gettext_lazy("This is not your password."),
    }

    def is_open_for_signup(self, request: HttpRequest, *_login: Any) -> bool:
        """Nobody joins: user admins make the users."""
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count nothing here: allauth's counters are of one process, those of axes of all."""

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return the address that the forwarding middleware let stand."""
        return request.META.get("REMOTE_ADDR") or "0.0.0.0"  # noqa: S104 -- stands for none

    def is_safe_url(self, url: str) -> bool:
        """Whether it stays here: only addresses without a host do."""
        return url_has_allowed_host_and_scheme(url, allowed_hosts=None)

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        """Begin again, without a word about why."""
        return redirect("account_login")

    def is_reauthentication_required(self, *, app: str, **_kwargs: Any) -> bool:
        """Whether to ask again before factors are changed: not soon after one was shown.

        For the very first factor, to have just signed in is enough.
        """
        request = self.request
        if strength.is_fresh(request, settings.STEP_UP_LIFETIME):
            return False
        since = time.time() - request.session.get(keeping.BEGUN, 0)
        is_new = 0 <= since <= settings.STEP_UP_LIFETIME.total_seconds()
        return not is_new or factors.has_any(request.user)

    def get_reauthentication_methods(self, user: User) -> list[dict[str, Any]]:
        """Offer the strongest first; a password proves nothing of who has more than that."""
        if settings.OIDC_ISSUER:
            words = gettext("Sign in again with %(name)s") % {"name": settings.OIDC_NAME}
            return [{"id": "sso", "description": words, "url": reverse("sso_again")}]
        found = super().get_reauthentication_methods(user)
        stronger = [one for one in found if one["id"] != "reauthenticate"]
        return sorted(stronger or found, key=lambda one: PASSKEY_FIRST[one["id"]])


class FactorAdapter(DefaultMFAAdapter):
    """Second factors: their secrets are encrypted, and the last one cannot be taken away."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": gettext_lazy("This code is not right, or was used already."),
        "cannot_delete_authenticator": gettext_lazy(
            "This is your only factor. Add another one first."
        ),
    }

    def get_totp_issuer(self) -> str:
        """Return what the authenticator app calls us."""
        return "OffBlocks back-office"

    def encrypt(self, text: str) -> str:
        """Encrypt what is stored."""
        return factors.encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Decrypt what is stored."""
        return factors.decrypt(encrypted_text)

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Whether another one than recovery codes remains."""
        return factors.of(authenticator.user).exclude(pk=authenticator.pk).exists()

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:
        """Suggest what a passkey is called."""
        return gettext("Passkey %(number)s") % {"number": factors.of(user).count() + 1}
