"""Who is one person: two logins of the same person must not agree with each other."""

from django.contrib.auth.models import User


def holders_of(right: str) -> list[str]:
    """List the user names of those who may do something and can sign in, by name."""
    backend = "django.contrib.auth.backends.ModelBackend"
    holders = User.objects.with_perm(right, is_active=True, backend=backend)
    return list(holders.order_by("username").values_list("username", flat=True))


def subject_of(person: User) -> str:
    """Return what names the person behind a login: the e-mail address, else the login itself.

    Logins that share an address, however it is capitalised, belong to one person.
    """
    return (person.email or person.get_username()).strip().casefold()
