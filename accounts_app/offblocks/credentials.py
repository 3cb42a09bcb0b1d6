"""Who we are to the provider, in types that do not print themselves."""

import hmac
from dataclasses import dataclass


class Secret:
    """A text that shows itself only through `reveal`; false when there is none.

    Equal to a secret of the same text, and to nothing else.
    """

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The text itself; call it only where it is used."""
        return self._text

    def matches(self, text: str) -> bool:
        """Whether it is this text, in a time that tells nothing; an empty secret matches none."""
        return bool(self) and hmac.compare_digest(self._text.encode(), text.encode())

    def __bool__(self) -> bool:
        return bool(self._text)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and hmac.compare_digest(
            self._text.encode(), other._text.encode()
        )

    def __hash__(self) -> int:
        return hash(self._text)

    def __repr__(self) -> str:
        return "********"

    def __format__(self, spec: str) -> str:
        return "********"

    def __reduce__(self) -> str:
        raise TypeError("a secret does not travel")


@dataclass(frozen=True)
class Credentials:
    """The API key and secret, and the PEM of our private key with the id the provider gave it."""

    api_key: str
    api_secret: Secret
    signing_key: Secret
    key_id: str
