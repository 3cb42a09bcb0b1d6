"""What stands above the list of events: what waits, what is parked, what was refused and why."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts_app.admin import figures
from accounts_app.admin.lists import COUNTED
from accounts_app.models import EntityKind, WebhookEvent

State = WebhookEvent.State
SEES_REFUSED = "accounts_app.view_refuseddelivery"


class AboutFilter(admin.SimpleListFilter):
    """Narrows the list to what the events are about.

    The kinds are named here: to ask the table for them would read all of it.
    """

    title = gettext_lazy("about")
    parameter_name = "entity_kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer the kinds the provider documents."""
        return [
            *((kind.value, str(kind.label)) for kind in EntityKind),
            ("authorisation", _("Authorisation")),
            ("transaction", _("Transaction")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the chosen kind."""
        return queryset.filter(entity_kind=self.value()) if self.value() else queryset


def counters(request: HttpRequest) -> dict[str, Any]:
    """Count what needs somebody's eyes, as far as counting is quick."""
    address = reverse("admin:accounts_app_webhookevent_changelist")
    found: dict[str, Any] = {
        "counters": [
            _counter(_("waiting to be looked into"), State.PENDING, address),
            _counter(_("parked"), State.PARKED, address),
        ]
    }
    if request.user.has_perm(SEES_REFUSED):
        found["refused"] = figures.refused(timezone.now())
        found["refused_number"] = sum(row.number for row in found["refused"])
    return found


def _counter(label: str, state: State, address: str) -> dict[str, Any]:
    rows = WebhookEvent.objects.filter(state=state).order_by().values("pk")
    number = rows[: COUNTED + 1].count()
    return {
        "label": label,
        "number": f"{COUNTED}+" if number > COUNTED else str(number),
        "is_alarming": bool(number) and state == State.PARKED,
        "address": f"{address}?state__exact={state.value}",
    }
