"""System checks of what stands between us and the outside: proxies and the proofs of deliveries."""

import ipaddress
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from accounts_app.findings import error
from accounts_app.offblocks.signing import load_public_key, public_pem
from accounts_app.starting import is_this_machine

# Until then the provider repeats a delivery ("Webhooks"), and a little more.
LONGEST_AGE = timedelta(hours=24, minutes=15)
SHORTEST_SECRET = 32  # characters, as for the secret in force


@register
def check_edges(**_kwargs: Any) -> list[CheckMessage]:
    """Check the settings that decide whom we believe."""
    parts = (_proxies, _second_key, _previous_secret, _own_key, _age, _refusals)
    return [found for part in parts for found in part()]


@register(deploy=True)
def check_provider(**_kwargs: Any) -> list[CheckMessage]:
    """Check that a deployment speaks to a provider, not to the sandbox with its faults."""
    if not is_this_machine(urlsplit(settings.OFFBLOCKS_BASE_URL).hostname or ""):
        return []
    hint = "Put OFFBLOCKS_BASE_URL=https://api.offblocks.xyz/v1 into .env"
    sentence = "OFFBLOCKS_BASE_URL names this machine: the sandbox, which makes faults on request."
    return [error(34, sentence, hint)]


@register(deploy=True)
def check_address(**_kwargs: Any) -> list[CheckMessage]:
    """Check that a deployment knows its own address: cookies, links and callbacks rest on it."""
    own, *others = settings.REACHED_AS
    if not is_this_machine(own) or all(is_this_machine(name) for name in others):
        return []
    sentence = "PUBLIC_URL names this machine while ALLOWED_HOSTS lets others in."
    return [error(37, sentence, "Put PUBLIC_URL=https://<host> into .env")]


def _proxies() -> Iterator[Error]:
    wrong = [text for text in settings.TRUSTED_PROXIES if not _is_some_network(text)]
    if wrong:
        sentence = f"TRUSTED_PROXIES must name addresses or networks: {', '.join(wrong)}."
        yield error(30, sentence, "Put TRUSTED_PROXIES=<the address of your proxy> into .env")


def _second_key() -> Iterator[Error]:
    key_id = settings.OFFBLOCKS_WEBHOOK_SECOND_KEY_ID
    pem = settings.OFFBLOCKS_WEBHOOK_SECOND_PUBLIC_KEY
    if not key_id and not pem:
        return
    if key_id in ("", settings.OFFBLOCKS_WEBHOOK_KEY_ID) or _point(pem) is None:
        sentence = "The second webhook key has no id of its own, or is not P-384 in PEM."
        hint = (
            "Put OFFBLOCKS_WEBHOOK_SECOND_PUBLIC_KEY_FILE=<path> and "
            "OFFBLOCKS_WEBHOOK_SECOND_KEY_ID=<id> into .env, or neither"
        )
        yield error(31, sentence, hint)


def _previous_secret() -> Iterator[Error]:
    previous = settings.OFFBLOCKS_WEBHOOK_PREVIOUS_SECRET
    if previous and len(previous.reveal()) < SHORTEST_SECRET:
        sentence = "OFFBLOCKS_WEBHOOK_PREVIOUS_SECRET is too short to be a secret."
        yield error(32, sentence, "Put OFFBLOCKS_WEBHOOK_PREVIOUS_SECRET= into .env")


def _own_key() -> Iterator[Error]:
    """Our own key as the provider's would let whoever can send requests forge deliveries."""
    names = ("OFFBLOCKS_WEBHOOK_PUBLIC_KEY", "OFFBLOCKS_WEBHOOK_SECOND_PUBLIC_KEY")
    ours = _own_point()
    for name in names:
        point = _point(getattr(settings, name))
        if point is not None and point == ours:
            sentence = f"{name} is our own key: deliveries signed with it are never believed."
            yield error(33, sentence, f"Put {name}_FILE=<path of the provider's key> into .env")


def _age() -> Iterator[Error]:
    if not timedelta() < settings.OFFBLOCKS_WEBHOOK_MAX_AGE <= LONGEST_AGE:
        longest = int(LONGEST_AGE.total_seconds())
        sentence = f"OFFBLOCKS_WEBHOOK_MAX_AGE must be more than 0 and at most {longest} seconds."
        yield error(35, sentence, "Put OFFBLOCKS_WEBHOOK_MAX_AGE=300 into .env")


def _refusals() -> Iterator[Error]:
    if settings.REFUSED_PER_SECOND < 1:
        sentence = "REFUSED_PER_SECOND must be 1 or more."
        yield error(36, sentence, "Put REFUSED_PER_SECOND=20 into .env")


def _point(pem: str) -> object:
    try:
        return load_public_key(pem).public_numbers()
    except ValueError:
        return None


def _own_point() -> object:
    try:
        return _point(public_pem(settings.OFFBLOCKS_SIGNING_KEY.reveal()))
    except ValueError:
        return None


def _is_some_network(text: str) -> bool:
    """Whether it is a network, and not everybody's."""
    try:
        return ipaddress.ip_network(text).prefixlen > 0
    except ValueError:
        return False
