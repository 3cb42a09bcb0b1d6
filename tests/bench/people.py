"""`python -m tests.bench.people`: makes who looks at the pages; prints their session keys as JSON.

`--census` counts the accounts of a large programme as the schedule would.
"""

import json
import os
import sys
from types import SimpleNamespace
from typing import Any

import django


def hire() -> dict[str, str]:
    """Make an approver, and a superuser for the stock admin; return their session keys."""
    from django.contrib.auth.models import Group, User  # noqa: PLC0415 -- needs set up settings

    approver = User.objects.create_user("bench", is_staff=True)
    approver.groups.add(Group.objects.get(name="approver"))
    root = User.objects.create_superuser("bench_root")
    stock = "django.contrib.auth.backends.ModelBackend"
    return {"approver": _session(approver), "root": _session(root, stock)}


def _session(person: Any, backend: str | None = None) -> str:
    from django.conf import settings  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415

    from accounts_app.services import strength  # noqa: PLC0415

    client = Client()
    client.force_login(person, backend)
    session: Any = client.session
    request: Any = SimpleNamespace(session=session, user=person)
    strength.begin(request, person.pk, strength.PASSWORD)
    strength.prove(request, person.pk, strength.PASSKEY)
    session.save()
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def main(arguments: list[str]) -> None:
    """Do what is asked for."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backoffice.settings")
    django.setup()
    if arguments == ["--census"]:
        from accounts_app.services import census  # noqa: PLC0415

        census.take()
        return
    sys.stdout.write(json.dumps(hire()))


if __name__ == "__main__":
    main(sys.argv[1:])
