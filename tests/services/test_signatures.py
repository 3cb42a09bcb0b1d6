"""S55: a challenge and its signature are whole only while they wait; then digest and tail stay."""

from hashlib import sha256
from importlib import import_module

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts_app import audit, work
from accounts_app.models import AuditEntry, Challenge, Operation
from accounts_app.services import challenges, operations, signatures
from accounts_app.services.evidence import records
from tests.factories import ask
from tests.services import test_sign
from tests.services.test_card_numbers import everything
from tests.services.test_sign import signature_of, submit

REFUSED = "rows, or what is frozen of them, are never changed"
DIGEST = "signature_sha256"
account = test_sign.account


def hexed(text: str) -> str:
    """Return SHA-256, hex, of a text."""
    return sha256(text.encode()).hexdigest()


@pytest.fixture
def asked(account, operator, sandbox) -> Operation:
    """A signature that is handed in and not sent yet."""
    fields = {"signature": signature_of(account, sandbox)}
    return ask("sign_challenge", account, operator, fields=fields)


def ended(operation: Operation) -> Operation:
    """Send it on until it has ended."""
    work.advance(operation.pk)
    return Operation.objects.get(pk=operation.pk)


def test_a_waiting_one_is_whole_and_what_is_agreed_to_verifies(asked):
    assert operations.digest_of(asked) == asked.digest
    assert asked.fields["signature"] in bytes(asked.body).decode()


def test_an_ended_one_keeps_digests_and_the_end(asked):
    signature, body = asked.fields["signature"], bytes(asked.body)
    after = ended(asked)
    assert after.state == Operation.State.SUCCEEDED
    assert bytes(after.body) == b""
    assert after.fields == {
        **asked.fields,
        "signature": f"…{signature[-8:]}",
        DIGEST: hexed(signature),
        "body_sha256": sha256(body).hexdigest(),
    }


def test_nothing_of_it_is_left_in_any_table(account, operator, sandbox):
    challenge, signature = challenges.current(account).text, signature_of(account, sandbox)
    operation = ask("sign_challenge", account, operator, fields={"signature": signature})
    sent = operation.fields["signature"]
    assert sent in everything()
    assert challenge in everything()
    work.advance(operation.pk)
    kept = everything()
    assert not [one for one in (challenge, sent) if one[:-8] in kept]
    assert sent[-8:] in kept
    assert Challenge.objects.get().digest == hexed(challenge)


def test_the_audit_has_the_digest_and_the_end_from_the_beginning(asked):
    entry = AuditEntry.objects.filter(operation=asked).earliest("sequence")
    signature = asked.fields["signature"]
    assert entry.after["signature"] == f"…{signature[-8:]}"
    assert entry.after[DIGEST] == hexed(signature)
    ended(asked)
    assert audit.verify() is None


def test_a_refused_one_is_reduced_as_well(account, operator, sandbox):
    signature = signature_of(account, sandbox)
    sandbox.world.fetch_challenge("account", str(account.pk))
    after = submit(account, operator, signature)
    assert after.state == Operation.State.FAILED
    assert DIGEST in after.fields


def test_a_pack_shows_both_alike(asked):
    before, after = records.of_operation(asked), records.of_operation(ended(asked))
    for name in ("body", "body_sha256"):
        assert before[name] == after[name]
    assert before["fields"]["signature"] == after["fields"]["signature"]
    assert before["fields"][DIGEST] == after["fields"][DIGEST]


@pytest.fixture
def whole_and_ended(asked) -> Operation:
    """An operation that has ended and was not reduced, as of an older release."""
    Operation.objects.filter(pk=asked.pk).update(state="succeeded", ended_at=timezone.now())
    return asked


def test_the_database_lets_an_ended_one_be_reduced(whole_and_ended):
    rows = Operation.objects.filter(pk=whole_and_ended.pk)
    assert rows.update(**signatures.reduction(whole_and_ended)) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"body": b"{}"},
        {"signature": "…another1"},
        {"signature_sha256": "0" * 64},
        {"body_sha256": "0" * 64},
        {"checked_here": False},
        {"challenge": "another"},
        {"more": 1},
    ],
    ids=lambda change: next(iter(change)),
)
def test_the_database_lets_it_become_nothing_else(whole_and_ended, change):
    columns = signatures.reduction(whole_and_ended)
    if "body" in change:
        columns |= change
    else:
        columns["fields"] = {**columns["fields"], **change}
    with pytest.raises(IntegrityError, match=REFUSED), transaction.atomic():
        Operation.objects.filter(pk=whole_and_ended.pk).update(**columns)


def test_the_database_lets_an_open_one_not_be_reduced(asked):
    with pytest.raises(IntegrityError, match=REFUSED), transaction.atomic():
        Operation.objects.filter(pk=asked.pk).update(**signatures.reduction(asked))


def test_what_was_reduced_stays(asked):
    after = ended(asked)
    with pytest.raises(IntegrityError, match=REFUSED), transaction.atomic():
        Operation.objects.filter(pk=after.pk).update(fields=asked.fields)
    with pytest.raises(IntegrityError, match=REFUSED), transaction.atomic():
        Operation.objects.filter(pk=after.pk).update(body=b"x")


@pytest.mark.parametrize(
    "columns",
    [{"text": "another"}, {"digest": "0" * 64}, {"text": "x", "ended_at": timezone.now()}],
    ids=["text", "digest", "end"],
)
def test_the_database_keeps_a_waiting_challenge_as_it_was_issued(account, columns):
    with pytest.raises(IntegrityError, match=REFUSED), transaction.atomic():
        Challenge.objects.filter(pk=challenges.current(account).pk).update(**columns)


def test_an_ended_challenge_stays_ended(account, operator, sandbox):
    submit(account, operator, signature_of(account, sandbox))
    with pytest.raises(IntegrityError, match=REFUSED), transaction.atomic():
        Challenge.objects.update(state="waiting")


def test_what_ended_before_is_reduced_by_the_migration_to_the_same(whole_and_ended):
    as_now = signatures.reduction(whole_and_ended)
    import_module("accounts_app.migrations.0024_reduced_signatures").reduce(apps, None)
    row = Operation.objects.get(pk=whole_and_ended.pk)
    assert {"fields": row.fields, "body": bytes(row.body)} == as_now
