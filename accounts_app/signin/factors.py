"""Somebody's second factors, and how their secrets are kept."""

import base64

from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.db.models import QuerySet

PASSKEY = Authenticator.Type.WEBAUTHN
TYPES = (Authenticator.Type.TOTP, PASSKEY)


def of(person: User) -> "QuerySet[Authenticator]":
    """Return somebody's factors, without the recovery codes that go with them."""
    return Authenticator.objects.filter(user_id=person.pk, type__in=TYPES)


def has_any(person: User | AnonymousUser) -> bool:
    """Whether they have enrolled a factor."""
    return isinstance(person, User) and of(person).exists()


def has_passkey(person: User | AnonymousUser) -> bool:
    """Whether they have a factor that cannot be phished."""
    return isinstance(person, User) and of(person).filter(type=PASSKEY).exists()


def encrypt(text: str) -> str:
    """Encrypt a secret for the database, under FACTOR_KEY or else a key made from SECRET_KEY."""
    return _cipher().encrypt(text.encode()).decode()


def decrypt(text: str) -> str:
    """Return the secret; raises InvalidToken where the key is another one than then."""
    return _cipher().decrypt(text.encode()).decode()


def _cipher() -> Fernet:
    key = settings.FACTOR_KEY.reveal() or settings.SECRET_KEY
    derivation = HKDF(hashes.SHA256(), length=32, salt=None, info=b"second factors")
    return Fernet(base64.urlsafe_b64encode(derivation.derive(key.encode())))
