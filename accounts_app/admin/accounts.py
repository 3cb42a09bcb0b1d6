"""The accounts' pages."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_lazy

from accounts_app.admin import acting, buttons, personal, signing
from accounts_app.admin.asking import AskMixin
from accounts_app.admin.list_actions import deactivate_selected
from accounts_app.admin.mirrored import MirroredAdmin
from accounts_app.admin.packs import EvidenceMixin
from accounts_app.admin.values import IndexedValuesFilter
from accounts_app.models import Account, Challenge


class WaitingFilter(admin.SimpleListFilter):
    """Narrows the list to accounts whose owner has something to sign."""

    title = gettext_lazy("signature")
    parameter_name = "signature"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer the one choice."""
        return [("waiting", gettext("waiting for the owner"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the accounts with a waiting challenge; there is at most one of each."""
        if self.value() != "waiting":
            return queryset
        waiting = queryset.filter(challenges__state=Challenge.State.WAITING)
        return waiting.exclude(status__in=Account.FINAL_STATUSES)


@admin.register(Account)
class AccountAdmin(AskMixin, EvidenceMixin, MirroredAdmin):
    """Lists and shows accounts, and leads to what may be asked for them."""

    change_form_template = "admin/accounts_app/account/change_form.html"
    list_display = (
        "short",
        "copy_id",
        "external_id",
        "status_badge",
        "currencies",
        "contract_shortened",
        "created",
        "updated",
    )
    list_display_links = ("short",)
    list_filter = (
        ("status", IndexedValuesFilter),
        WaitingFilter,
        ("type", IndexedValuesFilter),
        ("currencies", IndexedValuesFilter),
        "created_at",
        "updated_at",
    )
    list_select_related = ("customer",)
    nothing = gettext_lazy(
        "The mirror holds no accounts yet. A full comparison brings them: see “Comparisons”."
    )
    search_help_text = gettext_lazy(
        "Account or customer id (whole or part), external id, wallet or contract"
    )
    actions = [*MirroredAdmin.actions, deactivate_selected]
    facts = (
        "full_id",
        "status_told",
        "customer_link",
        "customer_wallet",
        "contract",
        "personal_fields",
        "type_told",
        "currencies",
        "created",
        "updated",
    )
    looks_in = ("customer__external_id", "customer__chain_id", "chain_id")
    looks_in_ids = ("id", "customer_id")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Read the customer along with the account."""
        return super().get_queryset(request).select_related("customer")

    @admin.display(description=gettext_lazy("customer"), ordering="customer__external_id")
    def external_id(self, account: Account) -> str:
        """Show the customer as the programme's own books name it."""
        return personal.external_id(account.customer)

    @admin.display(description=gettext_lazy("contract"), ordering="chain_id")
    def contract_shortened(self, account: Account) -> SafeString | str:
        """Show the smart contract without the middle of its address."""
        return personal.short_contract(account)

    @admin.display(description=gettext_lazy("contract"))
    def contract(self, account: Account) -> SafeString | str:
        """Show the whole smart contract, to be copied."""
        return personal.contract(account)

    @admin.display(description=gettext_lazy("customer"))
    def customer_link(self, account: Account) -> SafeString:
        """Lead to the customer."""
        return personal.customer_link(account.customer)

    @admin.display(description=gettext_lazy("customer's wallet"))
    def customer_wallet(self, account: Account) -> SafeString | str:
        """Show the wallet that signs for the account, to be copied."""
        return personal.wallet(account.customer)

    def page(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        """Add the cards, the operations, the waiting challenge, and what may be asked for."""
        context = super().page(request, row)
        return context | {
            "cards": list(row.cards.all()),
            "operations": buttons.recent_operations(row),
            "offer": buttons.offer(row, acting.person(request), context["contradictions"]),
            **signing.shown_to(request.user, row),
        }
