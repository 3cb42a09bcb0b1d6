"""The customers' pages."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts_app.admin import acting, buttons, erasing, personal, signing
from accounts_app.admin.asking import AskMixin
from accounts_app.admin.erasing import ErasureMixin
from accounts_app.admin.mirrored import MirroredAdmin
from accounts_app.admin.packs import EvidenceMixin
from accounts_app.admin.unmasking import UnmaskMixin
from accounts_app.admin.values import IndexedValuesFilter
from accounts_app.models import Customer


@admin.register(Customer)
class CustomerAdmin(UnmaskMixin, ErasureMixin, AskMixin, EvidenceMixin, MirroredAdmin):
    """Lists and shows customers, and leads to opening an account."""

    change_form_template = "admin/accounts_app/customer/change_form.html"
    change_list_template = "admin/accounts_app/customer/change_list.html"
    list_display = (
        "short",
        "copy_id",
        "name",
        "status_badge",
        "wallet_shortened",
        "created",
        "updated",
    )
    list_display_links = ("short", "name")
    list_filter = (("status", IndexedValuesFilter), "created_at", "updated_at")
    search_help_text = _("Customer id (whole or part), external id, wallet address")
    nothing = _(
        "The mirror holds no customers yet. A full comparison brings them: see “Comparisons”."
    )
    facts = (
        "full_id",
        "status_told",
        "name",
        "wallet",
        "personal_fields",
        "created",
        "updated",
    )
    looks_in = ("external_id", "chain_id")

    @admin.display(description=_("external id"), ordering="external_id")
    def name(self, customer: Customer) -> str:
        """Show the customer as the programme's own books name it."""
        return personal.external_id(customer)

    @admin.display(description=_("wallet"), ordering="chain_id")
    def wallet_shortened(self, customer: Customer) -> SafeString | str:
        """Show the wallet without the middle of its address."""
        return personal.short_wallet(customer)

    @admin.display(description=_("wallet"))
    def wallet(self, customer: Customer) -> SafeString | str:
        """Show the whole wallet, to be copied."""
        return personal.wallet(customer)

    def page(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        """Add the customer's accounts, and what may be asked for."""
        context = super().page(request, row)
        return context | {
            "accounts": list(row.accounts.all()),
            "operations": buttons.recent_operations(row),
            "offer": buttons.offer(row, acting.person(request), context["contradictions"]),
            **signing.shown_to(request.user, row),
            **erasing.shown_on(row, request),
        }

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Lead to registering a customer, too."""
        buttons_above = buttons.beginnings(Customer, acting.person(request))
        context = {"beginnings": buttons_above, **(extra_context or {})}
        return super().changelist_view(request, context)
