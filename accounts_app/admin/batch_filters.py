"""What narrows the list of the batches."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts_app.services import batches


class UnderWayFilter(admin.SimpleListFilter):
    """Narrows the list to batches of which something has not ended."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer the one choice."""
        return [("open", gettext("under way"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep them; they are few, however many batches there were."""
        if self.value() != "open":
            return queryset
        return queryset.filter(pk__in=batches.under_way().values("pk"))
