"""The cards' pages."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts_app.admin import acting, buttons, personal, words
from accounts_app.admin.asking import AskMixin
from accounts_app.admin.mirrored import MirroredAdmin
from accounts_app.admin.values import IndexedValuesFilter
from accounts_app.models import Card


@admin.register(Card)
class CardAdmin(AskMixin, MirroredAdmin):
    """Lists and shows cards, and leads to what may be asked for them."""

    change_form_template = "admin/accounts_app/card/change_form.html"
    list_display = (
        "short",
        "copy_id",
        "masked_pan",
        "type",
        "status_badge",
        "account_short",
        "external_id",
        "created",
        "updated",
    )
    list_display_links = ("short", "masked_pan")
    list_filter = (
        *((name, IndexedValuesFilter) for name in ("status", "type", "network")),
        *("created_at", "updated_at"),
    )
    list_select_related = ("account__customer",)
    search_help_text = _("Card, account or customer id (whole or part), external id, last digits")
    nothing = _("The mirror holds no cards yet. A full comparison brings them: see “Comparisons”.")
    facts = (
        "full_id",
        "status_told",
        "account_link",
        "customer_link",
        "personal_fields",
        "masked_pan",
        "type_told",
        "name",
        "network",
        "expiration_date",
        "created",
        "updated",
    )
    looks_in = ("account__customer__external_id", "masked_pan")
    looks_in_ids = ("id", "account_id", "account__customer_id")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Read the account and the customer along with the card."""
        return super().get_queryset(request).select_related("account__customer")

    @admin.display(description=_("account"), ordering="account_id")
    def account_short(self, card: Card) -> SafeString:
        """Lead to the account."""
        return words.link_to(card.account)

    @admin.display(description=_("account"))
    def account_link(self, card: Card) -> SafeString:
        """Lead to the account by its whole id."""
        return words.named_link(card.account, str(card.account_id))

    @admin.display(description=_("customer"), ordering="account__customer__external_id")
    def external_id(self, card: Card) -> str:
        """Show the customer as the programme's own books name it."""
        return personal.external_id(card.account.customer)

    @admin.display(description=_("customer"))
    def customer_link(self, card: Card) -> SafeString:
        """Lead to the customer."""
        return personal.customer_link(card.account.customer)

    def page(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        """Add the operations, and what may be asked for."""
        context = super().page(request, row)
        return context | {
            "operations": buttons.recent_operations(row),
            "offer": buttons.offer(row, acting.person(request), context["contradictions"]),
        }
