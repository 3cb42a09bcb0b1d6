"""The page on which a customer's request to be erased is recorded, and answered."""

import uuid
from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts_app.admin import acting, refusals, signed_out, words
from accounts_app.admin.forms import PlainForm, reason_field, reference_field
from accounts_app.errors import Refusal
from accounts_app.models import Customer
from accounts_app.services import erasure


class ErasureForm(PlainForm):
    """What the customer asked for, and in which case."""

    reason = reason_field()
    reference = reference_field()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["reason"]
        field.label = gettext_lazy("What the customer asked for")
        field.help_text = gettext_lazy("In which words, when, and by which way. Kept for good.")
        field.error_messages["required"] = gettext_lazy("Say what the customer asked for, and how.")


class ErasureMixin(admin.ModelAdmin):  # type: ignore[type-arg]  # only the checker may subscript it
    """Adds the page to the customers' admin."""

    def get_urls(self) -> list[URLPattern]:
        """Put it before the customer's own page, which matches nearly anything."""
        view = signed_out.keeping(self.admin_site, self.erasure_view)
        name = "accounts_app_customer_erasure"
        return [path("<uuid:customer_id>/erasure/", view, name=name), *super().get_urls()]

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def erasure_view(self, request: HttpRequest, customer_id: uuid.UUID) -> HttpResponse:
        """Say what will be answered (GET); record the request and its answer (POST)."""
        refusals.unless_seen(self, request)
        customer = get_object_or_404(Customer, pk=customer_id)
        if not request.user.has_perm(erasure.RIGHT):
            sentence = _("You may not record requests to be erased.")
            return refusals.page(self.admin_site, request, sentence, target=customer)
        form = ErasureForm(request.POST or None)
        if form.is_valid():
            try:
                person = acting.person(request)
                made = erasure.ask(customer, person=person, **form.cleaned_data)
            except Refusal as refusal:
                form.refuse(refusal)
            else:
                told = _("Recorded. Tell the customer: {answer}")
                messages.success(request, told.format(answer=made.answer))
                return redirect(words.address_of(customer))
        context: dict[str, Any] = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Record a request to be erased"),
            "customer": customer,
            "kept_until": erasure.kept_until(customer),
            "form": form,
        }
        return TemplateResponse(request, "admin/accounts_app/customer/erasure.html", context)


def shown_on(customer: Customer, request: HttpRequest) -> dict[str, Any]:
    """Return what the customer's page tells of it."""
    return {
        "erasure_requests": list(customer.erasure_requests.select_related("person")),
        "may_record_erasure": request.user.has_perm(erasure.RIGHT),
    }
