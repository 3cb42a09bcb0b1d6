"""System checks of what stands between us and the outside: proxies, limits, deliveries' proofs."""

import ipaddress
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register


@register
def check_edges(**_kwargs: Any) -> list[CheckMessage]:
    """Check the settings that decide whom we believe."""
    return list(_proxies())


def _proxies() -> Iterator[Error]:
    wrong = [text for text in settings.TRUSTED_PROXIES if not _is_some_network(text)]
    if wrong:
        yield Error(
            f"TRUSTED_PROXIES must name addresses or networks: {', '.join(wrong)}.",
            hint="Put TRUSTED_PROXIES=<the address of your proxy> into .env",
            id="accounts_app.E030",
        )


def _is_some_network(text: str) -> bool:
    """Whether it is a network, and not everybody's."""
    try:
        return ipaddress.ip_network(text).prefixlen > 0
    except ValueError:
        return False
