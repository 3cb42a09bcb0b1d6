"""A password is long and not known; nothing else is asked of it."""

import hashlib

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from tests.offblocks import far_end

GOOD = [
    "blue lamp over seven doors",
    "öäü ßßß zzz 漢字かな ok",
    "x" * 7 + "y" * 8,
    "lamp " * 25 + "oak",
]
BAD = {
    "short": "blue lamp 1234",
    "endless": "blue lamp over " * 8 + "nine doors",
    "repeated": "passwordpassword",
    "one letter": "a" * 20,
    "along the keyboard": "qwertyuiopasdfg",
    "digits in a row": "1234567890123456",
    "backwards": "zyxwvutsrqponmlk",
    "a name of ours": "OffBlocks is where I work",
    "a name in pieces": "my back-office, my castle",
}


def objections(password):
    """Return what is said against a password."""
    try:
        validate_password(password)
    except ValidationError as refused:
        return refused.messages
    return []


@pytest.mark.parametrize("password", GOOD)
def test_no_composition_is_asked_for(password):
    assert objections(password) == []


@pytest.mark.parametrize("password", BAD.values(), ids=BAD)
def test_what_is_easily_guessed_is_refused(password):
    with pytest.raises(ValidationError):
        validate_password(password)


@pytest.fixture
def known():
    """A service that knows the first good password from a breach."""
    digest = hashlib.sha1(GOOD[0].encode(), usedforsecurity=False).hexdigest().upper()
    lines = f"{'0' * 35}:3\r\n{digest[5:]}:17\r\n"
    with far_end.running() as service:
        service.will(far_end.answer(body=lines.encode()))
        yield service, digest


def test_a_breached_password_is_refused_and_only_five_letters_leave(known, settings):
    service, digest = known
    settings.PASSWORD_BREACH_URL = f"{service.url}/range/"
    with pytest.raises(ValidationError, match="known from a breach"):
        validate_password(GOOD[0])
    assert service.seen[0].path == f"/v1/range/{digest[:5]}"


def test_another_password_passes(known, settings):
    settings.PASSWORD_BREACH_URL = f"{known[0].url}/range/"
    assert objections(GOOD[1]) == []
    assert len(known[0].seen) == 1


def test_without_an_answer_it_passes(settings):
    settings.PASSWORD_BREACH_URL = "http://127.0.0.1:9/range/"
    assert objections(GOOD[0]) == []


def test_nobody_is_asked_by_default(known):
    validate_password(GOOD[0])
    assert known[0].seen == []
