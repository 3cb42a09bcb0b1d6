"""Keys travel between us and the sandbox as they would between us and the provider."""

import stat
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from launcher import keys, signing_key
from launcher.errors import CannotStart
from launcher.run_directory import RunDirectory, new_api_key, new_token
from sandbox.server import Sandbox


@pytest.fixture
def run_directory(tmp_path: Path) -> RunDirectory:
    """A run directory with all secrets made."""
    made = RunDirectory(tmp_path)
    made.secret("api_key", new_api_key)
    made.secret("api_secret", new_token)
    signing_key.main(made.file(keys.SIGNING_KEY), made.file(keys.SIGNING_PUBLIC_KEY))
    return made


@pytest.fixture
def port(run_directory: RunDirectory) -> Iterator[int]:
    """Where a sandbox listens that accepts the directory's credentials."""
    api_key = run_directory.file("api_key").read_text()
    api_secret = run_directory.file("api_secret").read_text()
    with Sandbox(api_key=api_key, api_secret=api_secret) as sandbox:
        number = urlsplit(sandbox.root_url).port
        assert number is not None
        yield number


def test_both_sides_know_each_others_keys_afterwards(
    run_directory: RunDirectory, port: int
) -> None:
    ids = keys.exchange(run_directory, port)
    theirs = run_directory.file(keys.WEBHOOK_PUBLIC_KEY).read_bytes()
    assert isinstance(serialization.load_pem_public_key(theirs), ec.EllipticCurvePublicKey)
    assert ids.signing
    assert ids.webhook


def test_every_start_may_exchange_them_again(run_directory: RunDirectory, port: int) -> None:
    keys.exchange(run_directory, port)
    assert keys.exchange(run_directory, port).signing


def test_a_refusal_is_a_sentence(run_directory: RunDirectory, port: int) -> None:
    run_directory.write("api_secret", "another")
    with pytest.raises(CannotStart, match="The sandbox answered 401 to POST /v1/auth/token"):
        keys.exchange(run_directory, port)


def test_our_private_key_is_p384_and_private(run_directory: RunDirectory) -> None:
    path = run_directory.file(keys.SIGNING_KEY)
    key = serialization.load_pem_private_key(path.read_bytes(), None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    assert isinstance(key.curve, ec.SECP384R1)
    assert stat.S_IMODE(path.stat().st_mode) == 0o400
