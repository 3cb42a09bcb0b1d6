"""Passkeys: whatever a browser sends is judged, and one of them lets one login in.

The libraries expect the shape that a browser gives it; who tries to get in sends what they like.
"""

import hashlib
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from allauth.mfa.webauthn.internal.auth import parse_registration_response
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from fido2 import cbor

# What the libraries raise over something that is no passkey's answer.
ODD = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError, struct.error)


class PasskeyForm(LoginWebAuthnForm):
    """Signing in with a passkey alone."""

    def clean_credential(self) -> Authenticator:
        """Return the passkey that was shown; raises ValidationError."""
        with _judged():
            return super().clean_credential()


class PasskeyAgainForm(ReauthenticateWebAuthnForm):
    """The passkey shown again before something that matters."""

    def clean_credential(self) -> Authenticator:
        """Return the passkey that was shown; raises ValidationError."""
        with _judged():
            return super().clean_credential()


class AddPasskeyForm(AddWebAuthnForm):
    """A new passkey, which nobody has enrolled before."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = gettext("Name")

    def clean(self) -> dict[str, Any]:
        """Refuse what is none, and one that another login has: they would be one person's."""
        credential = self.cleaned_data.get("credential")
        with _judged():
            # First, because whoever shows the page again asks again, and the challenge is spent.
            if credential and _is_known(credential):
                raise ValidationError(gettext("This passkey was enrolled before. Use another one."))
            entered: dict[str, Any] = super().clean()
        return entered


def fingerprint(passkey: Authenticator) -> str:
    """Return SHA-256, hex, of a passkey's public key; empty where none is kept."""
    return _digest(passkey.data["credential"]) if passkey.data.get("credential") else ""


def _is_known(credential: dict[str, Any]) -> bool:
    new = _digest(credential)
    rows = Authenticator.objects.filter(type=Authenticator.Type.WEBAUTHN)
    return any(fingerprint(one) == new for one in rows)


def _digest(credential: dict[str, Any]) -> str:
    kept = parse_registration_response(credential).response.attestation_object.auth_data
    return hashlib.sha256(cbor.encode(dict(kept.credential_data.public_key))).hexdigest()


@contextmanager
def _judged() -> Iterator[None]:
    try:
        yield
    except ODD as error:
        raise get_adapter().validation_error("incorrect_code") from error
