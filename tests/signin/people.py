"""Signing in as a browser without scripts would, with an authenticator app or a passkey at hand."""

import time
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
PASSWORD = "{}-password-of-tests"


def enrol_app(person: User) -> Authenticator:
    """Give a person an authenticator app."""
    return TOTP.activate(person, SECRET).instance


def code(secret: str = SECRET, at: float | None = None) -> str:
    """Return what the app shows now."""
    moment = time.time() if at is None else at
    return format_hotp_value(hotp_value(secret, int(moment) // 30))


def send_password(client: Client, name: str, password: str = "", **more: Any) -> HttpResponse:
    """Send the first form of sign-in."""
    form = {"login": name, "password": password or PASSWORD.format(name)}
    return client.post(reverse("account_login"), form, **more)


def send_code(client: Client, text: str = "", **more: Any) -> HttpResponse:
    """Send the second form of sign-in."""
    return client.post(reverse("mfa_authenticate"), {"code": text or code()}, **more)


def sign_in(client: Client, name: str) -> HttpResponse:
    """Sign in with password and app."""
    send_password(client, name)
    return send_code(client)
