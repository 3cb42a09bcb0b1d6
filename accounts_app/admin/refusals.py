"""The page that says no: in plain words, with a way back."""

from typing import Any

from django.contrib.admin import AdminSite
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse


def page(site: AdminSite, request: HttpRequest, words: str, *, target: Model) -> HttpResponse:
    """Return a 403 page: what may not be done, by whom it may, and the way back to `target`."""
    name = f"admin:{target._meta.app_label}_{target._meta.model_name}_change"
    context: dict[str, Any] = {
        **site.each_context(request),
        "title": "This is not yours to do",
        "words": words,
        "target": target,
        "target_name": target._meta.verbose_name,
        "back": reverse(name, args=[target.pk]),
    }
    return TemplateResponse(request, "admin/accounts_app/refused.html", context, status=403)
