"""The staff: they ask and agree on the pages, or through the services as the pages do."""

import re
import time
import uuid
from dataclasses import dataclass
from typing import Any

import requests
from django.contrib.auth.models import Group, User
from django.test import Client

from accounts_app import conf
from accounts_app.management.demo.provider import Provider
from accounts_app.models import Account, Operation
from accounts_app.services import challenges, operations, strength
from accounts_app.services.asking import Asked
from accounts_app.services.catalogue import KINDS
from tests.drill.patience import again
from tests.drill.stage import Target

SECONDS = 20.0
"""How long a person waits for a page before looking again."""
TRIES = 20
REASON = "Asked for by the customer"
HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')
PEOPLE = {"maker": "operator", "checker": "approver"}


@dataclass(frozen=True)
class Request:
    """What somebody is about to ask for; the form number names it before there is an operation."""

    kind: str
    target_id: str
    form_number: uuid.UUID
    fields: dict[str, str]

    @property
    def subject(self) -> str:
        """What a wire for it is named after."""
        return f"form-{self.form_number}"

    def operation(self) -> Operation | None:
        """Return what has become of it in the database."""
        return again(lambda: Operation.objects.filter(form_number=self.form_number).first())


def hire() -> None:
    """Make the two people."""
    for name, group in PEOPLE.items():
        person = User.objects.create_user(name, password=str(uuid.uuid4()), is_staff=True)
        person.groups.add(Group.objects.get(name=group))


def prepare(kind: str, target: Target) -> Request:
    """Gather what the request needs: for a signature, that of the owner over a new challenge."""
    model = KINDS[kind].target
    target_id = getattr(target, model.KIND)
    fields: dict[str, str] = {}
    if kind == "create_customer":
        fields = {"chain_id": target.wallet, "external_id": target.name}
    if kind == "create_account":
        fields = {"currency": "EUR"}
    if KINDS[kind].signs:
        fields = {"signature": _signature(model.objects.get(pk=target_id))}
    return Request(kind, target_id, uuid.uuid4(), fields)


def _signature(subject: Any) -> str:
    client, is_account = conf.client(), isinstance(subject, Account)
    fetch = client.fetch_account_challenge if is_account else client.fetch_customer_challenge
    answer = fetch(subject.pk)
    challenge = challenges.keep(subject, answer.value.challenge, received_at=answer.asked_at)
    wallet = subject.customer.chain_id if is_account else subject.chain_id
    with Provider() as provider:
        signed = provider.tell("wallets/sign", chainId=wallet, challenge=challenge.text)
    return str(signed["signature"])


class Services:
    """Asks through the services; nobody is woken, the workers have to find it."""

    def ask(self, request: Request) -> None:
        """Ask for it."""
        rows = KINDS[request.kind].target.objects
        target = rows.get(pk=request.target_id) if request.target_id else None
        asked = Asked(
            kind=request.kind,
            target_id=target.pk if target else None,
            reason=REASON,
            form_number=request.form_number,
            revision=target.revision if target else 0,
            confirmation=request.target_id,
            fields=request.fields,
        )
        operations.request(asked, maker=User.objects.get(username="maker"))

    def agree(self, request: Request) -> None:
        """Agree to it, where a second person must."""
        operation = request.operation()
        if operation and operation.state == Operation.State.REQUESTED:
            checker = User.objects.get(username="checker")
            operations.approve(operation.pk, checker=checker, digest=operation.digest)


class Pages:
    """Asks and agrees on the pages, over HTTP; who gets no answer looks and tries again."""

    def __init__(self, url: str) -> None:
        self._url = f"{url}/admin/accounts_app"
        self._cookies = {name: _signed_in(name) for name in PEOPLE}

    def ask(self, request: Request) -> None:
        """Send the ask form; the same form again until the request is there."""
        place = f"{request.target_id}/" if request.target_id else ""
        page = f"{KINDS[request.kind].target.KIND}/{place}ask/{request.kind}/"
        entries = {
            "reason": REASON,
            "confirmation": request.target_id,
            **request.fields,
            "form_number": str(request.form_number),
        }
        self._send("maker", page, entries, lambda: request.operation() is not None)

    def agree(self, request: Request) -> None:
        """Approve, where a second person must; again until the approval is there."""
        operation = request.operation()
        if operation is None or operation.state != Operation.State.REQUESTED:
            return
        page = f"operation/{operation.pk}/decide/"
        self._send("checker", page, {"decision": "approve"}, lambda: _is_decided(request))

    def _send(self, person: str, page: str, entries: dict[str, str], is_done: Any) -> None:
        url, said = f"{self._url}/{page}", ""
        for _ in range(TRIES):
            try:
                said = self._post(person, url, entries)
            except requests.RequestException as error:
                said = type(error).__name__
            if is_done():
                return
            time.sleep(0.5)
        raise AssertionError(f"{page} was not accepted: {said}")

    def _post(self, person: str, url: str, entries: dict[str, str]) -> str:
        with requests.Session() as browser:
            browser.trust_env = False
            browser.cookies.set("sessionid", self._cookies[person])
            shown = browser.get(url, timeout=SECONDS, allow_redirects=False)
            hidden = dict(HIDDEN.findall(shown.text))
            headers = {"Referer": url}
            form = {**hidden, **entries}
            answer = browser.post(
                url, data=form, headers=headers, timeout=SECONDS, allow_redirects=False
            )
            return f"{answer.status_code} {_complaint(answer.text)}"


def _complaint(page: str) -> str:
    text = re.sub(r"<[^>]+>", " ", page.partition('id="content"')[2])
    return " ".join(text.split())[:300]


def _is_decided(request: Request) -> bool:
    operation = request.operation()
    return operation is not None and operation.state != Operation.State.REQUESTED


def _signed_in(name: str) -> str:
    browser = Client()
    person = User.objects.get(username=name)
    browser.force_login(person)
    session = browser.session
    session[strength.KEY] = {"user": person.pk, "first": strength.PASSKEY, "at": time.time()}
    session.save()
    return str(browser.cookies["sessionid"].value)
