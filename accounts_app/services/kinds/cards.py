"""What can be asked for one card, whatever becomes of the others."""

from django.utils.translation import gettext_lazy as _

from accounts_app.models import Card
from accounts_app.offblocks import changes
from accounts_app.services.kind import Kind

ROWS = (
    Kind(
        name="deactivate_card",
        label=_("Deactivate card"),
        target=Card,
        start=frozenset({"active"}),
        proves=frozenset({"inactive"}),
        sentence=_(
            "The card stops working until it is reactivated, and its payments are declined. The "
            "account and its other cards go on."
        ),
        build=lambda card, _fields: changes.deactivate_card(card.pk),
        beside="close",
    ),
    Kind(
        name="reactivate_card",
        label=_("Reactivate card"),
        target=Card,
        start=frozenset({"inactive"}),
        proves=frozenset({"active"}),
        sentence=_("The card works again, provided that its account and its customer are active."),
        build=lambda card, _fields: changes.activate_card(card.pk),
        reads_first=True,
    ),
    Kind(
        name="terminate_card",
        label=_("Terminate card for good"),
        target=Card,
        start=frozenset({"active"}),
        proves=frozenset({"terminated"}),
        sentence=_(
            "A terminated card never works again; the account needs a new one. Payments that were "
            "authorised before can still be collected for 30 days."
        ),
        build=lambda card, _fields: changes.terminate_card(card.pk),
        reads_first=True,
        is_irreversible=True,
        may_vanish=True,
    ),
)
