"""The exported audit, and the checker in one file that knows nothing of us: run by itself."""

import ast
import hashlib
import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import cryptography
import pytest
from django.core.management import CommandError, call_command

from accounts_app import anchor_keys, schedule
from accounts_app.models import AuditEntry, Pause
from accounts_app.services import pausing
from tests.admin import rows
from tests.factories import ask

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]
# Neither our packages nor Django lie on the path; what cryptography itself needs does.
ALONE = "import sys, runpy; sys.path.append(sys.argv[1]); "
REFUSES = "sys.modules.update(django=None, accounts_app=None); "
RUNS = "del sys.argv[1]; sys.argv.pop(0); runpy.run_path(sys.argv[0], run_name='__main__')"


def check(*arguments: str | Path, with_cryptography: bool = True) -> tuple[int, str]:
    """Run the checker in a Python that finds no Django; return its exit and its words."""
    packages = Path(cryptography.__file__).parents[1] if with_cryptography else ROOT / "nowhere"
    command = [sys.executable, "-S", "-I", "-c", ALONE + REFUSES + RUNS, packages]
    command += [ROOT / "tools" / "verify_audit.py", *arguments]
    done = subprocess.run(
        [str(part) for part in command], capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def file(settings, tmp_path, anchor_key_pem, operator) -> Path:
    """An export of nine entries, the fifth of which is anchored."""
    settings.AUDIT_ANCHOR_KEY = anchor_key_pem
    (tmp_path / "anchors").mkdir()
    settings.AUDIT_ANCHOR_DIRECTORY = str(tmp_path / "anchors")
    (tmp_path / "key.pem").write_text(anchor_keys.public_pem())
    for number in range(5):
        pausing.pause(Pause.Cause.HAND, f"Größe {number}", person=operator)
        if number == 2:
            schedule.anchor_chain()
        if number < 4:
            pausing._end(pausing.current(), operator, "over")
    call_command("audit_export", str(tmp_path / "audit.jsonl"))
    return tmp_path / "audit.jsonl"


@pytest.fixture
def key(file) -> tuple[str, Path]:
    """The public key, as its keeper handed it out."""
    return ("--key", file.with_name("key.pem"))


def changed(file: Path, change) -> None:
    """Forge the entries, and the manifest's digest and numbers with them."""
    lines = change(file.read_text().splitlines())
    file.write_text("".join(f"{line}\n" for line in lines))
    path = Path(f"{file}.manifest.json")
    told = json.loads(path.read_text())
    told["manifest"]["sha256"] = hashlib.sha256(file.read_bytes()).hexdigest()
    told["manifest"]["entries"] = len(lines)
    path.write_text(json.dumps(told))


def edited(line: str, **columns: object) -> str:
    """Change an entry."""
    entry = json.loads(line)
    entry["content"] |= columns
    return json.dumps(entry, ensure_ascii=False)


def test_an_export_holds(file, key):
    assert check(file, *key) == (0, "All of it holds.\n")


def test_it_says_how_much_was_exported_and_keeps_that_it_was(tmp_path, operator, capsys):
    ask("close", rows.account(), operator)
    call_command("audit_export", str(tmp_path / "audit.jsonl"))
    assert capsys.readouterr().out == f"1 audit entries are in {tmp_path / 'audit.jsonl'}.\n"
    entry = AuditEntry.objects.latest("sequence")
    assert (entry.action, entry.after["entries"]) == ("audit.exported", 1)


def test_without_a_key_the_hashes_hold_and_the_rest_is_named(file):
    status, words = check(file)
    assert (status, "NOT CHECKED. The signatures: name the public key" in words) == (2, True)


def test_without_cryptography_the_hashes_hold_and_the_rest_is_named(file, key):
    status, words = check(file, *key, with_cryptography=False)
    assert (status, "install the Python package cryptography" in words) == (2, True)


def test_an_anchor_from_elsewhere_is_held_against_it(file, key):
    [anchor] = file.with_name("anchors").iterdir()
    assert check(file, *key, "--anchor", anchor)[0] == 0
    anchor.write_text(anchor.read_text().replace('"hash": "', '"hash": "0'))
    status, words = check(file, *key, "--anchor", anchor)
    assert (status, "Entry 5 is not the entry that was anchored at" in words) == (1, True)


FORGERIES = {
    "edited": (lambda lines: [lines[0], edited(lines[1], reason="x"), *lines[2:]], "2 was altered"),
    "deleted": (lambda lines: [*lines[:3], *lines[4:]], "Entry 4 is missing"),
    "reordered": (lambda lines: [lines[1], lines[0], *lines[2:]], "Entry 1 is missing"),
    "inserted": (lambda lines: [*lines[:3], lines[2], *lines[3:]], "Entry 4 is missing"),
    "cut off": (lambda lines: lines[:-2], "Entry 9, the last one, is missing"),
    "no entry": (lambda lines: ["[]", *lines[1:]], "Line 1 is not an entry"),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forged_export_is_detected(file, key, name):
    change, words = FORGERIES[name]
    changed(file, change)
    status, told = check(file, *key)
    assert status == 1
    assert words in told


def test_a_file_changed_by_one_character_is_not_the_one_of_the_manifest(file, key):
    file.write_text(file.read_text().replace("Größe 1", "Größe 7"))
    assert "not the one that the manifest was made for" in check(file, *key)[1]


def test_a_manifest_that_was_changed_is_not_signed(file, key):
    path = Path(f"{file}.manifest.json")
    told = json.loads(path.read_text())
    told["manifest"]["at"] = "2026-01-01T00:00:00+00:00"
    path.write_text(json.dumps(told))
    assert "The manifest is not signed with this key" in check(file, *key)[1]


def test_a_part_is_exported_by_number_person_and_object(tmp_path, operator, approver):
    account = rows.account()
    ask("close", account, operator)
    pausing.pause(Pause.Cause.HAND, "By hand", person=approver)
    options = {"numbers": {"first": 2, "last": 2}, "person": {"person": "approver"}}
    options |= {"object": {"object": f"account:{account.pk}"}, "day": {"last": _today()}}
    options |= {"any day": {"first": date.min, "last": date.max}}
    found = {}
    for name, option in options.items():
        call_command("audit_export", str(tmp_path / name), **option)
        lines = (tmp_path / name).read_text().splitlines()
        found[name] = [json.loads(line)["content"]["sequence"] for line in lines]
    assert found.pop("any day") == [1, 2, 3, 4, 5, 6]
    assert found == {"numbers": [2], "person": [2], "object": [1], "day": [1, 2, 3, 4, 5]}


def _today():
    return AuditEntry.objects.latest("sequence").at.date()


def test_a_part_of_one_person_holds_too(file, key):
    part = file.with_name("part.jsonl")
    call_command("audit_export", str(part), person="operator", first=2)
    assert check(part, *key)[0] == 0


def test_a_file_that_is_there_is_not_overwritten(file):
    before = file.read_text()
    with pytest.raises(CommandError, match="cannot be written: File exists"):
        call_command("audit_export", str(file))
    assert file.read_text() == before


def test_who_may_not_take_the_audit_out_makes_no_file(tmp_path, operator):
    with pytest.raises(CommandError, match="You may not take the audit out"):
        call_command("audit_export", str(tmp_path / "audit.jsonl"), username="operator")
    assert not list(tmp_path.iterdir())


def test_the_checker_imports_nothing_but_the_standard_library_and_cryptography():
    source = (ROOT / "tools" / "verify_audit.py").read_text()
    tree = ast.walk(ast.parse(source))
    names = {node.module for node in tree if isinstance(node, ast.ImportFrom)}
    tree = ast.walk(ast.parse(source))
    names |= {one.name for node in tree if isinstance(node, ast.Import) for one in node.names}
    others = {name for name in names if name.partition(".")[0] not in sys.stdlib_module_names}
    assert {name.partition(".")[0] for name in others} == {"cryptography"}
