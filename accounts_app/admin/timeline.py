"""The timeline of a mirrored row: its newest entries on the row's page, all of them on its own."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib.auth.models import AnonymousUser, User
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.template.response import TemplateResponse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts_app.admin import evidence, personal, story, words
from accounts_app.models import Mirrored
from accounts_app.services import strands, timeline
from accounts_app.services.timeline import Choice, Place

ENTRIES_PER_PAGE = 30
NEWEST = 10
NAMES = {
    strands.PEOPLE: gettext_lazy("People"),
    strands.PROVIDER: gettext_lazy("Provider's changes"),
    strands.WEBHOOKS: gettext_lazy("Webhooks"),
    strands.COMPARISONS: gettext_lazy("Full comparisons"),
}
A_DAY = timedelta(days=1)


class PeriodForm(forms.Form):
    """The days whose entries are wanted, the last one included."""

    since = forms.DateField(required=False, label=gettext_lazy("From"))
    until = forms.DateField(required=False, label=gettext_lazy("To"))
    origin = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data, auto_id="timeline_%s")
        for name in ("since", "until"):
            self.fields[name].widget = forms.DateInput(attrs={"type": "date", "min": "2000-01-01"})

    def clean(self) -> dict[str, Any]:
        """Refuse a period that ends before it begins."""
        told = super().clean() or {}
        since, until = told.get("since"), told.get("until")
        if since and until and until < since:
            self.add_error("until", _("The period ends before it begins. Exchange the two days."))
        return told


def start_of(day: date) -> datetime:
    """Return the first moment of a day, in UTC."""
    return datetime.combine(day, time(), tzinfo=UTC)


def choice_of(form: PeriodForm, query: QueryDict) -> Choice:
    """Return which entries an address asks for; what cannot be understood narrows nothing."""
    form.full_clean()
    told, origin = form.cleaned_data, query.get("origin", "")
    until = told.get("until")
    last = until if until and until < date.max else None
    return Choice(
        origins=(origin,) if origin in strands.ORIGINS else strands.ORIGINS,
        since=start_of(told["since"]) if told.get("since") else None,
        until=start_of(last + A_DAY) if last else None,
        before=_place(query.get("before", "")),
    )


def _place(text: str) -> Place | None:
    try:
        return Place.parse(text) if text else None
    except ValueError as error:
        raise BadRequest("not a place in the timeline") from error


def context_of(
    row: Mirrored, query: QueryDict, person: User | AnonymousUser, *, size: int = ENTRIES_PER_PAGE
) -> dict[str, Any]:
    """Return what the timeline's templates show. The number of queries is always the same."""
    form = PeriodForm(query)
    page = timeline.page(row, choice_of(form, query), size)
    address = words.address_of(row, "history")
    kept = {name: query[name] for name in ("since", "until") if query.get(name)}
    origin = query.get("origin", "")
    return {
        "lines": [
            (story.told(entry, personal.customer_id_of(row)), shown)
            for entry, shown in zip(
                page.entries, evidence.of(page.entries, row, person), strict=True
            )
        ],
        "period": form,
        "timeline_address": address,
        "origins": [
            (name, f"{address}?{urlencode({**kept, 'origin': code})}", code == origin)
            for code, name in {"": _("All"), **NAMES}.items()
        ],
        "is_narrowed": bool(kept or origin or query.get("before")),
        "older": page.older
        and f"{address}?{urlencode({**kept, 'origin': origin, 'before': page.older})}",
        "newest": f"{address}?{urlencode({**kept, 'origin': origin})}"
        if query.get("before")
        else "",
    }


class TimelineMixin:
    """Gives a mirrored model's admin its timeline page, in place of Django's history."""

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Tell the row's story: people, the provider, its webhooks, full comparisons."""
        admin: Any = self
        if not admin.has_view_permission(request):
            raise PermissionDenied
        row = admin.row_or_404(request, object_id)
        context = {
            **admin.admin_site.each_context(request),
            "title": _("Timeline of %(what)s") % {"what": admin.heading(row).lower()},
            "badge": admin.badge_of(row),
            "opts": admin.opts,
            "module_name": capfirst(str(admin.opts.verbose_name_plural)),
            "object": row,
            **context_of(row, request.GET, request.user),
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/accounts_app/story.html", context)
