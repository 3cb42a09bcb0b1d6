"""The provider's operations, one method each, from bytes to typed answers."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial
from typing import TypeVar, cast
from uuid import UUID

from accounts_app.offblocks import answers, changes
from accounts_app.offblocks.answers import Answer, Result
from accounts_app.offblocks.changes import Change
from accounts_app.offblocks.lists import Entry, parse_list
from accounts_app.offblocks.seams import Recognise, Recognised
from accounts_app.offblocks.shapes import (
    Account,
    Card,
    Challenge,
    Customer,
    Shape,
    SigningKey,
    Subscription,
    VerificationKey,
    parse,
)
from accounts_app.offblocks.signing import export_public_key
from accounts_app.offblocks.strict_json import canonical_json
from accounts_app.offblocks.transport import Transport
from accounts_app.offblocks.wire import LIST_LIMIT, Reply

S = TypeVar("S", bound=Shape)
E = TypeVar("E", Customer, Account, Card, Subscription)
P = TypeVar("P", Customer, Account, Card)

__all__ = ["Answer", "Client", "Result"]

VERIFICATION_KEY_PATH = "/webhooks/verification-key"
_LISTS: dict[type[Shape], str] = {
    Customer: "/customers",
    Account: "/accounts",
    Card: "/cards",
}


class Client:
    """The provider as typed calls. Safe to share between threads.

    Reads raise Unavailable, NotFound or another Refused, NotAuthorised or Unreadable. Changes raise
    Unavailable, KeyInFlight, OutcomeUnknown, a Refused or NotAuthorised.

    A list of the whole programme (`each_`) is read as it arrives, while its iterator, in the same
    thread, is asked for the next entry. That raises Unavailable when the list breaks off and
    Unreadable when it is not as it should be: only an iterator that ended was the whole list.
    """

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def each_customer(self) -> Answer[Iterator[Customer]]:
        """All customers of the programme ("Customers")."""
        return self._each(Customer)

    def get_customer(self, customer_id: UUID) -> Answer[Customer]:
        """One customer ("Customers")."""
        return self._one(Customer, "/customers", customer_id)

    def each_account(self) -> Answer[Iterator[Account]]:
        """All accounts of the programme; whether closed ones stay is not said ("Accounts")."""
        return self._each(Account)

    def list_customer_accounts(self, customer_id: UUID) -> Answer[list[Account]]:
        """The accounts of one customer ("Accounts"); Unreadable if one belongs to another."""
        answer = self._many(Account, f"/customers/{customer_id}/accounts")
        answers.check_owner(customer_id, (account.customer_id for account in answer.value))
        return answer

    def get_account(self, account_id: UUID) -> Answer[Account]:
        """One account ("Accounts"); NotFound is possible after a close."""
        return self._one(Account, "/accounts", account_id)

    def each_card(self) -> Answer[Iterator[Card]]:
        """All cards of the programme ("Cards")."""
        return self._each(Card)

    def list_account_cards(self, account_id: UUID) -> Answer[list[Card]]:
        """The cards of one account ("Cards"); Unreadable if one belongs to another."""
        answer = self._many(Card, f"/accounts/{account_id}/cards")
        answers.check_owner(account_id, (card.account_id for card in answer.value))
        return answer

    def get_card(self, card_id: UUID) -> Answer[Card]:
        """One card ("Cards")."""
        return self._one(Card, "/cards", card_id)

    def fetch_account_challenge(
        self, account_id: UUID, *, not_after: datetime | None = None
    ) -> Answer[Challenge]:
        """A new challenge, which ends every earlier one: never repeated ("Account Creation").

        `not_after` is as in `send`.
        """
        return self._challenge(f"/accounts/{account_id}/challenge", not_after)

    def fetch_customer_challenge(
        self, customer_id: UUID, path: str = "challenge", *, not_after: datetime | None = None
    ) -> Answer[Challenge]:
        """A new sign-in challenge, taken to end earlier ones as well ("Sign in With X").

        `not_after` is as in `send`.
        """
        return self._challenge(f"/customers/{customer_id}/{path}", not_after)

    def each_unlike(
        self, kind: type[P], recognise: Recognise
    ) -> Answer[Iterator[Entry[P] | Recognised]]:
        """All of a kind, with the text of each; those that are recognised are not read.

        `recognise` is asked while the list is read, in the same thread.
        """
        return answers.read_each(kind, self._stream(kind), recognise)

    def list_subscriptions(self) -> Answer[list[Subscription]]:
        """All active webhook subscriptions ("Webhooks")."""
        return self._many(Subscription, "/webhooks")

    def get_subscription(self, subscription_id: UUID) -> Answer[Subscription]:
        """One webhook subscription ("Webhooks")."""
        return self._one(Subscription, "/webhooks", subscription_id)

    def put_subscription(
        self, callback_url: str, types: Sequence[str], *, key: UUID, id: UUID | None = None
    ) -> Answer[Subscription]:
        """Make a subscription, or update the one with this id ("Webhooks")."""
        answer = self.send(changes.put_subscription(callback_url, types, id), key)
        return cast(Answer[Subscription], answer)  # nothing else comes back from PUT /webhooks

    def delete_subscription(self, id: UUID, *, key: UUID) -> None:
        """Remove a subscription ("Webhooks")."""
        self.send(changes.delete_subscription(id), key)

    def verification_key(self, path: str = VERIFICATION_KEY_PATH) -> Answer[VerificationKey]:
        """The key that verifies webhooks ("Webhooks").

        Its path is not documented: another one must be among the transport's extra paths.
        """
        return answers.read(self._transport.read(path), partial(parse, VerificationKey))

    def upload_signing_key(self, public_pem: str) -> Answer[SigningKey]:
        """Make this the public key that verifies our requests ("Request Signatures").

        Replaces the one before at once. Raises ValueError for anything but a P-384 key in PEM.
        """
        body = canonical_json({"publicKey": export_public_key(public_pem)})
        return answers.uploaded(self._transport.upload("/auth/signing", body))

    def send(
        self,
        change: Change,
        key: UUID,
        *,
        retries: int | None = None,
        not_after: datetime | None = None,
    ) -> Answer[Result]:
        """Send a change under its idempotency key ("Idempotency").

        The value is the resource or challenge in the answer, None if it has none; a 2xx is not
        proof that the state changed. `retries=0` sends once, or again after a 401 with a new token.
        From `not_after` on, by our own clock, nothing leaves: Unavailable.
        """
        reply = self._transport.change(
            change.method, change.path, change.body, key, retries=retries, not_after=not_after
        )
        return answers.outcome(change, reply)

    def _one(self, kind: type[E], collection: str, asked: UUID) -> Answer[E]:
        answer = answers.read(self._transport.read(f"{collection}/{asked}"), partial(parse, kind))
        answers.check_owner(asked, [answer.value.id])
        return answer

    def _each(self, kind: type[P]) -> Answer[Iterator[P]]:
        reply = self._stream(kind)
        entries = answers.read_each(kind, reply).value
        # Where nobody recognises anything, every entry is read.
        return answers.answer(reply, (one.shape for one in entries if isinstance(one, Entry)))

    def _stream(self, kind: type[P]) -> Reply:
        reply = self._transport.stream(_LISTS[kind])
        answers.check_whole(reply)
        return reply

    def _many(self, kind: type[S], path: str) -> Answer[list[S]]:
        reply = self._transport.read(path, limit=LIST_LIMIT)
        answers.check_whole(reply)
        return answers.read(reply, partial(parse_list, kind))

    def _challenge(self, path: str, not_after: datetime | None = None) -> Answer[Challenge]:
        reply = self._transport.read(path, retries=0, not_after=not_after)
        return answers.read(reply, partial(parse, Challenge))
