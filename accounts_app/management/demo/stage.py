"""Plays the plan at the sandbox: every step once, however often the playing is cut short.

The sandbox's ledger is the memory: it names the idempotency key of every change that took effect.
"""

import random
import uuid
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from itertools import dropwhile
from typing import Any

from accounts_app.management.demo.programme import Step
from accounts_app.management.demo.provider import Provider
from accounts_app.offblocks import changes
from accounts_app.offblocks.changes import Change

KINDS = ("customer", "account", "card")
MAKING = frozenset({"register", "open", "order"})
CHAINS = ("eip155:324", "eip155:324", "eip155:42161", "eip155:137")
ADDRESSES = (
    ("12 Rua do Almada", "Porto", "PT", "4050-030"),
    ("48 Lange Reihe", "Hamburg", "DE", "20099"),
    ("7 Rue des Tanneurs", "Lyon", "FR", "69002"),
    ("31 Via Garibaldi", "Turin", "IT", "10122"),
    ("5 Calle del Pez", "Madrid", "ES", "28004"),
)


class Stage:
    """The sandbox's programme as far as it has been played."""

    def __init__(self, provider: Provider, began: datetime) -> None:
        self._provider = provider
        self._began = began
        ledger = provider.ask("ledger")
        self._ids = {row["key"]: row["id"] for row in ledger if row["before"] is None}
        self._keys = {row["key"] for row in ledger}
        self._imposed = {(row["id"], row["after"]) for row in ledger if row["cause"] == "provider"}
        self._subjects: dict[str, uuid.UUID] = {}

    def left_of(self, steps: Iterable[Step]) -> list[Step]:
        """Return the steps from the first that was not played yet; they are played in order."""
        return list(dropwhile(self._is_played, steps))

    def _is_played(self, step: Step) -> bool:
        """Tell whether the step took effect before; time that was given is given."""
        if step.act == "provider":
            return (str(self._subjects.get(step.subject)), step.detail) in self._imposed
        if step.act in MAKING and str(step.key) in self._ids:
            self._subjects[step.subject] = uuid.UUID(self._ids[str(step.key)])
        return step.act == "wait" or str(step.key) in self._keys

    def play(self, steps: Iterable[Step]) -> None:
        """Play the steps at their times."""
        for step in steps:
            self._provider.tell("clock", now=self._moment(step))
            ACTS[step.act](self, step)

    def leave(self) -> None:
        """Give the sandbox's clock back to real time."""
        self._provider.tell("clock", release=True)

    def _moment(self, step: Step) -> str:
        return (self._began + timedelta(days=step.day)).isoformat()

    def _id(self, step: Step) -> uuid.UUID:
        return self._subjects[step.subject]

    def _parent(self, step: Step) -> uuid.UUID:
        return self._subjects[step.subject.rpartition("/")[0]]

    def _make(self, step: Step, change: Change) -> None:
        self._subjects[step.subject] = self._provider.send(change, step.key).id

    def _register(self, step: Step) -> None:
        chain = _chosen(CHAINS, step)
        wallet = self._provider.tell("wallets", chain=chain)["chainId"]
        self._make(step, changes.create_customer(chain_id=wallet, external_id=step.subject))

    def _open(self, step: Step) -> None:
        currencies = [step.detail or "EUR"]
        self._make(step, changes.create_account(self._parent(step), currencies))

    def _order(self, step: Step) -> None:
        card_type = step.subject.rpartition("/")[2]
        names = ("firstLine", "city", "country", "postCode")
        address = dict(zip(names, _chosen(ADDRESSES, step), strict=True))
        change = changes.create_card(
            self._parent(step),
            card_type=card_type,
            billing_address=address,
            shipping_address=address if card_type == "physical" else None,
        )
        self._make(step, change)

    def _sign(self, step: Step) -> None:
        """Sign as the owner would; the challenge is fetched, so that a lost one does not matter."""
        client, subject = self._provider.client, self._id(step)
        owner = self._subjects[step.subject.partition("/")[0]]
        wallet = client.get_customer(owner).value.chain_id
        is_account = owner != subject
        fetch = client.fetch_account_challenge if is_account else client.fetch_customer_challenge
        challenge = fetch(subject).value.challenge
        signed = self._provider.tell("wallets/sign", chainId=wallet, challenge=challenge)
        proof = {"challenge": challenge, "signature_base64": signed["signatureBase64"]}
        self._provider.send(
            changes.sign_account_challenge(subject, owner_id=wallet, **proof)
            if is_account
            else changes.sign_customer_challenge(subject, chain_id=wallet, **proof),
            step.key,
        )

    def _change(self, step: Step) -> None:
        change = CHANGES[step.act, KINDS[step.subject.count("/")]]
        self._provider.send(change(self._id(step)), step.key)

    def _simulate(self, step: Step) -> None:
        kind = KINDS[step.subject.count("/")]
        path = f"{kind}s/{self._id(step)}/{step.act}"
        self._provider.simulate("PATCH", path, step.key)

    def _pay(self, step: Step) -> None:
        self._provider.simulate(
            *("POST", f"cards/{self._id(step)}/authorisation", step.key),
            amount=step.detail,
            currency="EUR",
            # Some merchants reserve and have not collected yet.
            capture=not step.detail.endswith("0"),
        )

    def _impose(self, step: Step) -> None:
        kind = KINDS[step.subject.count("/")]
        self._provider.tell("state", entity=kind, id=str(self._id(step)), status=step.detail)

    def _wait(self, step: Step) -> None:
        """Do nothing: the clock has moved on, and with it what the provider does by itself."""


def _chosen(choices: tuple[Any, ...], step: Step) -> Any:
    return random.Random(step.subject).choice(choices)  # noqa: S311 -- a choice, not a secret


CHANGES: dict[tuple[str, str], Callable[[uuid.UUID], Change]] = {
    ("leave", "customer"): changes.deactivate_customer,
    ("deactivate", "account"): changes.deactivate_account,
    ("activate", "account"): changes.activate_account,
    ("close", "account"): changes.close_account,
    ("deactivate", "card"): changes.deactivate_card,
    ("terminate", "card"): changes.terminate_card,
}
ACTS: dict[str, Callable[[Stage, Step], None]] = {
    "register": Stage._register,
    "open": Stage._open,
    "order": Stage._order,
    "sign": Stage._sign,
    **{act: Stage._change for act, _ in CHANGES},
    **dict.fromkeys(("verify", "reject", "issue", "fail"), Stage._simulate),
    "pay": Stage._pay,
    "provider": Stage._impose,
    "wait": Stage._wait,
}
