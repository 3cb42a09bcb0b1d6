"""System checks of how people get in: single sign-on is whole, and no limit is too lax."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

from accounts_app.checks import NEW_SECRET, SECRET_KEY_LENGTH, is_https_or_loopback
from accounts_app.findings import error, warning

# setting -> the laxest value, and what a laxer one would mean
LONGEST = {
    "SESSION_IDLE": (timedelta(minutes=15), "leaves a session open that nobody watches"),
    "SESSION_LIFETIME": (timedelta(hours=8), "lets a session last beyond a working day"),
    "STEP_UP_LIFETIME": (timedelta(minutes=5), "lets an old factor close accounts"),
}
MOST = {
    "SIGN_IN_FAILURES": (5, "lets somebody guess more often"),
    "SIGN_IN_RATE": (100, "hardly limits how fast somebody guesses"),
}
SHORTEST_LOCKOUT = timedelta(minutes=30)
PASSKEY_ROLES = {"approver", "user admin"}


@register
def check_single_sign_on(**_kwargs: Any) -> list[CheckMessage]:
    """Check that single sign-on is configured whole or not at all, and encrypted."""
    return [*_sign_on(), *_breaches(), *_sense(), *_factor_key()]


@register(deploy=True)
def check_sign_in(**_kwargs: Any) -> list[CheckMessage]:
    """Check that a deployment relaxes none of the limits."""
    return [*_lax_durations(), *_lax_numbers(), *_lax_roles()]


def _sign_on() -> Iterator[Error]:
    if not settings.OIDC_ISSUER:
        return
    if not is_https_or_loopback(settings.OIDC_ISSUER):
        hint = "Put OIDC_ISSUER=https://<host> into .env"
        yield error(46, "OIDC_ISSUER must be https outside this machine.", hint)
    if not (settings.OIDC_CLIENT_ID and settings.OIDC_CLIENT_SECRET):
        hint = "Put OIDC_CLIENT_ID=<id> and OIDC_CLIENT_SECRET_FILE=<path> into .env"
        yield error(41, "OIDC_ISSUER is set, but our id or secret there is missing.", hint)
    if not settings.OIDC_MFA_VALUES or "" in settings.OIDC_MFA_VALUES:
        hint = "Put OIDC_MFA_VALUES=mfa into .env"
        yield error(42, "OIDC_MFA_VALUES must say what proves a second factor.", hint)


def _breaches() -> Iterator[Error]:
    url = settings.PASSWORD_BREACH_URL
    if url and not (urlsplit(url).scheme == "https" and urlsplit(url).hostname):
        hint = "Put PASSWORD_BREACH_URL=https://<host>/range/ into .env, or leave it out"
        yield error(43, "PASSWORD_BREACH_URL must be an https address.", hint)


def _sense() -> Iterator[Error]:
    names = [name for name in MOST if getattr(settings, name) < 1]
    names += [name for name in (*LONGEST, "SIGN_IN_LOCKOUT") if not getattr(settings, name)]
    for name in names:
        yield error(44, f"{name} must be more than 0.", f"Put {name}=<a number> into .env")


def _factor_key() -> Iterator[Error]:
    if settings.FACTOR_KEY and len(settings.FACTOR_KEY.reveal()) < SECRET_KEY_LENGTH:
        sentence = f"FACTOR_KEY is shorter than {SECRET_KEY_LENGTH} characters."
        yield error(45, sentence, f"Put FACTOR_KEY=<the output of {NEW_SECRET}> into .env")


def _lax_durations() -> Iterator[Warning]:
    for name, (longest, meaning) in LONGEST.items():
        if getattr(settings, name) > longest:
            hint = f"Put {name}={int(longest.total_seconds())} or less into .env"
            yield warning(10, f"{name} {meaning}.", hint)
    if settings.SIGN_IN_LOCKOUT < SHORTEST_LOCKOUT:
        hint = f"Put SIGN_IN_LOCKOUT={int(SHORTEST_LOCKOUT.total_seconds())} or more into .env"
        yield warning(10, "SIGN_IN_LOCKOUT lets somebody guess again too soon.", hint)


def _lax_numbers() -> Iterator[Warning]:
    for name, (most, meaning) in MOST.items():
        if getattr(settings, name) > most:
            yield warning(11, f"{name} {meaning}.", f"Put {name}={most} or less into .env")


def _lax_roles() -> Iterator[Warning]:
    missing = sorted(PASSKEY_ROLES - set(settings.PASSKEY_ROLES))
    if missing:
        sentence = f"PASSKEY_ROLES lets a factor that can be phished do for: {', '.join(missing)}."
        yield warning(12, sentence, "Put PASSKEY_ROLES=approver,user admin into .env")
