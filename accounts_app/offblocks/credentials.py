"""Who we are to the provider, in types that do not print themselves."""

from dataclasses import dataclass


class Secret:
    """A text that shows itself only through `reveal`."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The text itself; call it only where it is used."""
        return self._text

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
