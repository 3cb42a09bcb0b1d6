"""The main job told through services: one account from its opening to its closing."""

import uuid
from collections.abc import Callable

from django.contrib.auth.models import User

from accounts_app import conf, work
from accounts_app.management.demo.provider import Provider
from accounts_app.models import Account, Customer, Operation
from accounts_app.offblocks import changes
from accounts_app.services import challenges, operations, refresh
from sandbox.server import Sandbox
from tests.factories import ask

ADDRESS = {"firstLine": "48 Lange Reihe", "city": "Hamburg", "country": "DE", "postCode": "20099"}


class Story:
    """Tells the journey act by act; after each act `meanwhile` may let webhooks in, or not."""

    def __init__(
        self, sandbox: Sandbox, maker: User, checker: User, meanwhile: Callable[[], None]
    ) -> None:
        self.sandbox = sandbox
        self.maker = maker
        self.checker = checker
        self.meanwhile = meanwhile

    def tell(self, customer: Customer) -> Account:
        """Tell it all; every operation must be done at its end."""
        account = self._opened(customer)
        self._sign(account)
        self._issue_card(account)
        for kind in ("deactivate", "reactivate"):
            self._operate(kind, account)
        self._issue_card(self._second_account(customer))
        self._operate("close", account)
        self._provider_acts(customer)
        return account

    def _opened(self, customer: Customer) -> Account:
        account = self._operate("create_account", customer).account
        assert account is not None
        return account

    def _sign(self, account: Account) -> None:
        challenge = challenges.current(account)
        assert challenge is not None
        signature = self.sandbox.world.sign(challenge.text, account.customer.chain_id)
        self._operate("sign_challenge", account, fields={"signature": signature})
        self.sandbox.world.settle()
        self.meanwhile()

    def _issue_card(self, account: Account) -> None:
        order = changes.create_card(account.pk, card_type="virtual", billing_address=ADDRESS)
        card = conf.client().send(order, uuid.uuid4()).value
        with Provider() as provider:
            provider.simulate("PATCH", f"cards/{card.id}/issue", uuid.uuid4())
        self.meanwhile()

    def _second_account(self, customer: Customer) -> Account:
        account = self._opened(customer)
        self._sign(account)
        return account

    def _provider_acts(self, customer: Customer) -> None:
        """Let the provider do by itself what no operation of ours would tell us."""
        world = self.sandbox.world
        stays = world.entities.below("account", str(customer.pk))[-1]
        card = world.entities.below("card", stays.id)[0]
        world.change("card", card.id, "suspended")
        world.change("account", stays.id, "inactive")
        world.change("card", card.id, "blocked")
        self.meanwhile()

    def _operate(self, kind: str, target: Customer | Account, **entries: object) -> Operation:
        # Staff press "Refresh" when nothing seems to happen.
        refresh.on_request(target, person=self.maker)
        target.refresh_from_db()
        operation = ask(kind, target, self.maker, **entries)
        if operation.needs_checker:
            operations.approve(operation.pk, checker=self.checker, digest=operation.digest)
        work.advance(operation.pk)
        operation.refresh_from_db()
        assert operation.state == Operation.State.SUCCEEDED, operation.outcome
        self.meanwhile()
        return operation
