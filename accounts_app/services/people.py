"""Who is one person: two logins of the same person must not agree with each other."""

from django.contrib.auth.models import User


def subject_of(person: User) -> str:
    """Return what names the person behind a login: the e-mail address, else the login itself.

    Logins that share an address, however it is capitalised, belong to one person.
    """
    return (person.email or person.get_username()).strip().casefold()
