"""Whose address a request has: forwarding headers count only from proxies that are configured."""

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from accounts_app import edge_checks
from backoffice import source

PROXY, INNER, SENDER = "10.0.0.1", "10.0.0.2", "203.0.113.7"


def seen(peer: str, **headers: str):
    """Return the request as everything behind the middleware sees it."""
    request = RequestFactory().get("/", headers=headers, REMOTE_ADDR=peer)
    source.ForwardingMiddleware(lambda _: HttpResponse())(request)
    return request


def address(peer: str, chain: str) -> str:
    """Return the address of a request with such a chain of forwarders."""
    return source.address(seen(peer, x_forwarded_for=chain))


@pytest.fixture
def _behind_proxies(settings):
    settings.TRUSTED_PROXIES = ["10.0.0.0/8"]


def test_without_proxies_the_peer_is_the_source():
    assert address(SENDER, "198.51.100.1") == SENDER


@pytest.mark.usefixtures("_behind_proxies")
class TestBehindProxies:
    """Two proxies of ours in front."""

    @pytest.mark.parametrize(
        ("chain", "found"),
        [
            (SENDER, SENDER),
            (f"{SENDER}, {INNER}", SENDER),
            (f"198.51.100.1, {SENDER}", SENDER),
            (f"127.0.0.1, {SENDER},{INNER}", SENDER),
            ("2001:db8::7", "2001:db8::7"),
            (f"::ffff:{SENDER}", SENDER),
            ("", PROXY),
            ("unknown", PROXY),
            (f"{SENDER}, nonsense, {INNER}", INNER),
            (f"{INNER}, {INNER}", INNER),
        ],
    )
    def test_the_last_hop_that_is_not_ours_is_the_source(self, chain, found):
        assert address(PROXY, chain) == found

    def test_a_stranger_cannot_name_another_address(self):
        assert address(SENDER, "10.0.0.9") == SENDER

    def test_the_scheme_is_believed_from_a_proxy_alone(self):
        told = [seen(peer, x_forwarded_proto="https").META for peer in (PROXY, SENDER)]
        assert [source.SCHEME in meta for meta in told] == [True, False]

    @pytest.mark.parametrize("name", [*source.OTHERS, source.CHAIN])
    def test_no_other_forwarding_header_is_left(self, name):
        header = name.removeprefix("HTTP_").lower()
        assert name not in seen(PROXY, **{header: SENDER}).META

    def test_a_socket_without_an_address_is_no_proxy(self):
        assert address("", SENDER) == ""


@pytest.mark.parametrize("text", ["proxy", "0.0.0.0/0", "::/0", "10.0.0.1/8", ""])
def test_what_is_no_proxy_is_an_error(settings, text):
    settings.TRUSTED_PROXIES = [text]
    assert [error.id for error in edge_checks.check_edges()] == ["accounts_app.E030"]


def test_proxies_are_no_error(settings):
    settings.TRUSTED_PROXIES = ["10.0.0.1", "10.0.0.0/8", "2001:db8::/32"]
    assert edge_checks.check_edges() == []
