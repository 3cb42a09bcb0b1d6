"""The pages of a person's saved views: save, rename, open with, remove, and the link to share."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts_app.admin import acting
from accounts_app.admin.forms import PlainForm
from accounts_app.errors import Incomplete
from accounts_app.models import SavedView
from accounts_app.services import views

PAGE = "admin:views"


class ViewForm(PlainForm):
    """What a view is called, and whether the list opens with it."""

    name = forms.CharField(max_length=views.NAME_LENGTH)
    is_default = forms.BooleanField(required=False)


@dataclass(frozen=True)
class Line:
    """One view on the page of views."""

    view: SavedView
    list_name: str
    address: str
    link: str


def urls() -> list[URLPattern]:
    """Return the addresses of these pages, for the admin site."""
    guarded = admin.site.admin_view
    return [
        path("views/", guarded(require_safe(list_view)), name="views"),
        path("views/save/", guarded(require_POST(save_view)), name="save_view"),
        path("views/<int:number>/", guarded(require_safe(open_view)), name="view"),
        path("views/<int:number>/change/", guarded(require_POST(change_view)), name="change_view"),
    ]


def bar(person: User, model: type[Model], query: str) -> dict[str, Any]:
    """Return what is shown above a list: the person's views of it, and which is open."""
    own = list(views.of(person, model._meta.label_lower))
    shown = views.cleaned(query)
    return {
        "views": own,
        "view_shown": next((view for view in own if view.query == shown), None),
        "view_default": next((view for view in own if view.is_default), None),
        "listed": model._meta.label_lower,
        "query": shown,
    }


def name_of(view: SavedView) -> str:
    """Return what the list that a view is of is called."""
    return str(capfirst(str(_model(view.list)._meta.verbose_name_plural)))


def list_view(request: HttpRequest) -> HttpResponse:
    """Show all the person's views."""
    lines = [
        Line(view, name_of(view), _address(view), link)
        for view in views.all_of(acting.person(request)).order_by("list", "name")
        for link in [request.build_absolute_uri(reverse("admin:view", args=[view.pk]))]
    ]
    context = {**admin.site.each_context(request), "title": _("My views"), "lines": lines}
    return TemplateResponse(request, "admin/accounts_app/views.html", context)


def save_view(request: HttpRequest) -> HttpResponse:
    """Keep the list's query under a name, and return to the list as it was."""
    listed = request.POST.get("list", "")
    if not _page_of(listed).has_view_permission(request):
        raise PermissionDenied
    query, form = views.cleaned(request.POST.get("query", "")), ViewForm(request.POST)
    try:
        if not form.is_valid():
            raise Incomplete(_("Give the view a name of at most 60 characters."))
        view = views.save(acting.person(request), listed, query=query, **form.cleaned_data)
        messages.success(request, _("The view “%(name)s” is kept.") % {"name": view.name})
    except Incomplete as refusal:
        messages.error(request, refusal.told)
    return redirect(f"{_list_address(listed)}?{query or 'view='}")


def open_view(request: HttpRequest, number: int) -> HttpResponse:
    """Lead whoever may see the list to it, as the view shows it; its owner may have removed it."""
    view = get_object_or_404(SavedView, pk=number)
    is_seen = _page_of(view.list).has_view_permission(request)
    if not (is_seen and views.may_open(acting.person(request), view)):
        raise Http404
    return redirect(_address(view))


def change_view(request: HttpRequest, number: int) -> HttpResponse:
    """Rename a view of one's own, let the list open with it, or remove it."""
    view = get_object_or_404(views.all_of(acting.person(request)), pk=number)
    if "remove" in request.POST:
        views.remove(view)
        messages.success(request, _("The view “%(name)s” is removed.") % {"name": view.name})
        return redirect(PAGE)
    form = ViewForm(request.POST)
    try:
        if not form.is_valid():
            raise Incomplete(_("Give the view a name of at most 60 characters."))
        views.change(view, **form.cleaned_data)
        messages.success(request, _("The view “%(name)s” is changed.") % {"name": view.name})
    except Incomplete as refusal:
        messages.error(request, refusal.told)
    return redirect(PAGE)


def _model(listed: str) -> type[Model]:
    """Return the model of a list that the admin has; 404 for anything else."""
    for model in admin.site._registry:
        if model._meta.label_lower == listed:
            return model
    raise Http404


def _page_of(listed: str) -> "admin.ModelAdmin[Any]":
    return admin.site._registry[_model(listed)]


def _list_address(listed: str) -> str:
    meta = _model(listed)._meta
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist")


def _address(view: SavedView) -> str:
    return f"{_list_address(view.list)}?{view.query or 'view='}"
