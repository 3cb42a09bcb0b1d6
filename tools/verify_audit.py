#!/usr/bin/env python3
"""Checks an exported audit by itself: this one file, Python 3.11, nothing of the back-office.

    python3 verify_audit.py audit.jsonl --key anchor_key_public.pem [--anchor anchor-….json …]

Exit 0: all of it holds. 1: something does not, and the first fault is named. 2: what could be
checked holds, but something could not be checked, and is named. Hashes need nothing but Python;
signatures need the package "cryptography". Get the public key from whoever keeps the anchor key,
never from the export itself. The format is described in docs/audit.md.
"""

import argparse
import base64
import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

GENESIS = "0" * 64


class Fault(Exception):
    """What does not hold, in a sentence."""


def canonical(content: Any) -> str:
    """Write JSON in the one way that is hashed and signed."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def sha256(text: str) -> str:
    """Return the SHA-256 of a text, in hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def entries_of(path: Path) -> Iterator[dict[str, Any]]:
    """Read the entries, one per line. Raises Fault for a line that is none."""
    with path.open(encoding="utf-8", newline="\n") as lines:
        for number, line in enumerate(lines, 1):
            try:
                entry = json.loads(line)
                entry["content"]["sequence"], entry["content"]["previous"], entry["hash"]
            except (ValueError, KeyError, TypeError) as error:
                raise Fault(f"Line {number} is not an entry.") from error
            yield entry


def check_entries(path: Path, manifest: dict[str, Any]) -> dict[int, str]:
    """Check every seal, and, of a whole part of the chain, every link; return the hashes."""
    hashes: dict[int, str] = {}
    previous, is_whole = manifest["previous"], manifest["is_whole"]
    expected = manifest["first"]
    for entry in entries_of(path):
        content, number = entry["content"], entry["content"]["sequence"]
        if is_whole and number != expected:
            raise Fault(f"Entry {expected} is missing.")
        if number <= max(hashes, default=0):
            raise Fault(f"Entry {number} is out of order.")
        if is_whole and content["previous"] != previous:
            raise Fault(f"Entry {number} does not follow the entry before it.")
        if sha256(canonical(content)) != entry["hash"]:
            raise Fault(f"Entry {number} was altered.")
        hashes[number] = previous = entry["hash"]
        expected = number + 1
    check_ends(hashes, manifest)
    return hashes


def check_ends(hashes: dict[int, str], manifest: dict[str, Any]) -> None:
    """Check that nothing is missing at either end."""
    if len(hashes) != manifest["entries"]:
        raise Fault(
            f"The manifest tells of {manifest['entries']} entries, there are {len(hashes)}."
        )
    if hashes and max(hashes) != manifest["last"]:
        raise Fault(f"Entry {manifest['last']}, the last one, is missing.")
    if manifest["first"] == 1 and manifest["is_whole"] and manifest["previous"] != GENESIS:
        raise Fault("The first entry follows something.")


def check_file(path: Path, manifest: dict[str, Any]) -> None:
    """Check that the file is, byte for byte, the one that the manifest was made for."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if digest != manifest["sha256"]:
        raise Fault("The file is not the one that the manifest was made for.")


def check_anchor(anchor: dict[str, Any], hashes: dict[int, str]) -> bool:
    """Check that an anchored entry is the one in the export; False when it is not in it."""
    number = anchor["sequence"]
    if number not in hashes:
        return False
    if hashes[number] != anchor["hash"]:
        raise Fault(f"Entry {number} is not the entry that was anchored at {anchor['at']}.")
    return True


def check_signature(key_path: Path, signed: str, signature: str, what: str) -> None:
    """Check a signature. Raises Fault, and ImportError without the package."""
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 -- hashes go without it
    from cryptography.hazmat.primitives.serialization import load_pem_public_key  # noqa: PLC0415

    key: Any = load_pem_public_key(key_path.read_bytes())
    try:
        key.verify(base64.b64decode(signature), signed.encode())
    except (InvalidSignature, ValueError) as error:
        raise Fault(f"{what} is not signed with this key.") from error


def anchor_text(anchor: dict[str, Any]) -> str:
    """Return what of an anchor is signed."""
    facts = {name: anchor[name] for name in ("sequence", "hash", "at", "key")}
    return canonical({"kind": "audit-anchor", "format": 1, **facts})


def verify(options: argparse.Namespace) -> list[str]:
    """Check everything; return what could not be checked. Raises Fault."""
    told = json.loads(options.manifest.read_text(encoding="utf-8"))
    manifest = told["manifest"]
    anchors = [json.loads(path.read_text(encoding="utf-8")) for path in options.anchor]
    check_file(options.file, manifest)
    hashes = check_entries(options.file, manifest)
    kept = manifest["anchors"]
    used = [one for one in [*kept, *anchors] if check_anchor(one, hashes)]
    open_points = [] if used else ["No anchor is on an entry of this export."]
    if options.key is None:
        return [*open_points, "The signatures: name the public key with --key."]
    try:
        check_signature(options.key, canonical(manifest), told["signature"], "The manifest")
        for one in anchors:
            check_signature(options.key, anchor_text(one), one["signature"], "An anchor")
    except ImportError:
        return [*open_points, "The signatures: install the Python package cryptography."]
    return open_points


def main() -> int:
    """Say what holds."""
    parser = argparse.ArgumentParser(description="Check an exported audit.")
    parser.add_argument("file", type=Path, help="the exported entries (JSON lines)")
    parser.add_argument("--manifest", type=Path, help="default: FILE.manifest.json")
    parser.add_argument("--key", type=Path, help="the anchor key's public half, PEM")
    parser.add_argument("--anchor", type=Path, action="append", default=[], help="an anchor's file")
    options = parser.parse_args()
    options.manifest = options.manifest or Path(f"{options.file}.manifest.json")
    try:
        not_checked = verify(options)
    except Fault as fault:
        print(f"DOES NOT HOLD. {fault}")
        return 1
    except (OSError, ValueError, KeyError, TypeError) as error:
        print(f"DOES NOT HOLD. A file cannot be read as what it should be: {error!r}")
        return 1
    for point in not_checked:
        print(f"NOT CHECKED. {point}")
    print("What was checked holds." if not_checked else "All of it holds.")
    return 2 if not_checked else 0


if __name__ == "__main__":
    sys.exit(main())
