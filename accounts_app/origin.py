"""Where an act comes from: the address, the request and the sign-in behind what a person does.

One middleware sets it for the length of a request; work that nobody asked for just now has none.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True)
class Origin:
    """The request behind an act; `strength` is asked late, because a step-up changes it."""

    source: str = ""
    request_id: str = ""
    strength: Callable[[], str] = str


_NOWHERE = Origin()
_current: ContextVar[Origin] = ContextVar("origin", default=_NOWHERE)


def current() -> Origin:
    """Return where what is done now comes from; all of it is empty outside a request."""
    return _current.get()


@contextmanager
def acting_from(origin: Origin) -> Iterator[None]:
    """Let everything inside come from there."""
    token = _current.set(origin)
    try:
        yield
    finally:
        _current.reset(token)
