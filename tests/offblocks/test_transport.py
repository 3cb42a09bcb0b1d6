"""One request: what leaves, and what comes back."""

import pickle
from datetime import UTC, datetime, timedelta

import pytest

from accounts_app.offblocks import errors
from accounts_app.offblocks.credentials import Credentials, Secret
from accounts_app.offblocks.transport import Transport

from .conftest import API_SECRET, MakeTransport
from .far_end import Act, FarEnd, answer, drop, raw
from .samples import ACCOUNT_ID, KEY

PATH = f"/accounts/{ACCOUNT_ID}"


def test_a_read_carries_token_and_signature(far_end: FarEnd, transport: Transport) -> None:
    far_end.will(answer(200, {"a": 1}))
    reply = transport.read(PATH)
    assert (reply.status, reply.body) == (200, b'{"a": 1}')
    (seen,) = far_end.seen
    assert (seen.method, seen.path, seen.body) == ("GET", f"/v1{PATH}", b"")
    assert seen.headers["authorization"] == "Bearer token-1"
    assert seen.headers["signature-input"].startswith('sig=("@method" "@authority" "@path"')


def test_a_read_has_neither_key_nor_digest(far_end: FarEnd, transport: Transport) -> None:
    far_end.will(answer(200))
    transport.read(PATH)
    assert not {"idempotency-key", "content-digest"} & far_end.seen[0].headers.keys()


def test_a_change_carries_key_digest_and_exact_bytes(far_end: FarEnd, transport: Transport) -> None:
    far_end.will(answer(204))
    transport.change("POST", f"{PATH}/challenge/sign", b'{"z":"\xc3\xa9"}', KEY)
    (seen,) = far_end.seen
    assert seen.body == b'{"z":"\xc3\xa9"}'
    assert seen.headers["idempotency-key"] == str(KEY)
    assert seen.headers["content-digest"].startswith("sha-256=:")
    assert seen.headers["content-type"] == "application/json"
    covered = seen.headers["signature-input"]
    assert '"content-digest"' in covered
    assert '"idempotency-key"' in covered


def test_a_change_without_body_has_no_digest(far_end: FarEnd, transport: Transport) -> None:
    far_end.will(answer(202))
    transport.change("PATCH", f"{PATH}/deactivate", b"", KEY)
    assert "content-digest" not in far_end.seen[0].headers
    assert far_end.seen[0].headers["content-length"] == "0"


def test_an_upload_is_neither_signed_nor_keyed(far_end: FarEnd, transport: Transport) -> None:
    far_end.will(answer(200))
    transport.upload("/auth/signing", b"{}")
    names = far_end.seen[0].headers.keys()
    assert "authorization" in names
    assert not {"signature", "signature-input", "idempotency-key"} & names


def test_no_compression_is_asked_for(far_end: FarEnd, transport: Transport) -> None:
    far_end.will(answer(200))
    transport.read(PATH)
    assert far_end.seen[0].headers["accept-encoding"] == "identity"


def test_the_connection_is_used_again(far_end: FarEnd, transport: Transport) -> None:
    far_end.will(answer(200, {"a": 1}), answer(200, {"a": 2}))
    transport.read(PATH)
    transport.read(PATH)
    assert far_end.connections == 1


def test_a_reply_tells_times_and_reference(far_end: FarEnd, transport: Transport) -> None:
    far_end.will(answer(200, Date="Mon, 02 Mar 2026 10:00:00 GMT", X_Request_Id="r-1"))
    before = datetime.now(UTC)
    reply = transport.read(PATH)
    assert before <= reply.sent_at <= datetime.now(UTC)
    assert reply.provider_date == datetime(2026, 3, 2, 10, tzinfo=UTC)
    assert reply.request_id == "r-1"


def test_odd_headers_are_left_out(far_end: FarEnd, transport: Transport) -> None:
    far_end.will(answer(200, Date="yesterday", X_Request_Id="<script>", Retry_After="soon"))
    reply = transport.read(PATH)
    assert (reply.provider_date, reply.request_id, reply.retry_after) == (None, None, None)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("7", 7),
        ("0", 0),
        ("999999999", 86_400),
        ("Mon, 02 Mar 2026 10:00:30 GMT", 30),
        ("Mon, 02 Mar 2026 09:00:00 GMT", 0),
    ],
)
def test_retry_after_is_a_number_or_a_date(
    far_end: FarEnd, transport: Transport, text: str, seconds: int
) -> None:
    far_end.will(answer(200, Date="Mon, 02 Mar 2026 10:00:00 GMT", Retry_After=text))
    assert transport.read(PATH).retry_after == timedelta(seconds=seconds)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_never_followed(far_end: FarEnd, transport: Transport, status: int) -> None:
    far_end.will(answer(status, Location=f"{far_end.url}/customers"))
    with pytest.raises(errors.Unreadable):
        transport.read(PATH)
    assert len(far_end.seen) == 1


def test_cookies_are_not_kept(far_end: FarEnd, transport: Transport) -> None:
    far_end.will(answer(200, Set_Cookie="a=b"), answer(200))
    transport.read(PATH)
    transport.read(PATH)
    assert "cookie" not in far_end.seen[1].headers


def test_the_environment_names_no_proxy(
    far_end: FarEnd, transport: Transport, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("NO_PROXY", "")
    far_end.will(answer(200))
    assert transport.read(PATH).status == 200


@pytest.mark.parametrize(
    "path",
    [
        "/customers/../accounts",
        "/accounts/{id}",
        f"/accounts/{str(ACCOUNT_ID).upper()}",
        f"/accounts/{ACCOUNT_ID}?x=1",
        f"/accounts/{ACCOUNT_ID}/",
        f"//elsewhere.test/{ACCOUNT_ID}",
        f"@elsewhere.test/accounts/{ACCOUNT_ID}",
        "/auth/credentials",
        "/accounts/1",
        "",
    ],
)
def test_any_other_path_is_a_programmers_mistake(
    far_end: FarEnd, transport: Transport, path: str
) -> None:
    with pytest.raises(ValueError, match="not a path of the provider"):
        transport.read(path)
    assert not far_end.token_requests


def test_a_path_from_the_settings_is_allowed(
    far_end: FarEnd, make_transport: MakeTransport
) -> None:
    far_end.will(answer(200))
    assert make_transport(extra_paths=frozenset({"/keys/hook"})).read("/keys/hook").status == 200


def test_a_path_from_the_settings_must_be_plain(make_transport: MakeTransport) -> None:
    with pytest.raises(ValueError, match="plain words"):
        make_transport(extra_paths=frozenset({"/keys/../x"}))


@pytest.mark.parametrize(
    "base_url",
    ["ftp://x.test/v1", "x.test/v1", "http://u:p@x.test", "http://x.test/v1?a", "http://x.test/#a"],
)
def test_the_base_url_must_be_plain(make_transport: MakeTransport, base_url: str) -> None:
    with pytest.raises(ValueError, match="the provider's address"):
        make_transport(base_url)


def test_no_error_text_shows_a_secret(
    far_end: FarEnd, transport: Transport, credentials: Credentials
) -> None:
    far_end.token_script += [answer(401, API_SECRET.encode()), answer(500, API_SECRET.encode())]
    for _ in range(2):
        with pytest.raises(errors.ProviderError) as caught:
            transport.read(PATH, retries=0)
        assert API_SECRET not in f"{caught.value!r} {vars(caught.value)}"
    assert API_SECRET not in repr(credentials)
    assert API_SECRET not in f"{credentials.api_secret} {credentials.api_secret!s:>3}"


def test_a_secret_does_not_travel() -> None:
    with pytest.raises(TypeError, match="does not travel"):
        pickle.dumps(Secret("x"))


def test_a_secret_shows_only_when_asked() -> None:
    secret = Secret("x")
    assert {repr(secret), str(secret), f"{secret:>20}"} == {"********"}
    assert secret.reveal() == "x"


@pytest.mark.parametrize("act", [drop, raw(b"gibberish\r\n\r\n"), raw(b"HTTP/1.1 200 OK\r\nA")])
def test_an_answer_that_is_not_http_is_no_answer(
    far_end: FarEnd, transport: Transport, act: Act
) -> None:
    far_end.will(act)
    with pytest.raises(errors.Unavailable) as caught:
        transport.read(PATH, retries=0)
    assert caught.value.sent
