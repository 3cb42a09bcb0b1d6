"""As of: a mirrored row's page at a moment of the past, marked as such and without any action."""

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, time
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib.admin.utils import display_for_field, label_for_field, lookup_field
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts_app.admin import badges, moments, words
from accounts_app.models import Mirrored
from accounts_app.services import past
from accounts_app.services.past import Known, Past

END_OF_DAY = time(23, 59, 59, 999_999)


class MomentForm(forms.Form):
    """A day, and the time on it; without a time it is the end of the day."""

    on = forms.DateField(
        label=gettext_lazy("As known on"), widget=forms.DateInput(attrs={"type": "date"})
    )
    at = forms.TimeField(
        required=False,
        label=gettext_lazy("at"),
        widget=forms.TimeInput(attrs={"type": "time", "step": "1"}),
    )

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data, auto_id="past_%s")
        # The clock of the pages is UTC, so its day is the last one that can be asked for.
        self.fields["on"].widget.attrs |= {"max": f"{timezone.now():%Y-%m-%d}", "required": True}

    def clean(self) -> dict[str, Any]:
        """Refuse what has not come yet; put the moment together."""
        told = super().clean() or {}
        day, now = told.get("on"), timezone.now()
        if day is None:
            return told
        moment = datetime.combine(day, told.get("at") or END_OF_DAY, tzinfo=UTC)
        if day > now.astimezone(UTC).date() or (told.get("at") and moment > now):
            self.add_error("on", _("This moment has not come yet. Choose one up to now."))
        return {**told, "moment": min(moment, now)}


def facts(admin: Any, names: tuple[str, ...], row: Mirrored) -> Iterator[tuple[str, Any]]:
    """Yield label and value of an admin's fields for a row that is in no table."""
    for name in names:
        field, _attribute, value = lookup_field(name, row, admin)
        shown = display_for_field(value, field, words.NOTHING) if field else value
        yield capfirst(str(label_for_field(name, admin.model, admin))), shown or words.NOTHING


class PastMixin:
    """Gives a mirrored model's admin the page that shows a row as it was known."""

    def get_urls(self) -> list[URLPattern]:
        """Put the page before the row's own, which matches nearly anything."""
        admin: Any = self
        view = admin.admin_site.admin_view(require_safe(self.past_view))
        name = f"accounts_app_{admin.opts.model_name}_as_of"
        return [path("<uuid:row_id>/as-of/", view, name=name), *super().get_urls()]  # type: ignore[misc]

    def past_view(self, request: HttpRequest, row_id: uuid.UUID) -> HttpResponse:
        """Show the row, and what it hung together with, as known at the moment asked for."""
        admin: Any = self
        if not admin.has_view_permission(request):
            raise PermissionDenied
        row = admin.row_or_404(request, row_id)
        form = MomentForm(request.GET)
        context = {
            **admin.admin_site.each_context(request),
            "title": _("%(what)s as we knew it") % {"what": admin.heading(row)},
            "opts": admin.opts,
            "module_name": capfirst(str(admin.opts.verbose_name_plural)),
            "object": row,
            "moment": form,
            "as_of_address": words.address_of(row, "as_of"),
            "history_address": words.address_of(row, "history"),
        }
        if form.is_valid():
            context |= self._then(row, past.look(row, form.cleaned_data["moment"]), request.GET)
        return TemplateResponse(request, "admin/accounts_app/past.html", context)

    def _then(self, row: Mirrored, then: Past, query: QueryDict) -> dict[str, Any]:
        if then.itself is None:
            return {"past": then, "first_known": past.first_known(row)}
        admin: Any = self
        known = then.itself.row
        _hang_together(then)
        asked = {name: query[name] for name in ("on", "at") if query.get(name)}
        return {
            "past": then,
            "known": known,
            "badge": badges.of_row(known),
            "facts": list(facts(admin, admin.facts, known)),
            "how": [
                *facts(admin, admin.how_we_know, known),
                (_("Recorded at"), moments.exact(then.itself.snapshot.recorded_at)),
            ],
            "moment_query": urlencode(asked),
        }


def _hang_together(then: Past) -> None:
    """Let the rows name each other as they were known, not as they are now."""

    def hang(known: Known | None, name: str, parent: Known | None) -> None:
        if known and parent:
            setattr(known.row, name, parent.row)

    if then.account:
        hang(then.account, "customer", then.customer)
        hang(then.itself, "account", then.account)
    elif then.customer:
        hang(then.itself, "customer", then.customer)
