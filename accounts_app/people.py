"""Who is one person, and in which roles: one person's two logins must not agree with each other."""

from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.contrib.auth.models import User


def holders_of(right: str) -> list[str]:
    """List the user names of those who may do something and can sign in, by name."""
    backend = "django.contrib.auth.backends.ModelBackend"
    holders = User.objects.with_perm(
        right, is_active=True, include_superusers=False, backend=backend
    ).exclude(is_superuser=True)
    return list(holders.order_by("username").values_list("username", flat=True))


def subject_of(person: User) -> str:
    """Return what names the person behind a login: the subject of single sign-on, if there is one.

    Else the e-mail address, or the login itself. Logins that share it, however it is capitalised,
    belong to one person.
    """
    if settings.OIDC_ISSUER:
        tied = SocialAccount.objects.filter(user=person).values_list("uid", flat=True)
        subject: str | None = tied.first()
        if subject:
            return f"{settings.OIDC_ISSUER} {subject}"
    return (person.email or person.get_username()).strip().casefold()


def roles_of(person: User) -> list[str]:
    """Return the names of the groups somebody is in now, sorted."""
    return list(person.groups.order_by("name").values_list("name", flat=True))
