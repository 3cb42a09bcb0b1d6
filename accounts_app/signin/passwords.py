"""What a password must be: long, not guessable, not known from a breach. Nothing else is asked."""

import hashlib
import itertools
import re

import requests
import structlog
from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.utils.translation import gettext

log = structlog.get_logger()

SHORTEST, LONGEST = 15, 128
# What fingers run along; read in both directions and around the end.
RUNS = ("abcdefghijklmnopqrstuvwxyz", "01234567890", "1234567890", "qwertyuiopasdfghjklzxcvbnm")
# What this product and its provider are called; the runbook lists them.
WORDS = ("offblocks", "backoffice", "cardprogramme")
SECONDS = (2, 3)  # to connect, to answer


class LengthValidator:
    """Bounds the length: short ones are guessed, endless ones only cost time to hash."""

    def validate(self, password: str, user: User | None = None) -> None:
        """Raise ValidationError outside of 15 to 128 characters."""
        if not SHORTEST <= len(password) <= LONGEST:
            raise ValidationError(self.get_help_text())

    def get_help_text(self) -> str:
        """Return what the form says."""
        limits = {"shortest": SHORTEST, "longest": LONGEST}
        words = gettext("Use %(shortest)d to %(longest)d characters; a few words make a good one.")
        return words % limits


class RepetitionValidator:
    """Refuses what is long only by repetition or along the keyboard.

    Django's list of common passwords holds hardly any of fifteen characters.
    """

    def validate(self, password: str, user: User | None = None) -> None:
        """Raise ValidationError."""
        text = password.casefold()
        if _unit(text) <= len(text) // 2 or any(text in _endless(run) for run in RUNS):
            raise ValidationError(gettext("This only repeats itself, or runs along the keyboard."))

    def get_help_text(self) -> str:
        """Return what the form says."""
        return gettext("It must not repeat itself or run along the keyboard.")


class WordsValidator:
    """Refuses our own names: whoever guesses begins with them."""

    def validate(self, password: str, user: User | None = None) -> None:
        """Raise ValidationError, however the names are written."""
        letters = re.sub(r"\W|_", "", password.casefold())
        if any(word in letters for word in WORDS):
            raise ValidationError(self.get_help_text())

    def get_help_text(self) -> str:
        """Return what the form says."""
        return gettext("It must not contain %(words)s.") % {"words": ", ".join(WORDS)}


class BreachValidator:
    """Asks a service whether a password was breached; it learns five letters of its hash.

    Asks nobody by default, and lets pass when there is no answer.
    """

    def validate(self, password: str, user: User | None = None) -> None:
        """Raise ValidationError for a password that is known from a breach."""
        if settings.PASSWORD_BREACH_URL and _is_breached(password):
            raise ValidationError(gettext("This password is known from a breach. Choose another."))

    def get_help_text(self) -> str:
        """Return what the form says."""
        return ""


def _unit(text: str) -> int:
    """Return the length of the shortest beginning that, repeated, makes the text."""
    lengths = range(1, len(text) + 1)
    return next(size for size in lengths if (text[:size] * len(text))[: len(text)] == text)


def _endless(run: str) -> str:
    return "".join(itertools.chain([run] * 13, ["|"], [run[::-1]] * 13))


def _is_breached(password: str) -> bool:
    digest = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper()
    try:
        answer = requests.get(settings.PASSWORD_BREACH_URL + digest[:5], timeout=SECONDS)
        answer.raise_for_status()
    except requests.RequestException as error:
        log.warning("breached passwords could not be looked up", error=type(error).__name__)
        return False
    return re.search(rf"^{digest[5:]}:[1-9]", answer.text, re.MULTILINE) is not None
