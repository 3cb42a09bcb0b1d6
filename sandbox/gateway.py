"""The provider's front door: one request passes faults, authentication and idempotency in turn."""

import json
import threading
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace

from werkzeug.wrappers import Request

from sandbox import bodies, idempotency
from sandbox.authentication import SignatureCheck
from sandbox.errors import Refused
from sandbox.faults import Fault, Faults
from sandbox.idempotency import CHANGING, Answer, Answers
from sandbox.provider import Call, Provider
from sandbox.routes import URLS, Route
from sandbox.signatures import Message
from sandbox.store import Store

ANOTHER = "00000000-0000-4000-8000-000000000000"
BROKEN_JSON = b'{"id": "'


class ConnectionCut(Exception):
    """The connection is to be closed without an answer."""


@dataclass(frozen=True)
class Incoming:
    """One request with its route, its raw target and its body."""

    route: Route
    id: str
    target: str
    body: bytes
    message: Message

    @property
    def fingerprint(self) -> str:
        """What makes a repetition the same request."""
        return idempotency.fingerprint(self.message.method, self.target, self.body)


@dataclass(frozen=True)
class Gateway:
    """Answers every request under /v1."""

    store: Store
    provider: Provider
    signature_check: SignatureCheck
    answers: Answers
    faults: Faults
    stopping: threading.Event

    def answer(self, request: Request) -> Answer:
        """Answer one request.

        Raises ConnectionCut, and HTTPException for an unknown path, method or too large a body.
        """
        incoming = read(request)
        operation, path = incoming.route.operation, incoming.message.path
        self.provider.world.tick()
        for sight in self.faults.sights(operation, request.method, path):
            self.provider.world.change(sight.entity, sight.id or incoming.id, sight.status)
        fault = self.faults.trouble(operation, request.method, path)
        self._keep_away(fault)
        try:
            return self._admitted(incoming, fault)
        except Refused as refusal:
            return refused(refusal)

    def _keep_away(self, fault: Fault | None) -> None:
        """Hold a request up before anything looks at it, or cut it off."""
        if fault is None or fault.action not in {"arrive_late", "kill_before"}:
            return
        if fault.action == "kill_before" or self.stopping.wait(fault.seconds):
            raise ConnectionCut
        self.provider.world.tick()

    def _admitted(self, incoming: Incoming, fault: Fault | None) -> Answer:
        key = self._admit(incoming)
        with self._claim(key):
            answer = _instead(fault) or self._first_answer(incoming, key)
            if fault is None:
                return answer
            answer = _spoiled(answer, fault)
            if fault.stored and key is not None:
                self.answers.keep(key, incoming.fingerprint, answer)
            if fault.action != "arrive_late":
                self.stopping.wait(fault.seconds)
        if fault.action == "drop_reply":
            raise ConnectionCut
        return answer

    def _admit(self, incoming: Incoming) -> str | None:
        """Check token, signature and media type; return the idempotency key, if one is due."""
        headers = incoming.message.headers
        if incoming.route.operation != "createToken":
            self.provider.tokens.check(headers.get("authorization", ""))
        if incoming.route.signed:
            self.signature_check.check(incoming.message, incoming.body)
        if incoming.body and not headers.get("content-type", "").startswith("application/json"):
            raise Refused(415, "content type must be application/json")
        if incoming.route.signed and incoming.message.method in CHANGING:
            return idempotency.key_of(headers.get("idempotency-key"))
        return None

    def _claim(self, key: str | None) -> AbstractContextManager[None]:
        return nullcontext() if key is None else self.answers.claim(key)

    def _first_answer(self, incoming: Incoming, key: str | None) -> Answer:
        with self.store.transaction():
            if key is None:
                return self._carry_out(incoming, key)
            known = self.answers.stored(key, incoming.fingerprint)
            if known is not None:
                return known
            answer = self._carry_out(incoming, key)
            self.answers.keep(key, incoming.fingerprint, answer)
        return answer

    def _carry_out(self, incoming: Incoming, key: str | None) -> Answer:
        # A refusal is caught inside the transaction: a wrong signature's new challenge stays.
        try:
            if incoming.id and not bodies.is_uuid(incoming.id):
                raise Refused(400, "id is not a UUID")
            body = bodies.read(incoming.body) if incoming.route.reads_body else {}
            call = Call(incoming.route.operation, incoming.id, body, key)
            answer = incoming.route.handler(self.provider, call)
            self.provider.world.tick()
        except Refused as refusal:
            return refused(refusal)
        return answer


def read(request: Request) -> Incoming:
    """Find a request's route and read it whole. Raises HTTPException."""
    route, arguments = URLS.bind_to_environ(request.environ).match()
    target = _target(request)
    path, _, query = target.partition("?")
    message = Message(
        method=request.method,
        authority=request.headers.get("Host", ""),
        path=path,
        query=f"?{query}",
        headers={name.lower(): value for name, value in request.headers.items()},
    )
    return Incoming(route, arguments.get("id", ""), target, request.get_data(), message)


def refused(refusal: Refused) -> Answer:
    """Return the answer to a declined request: a label, not JSON."""
    return Answer(refusal.status, refusal.label.encode(), "text/plain; charset=utf-8")


def _target(request: Request) -> str:
    raw: str = request.environ["RAW_URI"]
    if raw.startswith("/"):
        return raw
    return "/" + raw.partition("//")[2].partition("/")[2]


def _instead(fault: Fault | None) -> Answer | None:
    if fault is None or fault.effect:
        return None
    if fault.action == "conflict_in_flight":
        return refused(Refused(409, "idempotency key in flight"))
    if fault.action == "status":
        return refused(Refused(fault.code, "scripted fault"))
    return None


def _of_another(body: bytes) -> bytes:
    """Put other ids into a representation; every other body stays as it is."""
    entity = json.loads(body) if body.startswith(b"{") else {}
    ids = {name for name in ("id", "customerId", "accountId") if name in entity}
    return json.dumps(entity | dict.fromkeys(ids, ANOTHER)).encode() if ids else body


def _spoiled(answer: Answer, fault: Fault) -> Answer:
    if fault.action == "malformed":
        return Answer(200 if answer.status == 204 else answer.status, BROKEN_JSON)
    if fault.action == "another_entity":
        return replace(answer, body=_of_another(answer.body))
    if fault.action == "status":
        answer = refused(Refused(fault.code, "scripted fault"))
    return replace(answer, retry_after=fault.retry_after)
