"""The health page: how the programme is, in figures, and the incidents that people deal with."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from accounts_app.admin import acting, figures, moments, signed_out
from accounts_app.admin.base import ViewOnlyAdmin
from accounts_app.admin.forms import REASON_LENGTH, PlainForm
from accounts_app.admin.programme import RIGHT
from accounts_app.errors import Refusal
from accounts_app.models import Incident, RefusedDelivery
from accounts_app.services import incidents

PAGE = "admin:health"
# Incidents that have ended are told of for as long as somebody may ask.
ENDED_SHOWN = 5


class EndForm(PlainForm):
    """What was done about an incident."""

    note = forms.CharField(
        label=gettext_lazy("What was done"),
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Kept for good. All staff can read it."),
        error_messages={"required": gettext_lazy("Say what was done: the note is kept for good.")},
    )


def urls(site: AdminSite) -> list[URLPattern]:
    """Return the addresses of the page and of ending an incident."""

    @require_http_methods(["GET", "HEAD"])
    def page(request: HttpRequest) -> HttpResponse:
        return _page(site, request)

    @require_POST
    def end(request: HttpRequest, number: int) -> HttpResponse:
        return _end(site, request, number)

    return [
        path("health/", site.admin_view(page), name="health"),
        path(
            "health/incident/<int:number>/end/", signed_out.keeping(site, end), name="end_incident"
        ),
    ]


def _page(
    site: AdminSite, request: HttpRequest, form: EndForm | None = None, number: int = 0
) -> HttpResponse:
    if not request.user.has_perm(RIGHT):
        raise PermissionDenied
    context: dict[str, Any] = site.each_context(request)
    may_end = request.user.has_perm(incidents.END)
    ended = Incident.objects.exclude(ended_at=None).select_related("ended_by")
    context |= {
        "title": _("Health"),
        "figures": figures.of(context["health"]),
        "refused": figures.refused(context["health"].at),
        "incidents": [
            (one, (form if one.pk == number and form else EndForm(auto_id=f"id_{one.pk}_%s")))
            for one in Incident.objects.filter(ended_at=None)
        ],
        "may_end": may_end,
        "ended": ended.order_by("-ended_at")[:ENDED_SHOWN],
    }
    return TemplateResponse(
        request, "admin/accounts_app/health_page.html", context, status=400 if form else 200
    )


def _end(site: AdminSite, request: HttpRequest, number: int) -> HttpResponse:
    """End an incident; a refusal keeps what was typed."""
    if not request.user.has_perm(incidents.END):
        raise PermissionDenied
    form = EndForm(request.POST)
    if not form.is_valid():
        return _page(site, request, form, number)
    try:
        incidents.end(number, person=acting.person(request), note=form.cleaned_data["note"])
    except Refusal as refusal:
        messages.error(request, refusal.told)
    else:
        messages.success(request, _("The incident has ended."))
    return redirect(PAGE)


@admin.register(RefusedDelivery)
class RefusedDeliveryAdmin(ViewOnlyAdmin):
    """Lists refused deliveries by hour, reason and source."""

    list_display = ("began", "reason", "source", "how_many", "last")
    list_filter = ("reason",)
    looks_in = ("reason", "source")
    search_help_text = gettext_lazy("Reason or source address")
    nothing = gettext_lazy(
        "No delivery was refused yet. Each hour, reason and source will be one line here."
    )
    fields = ("began", "reason", "source", "how_many", "last", "last_digest")

    def heading(self, row: RefusedDelivery) -> str:
        """Call it by its reason and hour."""
        return f"{row.reason}, {moments.minute(row.hour)}"

    @admin.display(description=gettext_lazy("hour"), ordering="hour")
    def began(self, row: RefusedDelivery) -> SafeString | str:
        """Show the hour they came in."""
        return moments.moment(row.hour)

    @admin.display(description=gettext_lazy("how many"), ordering="number")
    def how_many(self, row: RefusedDelivery) -> int:
        """Show how many there were."""
        return int(row.number)

    @admin.display(description=gettext_lazy("last"), ordering="last_at")
    def last(self, row: RefusedDelivery) -> SafeString | str:
        """Show when the last one came."""
        return moments.moment(row.last_at)
