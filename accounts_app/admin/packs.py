"""The page on which an evidence pack about a customer or account is taken out of the system."""

import uuid
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Model
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts_app.admin import acting, downloads, refusals, signed_out, stepping_up, words
from accounts_app.admin.forms import PlainForm, reason_field, reference_field
from accounts_app.errors import NotPermitted, Refusal
from accounts_app.services.evidence import packing
from accounts_app.services.evidence.scope import Scope

PAGE = "admin/accounts_app/evidence/page.html"


def _day(label: Any) -> forms.DateField:
    # In the one format that such a control understands, whatever the page's language.
    return forms.DateField(
        label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


class EvidenceForm(PlainForm):
    """The period, both days included, and why the pack is taken out."""

    since = _day(gettext_lazy("First day"))
    until = _day(gettext_lazy("Last day"))
    reason = reason_field()
    reference = reference_field()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = _("Kept in the audit for good.")

    def period(self) -> tuple[datetime, datetime]:
        """Return the period's beginning and end, once the form is valid."""
        return _start(self.cleaned_data["since"]), _end(self.cleaned_data["until"])


class EvidenceMixin(admin.ModelAdmin):  # type: ignore[type-arg]  # only the checker may subscript it
    """Adds the page to the admin of customers and of accounts."""

    def get_urls(self) -> list[URLPattern]:
        """Put the page before the row's own, which matches nearly anything."""
        view = signed_out.keeping(self.admin_site, self.evidence_view)
        name = f"accounts_app_{self.opts.model_name}_evidence"
        return [path("<uuid:row_id>/evidence/", view, name=name), *super().get_urls()]

    def page(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        """Lead those who may to the page."""
        told: dict[str, Any] = super().page(request, row)  # type: ignore[misc]  # of the pages
        if self.has_evidence_permission(request):
            told["evidence_address"] = words.address_of(row, "evidence")
        return told

    def has_evidence_permission(self, request: HttpRequest) -> bool:
        """Whether the person may take evidence out of the system."""
        return all(request.user.has_perm(right) for right in packing.RIGHTS)

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def evidence_view(self, request: HttpRequest, row_id: uuid.UUID) -> HttpResponseBase:
        """Ask for the period and the reason (GET), or hand out the pack (POST)."""
        refusals.unless_seen(self, request)
        row = get_object_or_404(self.get_queryset(request), pk=row_id)
        if not self.has_evidence_permission(request):
            sentence = _("You may not take evidence out of the system.")
            return refusals.page(self.admin_site, request, sentence, target=row)
        stepping_up.demand(request)
        if request.method != "POST":
            days = {"since": row.created_at.date(), "until": timezone.now().date()}
            return self._evidence_page(request, row, EvidenceForm(initial=days))
        form = EvidenceForm(request.POST)
        if not form.is_valid():
            return self._evidence_page(request, row, form)
        try:
            pack = self._pack(request, row, form)
        except NotPermitted as refusal:
            return refusals.page(self.admin_site, request, refusal.told, target=row)
        except Refusal as refusal:
            form.refuse(refusal)
            return self._evidence_page(request, row, form)
        return FileResponse(pack.content, as_attachment=True, filename=pack.name)

    def _pack(self, request: HttpRequest, row: Any, form: EvidenceForm) -> packing.Pack:
        entered = form.cleaned_data
        return packing.export(
            Scope(row, *form.period()),
            person=acting.person(request),
            reason=entered["reason"],
            reference=entered["reference"],
            **downloads.mark(request),
        )

    def _evidence_page(self, request: HttpRequest, row: Model, form: EvidenceForm) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Evidence pack: %s") % f"{self.opts.verbose_name} {words.short_id(row.pk)}",
            "row": row,
            "form": form,
            "back": words.address_of(row),
            "fingerprint": packing.fingerprint(),
        }
        return TemplateResponse(request, PAGE, context)


def _start(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=UTC)


def _end(day: date) -> datetime:
    """Return the moment at which a day is over; the calendar's last one has no end."""
    return _start(day + timedelta(days=1) if day < date.max else day)
