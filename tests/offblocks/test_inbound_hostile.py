"""Webhooks that are not genuine, each spoiled in one way; nothing but a refusal ever comes out."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts_app.offblocks.errors import SignatureInvalid

from .hostile import CLAIMS, GENUINE, HEADERS, MESSAGES, Spoil
from .webhook import Webhook


def reason_of(webhook: Webhook, **changes: Any) -> str:
    """Why it is refused."""
    with pytest.raises(SignatureInvalid) as caught:
        webhook.verified(**changes)
    return caught.value.reason.value


@pytest.mark.parametrize(("claim", "reason"), CLAIMS.values(), ids=CLAIMS)
def test_a_false_claim_is_refused(claim: dict[str, Any], reason: str) -> None:
    assert reason_of(GENUINE.but(**claim)) == reason


@pytest.mark.parametrize(("spoil", "reason"), HEADERS.values(), ids=HEADERS)
def test_spoiled_headers_are_refused(spoil: Spoil, reason: str) -> None:
    assert reason_of(GENUINE, headers=spoil(GENUINE.headers())) == reason


@pytest.mark.parametrize(("change", "reason"), MESSAGES.values(), ids=MESSAGES)
def test_a_message_other_than_the_signed_one_is_refused(
    change: dict[str, Any], reason: str
) -> None:
    assert reason_of(GENUINE, **change) == reason


def test_another_target_is_refused_when_the_target_is_covered() -> None:
    webhook = GENUINE.but(covered=("@method", "@target-uri", "content-digest"))
    assert reason_of(webhook, target_uri="https://elsewhere.test/webhooks/") == "mismatch"


words = st.text(st.characters(max_codepoint=0x17F), max_size=60)
pieces = st.sampled_from(
    ["sig", "=", "(", ")", '"@method"', ";", "created", "1", ":AA==:", ",", " "]
)
values = words | st.lists(pieces, max_size=20).map("".join)


@given(values, values, values)
def test_no_headers_raise_anything_else(one: str, two: str, three: str) -> None:
    headers = {"Signature": one, "Signature-Input": two, "Content-Digest": three}
    with pytest.raises(SignatureInvalid):
        GENUINE.verified(headers=headers)


@given(st.sampled_from(sorted(GENUINE.headers())), st.data())
def test_no_single_changed_character_passes(name: str, data: st.DataObject) -> None:
    headers = GENUINE.headers()
    value = headers[name]
    at = data.draw(st.integers(0, len(value) - 1))
    changed = value[:at] + data.draw(st.characters(max_codepoint=0xFF)) + value[at + 1 :]
    try:
        GENUINE.verified(headers=headers | {name: changed})
    except SignatureInvalid:
        return
    assert changed == value
