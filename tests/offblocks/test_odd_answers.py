"""Answers of a provider that is broken or hostile: trouble by name, never a crash or a flood."""

import gzip
import hashlib

import pytest

from accounts_app.offblocks import errors
from accounts_app.offblocks.client import Client
from accounts_app.offblocks.transport import Transport

from .far_end import FarEnd, answer, raw
from .samples import ACCOUNT_ID, KEY

PATH = f"/accounts/{ACCOUNT_ID}"
FAR_OFF = "Mon, 02 Mar 2026 10:00:00 +9999999999999999999"
NOWHERE = [b"http://[", b"\xff\xfe", b"//", b"http://a b", b"file:///etc/passwd", b"?"]


def redirect(location: bytes) -> bytes:
    """A redirect with exactly these bytes for an address."""
    return b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: " + location + b"\r\n\r\n"


@pytest.mark.parametrize("location", NOWHERE)
def test_where_a_redirect_leads_does_not_matter_to_a_read(
    far_end: FarEnd, transport: Transport, location: bytes
) -> None:
    far_end.will(raw(redirect(location)))
    with pytest.raises(errors.Unreadable) as caught:
        transport.read(PATH)
    assert caught.value.status == 302


@pytest.mark.parametrize("location", NOWHERE)
def test_where_a_redirect_leads_does_not_matter_to_a_change(
    far_end: FarEnd, transport: Transport, location: bytes
) -> None:
    far_end.will(raw(redirect(location)))
    with pytest.raises(errors.OutcomeUnknown) as caught:
        transport.change("PATCH", f"{PATH}/deactivate", b"", KEY, retries=0)
    assert caught.value.status == 302


def test_of_a_redirect_no_more_is_read_than_of_any_error(
    far_end: FarEnd, transport: Transport
) -> None:
    head = b"HTTP/1.1 302 Found\r\nContent-Length: 1000000000\r\nLocation: /x\r\n\r\n"
    far_end.will(raw(head + b"x" * 200_000))
    with pytest.raises(errors.Unreadable) as caught:
        transport.read(PATH)
    assert caught.value.body_digest == hashlib.sha256(b"x" * 65_536).hexdigest()


def test_what_a_redirect_packs_is_not_unpacked(far_end: FarEnd, transport: Transport) -> None:
    packed = gzip.compress(bytes(10_000_000))
    far_end.will(answer(302, packed, Location="/x", Content_Encoding="gzip"))
    with pytest.raises(errors.Unreadable) as caught:
        transport.read(PATH)
    assert caught.value.body_digest == hashlib.sha256(packed).hexdigest()


def test_a_date_beyond_any_clock_is_left_out(far_end: FarEnd, transport: Transport) -> None:
    far_end.will(answer(200, Date=FAR_OFF))
    reply = transport.read(PATH)
    assert (reply.provider_date, reply.clock_offset) == (None, None)


def test_a_wait_until_such_a_date_is_no_wait(far_end: FarEnd, transport: Transport) -> None:
    far_end.will(answer(400, Retry_After=FAR_OFF))
    with pytest.raises(errors.InvalidRequest) as caught:
        transport.read(PATH)
    assert caught.value.retry_after is None


@pytest.mark.parametrize("told", [1.8e18, 1e308, "1.8e18"])
def test_a_token_may_be_good_for_longer_than_there_is_time(
    far_end: FarEnd, transport: Transport, told: object
) -> None:
    far_end.token_script.append(answer(200, {"token": "t", "expiresAt": told}))
    far_end.will(answer(200))
    assert transport.read(PATH).status == 200


@pytest.mark.parametrize("told", ["nan", "inf", "soon"])
def test_a_token_that_expires_at_no_time_is_none(
    far_end: FarEnd, transport: Transport, told: str
) -> None:
    far_end.token_script += [answer(200, {"token": "t", "expiresAt": told})] * 3
    with pytest.raises(errors.Unavailable):
        transport.read(PATH)
    assert not far_end.seen


@pytest.mark.parametrize(
    "link", ['</v1/cards?page=2>; rel="next"', '</x>; rel=last, </y>; rel="prev next"']
)
def test_a_list_that_links_to_its_next_page_is_not_whole(
    far_end: FarEnd, client: Client, link: str
) -> None:
    far_end.will(answer(200, b"[]", Link=link), answer(200, b"[]", Link=link))
    with pytest.raises(errors.Unreadable):
        client.list_account_cards(ACCOUNT_ID)
    with pytest.raises(errors.Unreadable):
        client.each_card()


def test_a_list_may_link_to_anything_else(far_end: FarEnd, client: Client) -> None:
    far_end.will(answer(200, b"[]", Link='</docs>; rel="help"; title="next steps"'))
    assert client.list_account_cards(ACCOUNT_ID).value == []
