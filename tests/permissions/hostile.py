"""What somebody who means no good puts into addresses, queries and forms."""

import json
from random import Random
from typing import Any
from urllib.parse import quote, urlencode

from tests.permissions.walk import Address

NIL = "00000000-0000-0000-0000-000000000000"
# Texts that are none, numbers beyond every column, and what other programs choke on.
TEXTS: tuple[str | bytes, ...] = (
    *("", " ", "0", "-1", "1", "2", "1.5", "1e9", "NaN", "inf", "٣", "²", "None", "null", "true"),
    *("9" * 18, "9" * 19, "9" * 40, "9" * 5000, "-" + "9" * 30, "0x10", "1_0"),
    *("\x00", "a\x00b", "\r\nSet-Cookie: a=b", "\x1b[31m", "\u202e\u2066", "\U0001f4b3", "\ufeff"),
    *(b"\xff\xfe", b"\xed\xa0\x80", b"\xc0\xae"),
    *("'", '"', "' OR 1=1 --", "%", "_", "\\", "%s%n", "{0}", "{{7*7}}", "${7*7}", "`id`", "$(id)"),
    *(
        "<script>alert(1)</script>",
        "javascript:alert(1)",
        "//evil.example/",
        "https://evil.example",
    ),
    *("../", "../../etc/passwd", "..%2f", ".", "/", "//", "_5F", "_2F", "add", "change", "export"),
    *(NIL, NIL.upper(), NIL.replace("-", ""), "f" * 36, "{" + NIL + "}"),
    *("0001-01-01", "9999-12-31", "2026-02-30", "2026-11-28T25:00", "now", "12:60", "23:59:59"),
    *(
        "[]",
        "{}",
        "[[]]",
        '{"a": {"b": []}}',
        "[" * 2000,
        "(",
        "*",
        "(a+)+$",
        '"\\ud800"',
        "x" * 70_000,
    ),
)
# Names that lists, pages and Django itself read from an address.
NAMES = (
    *("o", "p", "q", "e", "all", "page", "after", "before", "view", "_facets", "_popup"),
    *("_to_field", "_changelist_filters", "next", "from", "list", "of", "again", "id", "pk"),
    *("on", "at", "since", "until", "origin", "format", "state", "status", "waits", "kind", "type"),
    *("status__exact", "status__in", "status__isnull", "state__exact", "signature", "comparison"),
    *(
        "webhook",
        "result",
        "entity_kind",
        "what",
        "told_by",
        "is_active__exact",
        "groups__id__exact",
    ),
    *("created_at__gte", "created_at__year", "received_at__date", "at__lt", "since__gte"),
    *("external_id", "external_id__startswith", "chain_id__contains", "representation__contains"),
    *("changed__externalId", "body__contains", "fields__external_id", "text__contains"),
    *("maker__id__exact", "maker__password__startswith", "user__password__contains", "password"),
    *("customer__external_id", "customer__accounts__cards__id", "operation__id__exact", "pk__in"),
    *("is_superuser", "user_permissions__codename", "actor_name", "object_kind", "object_id"),
    *("revision__gt", "id__regex", "seen__status", "currencies", "network", "reason__regex"),
)
ODD_ORDERS = ("1", "-1", "0.1", "1.-2.3", "99", "-", "..", "a", "1" * 30)
ODD_BODIES: tuple[tuple[bytes, str], ...] = (
    (b"", "application/x-www-form-urlencoded"),
    (b"\xff" * 50, "application/x-www-form-urlencoded; charset=utf-16"),
    (b"a=1&a=2&" * 400, "application/x-www-form-urlencoded"),
    (b"--x\r\nbroken", "multipart/form-data; boundary=x"),
    (b"--x\r\n", "multipart/form-data"),
    (b'{"a": ' * 900, "application/json"),
    (b"<a/>", "text/xml"),
    (b"reason=1", "nonsense"),
)
METHODS = (*("GET",) * 8, *("POST",) * 9, "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
CREDENTIALS: tuple[Any, ...] = (
    *([], [1], 1, "x", True, {}, {"id": 1}, {"response": []}, {"response": {"userHandle": 7}}),
    {"id": "a", "rawId": "a", "type": "public-key", "response": "x"},
    {"id": "YQ", "rawId": "YQ", "type": "public-key", "response": {}},
    {
        **{"id": "YQ", "rawId": "YQ", "type": "public-key"},
        "response": {
            **{"clientDataJSON": "e30", "authenticatorData": "AA", "signature": "AA"},
            **{"userHandle": "OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5", "attestationObject": "oA"},
        },
    },
)


def path_of(random: Random, address: Address, good: str) -> str:
    """Return the address with something odd in one or all of its places, or as it should be."""
    if not address.places or random.random() < 0.5:
        return good.partition("?")[0]
    return address.filled({place: quote(random.choice(TEXTS)) for place in address.places})


def query_of(random: Random) -> str:
    """Return a query of up to four entries."""
    pairs = [(random.choice(NAMES), _value(random)) for _ in range(random.randrange(5))]
    return f"?{urlencode(pairs)}" if pairs else ""


def _value(random: Random) -> str | bytes:
    return random.choice(ODD_ORDERS) if random.random() < 0.1 else random.choice(TEXTS)


def form_of(random: Random, good: dict[str, Any]) -> dict[str, Any]:
    """Return a form in which something is missing, added, doubled, or of another kind."""
    form = dict(good)
    for name in [*form]:
        chance = random.random()
        if chance < 0.15:
            del form[name]
        elif chance < 0.45:
            form[name] = _entry(random)
    extra = ("action", "_selected_action", "index", "select_across", "credential", "decision")
    for name in random.sample(extra, random.randrange(3)):
        form[name] = _entry(random)
    if random.random() < 0.2:
        form["credential"] = json.dumps(random.choice(CREDENTIALS))
    return form


def _entry(random: Random) -> Any:
    value = random.choice(TEXTS)
    return [value, random.choice(TEXTS)] if random.random() < 0.1 else value
