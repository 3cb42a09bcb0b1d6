"""Whether a process may start: in production not with a single insecure setting."""

import ipaddress

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
    """Whether others than this machine are to reach us, by PUBLIC_URL or by ALLOWED_HOSTS."""
    return not all(is_this_machine(name) for name in settings.REACHED_AS)


def is_this_machine(name: str) -> bool:
    """Whether a host's name or address can only mean the machine itself."""
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name.strip("[]")).is_loopback
    except ValueError:
        return False
