"""Strict reading of JSON request bodies: what the schemas of the contract demand, no more."""

import json
import re
import uuid
from collections.abc import Collection

from sandbox.errors import Refused

Body = dict[str, object]
CHAIN_ACCOUNT = re.compile(r"[-a-z0-9]{3,8}:[-_a-zA-Z0-9]{1,64}:[-.%a-zA-Z0-9]{1,128}")
EVM_ADDRESS = re.compile(r"eip155:[0-9]+:0x[0-9a-fA-F]{40}")
DECIMAL = re.compile(r"-?[0-9]+(\.[0-9]+)?")
CURRENCY = re.compile(r"[A-Z]{3}")
ADDRESS_LINES = ("firstLine", "secondLine", "city", "state", "country", "postCode")


def invalid(name: str) -> Refused:
    """Return the refusal that names the field at fault."""
    return Refused(400, f"invalid request: {name}")


def read(raw: bytes) -> Body:
    """Return the JSON object in a body."""
    try:
        body = json.loads(raw.decode(), parse_constant=_refuse, object_pairs_hook=_unique)
        json.dumps(body, ensure_ascii=False).encode()  # a lone surrogate is no text
    except (ValueError, RecursionError):
        raise Refused(400, "invalid request: not JSON") from None
    if not isinstance(body, dict):
        raise Refused(400, "invalid request: not an object")
    return body


def text(body: Body, name: str, default: str | None = None) -> str:
    """Return a string member; without a default it must be there."""
    value = body.get(name, default)
    if not isinstance(value, str):
        raise invalid(name)
    return value


def matching(body: Body, name: str, pattern: re.Pattern[str]) -> str:
    """Return a string member of this form."""
    value = text(body, name)
    if not pattern.fullmatch(value):
        raise invalid(name)
    return value


def chosen(body: Body, name: str, choices: Collection[str]) -> str:
    """Return a string member that is one of the choices."""
    value = text(body, name)
    if value not in choices:
        raise invalid(name)
    return value


def texts(body: Body, name: str) -> list[str]:
    """Return a list of strings that is not empty."""
    value = body.get(name)
    if not isinstance(value, list) or not value:
        raise invalid(name)
    if not all(isinstance(one, str) for one in value):
        raise invalid(name)
    return value


def flag(body: Body, name: str, default: bool) -> bool:
    """Return a boolean member."""
    value = body.get(name, default)
    if not isinstance(value, bool):
        raise invalid(name)
    return value


def identifier(body: Body, name: str) -> str:
    """Return a member that is a UUID, in lower case."""
    value = text(body, name)
    if not is_uuid(value):
        raise invalid(name)
    return value.lower()


def is_uuid(value: str) -> bool:
    """Tell whether a text is a UUID in its usual spelling."""
    try:
        return str(uuid.UUID(value)) == value.lower()
    except ValueError:
        return False


def chain_id(body: Body, name: str) -> str:
    """Return a CAIP-10 account id; an eip155 one must hold a real address."""
    value = matching(body, name, CHAIN_ACCOUNT)
    if value.startswith("eip155:") and not EVM_ADDRESS.fullmatch(value):
        raise invalid(name)
    return value


def address(body: Body, name: str) -> Body:
    """Return a postal address: an object whose known lines are strings."""
    value = body.get(name)
    if not isinstance(value, dict):
        raise invalid(name)
    for line in ADDRESS_LINES:
        text(value, line, "")
    return value


def _refuse(constant: str) -> None:
    raise ValueError(constant)


def _unique(pairs: list[tuple[str, object]]) -> Body:
    body = dict(pairs)
    if len(body) != len(pairs):
        raise ValueError("a member comes twice")
    return body
