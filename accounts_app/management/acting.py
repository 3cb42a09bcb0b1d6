"""In whose name a command acts: the programme's, or, with --as, a person's with their rights."""

from argparse import ArgumentParser

from django.contrib.auth.models import User
from django.core.management.base import CommandError


def add_person(parser: ArgumentParser) -> None:
    """Declare --as."""
    parser.add_argument(
        "--as",
        dest="username",
        metavar="USERNAME",
        help="act in this person's name, with their rights; else the programme acts itself",
    )


def person_named(username: str | None) -> User | None:
    """Return the person, or None without a name. Raises CommandError for a name nobody has."""
    if username is None:
        return None
    person = User.objects.filter(username=username, is_active=True).first()
    if person is None:
        raise CommandError(f"Nobody who may sign in is called {username}.")
    return person
