"""The page that asks why a customer's personal fields are to be seen in full."""

import uuid
from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts_app.admin import acting, moments, refusals, signed_out, words
from accounts_app.admin.forms import PlainForm, reason_field
from accounts_app.errors import NotPermitted, Refusal
from accounts_app.models import Customer
from accounts_app.services import unmasking


class UnmaskForm(PlainForm):
    """Why."""

    reason = reason_field()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = _("Kept in the audit for good.")


class UnmaskMixin(admin.ModelAdmin):  # type: ignore[type-arg]  # only the checker may subscript it
    """Adds the page to the customers' admin."""

    def get_urls(self) -> list[URLPattern]:
        """Put it before the customer's own page, which matches nearly anything."""
        view = signed_out.keeping(self.admin_site, self.unmask_view)
        name = "accounts_app_customer_unmask"
        return [path("<uuid:customer_id>/unmask/", view, name=name), *super().get_urls()]

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def unmask_view(self, request: HttpRequest, customer_id: uuid.UUID) -> HttpResponse:
        """Ask for the reason (GET); show in full from now on, and lead back (POST)."""
        refusals.unless_seen(self, request)
        customer = get_object_or_404(Customer, pk=customer_id)
        back = _way_back(request, customer)
        form = UnmaskForm(request.POST or None)
        if not request.user.has_perm(unmasking.RIGHT):
            sentence = _("You may not see personal fields in full.")
            return refusals.page(self.admin_site, request, sentence, target=customer)
        if form.is_valid():
            try:
                person, reason = acting.person(request), form.cleaned_data["reason"]
                made = unmasking.unmask(customer, person=person, reason=reason)
            except NotPermitted as refusal:
                return refusals.page(self.admin_site, request, refusal.told, target=customer)
            except Refusal as refusal:
                form.refuse(refusal)
            else:
                until = moments.time_of_day(made.until)
                told = _("You see this customer's personal fields in full until {time}.")
                messages.success(request, told.format(time=until))
                return redirect(back)
        return self._unmask_page(request, customer, form, back)

    def _unmask_page(
        self, request: HttpRequest, customer: Customer, form: UnmaskForm, back: str
    ) -> HttpResponse:
        context: dict[str, Any] = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Show personal fields in full"),
            "customer": customer,
            "form": form,
            "back": back,
        }
        return TemplateResponse(request, "admin/accounts_app/customer/unmask.html", context)


def _way_back(request: HttpRequest, customer: Customer) -> str:
    """Return the page that led here; the customer's own for an address elsewhere."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts=None, require_https=request.is_secure()
    )
    return wanted if is_ours else words.address_of(customer)
