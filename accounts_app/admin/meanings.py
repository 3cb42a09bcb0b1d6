"""What the provider's own words mean, for people who did not write its documentation."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = dict[str, Promise]

CUSTOMER: Words = {
    "initiating": _("Registered; the provider waits for them to sign in with their wallet."),
    "screening": _("They have signed in; the provider looks into what their wallet did before."),
    "verifying": _("Their wallet has passed; the provider checks who they are."),
    "active": _("Checked by the provider: they may have accounts and cards, and use them."),
    "inactive": _("Stopped, with all their accounts and cards, until somebody reactivates them."),
    "rejected": _("Refused by the provider, at the checks or for illicit activity. This is final."),
}
ACCOUNT: Words = {
    "initiating": _("Asked for; the provider waits for the owner's signature."),
    "pending": _("The owner has signed; the provider sets the account up on the blockchain."),
    "active": _("In use: its cards can pay."),
    "inactive": _("Stopped, with its cards: payments are declined until it is reactivated."),
    "closed": _("Out of the programme, its cards stopped for good. This is final."),
    "failed": _("It was never set up, as a check failed. This is final: ask for a new one."),
}
CARD: Words = {
    "issuing": _("Ordered; the issuer has not answered yet."),
    "issue_failed": _("A check failed or the issuer refused it. This is final: order a new one."),
    "active": _("In use."),
    "inactive": _("Stopped: payments are declined until it is reactivated."),
    "suspended": _("Held by the provider, which suspects illicit activity and looks into it."),
    "blocked": _("Stopped by the provider for illicit activity. This is final."),
    "terminated": _("Ended. What was authorised before is still collected for 30 days."),
}
AUTHORISATION: Words = {
    "pending": _("Money is reserved for a payment that was approved."),
    "capturing": _("The merchant collects the money."),
    "captured": _("The merchant has collected the money."),
    "releasing": _("The money that was reserved is being set free."),
    "released": _("The money that was reserved is free again."),
}
TRANSACTION: Words = {
    "processing": _("The payment is being settled."),
    "processed": _("The payment is settled."),
    "reversing": _("The payment is being undone."),
    "reversed": _("The payment was undone."),
}
STATUSES: dict[str, Words] = {
    "customer": CUSTOMER,
    "account": ACCOUNT,
    "card": CARD,
    "authorisation": AUTHORISATION,
    "transaction": TRANSACTION,
}
TYPES: Words = {
    "card_account": _("An account whose money cards can spend; the provider has no other type."),
    "virtual": _("A card without plastic, for payments on line and with a phone."),
    "physical": _("A card of plastic."),
}


def of_status(kind: str, status: str) -> str:
    """Say what a status means; empty for one that the provider does not document."""
    return str(STATUSES.get(kind, {}).get(status, ""))


def of_type(name: str) -> str:
    """Say what a type of account or card means; empty where there is nothing to say."""
    return str(TYPES.get(name, ""))
