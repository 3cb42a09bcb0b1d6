"""Where a request comes from: the address of its sender, never one that the sender made up.

Forwarding headers count only from the proxies in TRUSTED_PROXIES, and are taken off afterwards. So
REMOTE_ADDR is the sender's address for everything behind this, whoever asks for it.
"""

import functools
import ipaddress
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

CHAIN = "HTTP_X_FORWARDED_FOR"
SCHEME = "HTTP_X_FORWARDED_PROTO"
# What other proxies write, and we never believe.
OTHERS = (
    "HTTP_FORWARDED",
    "HTTP_X_REAL_IP",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_X_FORWARDED_PORT",
    "HTTP_X_FORWARDED_SSL",
)


class ForwardingMiddleware:
    """Put the sender's address into REMOTE_ADDR; the first of all, so that everybody sees that."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Believe the headers of a proxy of ours, and take all others off."""
        meta, proxies = request.META, _networks(tuple(settings.TRUSTED_PROXIES))
        chain = meta.pop(CHAIN, "")
        for name in OTHERS:
            meta.pop(name, None)
        if _is_among(_parsed(address(request)), proxies):
            meta["REMOTE_ADDR"] = _behind(address(request), chain, proxies)
        else:
            meta.pop(SCHEME, None)
        return self.get_response(request)


def address(request: HttpRequest) -> str:
    """Return the address a request comes from, as text; empty over a Unix socket."""
    return str(request.META.get("REMOTE_ADDR") or "")


@functools.cache
def _networks(texts: tuple[str, ...]) -> tuple[Network, ...]:
    return tuple(ipaddress.ip_network(text) for text in texts)


def _behind(peer: str, chain: str, proxies: tuple[Network, ...]) -> str:
    """Walk the chain from its end: each of our proxies adds whom it saw, the sender the rest."""
    nearest = peer
    for text in reversed(chain.split(",")):
        hop = _parsed(text.strip())
        if hop is None:
            break
        nearest = str(hop)
        if not _is_among(hop, proxies):
            break
    return nearest


@functools.lru_cache(maxsize=256)
def _parsed(text: str) -> Address | None:
    try:
        found = ipaddress.ip_address(text)
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return mapped or found


def _is_among(found: Address | None, proxies: tuple[Network, ...]) -> bool:
    return found is not None and any(found in network for network in proxies)
