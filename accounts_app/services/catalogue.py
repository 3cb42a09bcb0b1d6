"""The kinds of operation, one row each. Buttons, permissions, pages and the worker read the row."""

from accounts_app.services.kind import Kind, Target
from accounts_app.services.kinds import accounts, cards, customers

__all__ = ["KINDS", "Kind", "Target", "kinds_for", "makers_of"]

KINDS: dict[str, Kind] = {
    row.name: row for rows in (customers.ROWS, accounts.ROWS, cards.ROWS) for row in rows
}


def makers_of(model: type[Target]) -> list[Kind]:
    """List the kinds that make such a one out of nothing."""
    return [kind for kind in KINDS.values() if kind.begins and kind.target is model]


def kinds_for(target: Target) -> list[Kind]:
    """List the kinds that the target's state allows now, in the catalogue's order."""
    return [
        kind
        for kind in KINDS.values()
        if isinstance(target, kind.target) and not kind.begins and kind.may_start(target)
    ]
