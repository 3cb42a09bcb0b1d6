"""What the pages of sign-in need of their templates."""

import json
from typing import Any

from django import template

register = template.Library()


@register.simple_tag
def as_json(options: Any) -> str:
    """Return options for the browser as JSON; as an attribute it is escaped like any text."""
    return json.dumps(options)
