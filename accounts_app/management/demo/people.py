"""The demo's staff: one person per group, all with the demo's password."""

from django.conf import settings
from django.contrib.auth.models import Group, User

NAMES = {
    "viewer": ("Vera", "Lindqvist"),
    "operator": ("Olu", "Adeyemi"),
    "approver": ("Anna", "Keller"),
    "auditor": ("Aldo", "Ferrari"),
}


def ensure() -> dict[str, User]:
    """Return the four by their group; whoever is missing is made, nobody is changed."""
    return {name: _person(name) for name in NAMES}


def _person(name: str) -> User:
    existing = User.objects.filter(username=name).first()
    if existing:
        return existing
    first, last = NAMES[name]
    person = User.objects.create_user(
        name,
        email=f"{name}@demo.example",
        password=settings.DEMO_PASSWORD.reveal(),
        first_name=first,
        last_name=last,
        is_staff=True,
    )
    person.groups.add(Group.objects.get(name=name))
    return person
