"""What can be asked for an account."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts_app.models import Account, Challenge
from accounts_app.offblocks import changes
from accounts_app.offblocks.changes import Change
from accounts_app.services.kind import Kind


def _sign_challenge(account: Account, fields: dict[str, Any]) -> Change:
    challenge = Challenge.objects.get(pk=fields["challenge"])
    return changes.sign_account_challenge(
        account.pk,
        owner_id=account.customer.chain_id,
        challenge=challenge.text,
        signature_base64=fields["signature"],
    )


ROWS = (
    Kind(
        name="sign_challenge",
        label=_("Submit signature"),
        target=Account,
        start=frozenset({"initiating"}),
        proves=frozenset({"pending", "active", "closed", "failed"}),
        sentence=_(
            "The owner's signature is checked here and handed to the provider, which then "
            "carries out what the challenge was issued for."
        ),
        build=_sign_challenge,
        fields=("signature",),
        own_lane="challenge",
        joins="close",
        reads_first=True,
    ),
    Kind(
        name="refetch_challenge",
        label=_("Fetch new challenge"),
        target=Account,
        start=frozenset({"initiating"}),
        proves=frozenset(),
        sentence=_(
            "The provider issues a new challenge. Every earlier challenge of this account "
            "stops being valid: a signature the owner is making of it now will be refused."
        ),
        build=None,
        fetch=lambda client, account, not_after: client.fetch_account_challenge(
            account.pk, not_after=not_after
        ),
        own_lane="challenge",
        joins="close",
    ),
    Kind(
        name="deactivate",
        label=_("Deactivate"),
        target=Account,
        start=frozenset({"active"}),
        proves=frozenset({"inactive"}),
        sentence=_(
            "The account stops working until it is reactivated. Its cards are deactivated "
            "with it and payments are declined."
        ),
        build=lambda account, _fields: changes.deactivate_account(account.pk),
        # It protects: an owner who never signs a close must not keep it from being done.
        beside="close",
        cascades=True,
    ),
    Kind(
        name="reactivate",
        label=_("Reactivate"),
        target=Account,
        start=frozenset({"inactive"}),
        proves=frozenset({"active"}),
        sentence=_(
            "The account works again. Cards may come back with it, also one that was stopped "
            "on purpose: look at each card afterwards."
        ),
        build=lambda account, _fields: changes.activate_account(account.pk),
        reads_first=True,
        cascades=True,
    ),
    Kind(
        name="close",
        label=_("Close for good"),
        target=Account,
        start=frozenset(settings.OFFBLOCKS_CLOSE_FROM),
        proves=frozenset({"closed"}),
        sentence=_(
            "Closing cannot be undone by anybody, the provider included. The account leaves "
            "the programme, its cards stop for good and its smart contract is switched off."
        ),
        build=lambda account, _fields: changes.close_account(account.pk),
        reads_first=True,
        is_irreversible=True,
        # The provider may no longer find a closed account by its id ("Accounts").
        may_vanish=True,
        cascades=True,
    ),
)
