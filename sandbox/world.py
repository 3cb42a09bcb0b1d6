"""The pretend provider's world: what one may ask of it, whoever asks and by whatever way."""

from collections.abc import Callable

from sandbox import challenges, details
from sandbox.clock import Clock
from sandbox.entities import GET_DIGITS, KINDS, Entity
from sandbox.errors import Refused
from sandbox.ledger import PROVIDER, Origin
from sandbox.mint import Mint
from sandbox.options import Options
from sandbox.ownership import CREATION, DELETION, Ownership
from sandbox.rules import FOREVER, Rules
from sandbox.states import ACTIONS, CURRENCIES, FINAL_ACCOUNT, FINAL_CARD
from sandbox.store import Store
from sandbox.wallets import Wallets

PATHS = {
    "customer": ("initiating", "screening", "verifying", "active"),
    "account": ("initiating", "pending", "active"),
    "card": ("issuing", "active"),
}
BRANCHES_AT = {"rejected": "verifying", "failed": "initiating", "issue_failed": "issuing"}
BILLING_ADDRESS = {
    "firstLine": "1 Sample Street",
    "city": "Lisbon",
    "country": "PT",
    "postCode": "1000-001",
}


class World:
    """Customers, accounts, cards and payments under the provider's rules.

    Methods raise Refused, with the status and label of the API's answer.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        mint: Mint,
        options: Options,
        announce: Callable[[Entity], None],
    ) -> None:
        self.clock = clock
        self.wallets = Wallets(store, mint)
        self.rules = Rules(store, clock, mint, options, announce)
        self.entities = self.rules.entities
        self.ownership = Ownership(self.entities, clock, mint, verify=options.verify_challenges)
        self._store = store
        self._mint = mint
        self._options = options

    def get(self, kind: str, identifier: str) -> Entity:
        """Return one entity."""
        entity = self.entities.find(identifier, kind)
        if entity is None:
            raise Refused(404, f"{kind} not found")
        return entity

    def create_customer(self, chain_id: str, external_id: str, origin: Origin) -> Entity:
        """Register a wallet's owner, in initiating. A wallet or an external id is taken once."""
        twins = self.entities.having("customer", "chainId", chain_id)
        namesakes = self.entities.having("customer", "externalId", external_id)
        if any(challenges.same_wallet(chain_id, str(twin.fields["chainId"])) for twin in twins):
            raise Refused(409, "customer already exists")
        if any(twin.fields["externalId"] == external_id for twin in namesakes):
            raise Refused(409, "customer already exists")
        customer = self._new("customer", "", "initiating", externalId=external_id, chainId=chain_id)
        self.ownership.ask(customer, CREATION)
        self.rules.create(customer, origin)
        return customer

    def create_account(self, customer_id: str, currencies: list[str], origin: Origin) -> Entity:
        """Open a card account, in initiating; with an unknown currency it fails soon after."""
        customer = self.get("customer", customer_id)
        if customer.status != "active":
            raise Refused(400, "customer is not active")
        if len(currencies) != 1:
            raise Refused(400, "exactly one currency is supported")
        account = self._new(
            "account", customer.id, "initiating", type="card_account", currencies=currencies
        )
        self.ownership.ask(account, CREATION)
        self.rules.create(account, origin)
        if currencies[0] not in CURRENCIES:
            self._fail_later(account, "failed")
        return account

    def create_card(
        self, account_id: str, card_type: str, address: dict[str, object], origin: Origin
    ) -> Entity:
        """Order a card, in issuing; on an account that is not active it fails soon after."""
        account = self.get("account", account_id)
        if account.status in FINAL_ACCOUNT:
            raise Refused(400, "account is closed")
        siblings = [
            c for c in self.entities.below("card", account.id) if c.status not in FINAL_CARD
        ]
        if any(card.fields["type"] == card_type for card in siblings):
            raise Refused(400, "the account has such a card")
        card = self._new("card", account.id, "issuing", type=card_type, billingAddress=address)
        self.rules.create(card, origin)
        if account.status != "active":
            self._fail_later(card, "issue_failed")
        return card

    def authorise(
        self, card_id: str, payment: dict[str, str], capture: bool, origin: Origin
    ) -> Entity:
        """Let a merchant reserve an amount on an active card; `capture` collects it soon after."""
        card = self.get("card", card_id)
        if card.status != "active":
            raise Refused(400, "card is not active")
        fields = details.money(payment["amount"], payment["currency"], self._mint)
        authorisation = self._new(
            "authorisation", card.id, "pending", accountId=card.parent, **fields
        )
        self.rules.create(authorisation, origin)
        if capture:
            seconds = self._options.capture_seconds
            self.rules.schedule(authorisation, ["pending"], "capturing", seconds, Origin("timer"))
        return authorisation

    def act(self, operation_id: str, identifier: str, origin: Origin) -> Entity:
        """Accept a request to change a status. Asked again, it is accepted without effect."""
        action = ACTIONS[operation_id]
        entity = self.get(action.kind, identifier)
        if entity.status in action.done:
            return entity
        if entity.status not in action.sources:
            raise Refused(400, f"{action.kind} is {entity.status}")
        self._refuse_on_closed_account(entity, action.goal)
        if operation_id == "closeAccount" and self._options.close_needs_signature:
            self.ownership.ask(entity, DELETION)
            self.entities.save(entity)
        elif origin.cause == "api" and self._options.change_seconds:
            seconds, sources = self._options.change_seconds, sorted(action.sources)
            self.rules.schedule(entity, sources, action.goal, seconds, origin)
        else:
            self.rules.move(entity, action.goal, origin)
        return entity

    def fetch_challenge(self, kind: str, identifier: str) -> str:
        """Return a new challenge, which ends all earlier ones of this entity."""
        return self.ownership.renew(self.get(kind, identifier))

    def submit_signature(self, entity: Entity, proof: dict[str, str], origin: Origin) -> None:
        """Take an owner's signature (`ownerId`, `challenge`, `signature`) and go on."""
        purpose = self.ownership.answer(
            entity, proof["ownerId"], proof["challenge"], proof["signature"]
        )
        goal = "screening" if entity.kind == "customer" else "pending"
        self.rules.move(entity, "closed" if purpose == DELETION else goal, origin)

    def change(self, kind: str, identifier: str, status: str) -> dict[str, object]:
        """Let the provider set any status by itself. It stays: no timer moves it on."""
        with self._store.transaction():
            entity = self.get(kind, identifier)
            self.rules.unschedule(entity)
            self.rules.move(entity, status, PROVIDER)
        return entity.shown(GET_DIGITS)

    def tick(self) -> None:
        """Do what has become due."""
        self.rules.fire(until=self.clock.now())

    def settle(self) -> None:
        """Fire every timer now, also those that these start."""
        self.rules.fire(until=FOREVER)

    def snapshot(self) -> dict[str, list[dict[str, object]]]:
        """Return every entity as a GET would show it, by kind."""
        with self._store.transaction():
            return {k: [e.shown(GET_DIGITS) for e in self.entities.all(k)] for k in KINDS}

    def sign(self, challenge: str, chain_id: str) -> str:
        """Sign a challenge as the owner of a kept wallet; the signature as 0x hex."""
        text = challenges.read(challenge)
        return "0x" + self.wallets.sign(text.encode(), chain_id).hex()

    def add_customer(self, status: str = "active") -> dict[str, object]:
        """Make a customer with a kept wallet, in this status, without the API."""
        with self._store.transaction():
            external_id = f"customer-{self._store.count('external id'):05d}"
            customer = self.create_customer(self.wallets.create(), external_id, PROVIDER)
            return self._lead(customer, status)

    def add_account(self, customer_id: str, status: str = "active") -> dict[str, object]:
        """Make an account of an active customer, in this status, without the API."""
        with self._store.transaction():
            return self._lead(self.create_account(customer_id, ["EUR"], PROVIDER), status)

    def add_card(self, account_id: str, status: str = "active") -> dict[str, object]:
        """Make a virtual card, in this status, without the API."""
        with self._store.transaction():
            card = self.create_card(account_id, "virtual", dict(BILLING_ADDRESS), PROVIDER)
            return self._lead(card, status)

    def _lead(self, entity: Entity, status: str) -> dict[str, object]:
        path = PATHS[entity.kind]
        self.rules.unschedule(entity)
        last = path.index(status if status in path else BRANCHES_AT.get(status, "active"))
        for step in (*path[1 : last + 1], status):
            if entity.status != step:
                self.rules.move(entity, step, PROVIDER)
        return entity.shown(GET_DIGITS)

    def _new(self, kind: str, parent: str, status: str, **fields: object) -> Entity:
        now = self.clock.now()
        return Entity(kind, self._mint.id(kind), parent, status, now, now, fields)

    def _fail_later(self, entity: Entity, goal: str) -> None:
        seconds, origin = self._options.check_seconds, Origin("timer")
        self.rules.schedule(entity, [entity.status], goal, seconds, origin)

    def _refuse_on_closed_account(self, entity: Entity, goal: str) -> None:
        if entity.kind == "card" and goal == "active":
            account = self.get("account", entity.parent)
            if account.status in FINAL_ACCOUNT:
                raise Refused(400, f"account is {account.status}")
