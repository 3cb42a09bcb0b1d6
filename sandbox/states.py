"""The provider's state tables: what each request may do, and what happens by itself."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Action:
    """A request that moves one entity to `goal`, legal from `sources`.

    In one of the `done` states the request was fulfilled before: it is accepted without effect.
    """

    kind: str
    sources: frozenset[str]
    goal: str
    done: frozenset[str]


def _action(kind: str, sources: str, goal: str, *later: str) -> Action:
    return Action(kind, frozenset(sources.split()), goal, frozenset((goal, *later)))


ACTIONS = {
    "deactivateCustomer": _action("customer", "active", "inactive"),
    "activateCustomer": _action("customer", "inactive", "active"),
    "simulateCustomerVerify": _action("customer", "verifying", "active"),
    "simulateCustomerReject": _action("customer", "screening verifying", "rejected"),
    "deactivateAccount": _action("account", "active", "inactive"),
    "activateAccount": _action("account", "inactive", "active"),
    "closeAccount": _action("account", "active inactive", "closed"),
    "deactivateCard": _action("card", "active", "inactive"),
    "activateCard": _action("card", "inactive", "active"),
    "terminateCard": _action("card", "active", "terminated"),
    "simulateCardIssue": _action("card", "issuing", "active"),
    "simulateCardFail": _action("card", "issuing", "issue_failed"),
    "simulateCapture": _action("authorisation", "pending", "capturing", "captured"),
    "simulateRelease": _action("authorisation", "pending", "releasing", "released"),
}

# By itself: (kind, status) -> the option that holds the wait, and the next status.
AUTOMATIC = {
    ("customer", "screening"): ("screening_seconds", "verifying"),
    ("account", "pending"): ("deployment_seconds", "active"),
    ("authorisation", "capturing"): ("capture_seconds", "captured"),
    ("authorisation", "releasing"): ("capture_seconds", "released"),
    ("transaction", "processing"): ("capture_seconds", "processed"),
    ("transaction", "reversing"): ("capture_seconds", "reversed"),
}

CURRENCIES = frozenset({"EUR", "GBP", "USD"})
FINAL_CARD = frozenset({"issue_failed", "blocked", "terminated"})
FINAL_ACCOUNT = frozenset({"closed", "failed"})
