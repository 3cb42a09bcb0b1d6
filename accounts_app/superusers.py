"""The check that no superuser acts on accounts: the way in for emergencies is no daily way."""

from typing import Any

from django.contrib.auth.models import User
from django.core.checks import CheckMessage, Tags, register
from django.db import DatabaseError

from accounts_app import rights
from accounts_app.findings import error


@register(Tags.database)
def check_superusers(databases: Any = None, **_kwargs: Any) -> list[CheckMessage]:
    """Refuse superusers in the groups that ask for operations or approve them."""
    if not databases:
        return []
    try:
        names = sorted(
            User.objects.filter(is_superuser=True, is_active=True, groups__name__in=rights.ACTING)
            .values_list("username", flat=True)
            .distinct()
        )
    except DatabaseError:
        # Not migrated yet, or away: other words than these tell so.
        return []
    hint = (
        "Take them out of the groups on the user's page, or take the superuser status away. "
        "A superuser has no right of any group as long as they are one."
    )
    sentence = f"Superusers are in the operator or approver group: {', '.join(names)}."
    return [error(40, sentence, hint)] if names else []
