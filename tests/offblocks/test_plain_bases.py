"""The base of a plain message is the library's to the letter; others are left to the library."""

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import http_sf
import pytest
from http_message_signatures import HTTPMessageVerifier, HTTPSignatureComponentResolver
from http_message_signatures.algorithms import ECDSA_P384_SHA384
from hypothesis import example, given
from hypothesis import strategies as st

from accounts_app.offblocks import plain_bases

from .hostile import GENUINE

URL, PATH = "https://backoffice.test:8443/webhooks/offblocks/", "/webhooks/offblocks/"
PLAIN = ';created=1767268800;keyid="hook-1";alg="ecdsa-p384-sha384"'
COVERED = '"@method" "@path" "content-digest"'


class Resolver(HTTPSignatureComponentResolver):
    """Takes path and target as they are given."""

    def get_path(self) -> str:
        return str(self.message.path)

    def get_target_uri(self) -> str:
        return str(self.message.url)


class Library(HTTPMessageVerifier):
    """Tells the base that the library would verify."""

    def base(self, message: Any) -> bytes:
        ((_, told, _),) = self._get_sig_inputs_and_signatures(message)
        base, _, _ = self._build_signature_base(
            message, covered_component_ids=list(told), signature_params=told.params
        )
        return str(base).encode()


LIBRARY = Library(
    signature_algorithm=ECDSA_P384_SHA384, key_resolver=None, component_resolver_class=Resolver
)


def ours(claim: str, fields: Mapping[str, str], **changes: str) -> bytes | None:
    """The base by our own hand."""
    parsed: Any = http_sf.parse(f"sig={claim}".encode(), tltype="dictionary")
    components, params = parsed["sig"]
    message = {"method": "POST", "path": PATH, "url": URL} | changes
    return plain_bases.of(**message, fields=fields, components=components, params=params)


def theirs(claim: str, fields: Mapping[str, str], **changes: str) -> bytes:
    """The library's base."""
    headers = {**fields, "signature-input": f"sig={claim}", "signature": "sig=:AA==:"}
    message = {"method": "POST", "path": PATH, "url": URL} | changes
    return LIBRARY.base(SimpleNamespace(headers=headers, **message))


names = st.from_regex(r"[a-z][a-z0-9-]{0,12}", fullmatch=True).filter(
    lambda name: name not in {"signature", "signature-input"}
)
texts = st.text(st.characters(min_codepoint=9, max_codepoint=0x7F), max_size=20)
derived = st.sampled_from(["@method", "@path", "@target-uri"])
strings = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=20)
params = st.fixed_dictionaries(
    {},
    optional={
        "created": st.integers(-5, 10**14),
        "expires": st.integers(0, 10**14),
        "keyid": strings,
        "alg": strings,
        "nonce": strings,
        "tag": strings,
    },
).flatmap(lambda found: st.permutations([*found.items()]))


def written(name: str, value: int | str) -> str:
    """Write one parameter."""
    if isinstance(value, int):
        return f";{name}={value}"
    return ';{}="{}"'.format(name, value.replace("\\", "\\\\").replace('"', '\\"'))


@given(st.dictionaries(names, texts, max_size=4), st.data(), params)
@example({"x": "a  b"}, None, [("created", 0), ("keyid", "a;b=1")])
def test_where_there_is_a_base_it_is_the_librarys(
    fields: dict[str, str], data: Any, told: list[tuple[str, int | str]]
) -> None:
    covered = ["@method", *fields]
    if data:
        covered = data.draw(st.permutations([*data.draw(st.sets(derived)), *fields]))
    components = " ".join(f'"{name}"' for name in covered)
    claim = f"({components})" + "".join(written(*one) for one in told)
    base = ours(claim, fields)
    assert base is None or base == theirs(claim, fields)


@given(st.from_regex(r"https?://[!-~]{1,30}", fullmatch=True), texts.map("/{}".format))
def test_also_with_another_target(url: str, path: str) -> None:
    claim = f'("@path" "@target-uri"){PLAIN}'
    base = ours(claim, {}, url=url, path=path)
    assert base is None or base == theirs(claim, {}, url=url, path=path)


def test_what_the_provider_sends_is_plain() -> None:
    fields = {"content-digest": GENUINE.content_digest}
    assert ours(GENUINE.claim, fields, path=GENUINE.path) == GENUINE.base()


@pytest.mark.parametrize(
    "claim",
    [
        f'({COVERED} "@authority"){PLAIN}',
        f'({COVERED} "@method"){PLAIN}',
        f'({COVERED} "x-missing"){PLAIN}',
        f'("@method" "@path" "content-digest";sf){PLAIN}',
        f'("@method" "@path" "Content-Digest"){PLAIN}',
        f"(method){PLAIN}",
        f"({COVERED}){PLAIN};more=1",
        f'({COVERED});created=1767268800;keyid="a\\"b"',
        f"({COVERED});created=1767268800;keyid=token",
        f"({COVERED});created=1767268800.5",
        f"({COVERED});created",
        f"({COVERED});created=-1",
    ],
)
def test_what_is_odd_is_left_to_the_library(claim: str) -> None:
    assert ours(claim, {"content-digest": GENUINE.content_digest}) is None


@pytest.mark.parametrize(
    "change",
    [
        {"method": "post"},
        {"url": "https://user@backoffice.test/webhooks/"},
        {"url": "https://backoffice.test/a?b"},
        {"url": "https://backoffice.test/%zz"},
        {"path": "/a b "},
        {"path": "/\u00e9"},
        {"path": ""},
    ],
)
def test_so_is_an_odd_message(change: dict[str, str]) -> None:
    assert ours(f'("@method" "@path"){PLAIN}', {}, **change) is None
