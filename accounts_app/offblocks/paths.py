"""The provider's paths: the only ones that can be asked for."""

import re
from uuid import UUID

_TEMPLATES = (
    "/auth/signing",
    "/customers",
    "/customers/{id}",
    "/customers/{id}/deactivate",
    "/customers/{id}/activate",
    "/customers/{id}/accounts",
    "/accounts",
    "/accounts/{id}",
    "/accounts/{id}/deactivate",
    "/accounts/{id}/activate",
    "/accounts/{id}/challenge",
    "/accounts/{id}/challenge/sign",
    "/accounts/{id}/cards",
    "/cards",
    "/cards/{id}",
    "/cards/{id}/deactivate",
    "/cards/{id}/activate",
    "/webhooks",
    "/webhooks/{id}",
    "/webhooks/verification-key",
)
# Where a customer's challenge is fetched and signed is not documented: settings name the words.
_OF_CUSTOMER = re.compile(r"/customers/\{id\}(?:/[a-z0-9-]+){1,3}")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_PLAIN = re.compile(r"(?:/[a-z0-9-]+)+")


def template_of(path: str) -> str:
    """Turn a path into its template, `/accounts/{id}`; raises ValueError for any other path."""
    template = _UUID.sub("{id}", path)
    is_known = template in _TEMPLATES or _OF_CUSTOMER.fullmatch(template) is not None
    if not is_known or "{" in path:
        raise ValueError(f"not a path of the provider: {path!r}")
    return template


def id_in(path: str) -> UUID | None:
    """The resource a path names, None for a collection."""
    found = _UUID.search(path)
    return UUID(found.group()) if found else None


def is_plain(path: str) -> bool:
    """Whether a path that comes from a setting is made of plain words only."""
    return _PLAIN.fullmatch(path) is not None
