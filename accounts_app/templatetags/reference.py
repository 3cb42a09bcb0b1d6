"""The number under which the log tells of a request, for pages that may tell nothing else."""

import structlog
from django import template

register = template.Library()


@register.simple_tag
def reference() -> str:
    """Return the request's number; empty where it failed before it got one."""
    return str(structlog.contextvars.get_contextvars().get("request_id", ""))
