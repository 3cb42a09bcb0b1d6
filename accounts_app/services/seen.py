"""What a new operation keeps of its target: where that hangs, and what the maker saw of it."""

from typing import Any

from accounts_app import masking
from accounts_app.models import Card, Customer, Operation
from accounts_app.services import lanes, signatures
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


def asked_for(operation: Operation) -> dict[str, Any]:
    """Return what the audit keeps of a new request: nothing personal, and no signature.

    The digest vouches for everything in it, also for what is not told here.
    """
    fields = signatures.reduced(operation.fields)
    # Under the name `challenge` stands what is to be signed, which the audit never keeps.
    names = {name: f"{name}_id" if name == "challenge" else name for name in fields}
    told = {names[name]: fields[name] for name in names.keys() - masking.PERSONAL}
    state, cause = operation.state, operation.cause
    return {"operation": state, "cause": cause, "digest": operation.digest, **told}
