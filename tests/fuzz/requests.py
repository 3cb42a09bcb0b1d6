"""What is thrown at the intake: spoiled bodies, wrong proofs, wrong heads, in a seeded mixture."""

import random
import uuid
from dataclasses import dataclass

from tests.corpus.bodies import MALFORMED
from tests.deliveries import event
from tests.fuzz.mutation import cut, flip, inserting, repeat, spoiled, swap
from tests.webhooks.served import PATH

FRAGMENTS = [
    *MALFORMED.values(),
    *(b'"', b"{", b"}", b"[", b"]", b",", b":", b"\\u0000", b"\\ud800", b"\xff", b"\0", b"\n"),
    *(b"1e999", b"-0", b"NaN", b"null", b'{"a":' * 40, b"9" * 40, b'"id":', b'"eventId":'),
    *("\u202e\u2066".encode(), "💳".encode(), b"x" * 70_000, b"[" * 2000),
]
SPOILS = (flip, cut, repeat, swap, inserting(FRAGMENTS))
TYPES = ("account.updated", "card.updated", "customer.updated", "transaction.updated", "new.kind")
HOW_WRONG = (
    {"path": "/webhooks/offblocks/another-secret-than-the-right-one-it-is/"},
    {"path": "/webhooks/offblocks/"},
    {"media_type": "text/plain"},
    {"media_type": "application/json; charset=utf-16"},
    {"coding": "gzip"},
    {"is_chunked": True},
)


@dataclass(frozen=True)
class Request:
    """One POST: where, as what, and its body."""

    body: bytes
    path: str = PATH
    media_type: str = "application/json"
    coding: str = ""
    is_chunked: bool = False


def made(chance: random.Random) -> Request:
    """Choose a request: mostly a spoiled body, now and then a wrong head around any body."""
    is_wrong = chance.random() < 0.1
    return Request(_body(chance), **(chance.choice(HOW_WRONG) if is_wrong else {}))


def _body(chance: random.Random) -> bytes:
    kind = chance.random()
    if kind < 0.15:
        return _event(chance)
    if kind < 0.25:
        return chance.choice(list(MALFORMED.values()))
    if kind < 0.26:
        return b" " * chance.choice((262_143, 262_144, 262_145, 400_000))
    if kind < 0.35:
        return chance.randbytes(chance.choice((0, 1, 8, 200, 5000)))
    return spoiled(chance, _event(chance), SPOILS)


def _event(chance: random.Random) -> bytes:
    # From a small world: most of what is taken comes again, as from a provider that retries.
    numbers = [str(uuid.UUID(int=chance.randrange(1, 2000))) for _ in range(2)]
    more = {"amount": chance.randrange(-(10**6), 10**6)} if chance.random() < 0.3 else {}
    return event(eventId=numbers[0], id=numbers[1], webhookType=chance.choice(TYPES), **more)
