"""Everybody there is for the matrix, and what the table of rights gives each of them."""

from django.contrib.auth.models import Group, User

from accounts_app import rights
from tests.signin.people import enrol_app

SUPERUSER = "superuser"
NO_ROLE = "staff without a role"
SIGNED_OUT = "signed out"
WHO = (*rights.ROLES, SUPERUSER, NO_ROLE, SIGNED_OUT)


def may(who: str, right: str) -> bool:
    """Whether the table of rights gives somebody a right; nobody signed out has any."""
    if who == SUPERUSER:
        return right in rights.BREAK_GLASS
    return any(_means(named, right) for named in rights.of(who))


def _means(named: str, right: str) -> bool:
    return right.startswith(named[:-1]) if named.endswith("*") else right == named


def person(who: str, name: str = "") -> User | None:
    """Make somebody of whom the table tells; None for who is signed out."""
    if who == SIGNED_OUT:
        return None
    name = name or who.replace(" ", "_")
    made = User.objects.create_user(name, f"{name}@example.com", "long-password-of-tests")
    made.is_staff, made.is_superuser = True, who == SUPERUSER
    made.save()
    made.groups.set(Group.objects.filter(name=who))
    enrol_app(made)
    return made
