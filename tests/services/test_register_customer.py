"""A new customer is registered: the wallet checked, the answer perhaps lost, nobody twice."""

import uuid

import pytest

from accounts_app.errors import Incomplete, NotPermitted, OperationOpen, StaleView
from accounts_app.models import AuditEntry, Customer, Operation
from accounts_app.offblocks.wallets import ChainAccount
from accounts_app.services import challenges, operations
from accounts_app.services.asking import Asked
from sandbox.ledger import PROVIDER
from tests.factories import ask
from tests.faults.together import at_once, refused
from tests.services.stuck import confirm, propose
from tests.services.test_send import advanced, effects, when_due
from tests.services.test_settle import after_the_window

State = Operation.State


@pytest.fixture
def wallet(sandbox, db) -> str:
    """A wallet whose owner can sign at the sandbox."""
    return sandbox.world.wallets.create()


def register(maker, wallet: str, **entries) -> Operation:
    """Ask to register the wallet's owner, as the page would."""
    fields = {"chain_id": wallet, "external_id": entries.pop("external_id", "crm-new")}
    number = entries.pop("form_number", None) or uuid.uuid4()
    asked = Asked("create_customer", None, "They signed the contract", number, 0, fields=fields)
    return operations.request(asked, maker=maker)


def test_a_customer_is_registered_and_their_sign_in_text_kept(operator, wallet):
    operation = advanced(register(operator, wallet))
    customer = operation.customer
    assert (operation.state, customer.status) == (State.SUCCEEDED, "initiating")
    assert "wants you to sign in" in challenges.decoded(challenges.current(customer))


def test_the_audit_names_the_request_before_there_is_a_customer(operator, wallet):
    operation = register(operator, wallet)
    entry = AuditEntry.objects.get(action="create_customer.requested")
    assert (entry.object_kind, entry.object_id) == ("operation", str(operation.pk))


def test_a_lost_answer_is_one_customer(operator, wallet, sandbox):
    sandbox.faults.add(operation="createCustomer", action="drop_reply", times=1)
    operation = when_due(advanced(register(operator, wallet)))
    assert (operation.state, len(effects(sandbox, operation))) == (State.SUCCEEDED, 1)


def test_after_the_window_the_one_new_customer_is_adopted(operator, wallet, sandbox):
    sandbox.faults.add(operation="createCustomer", action="drop_reply", times=1)
    operation = after_the_window(advanced(register(operator, wallet)))
    assert (operation.state, operation.customer.external_id) == (State.SUCCEEDED, "crm-new")


def test_what_never_arrived_is_not_applied(operator, wallet, sandbox):
    sandbox.faults.add(operation="createCustomer", action="kill_before", times=1)
    operation = when_due(after_the_window(advanced(register(operator, wallet))))
    assert (operation.state, operation.customer) == (State.NOT_APPLIED, None)


def test_of_several_people_pick_the_one_it_made(operator, approver, wallet, sandbox):
    sandbox.faults.add(operation="createCustomer", action="drop_reply", times=1)
    operation = advanced(register(operator, wallet))
    # The provider's rules know no way to a second one; its list may show one all the same.
    twin = sandbox.world._new(
        "customer", "", "initiating", externalId="crm-new", chainId=wallet.lower()
    )
    sandbox.world.rules.entities.add(twin)
    operation = after_the_window(operation)
    assert (operation.state, operation.customer) == (State.NEEDS_HUMAN, None)
    (made,) = [line["id"] for line in effects(sandbox, operation)]
    proposal = propose(operation, "succeeded", operator, made_id=uuid.UUID(made))
    confirm(proposal, approver)
    operation.refresh_from_db()
    assert (operation.state, str(operation.customer_id)) == (State.SUCCEEDED, made)


def test_a_customer_whom_the_provider_has_already_is_refused_by_it(operator, wallet, sandbox):
    sandbox.world.create_customer(wallet, "theirs", PROVIDER)
    operation = advanced(register(operator, wallet))
    assert operation.state == State.FAILED
    assert "this wallet or this id already" in operation.outcome


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "no wallet"),
        ("0x52908400098527886E0F7030069857D2E4169EE7", "no wallet"),
        ("eip155:324:0x5290", "not of its chain"),
        ("eip155:324:0x52908400098527886E0F7030069857D2E4169Ee7", "a slip in it"),
    ],
)
def test_a_wallet_with_a_slip_is_refused(db, operator, typed, words):
    with pytest.raises(Incomplete, match=words) as refusal:
        register(operator, typed)
    assert refusal.value.details["field"] == "chain_id"


def test_the_wallet_is_sent_with_its_checksum(operator, wallet):
    operation = register(operator, wallet.lower())
    assert operation.fields["chain_id"] == str(ChainAccount.parse(wallet).checksummed())


@pytest.mark.parametrize("field", ["chain_id", "external_id"])
def test_a_customer_we_know_is_named(programme, operator, wallet, field):
    known = programme.customer()
    entries = {"chain_id": wallet, "external_id": "crm-new"} | {field: getattr(known, field)}
    with pytest.raises(Incomplete, match=f"already: {known.external_id}, active") as refusal:
        register(operator, entries["chain_id"], external_id=entries["external_id"])
    assert refusal.value.details["field"] == field


def test_one_wallet_has_one_open_registration(operator, approver, wallet):
    register(operator, wallet)
    with pytest.raises(OperationOpen, match="operator has already asked"):
        register(approver, wallet, external_id="crm-other")


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_of_two_at_once_one_is_told_of_the_other(operator, approver, wallet):
    answers = at_once(
        lambda: register(operator, wallet),
        lambda: register(approver, wallet, external_id="crm-other"),
    )
    assert (refused(answers), Operation.objects.count()) == (["OperationOpen"], 1)


def test_the_same_form_twice_is_one_operation(operator, wallet):
    number = uuid.uuid4()
    first = register(operator, wallet, form_number=number)
    assert register(operator, wallet, form_number=number) == first


def test_a_form_does_not_count_for_another_customer(operator, wallet):
    number = uuid.uuid4()
    register(operator, wallet, form_number=number)
    with pytest.raises(StaleView, match="used before"):
        register(operator, wallet, external_id="crm-other", form_number=number)


def test_without_the_permission_nothing_happens(viewer, wallet):
    with pytest.raises(NotPermitted):
        register(viewer, wallet)


def test_the_next_request_is_linked_to_the_one_that_did_not_apply(operator, wallet, sandbox):
    sandbox.faults.add(operation="createCustomer", action="kill_before", times=1)
    first = when_due(after_the_window(advanced(register(operator, wallet))))
    assert register(operator, wallet).earlier == first


# The sign-in text, signed as an account's challenge is.


@pytest.fixture
def newcomer(operator, wallet) -> Customer:
    """A customer who has not signed yet."""
    return advanced(register(operator, wallet)).customer


def signed(customer: Customer, operator, signature: str) -> Operation:
    """Hand in a signature of the sign-in text."""
    fields = {"signature": signature}
    return advanced(ask("sign_customer_challenge", customer, operator, fields=fields))


def signature_of(customer: Customer, sandbox, wallet: str = "") -> str:
    """Sign the sign-in text, with another wallet if told."""
    return sandbox.world.sign(challenges.current(customer).text, wallet or customer.chain_id)


def test_the_customers_signature_sets_screening_going(newcomer, operator, sandbox):
    operation = signed(newcomer, operator, signature_of(newcomer, sandbox))
    newcomer.refresh_from_db()
    assert operation.state == State.SUCCEEDED
    assert newcomer.status in ("screening", "verifying")
    assert challenges.current(newcomer) is None


def test_s55_the_customers_signature_is_reduced_once_it_was_sent(newcomer, operator, sandbox):
    signature = signature_of(newcomer, sandbox)
    operation = signed(newcomer, operator, signature)
    assert (bytes(operation.body), operation.fields["signature"][0]) == (b"", "…")
    assert len(operation.fields["signature"]) == 9


def test_another_wallets_signature_is_refused_by_name(newcomer, operator, sandbox):
    stranger = sandbox.world.wallets.create()
    with pytest.raises(Incomplete, match="signed by the wallet"):
        signed(newcomer, operator, signature_of(newcomer, sandbox, stranger))


def test_a_lost_answer_to_the_signature_is_one_change(newcomer, operator, sandbox):
    sandbox.faults.add(operation="signCustomerChallenge", action="drop_reply", times=1)
    operation = when_due(signed(newcomer, operator, signature_of(newcomer, sandbox)))
    assert (operation.state, len(effects(sandbox, operation))) == (State.SUCCEEDED, 1)


def test_a_void_sign_in_text_is_refused_and_ended(newcomer, operator, sandbox):
    signature = signature_of(newcomer, sandbox)
    sandbox.world.fetch_challenge("customer", str(newcomer.pk))
    operation = signed(newcomer, operator, signature)
    assert (operation.state, challenges.current(newcomer)) == (State.FAILED, None)


def test_a_customer_who_moved_on_is_not_signed_for(newcomer, operator, sandbox):
    signature = signature_of(newcomer, sandbox)
    sandbox.world.change("customer", str(newcomer.pk), "rejected")
    assert signed(newcomer, operator, signature).state == State.STALE


def test_a_new_sign_in_text_voids_the_one_before(newcomer, operator):
    before = challenges.current(newcomer)
    operation = advanced(ask("refetch_customer_challenge", newcomer, operator))
    before.refresh_from_db()
    assert (operation.state, before.state) == (State.SUCCEEDED, "replaced")


def test_a_lost_sign_in_text_is_never_fetched_again(newcomer, operator, sandbox):
    sandbox.faults.add(operation="getCustomerChallenge", action="drop_reply", times=1)
    operation = advanced(ask("refetch_customer_challenge", newcomer, operator))
    assert (operation.state, operation.attempts.count()) == (State.FAILED, 1)
    assert challenges.current(newcomer) is None
