"""What can go wrong with the provider, named for the next step.

ProviderError            carries: message, status, code, request_id, retry_after, body digest
  Unavailable            WAIT   not reached, or told to wait; a change was not executed
  KeyInFlight            WAIT   the provider still works on this key: repeat with the same one
  OutcomeUnknown         LOOK   a change was sent and no usable answer came back
  Refused                FIX    understood and declined
    InvalidRequest · NotFound · WrongState · KeyReused
  NotAuthorised          CALL   our credentials or signature: page a person
  Unreadable             CALL   answered in a shape we do not know
SignatureInvalid         (inbound) a message that does not prove where it comes from
"""

import enum
import hashlib
import json
import re
from datetime import timedelta
from typing import TypedDict, Unpack

EXCERPT_LENGTH = 300


class Evidence(TypedDict, total=False):
    """What an answer leaves behind in the error it became."""

    status: int
    request_id: str | None
    retry_after: timedelta | None
    body: bytes


class ProviderError(Exception):
    """Any trouble with the provider; the class says what to do next."""

    def __init__(
        self, message: str, *, code: str | None = None, **evidence: Unpack[Evidence]
    ) -> None:
        super().__init__(message)
        body = evidence.get("body", b"")
        self.message = message
        self.status = evidence.get("status")
        self.code = code or code_of(body)
        self.request_id = evidence.get("request_id")
        self.retry_after = evidence.get("retry_after")
        self.body_digest = hashlib.sha256(body).hexdigest() if body else None
        self.body_excerpt = excerpt(body)


class Unavailable(ProviderError):
    """Not reached, or told to wait; nothing was executed.

    `sent` is False when provably no byte of the request left this machine.
    """

    def __init__(self, message: str, *, sent: bool, **evidence: Unpack[Evidence]) -> None:
        super().__init__(message, **evidence)
        self.sent = sent


class KeyInFlight(ProviderError):
    """An earlier request with this key is still being worked on; never answer with a new key."""


class OutcomeUnknown(ProviderError):
    """A change may or may not have taken effect; only reading the resource settles it."""


class Refused(ProviderError):
    """Understood and declined."""


class InvalidRequest(Refused):
    """The request itself was not acceptable (400)."""


class NotFound(Refused):
    """The resource in the path does not exist, or not for us (404)."""


class WrongState(Refused):
    """The resource is not in a state that allows the request (409, but no key in flight)."""


class KeyReused(Refused):
    """The idempotency key was used before with another payload (422)."""


class NotAuthorised(ProviderError):
    """Credentials, token or signature were not accepted (401 with a fresh token, or 403)."""


class Unreadable(ProviderError):
    """The answer is not in a shape we know."""


class Reason(enum.StrEnum):
    """Why an incoming message is not believed."""

    MISSING = "missing"
    MALFORMED = "malformed"
    SEVERAL_LABELS = "several_labels"
    UNKNOWN_KEY = "unknown_key"
    WRONG_ALGORITHM = "wrong_algorithm"
    UNCOVERED = "uncovered"
    DIGEST_MISMATCH = "digest_mismatch"
    EXPIRED = "expired"
    NOT_YET_VALID = "not_yet_valid"
    MISMATCH = "mismatch"
    REPLAYED = "replayed"


class SignatureInvalid(Exception):
    """An incoming message that does not prove its origin; `reason` is fit for a counter."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


# Closed tables: an answer that no row names is judged by its class of status alone. The provider
# publishes no error bodies, so a row may only rest on a label its documentation prints. To add one,
# name the operation, the printed words and the page.

_REFUSALS: dict[int, type[Refused]] = {
    400: InvalidRequest,
    404: NotFound,
    409: WrongState,  # of a read; a change goes through _CONFLICTS first
    410: NotFound,
    422: KeyReused,
}

# 409 means "key in flight" on every change ("Idempotency") unless the body carries another label.
_CONFLICTS: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = (
    # "Customers": customer already exists
    (re.compile(r"POST /customers"), re.compile(r"already.{0,3}exists", re.IGNORECASE)),
    # "Account Creation", "Sign in With X": challenge already signed
    (
        re.compile(r"POST /(accounts|customers)/[^/]+/challenge/sign"),
        re.compile(r"already.{0,3}signed", re.IGNORECASE),
    ),
)


def for_answer(method: str, path: str, **evidence: Unpack[Evidence]) -> ProviderError:
    """The error that an answer other than 2xx stands for."""
    status = evidence["status"]
    if status in {401, 403}:
        return NotAuthorised(f"The provider refused our credentials ({status}).", **evidence)
    if status == 429:
        return Unavailable("The provider asks us to wait (429).", sent=True, **evidence)
    if status == 409 and method != "GET" and not _is_named_conflict(method, path, evidence):
        return KeyInFlight("The provider is still working on this request (409).", **evidence)
    if 400 <= status < 500 and status != 408:
        kind = _REFUSALS.get(status, Refused)
        return kind(f"The provider declined the request ({status}).", **evidence)
    if 300 <= status < 400 and method == "GET":
        return Unreadable(f"The provider redirects us ({status}); we never follow.", **evidence)
    return lost(method, f"The provider answered with an error ({status}).", **evidence)


def lost(method: str, message: str, **evidence: Unpack[Evidence]) -> ProviderError:
    """The error for a request that left and brought no usable answer.

    Only a change can have an unknown outcome; a read is simply asked again.
    """
    if method == "GET":
        return Unavailable(message, sent=True, **evidence)
    return OutcomeUnknown(message, **evidence)


def unreadable(method: str, message: str, **evidence: Unpack[Evidence]) -> ProviderError:
    """The error for a 2xx answer that cannot be used."""
    if method == "GET":
        return Unreadable(message, **evidence)
    return OutcomeUnknown(message, **evidence)


def _is_named_conflict(method: str, path: str, evidence: Evidence) -> bool:
    text = evidence.get("body", b"").decode("utf-8", "replace")
    operation = f"{method} {path}"
    return any(row.fullmatch(operation) and words.search(text) for row, words in _CONFLICTS)


# Card numbers, and anything long enough to be a token, a key or a signature.
_SENSITIVE = re.compile(r"(?:[0-9][ -]?){12,18}[0-9]|[A-Za-z0-9+/_=.\-]{40,}")
_CODE = re.compile(r"[A-Za-z0-9_.\-]{1,64}")


def excerpt(body: bytes) -> str:
    """The beginning of a body as one clean line, without anything that looks secret."""
    text = body[: 4 * EXCERPT_LENGTH].decode("utf-8", "replace")
    printable = "".join(character if character.isprintable() else " " for character in text)
    return _SENSITIVE.sub("[masked]", " ".join(printable.split()))[:EXCERPT_LENGTH]


def code_of(body: bytes) -> str | None:
    """The `code` of an error body, if it has one; error bodies are not documented."""
    try:
        document = json.loads(body[:65536])
    except (ValueError, RecursionError):
        return None
    code = document.get("code") if isinstance(document, dict) else None
    return code if isinstance(code, str) and _CODE.fullmatch(code) else None
