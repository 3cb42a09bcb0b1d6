"""What single sign-on claims about how somebody signed in there, and whether that is enough."""

import time
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.http import HttpRequest
from django.utils.translation import gettext

from accounts_app.services import strength

SKEW = 60  # seconds by which the provider's clock may be ahead of ours


class NotEnough(Exception):
    """The claims do not let this person in; the words say why."""


@dataclass(frozen=True)
class Proof:
    """Which factor was shown there, and when, in seconds since 1970."""

    factor: str
    at: float


def read(token: dict[str, Any], *, oldest: float) -> Proof:
    """Return what a verified ID token proves; raises NotEnough.

    `amr` and `acr` tell how, `auth_time` when; `oldest` is how many seconds ago that may be.
    """
    at = token.get("auth_time")
    if not isinstance(at, int | float) or isinstance(at, bool):
        raise NotEnough(gettext("Your sign-on does not say when you signed in there."))
    age = time.time() - at
    if not -SKEW <= age <= oldest:
        raise NotEnough(gettext("Your sign-on is too old. Sign in there anew, then try again."))
    return Proof(_factor(token), min(at, time.time()))


def _factor(token: dict[str, Any]) -> str:
    told = token.get("amr")
    methods = {str(one) for one in told} if isinstance(told, list) else set()
    methods.add(str(token.get("acr", "")))
    if methods & set(settings.OIDC_PASSKEY_VALUES):
        return strength.PHISHING_RESISTANT
    if methods & set(settings.OIDC_MFA_VALUES):
        return strength.MFA
    raise NotEnough(
        gettext("Your sign-on did not ask for a second factor. Set one up there, then try again.")
    )


def keep(request: HttpRequest, user: User) -> None:
    """Note the proof that was read in this request in the session."""
    proof: Proof = request.sso_proof  # type: ignore[attr-defined]  # put there by accounts_app.signin.sso
    strength.prove(request, user.pk, proof.factor, at=proof.at)
