"""Whether a process may start: in production not with a single insecure setting."""

import ipaddress
from urllib.parse import urlsplit

from django.conf import settings
from django.core import checks


class InsecureConfiguration(SystemExit):
    """The process ends with 1, and with all that is wrong in words."""


def refuse_insecure() -> None:
    """Run all checks a deployment must pass; raises InsecureConfiguration outside this machine.

    A server asks for it itself: only management commands have their checks run by Django, and
    those of a deployment not even then.
    """
    if not is_production():
        return
    found = checks.run_checks(include_deployment_checks=True, databases=["default"])
    wrong = [one for one in found if one.level >= checks.WARNING and not one.is_silenced()]
    if wrong:
        lines = [f"{one.id}: {one.msg} {one.hint or ''}".rstrip() for one in wrong]
        raise InsecureConfiguration(
            "Not started: the configuration is insecure.\n" + "\n".join(lines)
        )


def is_production() -> bool:
    """Whether others than this machine are to reach us: anything but a loopback address."""
    host = urlsplit(settings.PUBLIC_URL).hostname or ""
    if host == "localhost":
        return False
    try:
        return not ipaddress.ip_address(host).is_loopback
    except ValueError:
        return True
