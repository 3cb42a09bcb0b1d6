"""An evidence pack is checked and read by somebody who has nothing of ours but the file."""

import io
import json
import os
import subprocess
import sys
import zipfile
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts_app import work
from accounts_app.errors import WrongState
from accounts_app.models import Account, AuditEntry
from accounts_app.services.evidence import packing
from accounts_app.services.evidence.records import canonical
from accounts_app.services.evidence.scope import Scope
from tests.admin import rows
from tests.factories import ask
from tests.reconciliation.far_side import compared, unheard
from tests.services.stuck import confirm, propose

pytestmark = pytest.mark.django_db
SINCE = datetime(2026, 1, 1, tzinfo=UTC)
HOSTILE = "<script>alert(1)</script>"
# Runs alone, in a folder with nothing but the file: no Django, no code of ours.
READER = """
import json, subprocess, sys, zipfile
assert not any(name.startswith(("django", "accounts_app")) for name in sys.modules)
zipfile.ZipFile(sys.argv[1]).extractall(".")
def run(command):
    return subprocess.run(command, shell=True, capture_output=True, text=True)
told = [line.strip() for line in open("README.txt") if line.startswith("       ")]
commands = [line for line in told if line.startswith(("sha256sum -c", "openssl"))]
results = [run(command) for command in commands]
entry = json.load(open("evidence.json"))["audit"][0]
open("sealed", "w").write(entry["sealed"])
print(json.dumps({
    "codes": [one.returncode for one in results],
    "said": [one.stdout + one.stderr for one in results],
    "fingerprint": next(line for line in told if len(line) == 64),
    "sealed": run("sha256sum sealed").stdout.split()[0] == entry["hash"],
}))
"""


@pytest.fixture(autouse=True)
def _key(settings, anchor_key_pem):
    """A key to sign with."""
    settings.AUDIT_ANCHOR_KEY = anchor_key_pem


@pytest.fixture
def account(operator):
    """An account about which everything has happened."""
    account = rows.account(rows.customer(externalId=HOSTILE))
    rows.card(account)
    ask("deactivate", account, operator, reason=f"A reason {HOSTILE}")
    rows.challenge(account, "Please sign the whole of this")
    rows.event(account, json.dumps({"note": HOSTILE}).encode())
    rows.changed(account, status="inactive")
    closed = rows.account(account.customer, status="closed")
    rows.proposal(rows.contradiction(closed), "keep", operator)
    return account


def scope(row, until=None):
    """Return everything about the row, up to now unless told."""
    return Scope(row, SINCE, until or timezone.now() + timedelta(minutes=1))


def pack(row, person, **more):
    """Return a pack's bytes."""
    made = packing.export(scope(row, **more), person=person, reason="Asked by the regulator")
    with made.content as content:
        return content.read()


def inside(content, name="evidence.json"):
    """Return one file of a pack."""
    return zipfile.ZipFile(io.BytesIO(content)).read(name)


def read_elsewhere(folder, content):
    """Let a process that has nothing of ours follow the README; returns what it found."""
    (folder / "pack.zip").write_bytes(content)
    command = [sys.executable, "-I", "-c", READER, "pack.zip"]
    found = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    return json.loads(found.stdout)


def test_whoever_follows_the_readme_finds_all_in_order(account, auditor, tmp_path):
    found = read_elsewhere(tmp_path, pack(account, auditor))
    assert found["codes"] == [0, 0, 0]
    assert "Signature Verified Successfully" in found["said"][1]
    assert found["said"][2].split()[0] == found["fingerprint"] == packing.fingerprint()
    assert found["sealed"]


@pytest.mark.parametrize("altered", ["report.html", "evidence.json", "SHA256SUMS"])
def test_one_altered_byte_shows(account, auditor, tmp_path, altered):
    content, spoilt = pack(account, auditor), io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(spoilt, "w") as new:
        for name in old.namelist():
            data = bytearray(old.read(name))
            if name == altered:
                data[data.index(b"e")] ^= 1
            new.writestr(name, bytes(data))
    sums, signature, _ = read_elsewhere(tmp_path, spoilt.getvalue())["codes"]
    assert (sums != 0, signature != 0) == (True, altered == "SHA256SUMS")


def test_every_part_tells_what_happened(account, auditor):
    told = json.loads(inside(pack(account.customer, auditor)))
    assert told["schema"] == 1
    empty = [name for name, found in told.items() if found == []]
    assert empty == ["attempts", "differences"]
    assert [one["at"] for one in told["timeline"]] == sorted(one["at"] for one in told["timeline"])


def test_attempts_are_told_too(programme, operator, auditor):
    account = programme.account()
    ask("deactivate", account, operator)
    work.run_due()
    (attempt,) = json.loads(inside(pack(account, auditor)))["attempts"]
    assert (attempt["number"], attempt["result"]) == (1, "answered")


@pytest.fixture
def held(programme, sandbox, settings):
    """A comparison that waits for two people, not the first to find its differences."""
    settings.RECONCILE_HOLD_ROWS = 2
    for account in [programme.account() for _ in range(3)]:
        unheard(sandbox, "account", account.pk, "inactive")
    compared(apply=False)
    return compared()


def test_who_decided_about_a_held_comparison_is_told(held, operator, approver, auditor):
    confirm(propose(held, "apply", operator), approver)
    work.run_due()
    told = json.loads(inside(pack(Account.objects.first(), auditor)))
    (decided,) = told["resolutions"]
    assert decided["reconciliation_id"] == told["differences"][-1]["reconciliation_id"]
    assert (decided["proposer"], decided["decider"]) == ("operator", "approver")
    acts = [one["action"] for one in told["audit"] if one["object_kind"] == "reconciliation"]
    assert acts[-3:] == ["resolution.proposed", "resolution.confirmed", "comparison.applied"]


def test_who_decided_about_differences_of_others_is_not_told(programme, sandbox, operator, auditor):
    account, other = programme.account(), programme.account()
    unheard(sandbox, "account", other.pk, "inactive")
    assert compared().state == "applied"
    assert not [
        one
        for one in json.loads(inside(pack(account, auditor)))["audit"]
        if one["object_kind"] == "reconciliation"
    ]


def test_the_json_is_canonical(account, auditor):
    text = inside(pack(account, auditor)).decode()
    assert text == canonical(json.loads(text)) + "\n"


def test_the_report_says_the_same_and_nothing_in_it_runs(account, auditor):
    content = pack(account, auditor)
    report = inside(content, "report.html").decode()
    assert "<script" not in report
    assert "A reason &lt;script&gt;alert(1)&lt;/script&gt;" in report
    for entry in json.loads(inside(content))["audit"]:
        assert entry["hash"] in report


def test_what_could_be_signed_is_in_no_file(account, auditor, operator):
    content = pack(account, auditor)
    waiting = account.challenges.get()
    for name in zipfile.ZipFile(io.BytesIO(content)).namelist():
        assert waiting.text.encode() not in inside(content, name)
    (told,) = json.loads(inside(content))["challenges"]
    assert (told["digest"], told["text"]) == (waiting.digest, f"…{waiting.text[-8:]}")


def test_an_accounts_pack_is_about_that_account(account, auditor, operator):
    other = rows.account(account.customer)
    ask("close", other, operator, reason="Of the other one")
    assert b"Of the other one" not in inside(pack(account, auditor))
    assert b"Of the other one" in inside(pack(account.customer, auditor))


def test_what_was_before_or_after_the_period_is_left_out(account, auditor):
    told = json.loads(inside(pack(account, auditor, until=SINCE + timedelta(days=1))))
    assert {name for name, found in told.items() if found and isinstance(found, list)} == {"state"}
    assert [one["then"] for one in told["state"]] == [None, None, None]


def test_the_state_is_told_as_of_then_and_now(account, auditor):
    between = timezone.now()
    rows.changed(account, status="closed", updatedAt="2026-06-01T09:00:00.000000Z")
    told = json.loads(inside(pack(account, auditor, until=between)))["state"]
    (found,) = [one for one in told if one["entity_id"] == str(account.pk)]
    assert (found["then"]["status"], found["now"]["status"]) == ("inactive", "closed")


def test_a_contradiction_that_was_told_in_other_words_later_is_in_the_period(account, auditor):
    closed = rows.account(account.customer, status="closed")
    found = rows.contradiction(closed)
    until = timezone.now()
    rows.changed(closed, status="inactive", updatedAt="2026-06-01T09:00:00.000000Z")
    told = json.loads(inside(pack(closed, auditor, until=until)))
    assert [one["id"] for one in told["discrepancies"]] == [found.pk]


def test_two_packs_of_the_same_differ_only_in_when_they_were_made(account, auditor):
    until = timezone.now()
    first, second = pack(account, auditor, until=until), pack(account, auditor, until=until)
    names = zipfile.ZipFile(io.BytesIO(first)).namelist()
    differing = [name for name in names if inside(first, name) != inside(second, name)]
    assert differing == ["export.json", "SHA256SUMS", "SHA256SUMS.sig"]


def test_taking_it_out_is_recorded_with_its_digest(account, auditor):
    made = packing.export(scope(account), person=auditor, reason="Asked by the regulator")
    entry = AuditEntry.objects.get(action="evidence.exported")
    assert (entry.actor_name, entry.object_id) == ("auditor", str(account.pk))
    with made.content as content:
        assert entry.after["sha256"] == made.sha256 == sha256(content.read()).hexdigest()


def test_without_the_entry_there_is_no_pack(account, auditor, monkeypatch):
    def fails(**_kwargs):
        raise OSError("the audit cannot be written")

    monkeypatch.setattr("accounts_app.audit.record", fails)
    with pytest.raises(OSError, match="audit"):
        pack(account, auditor)


@pytest.mark.parametrize("number", [int(os.environ.get("EVIDENCE_EVENTS", "300"))])
def test_a_long_story_costs_as_many_queries_as_a_short_one(account, auditor, number):
    pack(account, auditor)
    with CaptureQueriesContext(connection) as short:
        pack(account, auditor)
    for _ in range(number):
        rows.event(account)
    with CaptureQueriesContext(connection) as long:
        content = pack(account, auditor)
    assert len(json.loads(inside(content))["events"]) == number + 1
    assert len(long) == len(short)


def test_without_a_key_nothing_is_taken_out(account, auditor, settings):
    settings.AUDIT_ANCHOR_KEY = ""
    with pytest.raises(WrongState, match="AUDIT_ANCHOR_KEY"):
        pack(account, auditor)


def test_every_column_in_a_pack_is_documented(account, auditor):
    told = json.loads(inside(pack(account.customer, auditor)))
    page = (Path(__file__).parents[2] / "docs" / "evidence.md").read_text()
    parts = [name for name, found in told.items() if isinstance(found, list)]
    columns = {name for part in parts for record in told[part] for name in record}
    assert [name for name in [*parts, *sorted(columns)] if f"`{name}`" not in page] == []
