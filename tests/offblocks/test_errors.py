"""What an error keeps of an answer, and what it must not keep."""

import json

import pytest

from accounts_app.offblocks import errors


def test_an_excerpt_is_one_clean_line() -> None:
    assert errors.excerpt(b"  no\r\nsuch\x00 \x1b[31mthing ") == "no such [31mthing"


@pytest.mark.parametrize(
    "secret",
    ["4111111111111111", "4111 1111 1111 1111", "eyJhbGciOiJIUzI1NiJ9." + "a" * 40, "A" * 128],
)
def test_an_excerpt_masks_what_looks_secret(secret: str) -> None:
    text = errors.excerpt(f"before {secret} after".encode())
    assert text == "before [masked] after"


def test_an_excerpt_keeps_ids() -> None:
    text = "account 0f2f7d6a-51f5-4e5e-9f0c-3a8a1a0d7e02 is closed"
    assert errors.excerpt(text.encode()) == text


def test_an_excerpt_survives_any_bytes() -> None:
    assert len(errors.excerpt(bytes(range(256)) * 40)) <= errors.EXCERPT_LENGTH


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b'{"code":"account_closed"}', "account_closed"),
        (b'{"code":"two words"}', None),
        (b'{"code":5}', None),
        (b'{"message":"x"}', None),
        (b'["code"]', None),
        (b"text/plain words", None),
        (b"\xff", None),
        (b"[" * 60_000, None),
    ],
)
def test_a_code_is_taken_if_there_is_one(body: bytes, code: str | None) -> None:
    assert errors.code_of(body) == code


def test_an_error_without_body_has_no_digest() -> None:
    error = errors.Unavailable("Gone.", sent=False)
    assert (error.message, str(error), error.body_digest) == ("Gone.", "Gone.", None)
    assert (error.status, error.code, error.request_id, error.retry_after) == (None,) * 4


def test_only_the_next_step_decides_the_family() -> None:
    refused = {errors.InvalidRequest, errors.NotFound, errors.WrongState, errors.KeyReused}
    assert set(errors.Refused.__subclasses__()) == refused
    assert not issubclass(errors.SignatureInvalid, errors.ProviderError)
    assert not issubclass(errors.KeyInFlight, errors.Unavailable)


def test_a_reason_is_a_word() -> None:
    error = errors.SignatureInvalid(errors.Reason.UNKNOWN_KEY)
    assert (str(error), error.reason) == ("unknown_key", "unknown_key")


def test_a_body_is_remembered_by_its_digest() -> None:
    body = json.dumps({"message": "no"}).encode()
    first, second = (errors.Refused("x", status=400, body=body) for _ in range(2))
    assert first.body_digest == second.body_digest != errors.Refused("x", body=b"y").body_digest
