"""The main job in a browser, against the stack that `make run` starts."""

import uuid

import pytest

from accounts_app import conf, masking
from accounts_app.management.demo.provider import Provider
from accounts_app.offblocks import changes
from accounts_app.offblocks.credentials import Secret
from tests.journeys.story import ADDRESS

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("stack")]

REASONS = {
    "Open account": "Customer asked for an account at the counter",
    "Submit signature": "Owner signed on the phone",
    "Deactivate": "Owner lost the phone",
    "Reactivate": "Owner has a new phone, identity checked",
    "Close for good": "Owner leaves the country",
}
CHANGES = {
    "Deactivate": ("active", "inactive"),
    "Reactivate": ("inactive", "active"),
    "Close for good": ("active", "closed"),
}
NOTES = {"Reactivate": "Papers seen", "Close for good": "Letter seen, signature compared"}


@pytest.fixture
def provider(settings, stack):
    """The stack's sandbox, asked with the stack's own credentials: what owners do by themselves."""
    settings.OFFBLOCKS_BASE_URL = f"{stack.sandbox_url}/v1"
    settings.OFFBLOCKS_API_KEY = stack.secret("api_key")
    settings.OFFBLOCKS_API_SECRET = Secret(stack.secret("api_secret"))
    settings.OFFBLOCKS_SIGNING_KEY = Secret(stack.secret("signing_key.pem"))
    settings.OFFBLOCKS_SIGNING_KEY_ID = "not told yet"
    # Uploaded once more, the same key has the same id.
    uploaded = conf.client().upload_signing_key(stack.secret("signing_public_key.pem"))
    settings.OFFBLOCKS_SIGNING_KEY_ID = uploaded.value.key_id
    with Provider() as provider:
        yield provider


@pytest.fixture
def customer(provider):
    """An active customer of the seeded programme, as the programme's own books know them."""
    customers = provider.ask("world")["customer"]
    return next(one for one in customers if one["status"] == "active")


def find(person, external_id):
    """Find a customer by what staff hold."""
    person.open("accounts_app/customer/")
    person.page.fill("[name=q]", external_id)
    person.page.press("[name=q]", "Enter")
    person.click(masking.external_id(external_id))


def open_account(operator, external_id):
    """Open an account for the customer; return its id."""
    find(operator, external_id)
    operator.click("Open account")
    operator.ask("Open account", REASONS["Open account"])
    operator.sees_operation("succeeded")
    operator.reads("The account's owner has a challenge to sign")
    operator.click("hand it over")
    return operator.page.url.split("/account/")[1].split("/")[0]


def challenge_on(operator):
    """Return the challenge, as the button on the account's page would copy it."""
    button = operator.page.get_by_role("button", name="Copy base64")
    return button.get_attribute("data-copy")


def submit(operator, signature):
    """Submit the owner's signature from the account's page."""
    operator.click("Submit the signature")
    operator.ask("Submit signature", REASONS["Submit signature"], signature=signature)
    operator.sees_operation("succeeded")


def status_of(provider, account):
    """Return how the account stands at the provider itself."""
    accounts = provider.ask("world")["account"]
    return next(one["status"] for one in accounts if one["id"] == account)


def issue_card(provider, account):
    """Order a card and have it issued, as the customer's app does at the provider."""
    order = changes.create_card(uuid.UUID(account), card_type="virtual", billing_address=ADDRESS)
    card = provider.send(order, uuid.uuid4())
    provider.simulate("PATCH", f"cards/{card.id}/issue", uuid.uuid4())


def ask(operator, account, label, button, **entries):
    """Ask for an operation from the account's page; return the address of its own page."""
    operator.open_account(account)
    operator.click(label)
    return operator.ask(button, REASONS[label], **entries)


def agree(approver, operation, label):
    """Find the request that waits, look at it and approve it."""
    approver.open(operation)
    approver.click("Look at it and decide")
    approver.reads(REASONS[label])
    approver.page.fill("[name=note]", NOTES[label])
    approver.press(f"Approve: {label.lower()}")
    approver.sees_operation("succeeded")


def test_the_main_job(office, provider, customer):
    operator, approver = office.sign_in("operator"), office.sign_in("approver")
    account = open_account(operator, customer["externalId"])
    submit(operator, office.sign(challenge_on(operator)))
    operator.sees_account(account, "active")
    issue_card(provider, account)
    operator.sees_account(account, "active", "active")
    deactivate(operator, account)
    reactivate(operator, approver, account)
    close(operator, approver, account)
    assert status_of(provider, account) == "closed"
    read_back(office.sign_in("auditor"), account)


def deactivate(operator, account):
    """One person suffices; the card follows."""
    ask(operator, account, "Deactivate", "Deactivate")
    operator.sees_operation("succeeded")
    operator.sees_account(account, "inactive", "inactive")


def reactivate(operator, approver, account):
    """Two people; the maker's page follows by itself."""
    operation = ask(operator, account, "Reactivate", "Ask to reactivate")
    operator.sees_operation("requested")
    agree(approver, operation, "Reactivate")
    operator.sees_operation("succeeded")
    operator.sees_account(account, "active", "active")


def close(operator, approver, account):
    """Two people and the id typed; without the id nothing is asked for."""
    operator.open_account(account)
    operator.click("Close for good")
    operator.reads("This is final.", "400000******")
    operator.page.fill("[name=reason]", REASONS["Close for good"])
    operator.press("Ask to close for good")
    operator.reads(f"Type the account id {account} to confirm")
    operation = operator.ask(
        "Ask to close for good", REASONS["Close for good"], confirmation=account
    )
    agree(approver, operation, "Close for good")
    operator.sees_operation("succeeded")
    operator.sees_account(account, "closed", "terminated")


def read_back(auditor, account):
    """The account's history and the audit tell every act, with reason, before and after."""
    auditor.open(f"accounts_app/account/{account}/history/")
    story = whole_story(auditor)
    told = (*REASONS.values(), *NOTES.values(), "learnt from a read after a webhook")
    assert [sentence for sentence in told if sentence not in story] == []
    auditor.open(f"accounts_app/auditentry/?q={account}")
    for label, (before, after) in CHANGES.items():
        read_entry(auditor, f"{label}: done", REASONS[label], before, after)
    auditor.open(f"admin/logentry/?q={account}")
    auditor.reads(*(f"{label}: requested" for label in CHANGES))


def whole_story(auditor) -> str:
    """Read a timeline from the newest page to the oldest."""
    pages = [auditor.text()]
    while auditor.page.get_by_role("link", name="Older", exact=True).count():
        with auditor.page.expect_navigation():
            auditor.click("Older")
        pages.append(auditor.text())
    assert len(pages) > 1
    return " ".join(pages)


def read_entry(auditor, act, reason, before, after):
    """Read one entry of the audit, and return to the list."""
    auditor.page.get_by_role("row").filter(has_text=act).get_by_role("link").first.click()
    auditor.reads(act, reason, f'"status": "{before}"', f'"status": "{after}"')
    auditor.page.go_back()


def test_a_wrong_signature_is_refused_with_the_wallet_that_made_it(office, provider, customer):
    operator = office.sign_in("operator")
    account = open_account(operator, customer["externalId"])
    stranger = next(
        one["chainId"]
        for one in office.stack.ask_sandbox("wallets")
        if one["chainId"] != customer["chainId"]
    )
    signature = office.sign(challenge_on(operator), wallet=stranger)
    operator.click("Submit the signature")
    operator.page.fill("[name=signature]", signature)
    operator.page.fill("[name=reason]", REASONS["Submit signature"])
    operator.press("Submit signature")
    address, owner = (one.rpartition(":")[2] for one in (stranger, customer["chainId"]))
    operator.reads(f"signed by the wallet {address}", f"the owner's wallet is {owner}")
    assert operator.page.input_value("[name=signature]") == signature
    assert status_of(provider, account) == "initiating"
