"""The challenge that waits for an owner, as pages hand it out: text, wallet, and the ways on."""

from typing import Any

from accounts_app import masking
from accounts_app.admin import buttons, personal, words
from accounts_app.models import Customer
from accounts_app.services import challenges, sight
from accounts_app.services.catalogue import KINDS
from accounts_app.services.challenges import Subject

HANDS_OVER = "accounts_app.request_sign_challenge"


def waiting(subject: Subject, person: Any) -> dict[str, Any]:
    """Return the challenge that waits and what goes with it; nothing when none waits.

    It is whole for those whose work it is to hand it over: the owner has to sign exactly this
    text, which holds their wallet.
    """
    challenge = challenges.current(subject)
    if challenge is None:
        return {}
    text, wallet = challenges.decoded(challenge), challenges.wallet_of(subject)
    is_whole = person.has_perm(HANDS_OVER) or sight.shows(personal.customer_id_of(subject))
    return {
        "challenge": challenge,
        "decoded": text if is_whole else masking.raw(text),
        "owner_wallet": wallet if is_whole else masking.chain_id(wallet),
        "is_whole": is_whole,
    }


def about(subject: Subject, person: Any) -> dict[str, Any]:
    """Return the same with the ways to sign it and to fetch another, as the person may."""
    shown = waiting(subject, person)
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
