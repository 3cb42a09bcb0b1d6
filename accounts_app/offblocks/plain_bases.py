"""The signature base of a plain message (RFC 9421, 2.5), from what of it was parsed already.

Plain is what the provider sends: components without parameters, values with nothing to normalise.
Nothing else is judged here, it is left to the library. Where there is a base it is the library's
to the letter: the library would parse every header once more.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

# Neither space at its ends nor anything but printable ASCII.
_VALUE = re.compile(r"[!-~](?:[ -~]*[!-~])?")
_METHOD = re.compile(r"[A-Z]+")
# Without an escape, a query or a user in it: every way of reading it comes to the same.
_URL = re.compile(r"https?://[A-Za-z0-9.-]+(?::[0-9]+)?(?:/[A-Za-z0-9._~/-]*)?")
# Without a quote or a backslash, which would be written otherwise than they are.
_TEXT = re.compile(r"[ !#-\[\]-~]*")
_TEXTS = frozenset({"alg", "keyid", "nonce", "tag"})
_TIMES = frozenset({"created", "expires"})
_LATEST = 10**12  # seconds


class _NotPlain(Exception):
    """The library has to look at it."""


def of(  # noqa: PLR0913 -- the parts of one message
    *,
    method: str,
    path: str,
    url: str,
    fields: Mapping[str, str],
    components: Sequence[tuple[Any, Mapping[str, Any]]],
    params: Mapping[str, Any],
) -> bytes | None:
    """Return the base, or None where the message is not plain.

    `fields` are by lower names; `components` and `params` are the parsed signature's input.
    """
    if not (_METHOD.fullmatch(method) and _URL.fullmatch(url)):
        return None
    values = {**fields, "@method": method, "@path": path, "@target-uri": url}
    try:
        told = dict(_line(component, values) for component in components)
        claim = "".join(_parameter(*member) for member in params.items())
    except _NotPlain:
        return None
    if len(told) != len(components):
        return None
    names = " ".join(f'"{name}"' for name in told)
    lines = [f'"{name}": {value}\n' for name, value in told.items()]
    return f'{"".join(lines)}"@signature-params": ({names}){claim}'.encode("ascii")


def _line(component: tuple[Any, Mapping[str, Any]], values: Mapping[str, str]) -> tuple[str, str]:
    name, own = component
    value = values.get(name) if type(name) is str and not own else None
    if value is None or not _VALUE.fullmatch(value):
        raise _NotPlain
    return name, value


def _parameter(name: str, value: Any) -> str:
    if name in _TEXTS and type(value) is str and _TEXT.fullmatch(value):
        return f';{name}="{value}"'
    if name in _TIMES and type(value) is int and 0 <= value < _LATEST:
        return f";{name}={value}"
    raise _NotPlain
