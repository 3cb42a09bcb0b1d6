"""What pip prints becomes one sentence; the messages are pip's own."""

import pytest

from launcher.pip_failures import NO_NETWORK, NO_SPACE, NO_TRUST, sentence_for

BROKEN = "WARNING: Retrying (Retry(total=1, ...)) after connection broken by "
NOT_FOUND = (
    "\nERROR: Could not find a version that satisfies the requirement Django==5.2.19 "
    "(from versions: none)\nERROR: No matching distribution found for Django==5.2.19"
)

MESSAGES = [
    (
        BROKEN + "'NewConnectionError('<HTTPSConnection object at 0x7fd0>: Failed to establish a "
        "new connection: [Errno -2] Name or service not known')': /simple/django/" + NOT_FOUND,
        NO_NETWORK,
    ),
    (
        BROKEN + "'ProxyError('Cannot connect to proxy.', NewConnectionError('<...>: Failed to "
        "establish a new connection: [Errno 111] Connection refused'))': /django/" + NOT_FOUND,
        NO_NETWORK,
    ),
    (
        BROKEN + "'ReadTimeoutError(\"HTTPSConnectionPool(host='pypi.org', port=443): Read timed "
        "out. (read timeout=20.0)\")': /simple/django/",
        NO_NETWORK,
    ),
    (
        BROKEN + "'SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] "
        "certificate verify failed: self-signed certificate'))': /simple/django/" + NOT_FOUND,
        NO_TRUST,
    ),
    (
        "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device",
        NO_SPACE,
    ),
    (
        "ERROR: Could not install packages due to an OSError: [Errno 122] Disk quota exceeded: "
        "'/home/you/project/.venv/lib'",
        NO_SPACE,
    ),
]


@pytest.mark.parametrize(("output", "sentence"), MESSAGES)
def test_a_known_failure_is_one_sentence(output: str, sentence: str) -> None:
    assert sentence_for(output) == sentence


def test_an_unknown_failure_is_left_to_pips_own_words() -> None:
    assert sentence_for("ERROR: Failed building wheel for psycopg") == ""
