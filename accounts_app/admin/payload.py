"""An event's body as staff read it: indented, harmless, and not longer than a screen bears."""

import contextlib
import json
import re
import unicodedata

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from accounts_app.admin import personal, words
from accounts_app.models import WebhookEvent

SHOWN = 8_000  # characters
# Marks that turn the direction of a text, and whatever else has no shape of its own.
SHAPELESS = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
SUSPECT = re.compile(r"[^\n\t\x20-\x7e]")


def text_of(event: WebhookEvent) -> str:
    """Return an event's body as text, with what is personal masked; what is no text is replaced."""
    text = bytes(event.body).decode("utf-8", errors="replace")
    return personal.raw(text, personal.customer_of(event.entity_kind, event.entity_id))


def whole(text: str) -> str:
    """Return a body to be read: JSON indented, what could not be seen written out."""
    with contextlib.suppress(ValueError, RecursionError):
        text = json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    return SUSPECT.sub(_seen, text)


def beginning(text: str, event: WebhookEvent) -> SafeString:
    """Write a body; of a long one only the beginning, and the way to the rest."""
    readable = whole(text)
    if len(readable) <= SHOWN:
        return words.verbatim(readable)
    address = reverse("admin:accounts_app_webhookevent_body", args=[event.pk])
    sentence = _("These are the first %(shown)s of %(all)s characters.")
    return format_html(
        '{}<p>{} <a href="{}">{}</a></p>',
        words.verbatim(readable[:SHOWN]),
        sentence % {"shown": SHOWN, "all": len(readable)},
        address,
        _("Show the whole body"),
    )


def _seen(found: re.Match[str]) -> str:
    mark = found[0]
    return f"\\u{ord(mark):04x}" if unicodedata.category(mark) in SHAPELESS else mark
