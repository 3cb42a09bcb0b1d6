"""Spoiled signature headers: each is refused, and none brings anything but a refusal."""

import random
import time
from collections import Counter

from accounts_app.offblocks.errors import SignatureInvalid
from tests.fuzz import CASES, SEED
from tests.fuzz.mutation import cut, flip, inserting, repeat, spoiled, swap
from tests.offblocks.hostile import CLAIMS, GENUINE, HEADERS

NAMES = ("Signature", "Signature-Input", "Content-Digest")
WORDS = (
    *('"', ";", "=", "(", ")", ":", ",", "?1", "@", "\t", "\\", "sig", ", b=()", "ü", "=:AA==:"),
    *('"@method"', '"@path";req', '"@target-uri"', ";alg", ";created=1", ";keyid="),
    *("sha-256=", "sha-512=", "md5=", "-" * 3, "(" * 40, "9" * 16, "A" * 9000, "\0", "\x7f"),
)
FRAGMENTS = [word.encode("latin-1") for word in WORDS]
SPOILS = (flip, cut, repeat, swap, inserting(FRAGMENTS))
GENUINE_HEADERS = GENUINE.headers()
# What the named variants make of the headers: where the mutation starts from.
BEGINNINGS = [
    GENUINE_HEADERS,
    *(spoil(GENUINE_HEADERS) for spoil, _ in HEADERS.values()),
    *(GENUINE.but(**claim).headers() for claim, _ in CLAIMS.values()),
]


def case(chance: random.Random) -> dict[str, str]:
    """Spoil one to three of the headers of a genuine or a hostile delivery."""
    headers = dict(chance.choice((GENUINE_HEADERS, chance.choice(BEGINNINGS))))
    for name in chance.sample(NAMES, chance.choice((1, 1, 2, 3))):
        text = headers.get(name, "").encode("latin-1", "replace")
        headers[name] = spoiled(chance, text, SPOILS).decode("latin-1")
    # A cut of nothing spoils nothing, nor does white space around a value: the wire drops it.
    return case(chance) if _stripped(headers) == _stripped(GENUINE_HEADERS) else headers


def _stripped(headers: dict[str, str]) -> dict[str, str]:
    return {name: value.strip() for name, value in headers.items()}


def verdict(headers: dict[str, str]) -> str:
    """Say why it is refused."""
    try:
        GENUINE.verified(headers=headers)
    except SignatureInvalid as invalid:
        return invalid.reason.value
    return "believed"


def test_no_spoiled_header_is_believed_and_none_crashes(capsys):
    chance, began = random.Random(SEED), time.monotonic()  # noqa: S311 -- repeatable, no secret
    verdicts: Counter[str] = Counter()
    for _ in range(CASES):
        headers = case(chance)
        found = verdict(headers)
        assert found != "believed", headers
        verdicts[found] += 1
    seconds = time.monotonic() - began
    with capsys.disabled():
        print(f"\n{CASES} signature headers in {seconds:.0f} s: {dict(verdicts.most_common())}")
