"""What can be done with rows ticked in a list: each action leads to a page that shows it first."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.admin import ModelAdmin, action
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts_app.errors import Refusal
from accounts_app.models import Batch
from accounts_app.services import batches


@action(description=_("Refresh selected"), permissions=["refresh"])
def refresh_selected(
    admin: "ModelAdmin[Any]", request: HttpRequest, selected: QuerySet[Any]
) -> HttpResponse | None:
    """Lead to the page that shows what would be read anew."""
    return _preview(admin, request, selected, Batch.Kind.REFRESH)


@action(description=_("Deactivate selected accounts"), permissions=["deactivate"])
def deactivate_selected(
    admin: "ModelAdmin[Any]", request: HttpRequest, selected: QuerySet[Any]
) -> HttpResponse | None:
    """Lead to the page that shows what would happen to each account."""
    return _preview(admin, request, selected, Batch.Kind.DEACTIVATE)


def _preview(
    admin: "ModelAdmin[Any]", request: HttpRequest, selected: QuerySet[Any], kind: Batch.Kind
) -> HttpResponse | None:
    """Redirect, so that the page can be reloaded and left; the list's filter goes along."""
    try:
        batches.refuse_too_many(selected.count())
    except Refusal as refusal:
        admin.message_user(request, refusal.told, messages.ERROR)
        return None
    chosen = [("of", str(pk)) for pk in selected.values_list("pk", flat=True)]
    address = reverse(f"admin:accounts_app_{admin.opts.model_name}_batch", args=[kind])
    return redirect(f"{address}?{urlencode([*chosen, ('list', request.GET.urlencode())])}")
