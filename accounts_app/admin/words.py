"""How identifiers and values are written on every page."""

import json
import re
import uuid
from collections.abc import Iterable
from typing import Any

from django.db.models import Model
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from accounts_app.models import EntityKind, Operation, Source
from accounts_app.services.catalogue import KINDS

NOTHING = "—"
# Characters; every EVM address is longer.
MIDDLE_LEFT_OUT_FROM = 20
CAMEL = re.compile(r"[A-Z]")
# Any row's number has fewer digits, and every database takes one this long.
DIGITS = 16


def short_id(value: object) -> str:
    """Return what of a UUID staff say to each other: its first eight digits."""
    return str(value)[:8]


def shortened(value: str) -> SafeString:
    """Write a CAIP-10 id without the middle of its address; the whole of it appears on hover."""
    if not value:
        return format_html("{}", NOTHING)
    chain, colon, address = value.rpartition(":")
    if len(address) > MIDDLE_LEFT_OUT_FROM:
        address = f"{address[:6]}…{address[-4:]}"
    return _abbreviated(value, f"{chain}{colon}{address}")


def _abbreviated(whole: object, shown: str) -> SafeString:
    """Write the short form for the eye, the whole one on hover and for whoever listens."""
    return format_html(
        '<span class="id nowrap" title="{}"><span aria-hidden="true">{}</span>'
        '<span class="visually-hidden">{}</span></span>',
        whole,
        shown,
        whole,
    )


def identifier(value: object) -> SafeString | str:
    """Write an identifier whole, with a button that copies it."""
    if not value:
        return NOTHING
    return format_html('<span class="id">{}</span> {}', value, _copier(value))


def _copier(value: object) -> SafeString:
    """Write the button that copies an identifier."""
    return format_html(
        '<button type="button" class="copy" data-copy="{}" aria-label="{}">{}</button>',
        value,
        gettext("Copy %(value)s") % {"value": value},
        gettext("Copy"),
    )


def copier(value: object) -> SafeString:
    """Write the small button that copies an identifier whole, for lists that show it shortened."""
    return format_html(
        '<button type="button" class="copy copy--short" data-copy="{}" data-copied="✓" '
        'title="{}" aria-label="{}"></button>',
        value,
        gettext("Copy"),
        gettext("Copy %(value)s") % {"value": value},
    )


def copyable(shown: SafeString | str, value: object) -> SafeString | str:
    """Put a button that copies an identifier beside what is shown of it."""
    return format_html("{} {}", shown, copier(value)) if value else shown


def tenths(number: float) -> str:
    """Write a number with one decimal, as the language being read does."""
    return number_format(number, decimal_pos=1, use_l10n=True)


def joined(name: object, said: object) -> str:
    """Put a name before what is said of it, with the language's own colon."""
    return gettext("%(name)s: %(said)s") % {"name": name, "said": said}


def clipped(text: str) -> SafeString | str:
    """Write a text that a list shows only the beginning of; the whole of it appears on hover."""
    return format_html('<span title="{}">{}</span>', text, text) if text else NOTHING


def address_of(row: Model, page: str = "change") -> str:
    """Return the address of a row's own page, or of another page about it."""
    return reverse(f"admin:accounts_app_{row._meta.model_name}_{page}", args=[row.pk])


def short(value: object) -> SafeString:
    """Write an identifier's first digits; the whole of it appears on hover."""
    return _abbreviated(value, short_id(value))


def link_to(row: Model) -> SafeString:
    """Link to a row by its short id."""
    return format_html('<a href="{}">{}</a>', address_of(row), short(row.pk))


def named(row: Model, name: str) -> SafeString:
    """Link to a row by a name of its own."""
    return format_html('<a href="{}">{}</a>', address_of(row), name)


def named_link(row: Model, name: str) -> SafeString:
    """Link to a row by a name of its own; the button copies the name."""
    return format_html('<a class="id" href="{}">{}</a> {}', address_of(row), name, _copier(name))


def entity_link(kind: str, id: object) -> SafeString | str:
    """Link to a mirrored entity by kind and id; other kinds are only named."""
    name = kind_name(kind)
    if not id:
        return name or NOTHING
    if kind not in EntityKind.values:
        return format_html("{} {}", name, short(id))
    address = reverse(f"admin:accounts_app_{kind}_change", args=[id])
    return format_html('{} <a href="{}">{}</a>', name, address, short(id))


def kind_name(code: str) -> str:
    """Say what kind of thing a code means, as the models' own names do."""
    return gettext(code) if code else ""


def both(names: Iterable[str]) -> str:
    """Name one person or two."""
    return gettext(" and ").join(names)


def uuid_of(text: str) -> uuid.UUID | None:
    """Return the UUID a text spells, with or without hyphens, or None."""
    try:
        return uuid.UUID(text.strip())
    except ValueError:
        return None


def is_number(text: str) -> bool:
    """Whether a text can be the number of a row."""
    return text.isascii() and text.isdecimal() and len(text) <= DIGITS


def source(code: str) -> str:
    """Say how we came to ask the provider."""
    return str(Source(code).label) if code in Source.values else code


def operation_name(operation: Operation) -> str:
    """Return what an operation is called: its kind's label and its number."""
    return f"{KINDS[operation.kind].label} #{operation.pk}"


def state_of(operation: Operation) -> str:
    """Say where an operation stands; that a fetch brought nothing need not be a refusal."""
    if operation.state == Operation.State.FAILED and KINDS[operation.kind].fetch:
        return gettext("Ended without a challenge")
    return operation.get_state_display()


def pretty(value: Any) -> SafeString:
    """Write a JSON value, indented, as verbatim text."""
    return verbatim(json.dumps(value, indent=2, ensure_ascii=False))


def verbatim(text: str) -> SafeString:
    """Write text from elsewhere exactly as it came, escaped."""
    return format_html('<pre class="code" tabindex="0">{}</pre>', text)


def field_name(name: str) -> str:
    """Write a provider's field name as words: `chainId` becomes `chain id`."""
    told = spaced(name)
    return gettext(told) if told else ""


def spaced(name: str) -> str:
    """Write a word of the provider or of the audit with spaces, and else as it is."""
    return CAMEL.sub(lambda found: f" {found[0].lower()}", name).replace("_", " ")


def value(anything: Any) -> str:
    """Write a value of a representation in a few words."""
    if anything in (None, "", [], {}):
        return NOTHING
    if isinstance(anything, list):
        return ", ".join(value(one) for one in anything)
    if isinstance(anything, dict):
        return json.dumps(anything, ensure_ascii=False)
    return str(anything)
