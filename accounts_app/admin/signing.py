"""The challenge that waits for an owner, as pages hand it out: text, wallet, and the ways on."""

from typing import Any

from accounts_app.admin import buttons, words
from accounts_app.models import Customer
from accounts_app.services import challenges
from accounts_app.services.catalogue import KINDS
from accounts_app.services.challenges import Subject


def waiting(subject: Subject) -> dict[str, Any]:
    """Return the challenge that waits and what goes with it; nothing when none waits."""
    challenge = challenges.current(subject)
    if challenge is None:
        return {}
    return {
        "challenge": challenge,
        "decoded": challenges.decoded(challenge),
        "owner_wallet": challenges.wallet_of(subject),
    }


def about(subject: Subject, person: Any) -> dict[str, Any]:
    """Return the same with the ways to sign it and to fetch another, as the person may."""
    shown = waiting(subject)
    if not shown:
        return {}
    name = "_customer" if isinstance(subject, Customer) else ""
    ways = {"sign": KINDS[f"sign{name}_challenge"], "refetch": KINDS[f"refetch{name}_challenge"]}
    addresses = {
        f"{way}_address": buttons.ask_address(kind, subject)
        for way, kind in ways.items()
        if person.has_perm(kind.permission)
    }
    return {**shown, **addresses, "hand_over": f"{words.address_of(subject)}#challenge"}


def shown_to(person: Any, subject: Subject) -> dict[str, Any]:
    """Return what the page of an account or a customer shows of it, to those who may see it."""
    may_see = person.has_perm("accounts_app.view_challenge")
    return about(subject, person) if may_see else {}
