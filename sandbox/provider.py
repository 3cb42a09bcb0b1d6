"""The provider's operations: each reads its call, asks the world, and spells the answer."""

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass

from sandbox import bodies
from sandbox.authentication import SigningKey
from sandbox.bodies import Body
from sandbox.entities import GET_DIGITS, POST_DIGITS, Entity
from sandbox.idempotency import Answer
from sandbox.ledger import Origin
from sandbox.ownership import CHALLENGE
from sandbox.subscriptions import TYPES, Subscriptions
from sandbox.tokens import Tokens
from sandbox.webhook_signing import WebhookSigner
from sandbox.world import World

ACCEPTED, DONE = Answer(202), Answer(204)


@dataclass(frozen=True)
class Provider:
    """What the operations work on."""

    world: World
    tokens: Tokens
    signing_key: SigningKey
    subscriptions: Subscriptions
    signer: WebhookSigner


@dataclass(frozen=True)
class Call:
    """One request that passed all checks. `id` is the entity its path names, if any."""

    operation: str
    id: str
    body: Body
    key: str | None

    @property
    def origin(self) -> Origin:
        """Why the world changes through this call."""
        cause = "simulator" if self.operation.startswith("simulate") else "api"
        return Origin(cause, self.key, self.operation)


Handler = Callable[[Provider, Call], Answer]


def _json(status: int, value: object) -> Answer:
    return Answer(status, json.dumps(value).encode())


def _created(entity: Entity) -> Answer:
    return _json(201, entity.shown(POST_DIGITS))


def _created_with_challenge(entity: Entity) -> Answer:
    return _json(201, {**entity.shown(POST_DIGITS), "challenge": entity.hidden[CHALLENGE]})


def create_token(provider: Provider, call: Call) -> Answer:
    """Exchange credentials for a token."""
    key, secret = bodies.identifier(call.body, "apiKey"), bodies.text(call.body, "apiSecret")
    return _json(200, provider.tokens.issue(key, secret))


def update_credentials(provider: Provider, call: Call) -> Answer:
    """Replace the credentials."""
    key, secret = bodies.identifier(call.body, "apiKey"), bodies.text(call.body, "apiSecret")
    provider.tokens.replace(key, secret)
    return DONE


def delete_credentials(provider: Provider, call: Call) -> Answer:
    """End all access."""
    provider.tokens.remove(bodies.identifier(call.body, "apiKey"))
    return DONE


def put_signing_key(provider: Provider, call: Call) -> Answer:
    """Store the public key that verifies requests."""
    key_id = provider.signing_key.upload(bodies.text(call.body, "publicKey"))
    return _json(200, {"keyId": key_id})


def delete_signing_key(provider: Provider, call: Call) -> Answer:
    """Remove the public key."""
    provider.signing_key.remove()
    return DONE


def create_customer(provider: Provider, call: Call) -> Answer:
    """Create a customer."""
    chain_id, external_id = (
        bodies.chain_id(call.body, "chainId"),
        bodies.text(call.body, "externalId"),
    )
    return _created_with_challenge(
        provider.world.create_customer(chain_id, external_id, call.origin)
    )


def create_account(provider: Provider, call: Call) -> Answer:
    """Create an account."""
    bodies.chosen(call.body, "type", {"card_account"})
    currencies = bodies.texts(call.body, "currencies")
    return _created_with_challenge(provider.world.create_account(call.id, currencies, call.origin))


def create_card(provider: Provider, call: Call) -> Answer:
    """Create a card; a physical one must be sent somewhere."""
    card_type = bodies.chosen(call.body, "type", {"virtual", "physical"})
    address = bodies.address(call.body, "billingAddress")
    if card_type == "physical" or "shippingAddress" in call.body:
        bodies.address(call.body, "shippingAddress")
    return _created(provider.world.create_card(call.id, card_type, address, call.origin))


def simulate_authorisation(provider: Provider, call: Call) -> Answer:
    """Create an authorisation."""
    payment = {
        "amount": bodies.matching(call.body, "amount", bodies.DECIMAL),
        "currency": bodies.matching(call.body, "currency", bodies.CURRENCY),
    }
    capture = bodies.flag(call.body, "capture", default=True)
    return _created(provider.world.authorise(call.id, payment, capture=capture, origin=call.origin))


def act(provider: Provider, call: Call) -> Answer:
    """Change a status."""
    provider.world.act(call.operation, call.id, call.origin)
    return ACCEPTED


def close_account(provider: Provider, call: Call) -> Answer:
    """Close an account; the answer has a body when the owner must sign first."""
    account = provider.world.act(call.operation, call.id, call.origin)
    if not provider.world.ownership.asks(account):
        return ACCEPTED
    told = {"id": account.id, "status": account.status, "challenge": account.hidden[CHALLENGE]}
    return _json(202, told)


def fetch_challenge(kind: str) -> Handler:
    """Return the handler that issues a new challenge."""

    def handler(provider: Provider, call: Call) -> Answer:
        return _json(200, {"challenge": provider.world.fetch_challenge(kind, call.id)})

    return handler


def sign_challenge(kind: str, owner_field: str, owner_default: str | None) -> Handler:
    """Return the handler that takes an owner's signature."""

    def handler(provider: Provider, call: Call) -> Answer:
        proof = {
            "ownerId": bodies.text(call.body, owner_field, owner_default),
            "challenge": bodies.text(call.body, "challenge"),
            "signature": bodies.text(call.body, "signature"),
        }
        entity = provider.world.get(kind, call.id)
        provider.world.submit_signature(entity, proof, call.origin)
        return DONE

    return handler


def one(kind: str) -> Handler:
    """Return the handler that shows one entity."""

    def handler(provider: Provider, call: Call) -> Answer:
        return _json(200, provider.world.get(kind, call.id).shown(GET_DIGITS))

    return handler


def every(kind: str) -> Handler:
    """Return the handler that lists the programme's entities of a kind."""

    def handler(provider: Provider, call: Call) -> Answer:
        return _list(provider.world.entities.all(kind))

    return handler


def below(kind: str, parent_kind: str) -> Handler:
    """Return the handler that lists what hangs from one parent."""

    def handler(provider: Provider, call: Call) -> Answer:
        parent = provider.world.get(parent_kind, call.id)
        return _list(provider.world.entities.below(kind, parent.id))

    return handler


def account_transactions(provider: Provider, call: Call) -> Answer:
    """List the transactions of all cards of an account."""
    account = provider.world.get("account", call.id)
    return _list(provider.world.entities.having("transaction", "accountId", account.id))


def _list(entities: list[Entity]) -> Answer:
    return _json(200, [entity.shown(GET_DIGITS) for entity in entities])


def put_webhook(provider: Provider, call: Call) -> Answer:
    """Create or change a subscription."""
    identifier = bodies.identifier(call.body, "id") if "id" in call.body else None
    url, types = bodies.text(call.body, "callbackUrl"), bodies.texts(call.body, "types")
    if not set(types) <= set(TYPES):
        raise bodies.invalid("types")
    return _json(200, provider.subscriptions.put(identifier, url, types))


def list_webhooks(provider: Provider, call: Call) -> Answer:
    """List all subscriptions."""
    return _json(200, provider.subscriptions.all())


def get_webhook(provider: Provider, call: Call) -> Answer:
    """Show one subscription."""
    return _json(200, provider.subscriptions.get(call.id))


def delete_webhook(provider: Provider, call: Call) -> Answer:
    """Remove a subscription."""
    provider.subscriptions.delete(call.id)
    return DONE


def get_verification_key(provider: Provider, call: Call) -> Answer:
    """Show the key that verifies webhooks, in the encoding of signing key uploads."""
    public_key = base64.b64encode(provider.signer.public_key.encode()).decode()
    return _json(200, {"keyId": provider.signer.key_id, "publicKey": public_key})
