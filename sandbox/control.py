"""The control interface under /_sandbox: faults, clock, wallets, ledger; for this machine only."""

import ipaddress
from collections.abc import Callable
from dataclasses import asdict, dataclass

from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.wrappers import Request

from sandbox import bodies, challenges
from sandbox.bodies import Body
from sandbox.clock import parse, spell
from sandbox.deliveries import Deliveries
from sandbox.entities import KINDS
from sandbox.errors import Refused
from sandbox.faults import Faults
from sandbox.webhook_signing import WebhookSigner
from sandbox.world import World

PREFIX = "/_sandbox/"
Reply = Callable[[Body], object]


@dataclass(frozen=True)
class Control:
    """Answers requests under /_sandbox with JSON values."""

    world: World
    deliveries: Deliveries
    faults: Faults
    signer: WebhookSigner

    def answer(self, request: Request) -> object:
        """Carry out one request. Raises Refused and HTTPException."""
        refuse_strangers(request)
        methods = self._table().get(request.path.removeprefix(PREFIX))
        if methods is None:
            raise NotFound
        if request.method not in methods:
            raise MethodNotAllowed(valid_methods=list(methods))
        return methods[request.method](_body(request))

    def _table(self) -> dict[str, dict[str, Reply]]:
        return {
            "healthz": {"GET": lambda _: {"status": "ok"}},
            "ledger": {"GET": lambda _: self.world.rules.ledger.lines()},
            "world": {"GET": lambda _: self.world.snapshot()},
            "state": {"POST": self._state},
            "clock": {"GET": self._clock, "POST": self._set_clock},
            "faults": {
                "GET": lambda _: self.faults.all(),
                "POST": self._add_fault,
                "DELETE": lambda _: self.faults.clear(),
            },
            "settle": {"POST": lambda _: self.world.settle()},
            "wallets": {"GET": self._wallets, "POST": self._create_wallet},
            "wallets/sign": {"POST": self._sign},
            "deliveries": {"GET": lambda _: self.deliveries.all()},
            "deliveries/hold": {"POST": lambda _: self.deliveries.hold()},
            "deliveries/release": {"POST": lambda _: self.deliveries.release()},
            "webhook-key": {"GET": self._webhook_key},
        }

    def _state(self, body: Body) -> object:
        kind = bodies.chosen(body, "entity", KINDS)
        status = bodies.text(body, "status")
        return self.world.change(kind, bodies.text(body, "id"), status)

    def _clock(self, body: Body) -> object:
        return {"now": spell(self.world.clock.now(), 6)}

    def _set_clock(self, body: Body) -> object:
        if "now" in body:
            self._pin(bodies.text(body, "now"))
        advance = body.get("advance", 0)
        if isinstance(advance, bool) or not isinstance(advance, int | float) or advance < 0:
            raise bodies.invalid("advance")
        if advance:
            self.world.clock.advance(advance)
        if bodies.flag(body, "release", default=False):
            self.world.clock.release()
        self.world.tick()
        return self._clock(body)

    def _pin(self, now: str) -> None:
        try:
            self.world.clock.pin(parse(now))
        except ValueError:
            raise bodies.invalid("now") from None

    def _add_fault(self, body: Body) -> object:
        return asdict(self.faults.load(body))

    def _wallets(self, body: Body) -> object:
        return [{"chainId": chain_id} for chain_id in self.world.wallets.all()]

    def _create_wallet(self, body: Body) -> object:
        chain = bodies.text(body, "chain", "eip155:324")
        return {"chainId": self.world.wallets.create(chain)}

    def _sign(self, body: Body) -> object:
        chain_id, challenge = bodies.text(body, "chainId"), bodies.text(body, "challenge")
        signature = self.world.sign(challenge, chain_id)
        return {
            "signature": signature,
            "signatureBase64": challenges.encode_signature(signature),
        }

    def _webhook_key(self, body: Body) -> object:
        return {"keyId": self.signer.key_id, "publicKey": self.signer.public_key}


def refuse_strangers(request: Request) -> None:
    """Let only this machine in: the keys of owners' wallets are used without a password."""
    if not ipaddress.ip_address(request.remote_addr or "0.0.0.0").is_loopback:  # noqa: S104
        raise Refused(403, "only from the same machine")


def _body(request: Request) -> Body:
    raw = request.get_data()
    if not raw:
        return {}
    if request.mimetype != "application/json":
        # Also keeps a foreign web page from posting here: it cannot send this type unasked.
        raise Refused(415, "content type must be application/json")
    return bodies.read(raw)
