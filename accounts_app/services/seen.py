"""What a new operation keeps of its target: where that hangs, and what the maker saw of it."""

from typing import Any

from accounts_app.models import Card, Customer
from accounts_app.services import lanes
from accounts_app.services.kind import Target


def place(target: Target | None) -> dict[str, Any]:
    """Return the columns that say what the operation is about, and what that hangs from."""
    if target is None:
        return {}
    place: dict[str, Any] = {str(target.KIND): target, "customer": lanes.customer_of(target)}
    return {**place, "account": target.account} if isinstance(target, Card) else place


def by_maker(target: Target | None) -> dict[str, Any]:
    """Return the target, and what hangs from it, as the maker saw them."""
    if target is None:
        return {}
    seen: dict[str, Any] = {"status": target.status, "revision": target.revision}
    if isinstance(target, Customer):
        seen["accounts"] = {str(account.pk): account.status for account in target.accounts.all()}
    if not isinstance(target, Card):
        seen["cards"] = {str(card.pk): card.status for card in lanes.cards_of(target)}
    return seen


def fields_shown(fields: dict[str, Any]) -> dict[str, Any]:
    """Return the fields as the audit keeps them: of a signature, its last eight characters."""
    return {
        name: f"…{value[-8:]}" if name == "signature" else value for name, value in fields.items()
    }
