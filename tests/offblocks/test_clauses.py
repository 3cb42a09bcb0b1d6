"""S33 to S37, where no other test holds a clause; docs/provider.md names the test of each."""

import inspect
import socket
import ssl
import threading
import warnings
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from accounts_app.offblocks import errors
from accounts_app.offblocks.client import Client
from accounts_app.offblocks.credentials import Credentials
from accounts_app.offblocks.signing import DEFAULT_PROFILE
from accounts_app.offblocks.transport import Transport
from accounts_app.offblocks.wire import ENTITY_LIMIT
from backoffice import settings

from .far_end import FarEnd, answer, running
from .samples import ACCOUNT_ID, KEY, account
from .test_tls import PATH, certificate, secure_end, transport_to  # noqa: F401 -- two fixtures


@pytest.fixture
def elsewhere() -> Iterator[tuple[str, list[str]]]:
    """An address that somebody tempts us to, and who came there."""
    came: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.2)
        is_over = threading.Event()

        def watch() -> None:
            while not is_over.is_set():
                try:
                    connection, peer = listener.accept()
                except TimeoutError:
                    continue
                came.append(str(peer))
                connection.close()

        watcher = threading.Thread(target=watch)
        watcher.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/", came
        is_over.set()
        watcher.join()


def test_s33_the_proxies_and_netrc_of_the_environment_are_nobodys(
    far_end: FarEnd, transport: Transport, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
        monkeypatch.setenv(name.lower(), "http://127.0.0.1:1")
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login somebody password else")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    far_end.will(answer(200))
    transport.read(PATH)
    assert far_end.seen[0].headers["authorization"].startswith("Bearer ")


def test_s33_authorities_of_the_environment_vouch_for_nobody(
    secure_end: FarEnd,  # noqa: F811
    credentials: Credentials,
    certificate: Path,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.setenv(name, str(certificate))
    with pytest.raises(errors.Unavailable) as caught:
        transport_to(secure_end, credentials, None).change("DELETE", PATH, b"", KEY, retries=0)
    assert not caught.value.sent


def test_s33_a_certificate_of_another_name_is_refused(
    secure_end: FarEnd,  # noqa: F811
    credentials: Credentials,
    certificate: Path,  # noqa: F811
) -> None:
    named = transport_to(secure_end, credentials, certificate)
    named._wire.base_url = named._wire.base_url.replace("127.0.0.1", "localhost")
    with pytest.raises(errors.Unavailable) as caught:
        named.change("DELETE", PATH, b"", KEY, retries=0)
    assert not caught.value.sent
    assert not secure_end.token_requests


@pytest.fixture
def ancient_end(certificate: Path) -> Iterator[FarEnd]:  # noqa: F811
    """A far end that speaks no more than TLS 1.1."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    _ancient(context)
    with running(context) as server:
        yield server


def _ancient(context: ssl.SSLContext) -> None:
    context.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = ssl.TLSVersion.TLSv1_1


def test_s33_nothing_older_than_tls_1_2_is_spoken(
    ancient_end: FarEnd,
    credentials: Credentials,
    certificate: Path,  # noqa: F811
) -> None:
    with pytest.raises(errors.Unavailable):
        transport_to(ancient_end, credentials, certificate).read(PATH, retries=0)
    assert not ancient_end.token_requests


def test_s33_that_far_end_would_have_spoken_with_others(
    ancient_end: FarEnd,
    certificate: Path,  # noqa: F811
) -> None:
    context = ssl.create_default_context(cafile=str(certificate))
    _ancient(context)
    with socket.create_connection(("127.0.0.1", ancient_end.port), timeout=5) as plain:  # noqa: SIM117
        with context.wrap_socket(plain, server_hostname="127.0.0.1") as secure:
            assert secure.version() == "TLSv1.1"


def test_s33_five_seconds_to_connect_and_25_in_all() -> None:
    options = inspect.signature(Transport.__init__).parameters
    assert (options["connect_timeout"].default, options["total_timeout"].default) == (5.0, 25.0)
    read = inspect.getsource(settings)
    assert 'seconds("OFFBLOCKS_CONNECT_TIMEOUT", 5)' in read
    assert 'seconds("OFFBLOCKS_TOTAL_TIMEOUT", 25)' in read


def test_s33_an_answer_about_one_entity_is_a_megabyte_at_most(
    far_end: FarEnd, client: Client
) -> None:
    assert ENTITY_LIMIT <= 1_000_000
    far_end.will(answer(200, {**account(), "more": "x" * ENTITY_LIMIT}))
    with pytest.raises(errors.Unreadable, match="too large"):
        client.get_account(ACCOUNT_ID)


def test_s33_a_change_that_is_redirected_goes_nowhere_else(
    far_end: FarEnd, transport: Transport, elsewhere: tuple[str, list[str]]
) -> None:
    url, came = elsewhere
    far_end.will(answer(307, Location=url))
    with pytest.raises(errors.OutcomeUnknown):
        transport.change("DELETE", PATH, b"", KEY, retries=0)
    assert (len(far_end.seen), came) == (1, [])


def test_s34_no_address_in_an_answer_is_ever_asked(
    far_end: FarEnd, client: Client, elsewhere: tuple[str, list[str]]
) -> None:
    url, came = elsewhere
    tempting = {**account(), "kycUrl": url, "next": url, "links": {"self": {"href": url}}}
    headers = {"Location": url, "Content-Location": url, "Refresh": url}
    link = {"Link": f"<{url}>; rel=next"}
    far_end.will(answer(200, tempting, **headers, **link), answer(200, [tempting], **headers))
    assert client.get_account(ACCOUNT_ID).value.representation["kycUrl"] == url
    assert len(list(client.each_account().value)) == 1
    assert {seen.path for seen in far_end.seen} == {f"/v1{PATH}", "/v1/accounts"}
    assert came == []


def test_s35_by_default_all_is_covered_that_the_clause_names() -> None:
    assert {
        *("@method", "@authority", "@path", "@query", "content-digest"),
        *("idempotency-key", "authorization"),
    } <= set(DEFAULT_PROFILE.covered)
    assert DEFAULT_PROFILE.backdate <= timedelta(seconds=5)
