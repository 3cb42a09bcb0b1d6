"""S53: a request to be erased is recorded and refused during the term; erasing breaks no chain."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse
from django.utils import timezone

from accounts_app import audit
from accounts_app.errors import Incomplete, NotPermitted
from accounts_app.models import (
    AuditEntry,
    Customer,
    ErasureRequest,
    Operation,
    Snapshot,
    WebhookEvent,
)
from accounts_app.services import erasure, operations
from accounts_app.services.asking import Asked
from tests.admin import rows
from tests.admin.pages import signed_in, text_of
from tests.factories import ask
from tests.guarded import unguarded

pytestmark = pytest.mark.django_db
WORDS = "Asked by letter of the 3rd to be forgotten"
WALLET = "eip155:324:0x" + "ab" * 20
EXTERNAL = "crm-the-person-4711"


def page_of(customer):
    """Return where a request is recorded."""
    return reverse("admin:accounts_app_customer_erasure", args=[customer.pk])


def closed(days: int):
    """Mirror a customer whose only account ended so long ago."""
    customer = rows.customer()
    at = timezone.now() - timedelta(days=days)
    rows.account(customer, status="closed", updatedAt=at.isoformat().replace("+00:00", "Z"))
    return customer


def recorded(person, customer):
    """Record a request on the page and read the customer's page after it."""
    entered = {"reason": WORDS, "reference": "CASE-9"}
    return signed_in(person).post(page_of(customer), entered, follow=True)


def test_while_an_account_lives_it_is_refused_with_the_reason(operator):
    account = rows.account()
    page = text_of(recorded(operator, account.customer))
    assert "Refused: the customer has not ended with us." in page
    assert WORDS in page
    made = ErasureRequest.objects.get()
    assert (made.is_refused, made.kept_until, made.person) == (True, None, operator)


def test_within_the_term_it_is_refused_until_a_day(operator):
    customer = closed(days=30)
    page = text_of(recorded(operator, customer))
    until = erasure.kept_until(customer)
    assert f"kept until {until:%d %B %Y}, 5 years after the last account ended" in page
    assert ErasureRequest.objects.get().is_refused


def test_after_the_term_it_is_not_refused(operator):
    page = text_of(recorded(operator, closed(days=5 * 366)))
    assert "The legal term ended on" in page
    assert not ErasureRequest.objects.get().is_refused


def test_one_living_account_keeps_all(operator):
    customer = closed(days=5 * 366)
    rows.account(customer, status="inactive")
    assert erasure.kept_until(customer) is None


def test_the_last_account_counts():
    customer = closed(days=4000)
    at = timezone.now().replace(microsecond=0)
    rows.account(customer, status="failed", updatedAt=at.isoformat().replace("+00:00", "Z"))
    assert erasure.kept_until(customer).year == at.year + 5


def test_whoever_was_rejected_without_an_account_has_ended():
    assert erasure.kept_until(rows.customer(status="rejected")) is not None
    assert erasure.kept_until(rows.customer()) is None


def test_a_leap_day_has_an_end():
    told = {"status": "rejected", "updatedAt": "2024-02-29T10:00:00Z"}
    assert str(erasure.kept_until(rows.customer(**told)).date()) == "2029-03-01"


def test_it_is_one_audit_entry(operator):
    recorded(operator, rows.customer())
    entry = AuditEntry.objects.get(action="customer.erasure_asked")
    assert (entry.actor, entry.reason) == (operator, WORDS)
    assert entry.after == {"refused": True, "kept_until": None, "reference": "CASE-9"}
    assert entry.result.startswith("Refused: ")


def test_without_words_nothing_is_recorded(operator):
    answer = signed_in(operator).post(page_of(rows.customer()), {"reason": "  "})
    assert "Say what the customer asked for" in text_of(answer)
    assert not ErasureRequest.objects.exists()


@pytest.mark.parametrize("name", ["viewer", "auditor", "user_admin", "superuser"])
def test_others_cannot(name, request):
    person, customer = request.getfixturevalue(name), rows.customer()
    assert signed_in(person).get(page_of(customer)).status_code == 403
    assert signed_in(person).post(page_of(customer), {"reason": WORDS}).status_code == 403
    with pytest.raises(NotPermitted):
        erasure.ask(customer, person=person, reason=WORDS)


def test_the_service_wants_words_as_well(operator):
    with pytest.raises(Incomplete):
        erasure.ask(rows.customer(), person=operator, reason=" ")


def test_the_customers_page_leads_there_for_those_who_may(operator, viewer):
    customer = rows.customer()
    address = reverse("admin:accounts_app_customer_change", args=[customer.pk])
    assert page_of(customer) in signed_in(operator).get(address).content.decode()
    assert page_of(customer) not in signed_in(viewer).get(address).content.decode()


def everything_about_somebody(operator):
    """Let all that is ever recorded about a customer be: a registration, requests, an export."""
    asked = Asked(
        kind="create_customer",
        target_id=None,
        reason=f"For {WALLET}",
        form_number=rows.uuid.uuid4(),
        revision=0,
        fields={"external_id": EXTERNAL, "chain_id": WALLET},
    )
    operations.request(asked, maker=operator)
    customer = rows.customer(externalId=f"{EXTERNAL}-2", chainId=WALLET)
    account = rows.account(customer, chainId=WALLET)
    ask("deactivate", account, operator)
    rows.event(account)
    client = signed_in(operator)
    client.post(reverse("admin:accounts_app_customer_unmask", args=[customer.pk]), {"reason": "x"})
    list_address = reverse("admin:accounts_app_customer_export")
    b"".join(client.post(f"{list_address}?q={EXTERNAL}-2").streaming_content)
    return customer


def test_the_audit_holds_neither_wallet_nor_external_id(operator):
    everything_about_somebody(operator)
    address = WALLET.rpartition(":")[2]
    told = [
        *(str(vars(entry)) for entry in AuditEntry.objects.all()),
        *LogEntry.objects.values_list("change_message", flat=True),
        *LogEntry.objects.values_list("object_repr", flat=True),
    ]
    assert len(told) > 5
    assert [text for text in told if address.lower() in text.lower() or EXTERNAL in text] == []


def test_of_a_registration_the_audit_has_the_digest(operator):
    everything_about_somebody(operator)
    operation = Operation.objects.get(kind="create_customer")
    entry = AuditEntry.objects.filter(operation=operation).earliest("sequence")
    assert entry.after["digest"] == operation.digest == operations.digest_of(operation)


def test_after_erasing_everything_personal_the_chain_verifies(operator):
    customer = everything_about_somebody(operator)
    with unguarded() as cursor:
        # As docs/decisions/0015 has the owner do it.
        cursor.execute("UPDATE accounts_app_customer SET external_id = 'erased', chain_id = ''")
        cursor.execute("UPDATE accounts_app_account SET chain_id = ''")
        cursor.execute("UPDATE accounts_app_snapshot SET representation = '{}', changed = '{}'")
        cursor.execute("UPDATE accounts_app_webhookevent SET body = %s", [b"{}"])
        cursor.execute("UPDATE accounts_app_operation SET fields = '{}', reason = ''")
        cursor.execute("UPDATE accounts_app_operation SET body = %s", [b""])
    assert audit.verify() is None
    assert Customer.objects.get(pk=customer.pk).external_id == "erased"
    assert Snapshot.objects.filter(representation="{}").exists()
    assert bytes(WebhookEvent.objects.first().body) == b"{}"
