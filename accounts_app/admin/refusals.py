"""The page that says no: in plain words, with a way back."""

from typing import Any

from django.contrib.admin import AdminSite, ModelAdmin
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _


def unless_seen(admin: "ModelAdmin[Any]", request: HttpRequest) -> None:
    """Raise PermissionDenied for whoever may not see such rows, before one is looked for.

    To them a row that is there and one that is not are the same.
    """
    if not admin.has_view_permission(request):
        raise PermissionDenied


def page(site: AdminSite, request: HttpRequest, words: str, *, target: Model) -> HttpResponse:
    """Return a 403 page: what may not be done, by whom it may, and the way back to `target`."""
    address = reverse(_name(type(target), "change"), args=[target.pk])
    return _page(site, request, words, address, str(target._meta.verbose_name))


def list_page(
    site: AdminSite, request: HttpRequest, words: str, *, model: type[Model]
) -> HttpResponse:
    """Return the same page with the way back to the list of all rows of `model`."""
    address = reverse(_name(model, "changelist"))
    return _page(site, request, words, address, str(model._meta.verbose_name_plural))


def _name(model: type[Model], page: str) -> str:
    return f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}"


def _page(
    site: AdminSite, request: HttpRequest, words: str, back: str, target_name: str
) -> HttpResponse:
    context: dict[str, Any] = {
        **site.each_context(request),
        "title": _("This is not yours to do"),
        "words": words,
        "target_name": target_name,
        "back": back,
    }
    return TemplateResponse(request, "admin/accounts_app/refused.html", context, status=403)
