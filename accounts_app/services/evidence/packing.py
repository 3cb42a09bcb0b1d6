"""Makes the pack: a ZIP with the report, its JSON, checksums and a signature of them.

The same rows give the same bytes; only `export.json`, and what covers it, says when it was made.
"""

import base64
import hashlib
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import IO, Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from accounts_app import anchor_keys, audit, clock
from accounts_app.errors import Incomplete, NotPermitted, WrongState
from accounts_app.services import unmasking
from accounts_app.services.evidence import records, writing
from accounts_app.services.evidence.scope import Scope

EXPORT = "accounts_app.export_evidence"
# A pack shows personal fields in full.
RIGHTS = (EXPORT, unmasking.RIGHT)
SUMS = "SHA256SUMS"
# The earliest that a ZIP can say: the same content is to be the same file.
FIXED = (1980, 1, 1, 0, 0, 0)
READABLE = 0o644 << 16
CHUNK = 64 * 1024


@dataclass(frozen=True)
class Pack:
    """A finished pack: its content, to be read once, and SHA-256 of it in hex."""

    name: str
    content: IO[bytes]
    sha256: str


def refuse_unless_allowed(person: User) -> None:
    """Raise NotPermitted, or WrongState while there is no key to sign with."""
    if not all(person.has_perm(right) for right in RIGHTS):
        raise NotPermitted(_("You may not take evidence out of the system."))
    if anchor_keys.signing_key() is None:
        raise WrongState(
            _("No pack can be signed: AUDIT_ANCHOR_KEY is not configured. Tell engineering.")
        )


def export(
    scope: Scope, *, person: User, reason: str, reference: str = "", download: str = ""
) -> Pack:
    """Make the pack and record who took it out and why, with its digest.

    Without that entry there is no pack. `download` is the mark under which a page waits for it.
    Raises a Refusal.
    """
    refuse_unless_allowed(person)
    if not reason.strip():
        raise Incomplete(_("Say why: the reason is kept in the audit."), field="reason")
    if scope.since >= scope.until:
        raise Incomplete(_("The period ends before it begins."), field="until")
    taken = {
        "exported_at": records.plain(clock.now()),
        "exported_by": person.get_username(),
        "reason": reason.strip(),
        "reference": reference.strip(),
    }
    # In English whoever takes it: the same data give the same pack.
    with ExitStack() as closing, translation.override(settings.LANGUAGE_CODE):
        content = closing.enter_context(_packed(scope, taken))
        digest = _digest(content)
        told = {"sha256": digest} | ({"download": download} if download else {})
        _record(scope, told, person, taken)
        closing.pop_all()
    return Pack(f"evidence-{scope.row.KIND}-{scope.row.pk}.zip", content, digest)


def _record(scope: Scope, told: dict[str, str], person: User, taken: dict[str, Any]) -> None:
    with transaction.atomic():
        audit.record(
            actor=person,
            action="evidence.exported",
            target=scope.row,
            reason=taken["reason"],
            after={
                "since": records.plain(scope.since),
                "until": records.plain(scope.until),
                "reference": taken["reference"],
                **told,
            },
        )


def _packed(scope: Scope, taken: dict[str, Any]) -> IO[bytes]:
    content = TemporaryFile()  # noqa: SIM115 -- whoever gets it closes it
    with ExitStack() as stack:
        files: dict[str, IO[bytes]] = {
            name: stack.enter_context(TemporaryFile())
            for name in (
                "README.txt",
                "evidence.json",
                "export.json",
                "public_key.pem",
                "report.html",
            )
        }
        with _one_moment():
            writing.write(scope, files["evidence.json"], files["report.html"])
        files["README.txt"].write(_readme(scope).encode())
        files["export.json"].write(f"{records.canonical(taken)}\n".encode())
        files["public_key.pem"].write(anchor_keys.public_pem().encode())
        sums = "".join(f"{_digest(file)}  {name}\n" for name, file in files.items())
        with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as pack:
            for name, file in files.items():
                _add(pack, name, file)
            pack.writestr(_entry(SUMS), sums)
            pack.writestr(_entry(f"{SUMS}.sig"), _signature(sums))
    content.seek(0)
    return content


@contextmanager
def _one_moment() -> Iterator[None]:
    """Read all parts as they are at one moment, so that they fit together.

    SQLite would have to keep everybody else from writing for it.
    """
    if connection.vendor != "postgresql" or connection.in_atomic_block:
        yield
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield


def _signature(sums: str) -> bytes:
    key = anchor_keys.signing_key()
    assert key is not None, "refused before"  # noqa: S101
    return base64.b64decode(anchor_keys.sign(sums, key))


def _readme(scope: Scope) -> str:
    context = {
        "title": writing.title_of(scope),
        "about": writing.about_of(scope),
        "fingerprint": fingerprint(),
    }
    return render_to_string("admin/accounts_app/evidence/readme.txt", context)


def fingerprint() -> str:
    """Return SHA-256, hex, of the public key in DER: what a reader compares with what they know.

    Empty without a key.
    """
    if anchor_keys.signing_key() is None:
        return ""
    lines = anchor_keys.public_pem().strip().splitlines()
    return hashlib.sha256(base64.b64decode("".join(lines[1:-1]))).hexdigest()


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, FIXED)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = READABLE
    return entry


def _add(pack: zipfile.ZipFile, name: str, file: IO[bytes]) -> None:
    with pack.open(_entry(name), "w", force_zip64=True) as inside:
        for chunk in _chunks(file):
            inside.write(chunk)


def _digest(file: IO[bytes]) -> str:
    digest = hashlib.sha256()
    for chunk in _chunks(file):
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    file.seek(0)
    while chunk := file.read(CHUNK):
        yield chunk
