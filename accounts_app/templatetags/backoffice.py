"""Badges, times and identifiers as accounts_app.admin writes them: `{% load backoffice %}`."""

from django import template
from django.conf import settings
from django.template import Context
from django.utils.safestring import SafeString

from accounts_app import sentences
from accounts_app.admin import badges, banners, matters, moments, personal, words
from accounts_app.models import Customer, Mirrored

register = template.Library()
register.filter("badge", badges.of_row)
register.filter("status_badge", badges.of_status)
register.filter("operation_badge", badges.of_operation)
register.filter("event_badge", badges.of_event)
register.filter("resolution_badge", badges.of_resolution)
register.filter("discrepancy_badge", badges.of_discrepancy)
register.filter("contradiction", matters.contradiction)
register.filter("person", banners.name_of)
register.filter("moment", moments.moment)
register.filter("minute", moments.minute)
register.filter("exact", moments.exact)
register.filter("time_of_day", moments.time_of_day)
register.filter("identifier", words.identifier)
register.filter("short", words.short)
register.filter("short_id", words.short_id)
register.filter("link", words.link_to)
register.filter("external_id", personal.external_id)
register.filter("external_id_of", personal.external_id_of)
register.filter("wallet_of", personal.wallet_of)
register.filter("masked", personal.raw)
register.filter("told", sentences.told)
register.filter("kind_name", words.kind_name)
register.filter("wallet", personal.wallet)
register.filter("short_contract", personal.short_contract)
register.filter("short_chain", personal.short_chain)
register.filter("address", words.address_of)
register.filter("operation_name", words.operation_name)


@register.simple_tag
def languages() -> list[tuple[str, str]]:
    """Return the languages there are, each by its own name whatever is being read."""
    return settings.LANGUAGES


@register.simple_tag
def as_of_address(row: Mirrored) -> str:
    """Return the address of the page that shows a row as it was known."""
    return words.address_of(row, "as_of")


@register.simple_tag(takes_context=True)
def unmask_link(context: Context, customer: Customer) -> SafeString | str:
    """Lead to seeing the customer's personal fields in full, and back to this page."""
    return personal.offer(customer.pk, context["request"].get_full_path())
