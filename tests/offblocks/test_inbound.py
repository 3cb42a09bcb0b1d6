"""Genuine webhooks are believed, at the right time and over the right parts."""

from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from accounts_app.offblocks.errors import SignatureInvalid
from accounts_app.offblocks.signing import Profile, Signer

from .webhook import BODY, KEY_ID, NOW, STAMP, Webhook, digest


@pytest.fixture
def webhook(private_key: ec.EllipticCurvePrivateKey) -> Webhook:
    """A genuine delivery."""
    return Webhook(private_key)


def params(**values: int | str) -> str:
    """Signature parameters."""
    texts = {name: f'"{v}"' if isinstance(v, str) else str(v) for name, v in values.items()}
    return "".join(f";{name}={text}" for name, text in texts.items())


def test_a_genuine_webhook_is_believed(webhook: Webhook) -> None:
    verified = webhook.verified()
    assert (verified.keyid, verified.created, verified.nonce) == (KEY_ID, NOW, None)


def test_the_nonce_is_handed_on(webhook: Webhook) -> None:
    claim = params(created=STAMP, keyid=KEY_ID, nonce="n-1")
    assert webhook.but(params=claim).verified().nonce == "n-1"


def test_the_algorithm_may_be_implied_by_the_key(webhook: Webhook) -> None:
    assert webhook.but(params=params(created=STAMP, keyid=KEY_ID)).verified().keyid == KEY_ID


@pytest.mark.parametrize(
    "covered",
    [
        ("@method", "@target-uri", "content-digest"),
        ("content-digest", "@path", "@method"),
        ("@method", "@path", "@target-uri", "content-digest", "x-more"),
    ],
)
def test_more_or_other_cover_is_fine(webhook: Webhook, covered: tuple[str, ...]) -> None:
    assert webhook.but(covered=covered, extra={"x-more": "1"}).verified()


@pytest.mark.parametrize("names", [("sha-512",), ("sha-256", "sha-512")])
def test_either_digest_will_do(webhook: Webhook, names: tuple[str, ...]) -> None:
    assert webhook.but(content_digest=digest(BODY, *names)).verified()


def test_any_label_will_do(webhook: Webhook) -> None:
    assert webhook.but(label="provider").verified()


def test_header_names_have_no_case(webhook: Webhook) -> None:
    headers = {name.upper(): value for name, value in webhook.headers().items()}
    assert webhook.verified(headers=headers)


def test_an_empty_body_is_signed_too(webhook: Webhook) -> None:
    assert webhook.but(content_digest=digest(b"")).verified(body=b"")


@pytest.mark.parametrize("seconds", [-60, 0, 299, 300])
def test_the_age_may_be_a_few_minutes(webhook: Webhook, seconds: int) -> None:
    assert webhook.verified(now=NOW + timedelta(seconds=seconds))


@pytest.mark.parametrize(
    ("seconds", "reason"), [(-61, "not_yet_valid"), (301, "expired"), (86_400, "expired")]
)
def test_outside_of_that_it_is_refused(webhook: Webhook, seconds: int, reason: str) -> None:
    with pytest.raises(SignatureInvalid, match=reason):
        webhook.verified(now=NOW + timedelta(seconds=seconds))


def test_the_age_limits_are_arguments(webhook: Webhook) -> None:
    assert webhook.verified(now=NOW + timedelta(days=1), max_age_seconds=87_300)
    with pytest.raises(SignatureInvalid, match="not_yet_valid"):
        webhook.verified(now=NOW - timedelta(seconds=2), max_ahead_seconds=1)


@pytest.mark.parametrize(("expires", "is_good"), [(STAMP, True), (STAMP - 1, False)])
def test_an_expiry_is_honoured(webhook: Webhook, expires: int, is_good: bool) -> None:
    claimed = webhook.but(params=params(created=STAMP - 10, expires=expires, keyid=KEY_ID))
    if is_good:
        assert claimed.verified()
    else:
        with pytest.raises(SignatureInvalid, match="expired"):
            claimed.verified()


def test_our_own_signer_would_be_understood(webhook: Webhook, pem: str) -> None:
    profile = Profile(covered=("@method", "@target-uri", "content-digest"))
    now = datetime.now(UTC)
    headers = Signer(pem, KEY_ID, profile).sign("POST", webhook.target_uri, {}, BODY, now=now)
    assert webhook.verified(headers=headers, now=now).keyid == KEY_ID
