"""System checks of the configuration: each says in one sentence what is wrong, and what to type."""

import ipaddress
import os
import re
import stat
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.core.exceptions import ImproperlyConfigured

from accounts_app.conf import stands_for
from accounts_app.findings import error, warning
from accounts_app.offblocks.signing import load_public_key, load_signing_key
from accounts_app.services.catalogue import KINDS

SECRET_KEY_LENGTH = 50  # characters, as Django's own deployment check asks
WEBHOOK_SECRET = re.compile(r"[A-Za-z0-9_-]{32,}")
NEW_SECRET = "python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"  # noqa: S105 -- how to make one
KEY_LIFETIME = timedelta(hours=1)  # "Idempotency"
RESEND_MARGIN = timedelta(minutes=2)
LARGEST_BATCH = 20
NO_ENGINE = (None, "", "django.db.backends.dummy")  # the last is what Django makes of the others
CREDENTIALS = ("API_KEY", "API_SECRET", "SIGNING_KEY", "SIGNING_KEY_ID")
# setting -> the words it may hold
WORDS = {
    "WORK_ENGINE": ("inline", "celery"),
    "OFFBLOCKS_SIGNATURE_ENCODING": ("raw", "hex_text"),
    "LOG_FORMAT": ("text", "json"),
}
SECRETS = (
    "SECRET_KEY",
    "DATABASE_URL",
    "DEMO_PASSWORD",
    "OFFBLOCKS_API_KEY",
    "OFFBLOCKS_API_SECRET",
    "OFFBLOCKS_SIGNING_KEY",
    "OFFBLOCKS_WEBHOOK_SECRET",
    "OIDC_CLIENT_SECRET",
    "FACTOR_KEY",
    "AUDIT_ANCHOR_KEY",
    "EMAIL_URL",
    "OFFBLOCKS_WEBHOOK_PREVIOUS_SECRET",
)
# Whoever can change the provider's public keys can forge its deliveries.
BELIEVED = ("OFFBLOCKS_WEBHOOK_PUBLIC_KEY", "OFFBLOCKS_WEBHOOK_SECOND_PUBLIC_KEY")
WRITABLE = stat.S_IWGRP | stat.S_IWOTH
# The group may read: secrets that a platform mounts often belong to a group of their own.
OPEN_TO_OTHERS = WRITABLE | stat.S_IROTH


@register
def check_configuration(**_kwargs: Any) -> list[CheckMessage]:
    """Check every setting without which something would fail later, or be unsafe."""
    parts = (_secret_key, _database, _provider, _signing_key, _webhook_signature, _webhook_secret)
    more = (_words, _kinds, _people, _resending, _exposure, _reading, _many_at_once)
    return [found for part in (*parts, *more) for found in part()]


@register(deploy=True)
def check_secret_files(**_kwargs: Any) -> list[CheckMessage]:
    """Check that nobody else on the machine can read or change what comes from files."""
    return [
        *_open_files(SECRETS, OPEN_TO_OTHERS, "read or changed"),
        *_open_files(BELIEVED, WRITABLE, "changed"),
    ]


def _open_files(names: tuple[str, ...], bits: int, what: str) -> Iterator[Error]:
    paths = {name: os.environ.get(f"{name}_FILE") for name in names}
    for name, path in paths.items():
        if path and Path(path).stat().st_mode & bits:
            sentence = f"The file in {name}_FILE can be {what} by others."
            yield error(16, sentence, f"Type: chmod 400 {path}")


@register(deploy=True)
def check_four_eyes(**_kwargs: Any) -> list[CheckMessage]:
    """Check that what cannot be undone, and what gives access back, takes two people."""
    missing = sorted({"close", "reactivate", "terminate"} - set(settings.FOUR_EYES_KINDS))
    if not missing:
        return []
    words = f"FOUR_EYES_KINDS lets one person alone {' and '.join(missing)}."
    hint = "Put FOUR_EYES_KINDS=reactivate,close,terminate into .env"
    return [warning(1, words, hint)]


def _secret_key() -> Iterator[Error]:
    try:
        key = settings.SECRET_KEY
    except ImproperlyConfigured:  # how Django tells that it is empty
        key = ""
    if len(key) < SECRET_KEY_LENGTH:
        sentence = f"SECRET_KEY is missing or shorter than {SECRET_KEY_LENGTH} characters."
        yield error(1, sentence, f"Type: {NEW_SECRET}, and put SECRET_KEY=<its output> into .env")


def _database() -> Iterator[Error]:
    if settings.DATABASES["default"].get("ENGINE") in NO_ENGINE:
        hint = "Put DATABASE_URL=postgres://<user>:<password>@<host>/<name> into .env"
        yield error(17, "DATABASE_URL does not name a database we know.", hint)


def _provider() -> Iterator[Error]:
    url = settings.OFFBLOCKS_BASE_URL
    live = "Put OFFBLOCKS_BASE_URL=https://api.offblocks.xyz/v1 into .env"
    if not url:
        yield error(2, "OFFBLOCKS_BASE_URL, the address of the provider's API, is missing.", live)
    elif not is_https_or_loopback(url):
        yield error(3, "OFFBLOCKS_BASE_URL must be https outside this machine.", live)
    names = [f"OFFBLOCKS_{name}" for name in CREDENTIALS]
    missing = [name for name in names if not getattr(settings, name)]
    if missing:
        sentence = f"The provider's credentials are incomplete: {', '.join(missing)} missing."
        hint = "Put what the provider issued into files, and the paths into .env: "
        yield error(4, sentence, hint + " ".join(f"{name}_FILE=<path>" for name in missing))


def _signing_key() -> Iterator[Error]:
    if settings.OFFBLOCKS_SIGNING_KEY and not _loads(
        load_signing_key, settings.OFFBLOCKS_SIGNING_KEY.reveal()
    ):
        sentence = "OFFBLOCKS_SIGNING_KEY is not an unencrypted P-384 private key in PEM."
        hint = "Type: openssl ecparam -name secp384r1 -genkey -noout -out signing_key.pem"
        yield error(5, sentence, hint)


def _webhook_signature() -> Iterator[Error]:
    proofs = settings.OFFBLOCKS_WEBHOOK_AUTH
    if not proofs or not set(proofs) <= {"signature", "secret"}:
        sentence = "OFFBLOCKS_WEBHOOK_AUTH must be signature, secret, or both."
        yield error(6, sentence, "Put OFFBLOCKS_WEBHOOK_AUTH=signature into .env")
    if "signature" not in proofs:
        return
    readable = _loads(load_public_key, settings.OFFBLOCKS_WEBHOOK_PUBLIC_KEY)
    if not readable or not settings.OFFBLOCKS_WEBHOOK_KEY_ID:
        sentence = "The provider's webhook key is missing, has no id, or is not P-384 in PEM."
        hint = (
            "Put OFFBLOCKS_WEBHOOK_PUBLIC_KEY_FILE=<path> and OFFBLOCKS_WEBHOOK_KEY_ID=<id> "
            "into .env, or OFFBLOCKS_WEBHOOK_AUTH=secret"
        )
        yield error(7, sentence, hint)


def _webhook_secret() -> Iterator[Error]:
    secret = settings.OFFBLOCKS_WEBHOOK_SECRET
    if "secret" in settings.OFFBLOCKS_WEBHOOK_AUTH and not WEBHOOK_SECRET.fullmatch(
        secret.reveal()
    ):
        sentence = "OFFBLOCKS_WEBHOOK_SECRET must be 32 or more letters, digits, - and _."
        hint = f"Type: {NEW_SECRET}, and put OFFBLOCKS_WEBHOOK_SECRET=<its output> into .env"
        yield error(8, sentence, hint)


def _words() -> Iterator[Error]:
    for name, words in WORDS.items():
        if getattr(settings, name) not in words:
            sentence = f"{name} must be one of: {', '.join(words)}."
            yield error(9, sentence, f"Put {name}={words[0]} into .env")


def _kinds() -> Iterator[Error]:
    yield from (error(10, *words) for words in _unknown_kinds("FOUR_EYES_KINDS"))
    yield from (error(20, *words) for words in _unknown_kinds("REVIEWED_KINDS"))


def _unknown_kinds(name: str) -> Iterator[tuple[str, str]]:
    named = set(getattr(settings, name))
    unknown = sorted(one for one in named if not any(stands_for(one, kind) for kind in KINDS))
    if unknown:
        sentence = f"{name} names unknown kinds of operation: {', '.join(unknown)}."
        yield sentence, f"Put {name}=<some of {','.join(KINDS)}> into .env"


def _people() -> Iterator[Error]:
    for name in ("OPERATIONS_PER_HOUR", "CLOSES_PER_HOUR", "REVIEW_WORKING_DAYS"):
        if getattr(settings, name) < 1:
            yield error(21, f"{name} must be 1 or more.", f"Put {name}=1 or more into .env")
    if timedelta(0) >= settings.UNMASKED_FOR:
        sentence = "UNMASKED_FOR must be longer than nothing, or nobody sees personal fields."
        yield error(22, sentence, "Put UNMASKED_FOR=28800 (seconds) into .env")


def _resending() -> Iterator[Error]:
    """A key that has expired at the provider would let a resend take effect a second time."""
    latest = KEY_LIFETIME - settings.LONGEST_FLIGHT - RESEND_MARGIN
    if latest < settings.RESEND_WINDOW:
        sentence = "RESEND_WINDOW is longer than the provider's key surely protects."
        seconds = max(int(latest.total_seconds()), 0)
        yield error(11, sentence, f"Put RESEND_WINDOW={seconds} (seconds) or less into .env")


def _exposure() -> Iterator[Error]:
    hosts, url = settings.ALLOWED_HOSTS, settings.PUBLIC_URL
    if "*" in hosts:
        hint = "Put ALLOWED_HOSTS=<the host in PUBLIC_URL> into .env"
        yield error(12, "ALLOWED_HOSTS must name hosts, not *.", hint)
    if settings.DEBUG and not all(_is_loopback(host) for host in hosts):
        sentence = "DEBUG is on while ALLOWED_HOSTS lets other machines in."
        yield error(13, sentence, "Put DEBUG=false into .env")
    if settings.DEMO and not _is_loopback(urlsplit(url).hostname):
        sentence = "DEMO, which makes users with a known password, is on at a public address."
        yield error(14, sentence, "Put DEMO=false into .env")
    if not is_https_or_loopback(url):
        sentence = "PUBLIC_URL must be https outside this machine."
        yield error(15, sentence, "Put PUBLIC_URL=https://<host> into .env")


def _reading() -> Iterator[Error]:
    if settings.OFFBLOCKS_READS_PER_SECOND < 1:
        sentence = "OFFBLOCKS_READS_PER_SECOND must be 1 or more, or nothing is ever read."
        yield error(18, sentence, "Put OFFBLOCKS_READS_PER_SECOND=10 into .env")


def _many_at_once() -> Iterator[Error]:
    if not 1 <= settings.BULK_LIMIT <= LARGEST_BATCH:
        sentence = f"BULK_LIMIT must be from 1 to {LARGEST_BATCH}: a person has to look at each."
        yield error(19, sentence, f"Put BULK_LIMIT={LARGEST_BATCH} into .env")


def _loads(load: Callable[[str], object], pem: str) -> bool:
    try:
        load(pem)
    except ValueError:
        return False
    return True


def is_https_or_loopback(url: str) -> bool:
    """Whether what is said there cannot be listened to on the way."""
    parts = urlsplit(url)
    if parts.scheme == "https":
        return bool(parts.hostname)
    return parts.scheme == "http" and _is_loopback(parts.hostname)


def _is_loopback(host: str | None) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address((host or "").strip("[]")).is_loopback
    except ValueError:
        return False
