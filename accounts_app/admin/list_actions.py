"""What can be done with rows ticked in a list, besides asking for operations."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.admin import ModelAdmin, action
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts_app.admin import acting, refreshing


@action(description="Refresh selected", permissions=["refresh"])
def refresh_selected(
    admin: "ModelAdmin[Any]", request: HttpRequest, selected: QuerySet[Any]
) -> None:
    """Read each ticked row anew and tell, in one message, what came of each."""
    limit = settings.BULK_LIMIT
    if selected.count() > limit:
        sentence = f"Refresh at most {limit} at a time. Nothing was read."
        admin.message_user(request, sentence, messages.ERROR)
        return
    person = acting.person(request)
    told = [refreshing.refreshed(row, person) for row in selected]
    worst = max((one.level for one in told), default=messages.INFO)
    admin.message_user(request, "\n".join(one.sentence for one in told), worst)
