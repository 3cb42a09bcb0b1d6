"""Proof that a wallet's owner agrees: hands out challenges and checks what comes back."""

from sandbox import challenges, details
from sandbox.clock import Clock
from sandbox.entities import Entities, Entity
from sandbox.errors import Refused
from sandbox.mint import Mint

CHALLENGE, PURPOSE = "challenge", "purpose"
CREATION, DELETION = "creation", "deletion"
WAITING_IN = {CREATION: ("initiating",), DELETION: ("active", "inactive")}


class Ownership:
    """The current challenge of each customer and account. A new one ends all earlier ones."""

    def __init__(self, entities: Entities, clock: Clock, mint: Mint, *, verify: bool) -> None:
        self._entities = entities
        self._clock = clock
        self._mint = mint
        self._verify = verify

    def ask(self, entity: Entity, purpose: str) -> str:
        """Open the question and return its first challenge. The caller saves the entity."""
        entity.hidden[PURPOSE] = purpose
        if entity.kind == "customer":
            text = challenges.customer_text(entity, details.nonce(self._mint), self._clock.now())
        else:
            key, nonce = details.session_key(self._mint), details.nonce(self._mint)
            text = challenges.account_text(entity, purpose, key, nonce)
        entity.hidden[CHALLENGE] = challenges.encode(text)
        return entity.hidden[CHALLENGE]

    def asks(self, entity: Entity) -> bool:
        """Tell whether the entity waits for a signature."""
        return entity.status in WAITING_IN.get(entity.hidden.get(PURPOSE, ""), ())

    def renew(self, entity: Entity) -> str:
        """Return a new challenge; a GET with a side effect. Page "Account Creation"."""
        if not self.asks(entity):
            raise Refused(400, "no signature wanted")
        challenge = self.ask(entity, entity.hidden[PURPOSE])
        self._entities.save(entity)
        return challenge

    def answer(self, entity: Entity, owner: str, challenge: str, signature: str) -> str:
        """Check a signature and return what it was for.

        A wrong signature ends the challenge: a new one must be fetched. A challenge that is not
        the current one is refused and changes nothing.
        """
        if not self.asks(entity):
            raise Refused(409, "challenge already signed")
        if challenge != entity.hidden[CHALLENGE]:
            raise Refused(400, "challenge is not the current one")
        wallet = self._wallet(entity)
        right = challenges.same_wallet(wallet, owner or wallet)
        if self._verify and not (right and challenges.signed_by(wallet, challenge, signature)):
            self.renew(entity)
            raise Refused(400, "signature verification failed")
        purpose, entity.hidden[PURPOSE] = entity.hidden[PURPOSE], ""
        return purpose

    def _wallet(self, entity: Entity) -> str:
        owner = entity if entity.kind == "customer" else self._entities.find(entity.parent)
        return str(owner.fields["chainId"]) if owner else ""
