"""A row's history: what the audit holds about it, for those who read the audit.

Django's own page would show what was recorded as it was kept, whoever asks.
"""

from typing import Any
from urllib.parse import urlencode

from django.contrib.admin import ModelAdmin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from accounts_app.models import Operation

READ = "accounts_app.view_auditentry"
LIST = "admin:accounts_app_auditentry_changelist"


class AuditedHistory(ModelAdmin):  # type: ignore[type-arg]  # only the checker may subscript it
    """Puts the audit's entries about a row in the place of Django's history."""

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Lead to the entries, of which the list shows those that are the person's to read."""
        if not (self.has_view_permission(request) and request.user.has_perm(READ)):
            raise PermissionDenied
        row = self.get_object(request, unquote(object_id))
        if row is None:
            raise Http404
        return redirect(f"{reverse(LIST)}?{urlencode(_about(row))}")


def _about(row: Model) -> dict[str, Any]:
    """Return what narrows the audit to a row; of an operation, to all that was done with it."""
    if isinstance(row, Operation):
        return {"operation__id__exact": row.pk}
    return {"object_kind": row._meta.model_name, "object_id": row.pk}
