"""The faults a request may meet: one row each, with the requests it can meet and how often.

Each takes the network and the exchange and returns the reply, or raises what the HTTP library does.
Time passes inside, and what the provider does later happens when its moment comes.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.simulation import answers, losses
from tests.simulation.exchange import Exchange
from tests.simulation.provider import Reply

if TYPE_CHECKING:
    from tests.simulation.network import Network

Carry = Callable[["Network", Exchange], Reply]


@dataclass(frozen=True)
class Fault:
    """A fault, the requests it can meet, and how often compared with the others."""

    name: str
    carry: Carry
    meets: Callable[[Exchange], bool]
    weight: int = 2


def any_request(_: Exchange) -> bool:
    """Meets everything."""
    return True


def change(exchange: Exchange) -> bool:
    """Meets what asks for a change."""
    return exchange.is_change


def read(exchange: Exchange) -> bool:
    """Meets reads of entities and lists."""
    return exchange.is_read


def one(exchange: Exchange) -> bool:
    """Meets reads of one entity."""
    return bool(exchange.entity_id)


def not_token(exchange: Exchange) -> bool:
    """Meets everything that needs a token."""
    return not exchange.is_token


FAULTS = (
    Fault("connection refused", losses.refused, any_request, 3),
    Fault("connection timed out", losses.unreachable, any_request, 1),
    Fault("request lost", losses.lost_request, not_token, 3),
    Fault("connection reset", losses.reset, any_request, 2),
    Fault("reply lost after the effect", losses.lost_reply, not_token, 5),
    Fault("connection cut after the effect", losses.cut_reply, not_token, 2),
    Fault("arrives late", losses.late, change, 8),
    Fault("worked on for minutes", losses.slow, change, 5),
    Fault("5xx without effect", answers.error, any_request, 3),
    Fault("5xx without effect, stored", answers.stored_error, change, 4),
    Fault("5xx after the effect", answers.error_after, change, 4),
    Fault("5xx after the effect, stored", answers.stored_error_after, change, 4),
    Fault("409 in flight", answers.in_flight, change, 4),
    Fault("422 key reused", answers.key_reused, change, 3),
    Fault("declined", answers.declined, change, 3),
    Fault("429", answers.limited, any_request, 3),
    Fault("token death", answers.token_death, not_token, 3),
    Fault("401", answers.unauthorised, any_request, 2),
    Fault("403", answers.forbidden, any_request, 1),
    Fault("malformed body", answers.malformed, any_request, 3),
    Fault("truncated body", answers.truncated, any_request, 3),
    Fault("body without length", answers.unframed, any_request, 1),
    Fault("oversized body", answers.oversized, one, 1),
    Fault("3xx", answers.redirected, any_request, 1),
    Fault("about another entity", answers.another_entity, any_request, 2),
    Fault("about another owner", answers.another_owner, change, 2),
    Fault("stale read", answers.stale_read, read, 5),
    Fault("wrong date", answers.wrong_date, any_request, 2),
    Fault("unknown for a while", answers.unknown, one, 2),
)
