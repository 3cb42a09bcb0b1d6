"""Anchors: signed daily and after many entries, kept outside, and telling of a chain made anew."""

import json
from datetime import timedelta

import pytest
import time_machine
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts_app import anchor_keys, audit, schedule, sealing
from accounts_app.audit import Fault
from accounts_app.models import AuditAnchor, AuditEntry, Pause
from accounts_app.schedule import NotDone
from accounts_app.services import anchoring, anchors, chain, jobs, pausing
from tests.guarded import unguarded

pytestmark = pytest.mark.django_db
TABLE = AuditEntry._meta.db_table


@pytest.fixture
def outside(settings, tmp_path, anchor_key_pem):
    """A key to sign with, and a place for what is signed."""
    settings.AUDIT_ANCHOR_KEY = anchor_key_pem
    settings.AUDIT_ANCHOR_DIRECTORY = str(tmp_path)
    return tmp_path


def acts(number: int) -> None:
    """Let the programme act."""
    for count in range(number // 2):
        pausing.pause(Pause.Cause.HAND, f"Pause {count}")
        pausing._end(pausing.current(), audit.system_user(), "over")


@pytest.fixture
def anchored(outside) -> int:
    """A chain of six entries whose last one is anchored."""
    acts(6)
    schedule.anchor_chain()
    return 6


def reseal(first: int, **columns: str) -> None:
    """Change an entry and seal it and all that follow anew, as the owner of the table could."""
    with unguarded() as cursor:
        previous = None
        for entry in AuditEntry.objects.filter(sequence__gte=first).order_by("sequence"):
            for name, value in columns.items() if entry.sequence == first else ():
                setattr(entry, name, value)
            entry.previous_hash = previous or entry.previous_hash
            entry.hash = previous = sealing.seal(entry)
            cursor.execute(
                f"UPDATE {TABLE} SET reason = %s, previous_hash = %s, hash = %s "  # noqa: S608
                "WHERE sequence = %s",
                [entry.reason, entry.previous_hash, entry.hash, entry.sequence],
            )


def test_the_head_is_signed_and_kept_outside(anchored, outside):
    [path] = outside.iterdir()
    anchor = anchors.read(path)
    head = AuditEntry.objects.get(sequence=anchored)
    assert (path.name, anchor.sequence, anchor.hash) == (
        *("anchor-000000000006.json", anchored),
        head.hash,
    )
    assert anchor_keys.is_signed(anchor.text, anchor.signature, anchor.key)
    assert anchors.stored() == [anchor]


def test_the_next_one_comes_after_a_day(anchored):
    acts(2)
    assert schedule.anchor_chain() == "It is not time for an anchor yet."
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        assert schedule.anchor_chain() == "Entry 8 is anchored."


def test_or_after_many_entries(anchored, monkeypatch):
    monkeypatch.setattr(anchoring, "ENTRIES", 4)
    acts(2)
    assert schedule.anchor_chain() == "It is not time for an anchor yet."
    acts(2)
    assert schedule.anchor_chain() == "Entry 10 is anchored."


def test_s46_by_default_that_is_a_thousand_or_a_day():
    assert (1000, timedelta(days=1)) == (anchoring.ENTRIES, anchoring.EVERY)
    assert schedule.TASKS[jobs.ANCHOR].every() <= timedelta(minutes=5)


def test_what_the_directory_lacks_is_written_again(anchored, outside):
    path = next(outside.iterdir())
    kept = path.read_text()
    path.unlink()
    schedule.anchor_chain()
    assert path.read_text() == kept


def test_a_directory_that_cannot_be_written_is_told(anchored, settings, outside):
    settings.AUDIT_ANCHOR_DIRECTORY = str(outside / "nowhere")
    with pytest.raises(NotDone, match=r"The anchors' directory cannot be written"):
        schedule.anchor_chain()


def test_a_broken_chain_is_not_anchored(outside):
    acts(2)
    with unguarded() as cursor:
        cursor.execute(f"UPDATE {TABLE} SET reason = 'x' WHERE sequence = 1")  # noqa: S608
    with pytest.raises(NotDone, match=r"Not anchored: Audit entry 1: altered\."):
        schedule.anchor_chain()
    assert not AuditAnchor.objects.exists()


def test_without_a_key_nothing_is_signed(db):
    acts(2)
    assert schedule.anchor_chain() == "No key is configured to anchor the audit chain with."


def test_a_chain_rewritten_as_a_whole_is_detected(anchored):
    reseal(1, reason="rewritten")
    assert audit.verify() is None
    assert chain.look().new == Fault(anchored, anchors.OTHER)


def test_a_tail_cut_off_is_detected(anchored):
    with unguarded() as cursor:
        cursor.execute(f"DELETE FROM {TABLE} WHERE sequence > 4")  # noqa: S608
    assert audit.verify() is None
    assert chain.look().new == Fault(anchored, anchors.GONE)


def test_the_anchor_outside_tells_although_those_in_the_database_were_removed(anchored):
    with unguarded() as cursor:
        cursor.execute(f"DELETE FROM {AuditAnchor._meta.db_table}")  # noqa: S608
        cursor.execute(f"DELETE FROM {TABLE} WHERE sequence > 4")  # noqa: S608
    with pytest.raises(CommandError, match=r"^Audit entry 6: missing, though it was anchored\.$"):
        call_command("audit_verify")


def test_an_anchor_signed_with_another_key_is_named(anchored, outside):
    path = next(outside.iterdir())
    told = json.loads(path.read_text())
    other = Ed25519PrivateKey.generate()
    told["key"] = anchor_keys.id_of(other.public_key())
    told["signature"] = anchor_keys.sign(anchors.Anchor(**told).text, other)
    path.write_text(json.dumps(told))
    assert chain.look().new == Fault(anchored, anchors.NOT_OURS)


@pytest.mark.parametrize("change", [{"sequence": 5}, {"hash": "0" * 64}, {"signature": "AAAA"}])
def test_a_changed_anchor_is_named(anchored, outside, change):
    path = next(outside.iterdir())
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    assert chain.look().new.what == anchors.NOT_OURS


def test_a_file_that_is_no_anchor_is_named(anchored, outside):
    next(outside.iterdir()).write_text("{}")
    assert chain.look().words.startswith("Audit entry 0: anchor-000000000006.json is no anchor")


def test_after_a_change_of_keys_the_earlier_anchors_are_believed(anchored, settings):
    settings.AUDIT_ANCHOR_PUBLIC_KEYS = anchor_keys.public_pem()
    settings.AUDIT_ANCHOR_KEY = ""
    assert chain.look().new is None


def test_a_contradicted_anchor_stops_sending(anchored):
    reseal(1, reason="rewritten")
    schedule.check_chain()
    assert pausing.current().cause == Pause.Cause.CHAIN
