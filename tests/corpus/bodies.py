"""Bytes that are no event and no answer: refused at the intake, unreadable from the provider."""

from tests.deliveries import event

# What no reader of JSON may take for a document.
NO_JSON = {
    "no JSON": b"not json",
    "nothing": b"",
    "white space": b" \r\n\t",
    "cut off": event()[:-2],
    "cut off inside a text": event()[:20],
    "something behind it": event() + b"{}",
    "a comma too many": event()[:-1] + b",}",
    "single quotes": event().replace(b'"', b"'"),
    "a byte order mark": b"\xef\xbb\xbf" + event(),
    "invalid UTF-8": event(status="?").replace(b"?", b"\xff"),
    "an overlong encoding": event(status="?").replace(b"?", b"\xc0\xaf"),
    "half a character": event(status="?").replace(b"?", b"\xe2\x82"),
    "Latin-1": event(status="?").replace(b"?", b"\xe9"),
    "UTF-16": event().decode().encode("utf-16"),
    "a member twice": event().replace(b"{", b'{"status": "closed", ', 1),
    "a member twice in two spellings": event().replace(b"{", b'{"\\u0069d": "x", ', 1),
    "deep nesting": event(deep=1).replace(b'"deep": 1', b'"deep": ' + b"[" * 40 + b"]" * 40),
    "deep objects": event(deep=1).replace(
        b'"deep": 1', b'"deep": ' + b'{"a":' * 40 + b"1" + b"}" * 40
    ),
    "bottomless nesting": b"[" * 100_000,
    "a NUL": event(status="a\x00b"),
    "a raw NUL": event(status="?").replace(b"?", b"\x00"),
    "a NUL in a name": event().replace(b"{", b'{"a\\u0000": 1, ', 1),
    "a raw line break": event(status="?").replace(b"?", b"\n"),
    "NaN": event(amount=1).replace(b'"amount": 1', b'"amount": NaN'),
    "minus infinity": event(amount=1).replace(b'"amount": 1', b'"amount": -Infinity'),
    "a huge number": event(amount=1).replace(b'"amount": 1', b'"amount": 1e999'),
    "a number of a thousand digits": event(amount=1).replace(b": 1", b": 1" + b"0" * 1000),
    "a leading zero": event(amount=1).replace(b'"amount": 1', b'"amount": 01'),
    "a lone surrogate": event(status="?").replace(b"?", b"\\ud800"),
    "surrogates in the wrong order": event(status="?").replace(b"?", b"\\udc00\\ud800"),
    "packed": bytes.fromhex("1f8b08000000000000ff"),
    "a page of HTML": b"<!doctype html><title>502 Bad Gateway</title>",
    "a form": b"webhookType=account.updated&id=1",
}
# JSON, and yet neither an event nor an entity.
NO_EVENT = {
    "no object": b"[]",
    "null": b"null",
    "a text": b'"account.updated"',
    "a number": b"1",
    "an empty object": b"{}",
    "an event in a list": b"[" + event() + b"]",
    "no type": event(webhookType=None),
    "a type that is no text": event(webhookType={"a": 1}),
    "a type too long": event(webhookType="a" * 65),
    "no event id": event(eventId=None),
    "an odd event id": event(eventId="1"),
    "an event id that is a list": event(eventId=["0a8b2f6e-1c55-4d8c-9f57-3f1f0e6f2b11"]),
    "no id": event(id=None),
    "an odd id": event(id="../customers"),
    "an id that is a number": event(id=5),
}
MALFORMED = NO_JSON | NO_EVENT
